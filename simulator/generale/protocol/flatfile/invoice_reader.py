"""Reading an invoice file 920000 back into bills and lines.

Source: RIZIV flat-file instructions. The reader looks only at the zones it needs, so it can read files
with technical faults; what it cannot understand is a PeerError with record, zone and byte. Bills with
other lines than records 30 are no bills of a care home (project-defined).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import TypeVar

from generale.protocol.errors import PeerError
from generale.protocol.flatfile.file import File, decode, expect_type
from generale.protocol.flatfile.invoice import Bill, BillKind, Contact, InvoiceFile, Line, PreviousBill
from generale.protocol.flatfile.invoice_writer import ENVIRONMENT, SEX_DIGIT
from generale.protocol.flatfile.record import Record

_T = TypeVar("_T")
_SEX = {digit: sex for sex, digit in SEX_DIGIT.items()}
_KIND = {kind.value: kind for kind in BillKind}


def read_invoice(raw: bytes) -> InvoiceFile:
    """The invoice file in these bytes; PeerError where they are none or cannot be understood."""
    return invoice_of(decode(raw))


def invoice_of(file: File) -> InvoiceFile:
    """The invoice file in a file that was already cut into records."""
    expect_type(file, "920000")
    head, fund = _one(file, "10"), _one(file, "95")
    groups = bill_groups(file.records)
    return InvoiceFile(
        provider=head["provider"],
        sending_number=head.whole("sending_number"),
        month=file.header300.month("month"),
        created=head.required_day("created"),
        invoice_date=_invoice_date(groups),
        reference=file.header200["reference"],
        file_reference=file.header300.text("file_reference"),
        test=file.header200.whole("environment") == ENVIRONMENT[True],
        fund=fund.whole("fund"),
        company_number=head["company_number"],
        iban=head.text("account_a_iban"),
        bic=head.text("account_a_bic"),
        contact=Contact(
            name=file.header300.text("contact_name"),
            first_name=file.header300.text("contact_first_name"),
            phone=file.header300["contact_phone"],
        ),
        bills=tuple(map(_bill, groups)),
    )


def _one(file: File, record_type: str) -> Record:
    record = file.first(record_type)
    if record is None:
        raise PeerError(f"the file has no record {record_type}", where=f"record {record_type}")
    return record


@dataclass(slots=True)
class BillGroup:
    """The records of one bill: a 20, its lines, and the 80 that closes them where there is one."""

    head: Record
    lines: list[Record] = field(default_factory=list)
    """Records 30, 40 and 50: what is billed."""
    notes: list[Record] = field(default_factory=list)
    """Records 25, 51 and 52: what is said about the bill or its lines."""
    total: Record | None = None

    @property
    def size(self) -> int:
        """How many records the bill has, counted as if its total were there."""
        return 2 + len(self.lines) + len(self.notes)

    @property
    def codes(self) -> Iterator[str]:
        """The nomenclature codes that zone 98 adds up: those of records 30, 40, 50, 51 and 52."""
        return (one["code"] for one in (*self.lines, *self.notes) if "code" in one.layout.cuts)


_LINES = frozenset({"30", "40", "50"})
_NOTES = frozenset({"25", "51", "52"})


def bill_groups(records: Iterable[Record]) -> tuple[BillGroup, ...]:
    """The records of each bill together; PeerError for a line, note or total without a bill."""
    groups: list[BillGroup] = []
    for record in records:
        type_ = record.layout.record_type
        if type_ == "20":
            groups.append(BillGroup(record))
            continue
        if type_ not in _LINES and type_ not in _NOTES and type_ != "80":
            continue
        if not groups or groups[-1].total:
            raise record.wrong("record_type", "the record belongs to no bill: record 20 is missing")
        if type_ == "80":
            groups[-1].total = record
        else:
            (groups[-1].lines if type_ in _LINES else groups[-1].notes).append(record)
    return tuple(groups)


def _invoice_date(groups: tuple[BillGroup, ...]) -> date:
    if not groups:
        raise PeerError("the file has no bill", where="record 20")
    return groups[0].head.required_day("invoice_date")


def _bill(group: BillGroup) -> Bill:
    head = group.head
    for one in (*group.lines, *group.notes):
        if one.type != "30":
            raise one.wrong("record_type", "a care home bills with records 30 alone")
    return Bill(
        number=head.whole("bill_number"),
        insz=head["insz"][2:],
        sex=_known(head, "sex", _SEX),
        kind=_known(head, "bill_kind", _KIND),
        affiliated_fund=head.whole("affiliated_fund"),
        destination_fund=head.whole("destination_fund"),
        admission_date=head.required_day("admission_date"),
        admission_time=_clock(head, "admission_time"),
        discharge_date=head.day("discharge_date"),
        facility_reference=head.text("facility_reference"),
        previous=_previous(head),
        lines=tuple(map(_line, group.lines)),
    )


def _known(record: Record, key: str, values: Mapping[int, _T]) -> _T:
    """What a digit stands for; PeerError where it stands for nothing."""
    digit = record.whole(key)
    if digit not in values:
        raise record.wrong(key, f"'{record[key]}' is none of {', '.join(map(str, values))}")
    return values[digit]


def _clock(record: Record, key: str) -> time:
    hours, minutes = divmod(record.whole(key), 100)
    try:
        return time(hours, minutes)
    except ValueError:
        raise record.wrong(key, f"'{record[key]}' is not a time") from None


def _previous(head: Record) -> PreviousBill | None:
    if not head.whole("previous_bill_number"):
        return None
    return PreviousBill(
        number=head.whole("previous_bill_number"),
        sending_number=head.whole("previous_sending_number"),
        fund=head.whole("previous_fund"),
        month=head.month("previous_month"),
        reference_a=head.text("fund_reference_a"),
        reference_b=head.text("fund_reference_b"),
    )


def _line(record: Record) -> Line:
    return Line(
        code=record["code"],
        first=record.required_day("first_day"),
        last=record.required_day("last_day"),
        days=record.whole("days"),
        amount=record.euro("amount"),
        service=record.whole("service"),
    )
