"""Reading a settlement 920900: what each record was refused for, and what each fund pays.

Source: MyCareNet eFact.
"""

from generale.protocol.flatfile.answer import read_judged
from generale.protocol.flatfile.file import File, decode, expect_type
from generale.protocol.flatfile.record import Record
from generale.protocol.flatfile.settlement import FundSettlement, Settlement
from generale.protocol.money import Euro


def read_settlement(raw: bytes) -> Settlement:
    """The settlement in these bytes.

    PeerError where they are none, or where the amounts of records 91 and 92 do not add up.
    """
    file = expect_type(decode(raw), "920900")
    _check_totals(file)
    told = read_judged(file)
    return Settlement(
        reference=told.reference,
        fund_reference=told.fund_reference,
        month=told.month,
        sending_number=told.sending_number,
        created=told.created,
        file_reference=told.file_reference,
        error_percentage=told.error_percentage,
        records=told.records,
        funds=tuple(map(_fund_settlement, file.of_type("91"))),
        test=told.test,
    )


def _check_totals(file: File) -> None:
    for record in (*file.of_type("91"), *file.of_type("92")):
        if record.euro("accepted") + record.euro("refused") != record.euro("asked"):
            raise record.wrong("accepted", "accepted and refused do not make asked")
    for whole in file.of_type("92"):
        for key in ("asked", "accepted", "refused"):
            if whole.euro(key) != Euro.total([one.euro(key) for one in file.of_type("91")]):
                raise whole.wrong(key, "record 92 is not the sum of the records 91")


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
