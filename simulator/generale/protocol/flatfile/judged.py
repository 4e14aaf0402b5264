"""What the answers 920098, 920099 and 920900 have in common: the records of a file with their errors.

Source: MyCareNet eFact. Letters: B refuses the file, F the bill, R the record; S and E refuse nothing. A
record without errors may be left out of an answer, so a record is known by its index and not by its place.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from generale.protocol.calendar import CareMonth
from generale.protocol.errors import OurError
from generale.protocol.flatfile.file import File
from generale.protocol.flatfile.invoice_reader import BillGroup, bill_groups
from generale.protocol.flatfile.record import Record

SLOTS = 3
"""How many errors fit behind one record."""


class Letter(StrEnum):
    """What an error does; in real answers a slot without error may hold 0, 1, 9 or a blank."""

    FILE = "B"
    """Blocking: the whole file is refused."""
    BILL = "F"
    """The bill, records 20 to 80, is refused."""
    RECORD = "R"
    """The record is refused."""
    SIGNAL = "S"
    """Flagged but accepted."""
    EXCLUDED = "E"
    """For information."""


REFUSES_BILL = frozenset({Letter.FILE, Letter.BILL})
REFUSES_RECORD = frozenset({Letter.FILE, Letter.BILL, Letter.RECORD})


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordError:
    """One reason: a letter, a code of record (2), zone (2) and error (2), and a comment.

    The comment starts with the id of the control; all comments of a record share 200 characters.
    """

    letter: Letter
    code: str
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SettledRecord:
    """A record of the invoice file with at least one error."""

    index: int
    """Zone 2 of the record in the invoice file; 0 where an answer does not let it be read."""
    record_type: str
    bill_number: int
    """The bill it belongs to; 0 for records 10 and 90, and where an answer leaves record 20 out or its number
    cannot be read.
    """
    errors: tuple[RecordError, ...]


Errors = Mapping[int, Sequence[RecordError]]
"""What is wrong with the records of a file, by their index (zone 2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What every answer with judged records says of the invoice file that it is about.

    What it echoes may be what it refuses: where a number cannot be read it is 0, and a day, month or
    percentage None.
    """

    reference: str
    """The sender's reference of the invoice file, fourteen digits."""
    fund_reference: str
    """The fund's own reference, fourteen digits."""
    month: CareMonth | None
    sending_number: int
    created: date | None
    """When the invoice file was created."""
    file_reference: str
    error_percentage: int | None
    """Hundredths of a percent; funds differ in what they count."""
    records: tuple[SettledRecord, ...]
    test: bool = False


class Counted(StrEnum):
    """Of what the error percentage is a share; funds differ (seen in real answers)."""

    RECORDS = "records"
    """Records with a refusing letter, of all records 10 to 90, head and total of the file included."""
    LINES = "lines"
    """Refused lines, of all lines."""
    BILLS = "bills"
    """Bills with a refused line, of all bills: one refused bill of one gives 100 %."""


def error_percentage(invoice: File, errors: Errors, counted: Counted) -> int:
    """The share of what is refused, in hundredths of a percent, rounded half to even."""
    whole = sum("record_index" in one.layout.cuts for one in invoice.records)
    return share_of_errors(list(map(span_of, bill_groups(invoice.records))), whole, errors, counted)


class Span(NamedTuple):
    """Which records a bill has, by their indexes."""

    head: int
    lines: tuple[int, ...]
    total: int


def span_of(group: BillGroup) -> Span:
    """The records of a bill in a file."""
    lines = tuple(one.whole("record_index") for one in group.lines)
    head = group.head.whole("record_index")
    total = group.total.whole("record_index") if group.total else head
    return Span(head=head, lines=lines, total=total)


def share_of_errors(bills: Sequence[Span], records: int, errors: Errors, counted: Counted) -> int:
    """The share of what is refused, given which records each bill has and how many there are in all."""
    match counted:
        case Counted.RECORDS:
            whole = records
            part = sum(refuses(reasons, REFUSES_RECORD) for reasons in errors.values())
        case Counted.LINES:
            whole = sum(len(bill.lines) for bill in bills)
            part = sum(len(bill.lines) - len(accepted_lines(bill, errors)) for bill in bills)
        case Counted.BILLS:
            whole = len(bills)
            part = sum(len(accepted_lines(bill, errors)) < len(bill.lines) for bill in bills)
    return round(10_000 * part / whole) if whole else 0


def accepted_lines(bill: Span, errors: Errors) -> list[int]:
    """The lines of a bill that are accepted, by index, as far as the errors of its own records tell."""
    if bill_is_refused((bill.head, *bill.lines, bill.total), (bill.head, bill.total), errors):
        return []
    return [index for index in bill.lines if not refuses(errors.get(index, ()), REFUSES_RECORD)]


def bill_is_refused(indexes: Sequence[int], ends: tuple[int, int], errors: Errors) -> bool:
    """Whether a bill falls: with F on any of its records, or R on its head or total."""
    return any(
        refuses(errors.get(index, ()), REFUSES_RECORD if index in ends else REFUSES_BILL) for index in indexes
    )


def refuses(errors: Sequence[RecordError], letters: frozenset[Letter]) -> bool:
    """Whether one of these errors has one of these letters."""
    return any(error.letter in letters for error in errors)


def settled_records(invoice: File, errors: Errors) -> Iterator[SettledRecord]:
    """The records of a file that have errors.

    OurError for an index that the file does not have, or more errors than a record has room for.
    """
    bill, known = 0, set[int]()
    for record in invoice.records:
        if "record_index" not in record.layout.by_key:
            continue
        bill = bill_number(record, bill)
        index = record.whole("record_index")
        known.add(index)
        if reasons := tuple(errors.get(index, ())):
            if len(reasons) > SLOTS:
                raise OurError(f"record {index} has {len(reasons)} errors; {SLOTS} fit")
            yield SettledRecord(index=index, record_type=record.type, bill_number=bill, errors=reasons)
    if unknown := {index for index, reasons in errors.items() if reasons} - known:
        raise OurError(f"the file has no records {sorted(unknown)}")


def bill_number(record: Record, before: int) -> int:
    """The bill a record belongs to, given that of the record before it."""
    match record.type:
        case "20" | "80":
            return record.whole("bill_number")
        case "10" | "90":
            return 0
        case _:
            return before
