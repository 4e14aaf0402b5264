"""Reading a settlement 920900: what each record was refused for, and what each fund pays.

Source: MyCareNet eFact.
"""

from generale.protocol.flatfile.answer import read_judged
from generale.protocol.flatfile.answer_validation import answer_faults
from generale.protocol.flatfile.file import decode, expect_type
from generale.protocol.flatfile.record import Record
from generale.protocol.flatfile.settlement import FundSettlement, Settlement


def read_settlement(raw: bytes) -> Settlement:
    """The settlement in these bytes.

    PeerError where they are none, or where the amounts of records 91 and 92 do not add up.
    """
    file = expect_type(decode(raw), "920900")
    for fault in answer_faults(file):
        if fault.record_number:
            raise file.records[fault.record_number - 1].wrong(fault.zone, fault.message)
    return read_judged(Settlement, file, funds=tuple(map(_fund_settlement, file.of_type("91"))))


def _fund_settlement(record: Record) -> FundSettlement:
    return FundSettlement(
        fund=record.whole("fund"),
        asked=record.euro("asked"),
        accepted=record.euro("accepted"),
        refused=record.euro("refused"),
        record_count=record.whole("record_count"),
        control_number=record.whole("control_number"),
        payment_reference=record.text("payment_reference_a"),
    )
