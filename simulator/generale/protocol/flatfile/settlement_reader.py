"""Reading a settlement 920900, tolerant where real answers differ from each other.

Source: MyCareNet eFact. Error slots without error hold blanks, 0, 1 or 9; records without errors may be
left out, so a record is known by its index and not by its place.
"""

from collections.abc import Iterator

from generale.protocol.flatfile.file import File, decode, expect_type
from generale.protocol.flatfile.invoice_writer import ENVIRONMENT
from generale.protocol.flatfile.record import Record
from generale.protocol.flatfile.settlement import (
    SLOTS,
    FundSettlement,
    Letter,
    RecordError,
    SettledRecord,
    Settlement,
    bill_number,
)
from generale.protocol.flatfile.settlement_writer import SEPARATOR
from generale.protocol.money import Euro

_LETTERS = {one.value: one for one in Letter}


def read_settlement(raw: bytes) -> Settlement:
    """The settlement in these bytes.

    PeerError where they are none, or where the amounts of records 91 and 92 do not add up.
    """
    file = expect_type(decode(raw), "920900")
    _check_totals(file)
    return Settlement(
        reference=file.header200["reference"],
        fund_reference=file.header200["fund_reference"],
        month=file.header300.month("month"),
        sending_number=file.header300.whole("sending_number"),
        created=file.header300.required_day("created"),
        file_reference=file.header300.text("file_reference"),
        error_percentage=file.header300.whole("error_percentage"),
        records=tuple(_settled_records(file)),
        funds=tuple(map(_fund_settlement, file.of_type("91"))),
        test=file.header200["environment"] == str(ENVIRONMENT[True]),
    )


def _check_totals(file: File) -> None:
    for record in (*file.of_type("91"), *file.of_type("92")):
        if record.euro("accepted") + record.euro("refused") != record.euro("asked"):
            raise record.wrong("accepted", "accepted and refused do not make asked")
    for whole in file.of_type("92"):
        for key in ("asked", "accepted", "refused"):
            if whole.euro(key) != Euro.total([one.euro(key) for one in file.of_type("91")]):
                raise whole.wrong(key, "record 92 is not the sum of the records 91")


def _settled_records(file: File) -> Iterator[SettledRecord]:
    bill = 0
    for record in file.records:
        if "comment" not in record.layout.by_key:
            continue
        bill = bill_number(record, bill)
        errors = _errors(record)
        if errors:
            index = record.whole("record_index")
            yield SettledRecord(index=index, record_type=record.type, bill_number=bill, errors=errors)


def _errors(record: Record) -> tuple[RecordError, ...]:
    slots = [slot for slot in range(1, SLOTS + 1) if record[f"letter_{slot}"] in _LETTERS]
    comments = record.text("comment").split(SEPARATOR) if slots else []
    comments += [""] * (len(slots) - len(comments))
    if len(comments) > len(slots):
        comments = [record.text("comment"), *[""] * (len(slots) - 1)]
    return tuple(
        RecordError(letter=_LETTERS[record[f"letter_{slot}"]], code=record[f"code_{slot}"], comment=comment)
        for slot, comment in zip(slots, comments, strict=True)
    )


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
