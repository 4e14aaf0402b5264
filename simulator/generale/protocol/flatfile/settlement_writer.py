"""Writing a settlement 920900: the records of the invoice file with their errors, then 91 and 92.

Source: MyCareNet eFact. Each record is the echo of 350 characters and a detail of 450.
"""

from collections.abc import Iterator

from generale.protocol.errors import OurError
from generale.protocol.flatfile.composition import Value, build, plain
from generale.protocol.flatfile.file import File, encode, file_of
from generale.protocol.flatfile.invoice_writer import ENVIRONMENT
from generale.protocol.flatfile.layout import layout
from generale.protocol.flatfile.record import Record
from generale.protocol.flatfile.settlement import RecordError, Settlement

COMMENT_LENGTH = 200
SEPARATOR = "|"
"""Between the comments of the errors of one record (project-defined)."""


def write_settlement(settlement: Settlement, invoice: File, *, flagged_only: bool = False) -> bytes:
    """The bytes of a 920900 about this invoice file.

    With ``flagged_only`` records without errors are left out, as some funds do, except the records 20 and
    80 around a flagged line. OurError where accepted and refused do not make asked, or a value does not fit.
    """
    for one in settlement.funds:
        if one.accepted + one.refused != one.asked:
            raise OurError(f"fund {one.fund}: {one.accepted} and {one.refused} do not make {one.asked}")
    header200 = build(
        "header_200",
        message_type="920900",
        format_version=1,
        environment=ENVIRONMENT[settlement.test],
        reference=settlement.reference,
        fund_reference=settlement.fund_reference,
    )
    header300 = build(
        "header_300_errors",
        month=settlement.month.compact,
        sending_number=settlement.sending_number,
        created=settlement.created,
        file_reference=settlement.file_reference,
        instructions_version=invoice.header300["instructions_version"],
        invoice_type=invoice.header300["invoice_type"],
        account_mode=invoice.header300["account_mode"],
        error_percentage=settlement.error_percentage,
    )
    judged = _judged_records(settlement, invoice, flagged_only=flagged_only)
    return encode(file_of(header200, header300, [*judged, *_totals(settlement, invoice)]))


def _judged_records(settlement: Settlement, invoice: File, *, flagged_only: bool) -> Iterator[Record]:
    told = {record.index: record for record in settlement.records}
    flagged_bills = {record.bill_number for record in settlement.records if record.bill_number}
    for record in invoice.records:
        if "record_index" not in record.layout.by_key:
            continue
        index = record.whole("record_index")
        frame = record.type in ("20", "80") and record.whole("bill_number") in flagged_bills
        if index in told or frame or not flagged_only:
            yield _judged(settlement, record, told[index].errors if index in told else ())


def _judged(settlement: Settlement, record: Record, errors: tuple[RecordError, ...]) -> Record:
    slots: dict[str, Value] = {"comment": _comment(errors)}
    for slot, error in enumerate(errors, start=1):
        slots |= {f"letter_{slot}": error.letter, f"code_{slot}": error.code}
    detail = build(
        "detail",
        judged_sending_number=settlement.sending_number,
        judged_created=settlement.created,
        judged_month=settlement.month.compact,
        judged_fund=settlement.funds[0].fund if settlement.funds else 0,
        judged_record_index=record["record_index"],
        **slots,
    )
    return Record(layout=layout(f"{record.layout.name}+detail"), raw=record.raw + detail.raw)


def _comment(errors: tuple[RecordError, ...]) -> str:
    """The comments of a record in one zone, each cut to its share of the room."""
    if not any(error.comment for error in errors):
        return ""
    share = (COMMENT_LENGTH - len(errors) + 1) // len(errors)
    return SEPARATOR.join(plain(error.comment).replace(SEPARATOR, " ")[:share] for error in errors)


def _totals(settlement: Settlement, invoice: File) -> Iterator[Record]:
    summary = invoice.header300["month"] + invoice.header300["sending_number"]
    for one in settlement.funds:
        yield build(
            "record_91",
            fund=one.fund,
            summary_number=summary,
            asked_a=one.asked,
            asked=one.asked,
            accepted_a=one.accepted,
            accepted=one.accepted,
            refused_a=one.refused,
            refused=one.refused,
            record_count=one.record_count,
            control_number=one.control_number,
            payment_reference_a=one.payment_reference,
        )
    for last in invoice.of_type("96"):
        yield build(
            "record_92",
            fund=last["fund"],
            summary_number=summary,
            asked_a=settlement.asked,
            asked=settlement.asked,
            accepted_a=settlement.accepted,
            accepted=settlement.accepted,
            refused_a=settlement.refused,
            refused=settlement.refused,
            record_count=last["record_count"],
            control_number=last["control_number"],
        )
