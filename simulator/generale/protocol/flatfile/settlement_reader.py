"""Reading a settlement 920900: what each record was refused for, and what each fund pays.

Source: MyCareNet eFact. What the fund says itself, what it accepts and refuses in all, must be there; what it
echoes may be unreadable.
"""

from generale.protocol.errors import PeerError
from generale.protocol.flatfile.answer import read_judged, told
from generale.protocol.flatfile.file import decode, expect_type
from generale.protocol.flatfile.record import Record
from generale.protocol.flatfile.settlement import FundSettlement, Settlement
from generale.protocol.flatfile.settlement_validation import total_faults
from generale.protocol.money import Euro


def read_settlement(raw: bytes) -> Settlement:
    """The settlement in these bytes.

    PeerError where they are none, where no record 91 says what is paid, or where the amounts of records 91
    and 92, over all accounts, do not add up.
    """
    file = expect_type(decode(raw), "920900")
    funds = file.of_type("91")
    if not funds:
        where = f"record {len(file.records) + 1}"
        raise PeerError(f"{where}: no record 91 says what is accepted and refused", where=where)
    settled = tuple(map(_fund_settlement, funds))
    for fault in total_faults(file):
        raise file.records[fault.record_number - 1].wrong(fault.zone, fault.message)
    return read_judged(Settlement, file, funds=settled)


def _fund_settlement(record: Record) -> FundSettlement:
    accepted, refused = record.euro("accepted"), record.euro("refused")
    asked = told(record.euro, "asked")
    return FundSettlement(
        fund=told(record.whole, "fund") or 0,
        asked=Euro.total([accepted, refused]) if asked is None else asked,
        accepted=accepted,
        refused=refused,
        record_count=told(record.whole, "record_count") or 0,
        control_number=told(record.whole, "control_number") or 0,
        payment_reference=record.text("payment_reference_a"),
    )
