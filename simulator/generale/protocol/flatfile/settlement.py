"""The settlement 920900: what a fund accepts and refuses of an invoice file, per record, with reasons.

Source: MyCareNet eFact. Letters: B refuses the file, F the bill, R the record; S and E refuse nothing. A
record without errors is accepted and may be left out of the answer.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from generale.protocol.calendar import CareMonth
from generale.protocol.errors import OurError
from generale.protocol.flatfile.file import File
from generale.protocol.flatfile.invoice import Bill, InvoiceFile, Line, bill_places
from generale.protocol.flatfile.invoice_reader import BillGroup, bill_groups, invoice_of
from generale.protocol.flatfile.record import Record
from generale.protocol.money import Euro

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
    """Zone 2 of the record in the invoice file."""
    record_type: str
    bill_number: int
    """The bill it belongs to; 0 for records 10 and 90 and where the answer leaves record 20 out."""
    errors: tuple[RecordError, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FundSettlement:
    """Record 91: what one fund was asked, accepts and refuses; accepted and refused make asked."""

    fund: int
    asked: Euro
    accepted: Euro
    refused: Euro
    record_count: int
    control_number: int
    payment_reference: str = ""
    """At most 22 characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """The answer of the fund to an invoice file."""

    reference: str
    """The sender's reference of the invoice file, fourteen digits."""
    fund_reference: str
    """The fund's own reference, fourteen digits."""
    month: CareMonth
    sending_number: int
    created: date
    """When the invoice file was created."""
    file_reference: str
    error_percentage: int
    """Hundredths of a percent of the records 10 to 90."""
    records: tuple[SettledRecord, ...]
    funds: tuple[FundSettlement, ...]
    test: bool = False

    @property
    def asked(self) -> Euro:
        """What the file asks, over all funds."""
        return Euro.total([one.asked for one in self.funds])

    @property
    def accepted(self) -> Euro:
        """What is paid, over all funds."""
        return Euro.total([one.accepted for one in self.funds])

    @property
    def refused(self) -> Euro:
        """What is not paid, over all funds."""
        return Euro.total([one.refused for one in self.funds])


@dataclass(frozen=True, slots=True, kw_only=True)
class LineDecision:
    """What happened to one line of a bill, with every reason that bears on it."""

    bill: Bill
    line: Line
    accepted: bool
    errors: tuple[RecordError, ...]


def line_decisions(settlement: Settlement, invoice: InvoiceFile) -> Iterator[LineDecision]:
    """The settlement read line by line, in the order of the invoice file it answers."""
    told = {record.index: record.errors for record in settlement.records}
    for place in bill_places(invoice):
        indexes = (place.head, *place.lines, place.total)
        refused = _bill_is_refused(indexes, (place.head, place.total), told)
        shared = (*told.get(place.head, ()), *told.get(place.total, ()))
        for index, line in zip(place.lines, place.bill.lines, strict=True):
            own = told.get(index, ())
            accepted = not refused and not _refuses(own, REFUSES_RECORD)
            yield LineDecision(bill=place.bill, line=line, accepted=accepted, errors=(*shared, *own))


def settle(
    invoice: File,
    errors: Mapping[int, Sequence[RecordError]],
    *,
    fund_reference: str,
    payment_reference: str = "",
) -> Settlement:
    """The settlement of an invoice file, given the errors of its records by their index (zone 2).

    Amounts follow from the errors: a bill or line that is refused is not paid. OurError for an index that
    the file does not have, or more errors than a record has room for.
    """
    told = {index: tuple(reasons) for index, reasons in errors.items() if reasons}
    groups = bill_groups(invoice.records)
    accepted: dict[int, Euro] = {}
    for group in groups:
        fund = group.head.whole("destination_fund")
        accepted[fund] = accepted.get(fund, Euro(0)) + _accepted(group, told)
    read = invoice_of(invoice)
    records = tuple(_settled_records(invoice, told))
    counted = sum("record_index" in one.layout.by_key for one in invoice.records)
    refused = sum(_refuses(one.errors, REFUSES_RECORD) for one in records)
    return Settlement(
        reference=read.reference,
        fund_reference=fund_reference,
        month=read.month,
        sending_number=read.sending_number,
        created=read.created,
        file_reference=read.file_reference,
        error_percentage=round(10_000 * refused / counted),
        records=records,
        funds=tuple(
            _fund_settlement(one, accepted.get(one.whole("fund"), Euro(0)), payment_reference)
            for one in invoice.of_type("95")
        ),
        test=read.test,
    )


def _settled_records(invoice: File, told: Mapping[int, tuple[RecordError, ...]]) -> Iterator[SettledRecord]:
    bill, known = 0, set[int]()
    for record in invoice.records:
        if "record_index" not in record.layout.by_key:
            continue
        bill = bill_number(record, bill)
        index = record.whole("record_index")
        known.add(index)
        if index in told:
            if len(told[index]) > SLOTS:
                raise OurError(f"record {index} has {len(told[index])} errors; {SLOTS} fit")
            yield SettledRecord(index=index, record_type=record.type, bill_number=bill, errors=told[index])
    if told.keys() - known:
        raise OurError(f"the file has no records {sorted(told.keys() - known)}")


def bill_number(record: Record, before: int) -> int:
    """The bill a record belongs to, given that of the record before it."""
    match record.type:
        case "20" | "80":
            return record.whole("bill_number")
        case "30":
            return before
        case _:
            return 0


def _refuses(errors: Sequence[RecordError], letters: frozenset[Letter]) -> bool:
    return any(error.letter in letters for error in errors)


def _bill_is_refused(
    indexes: Sequence[int], ends: tuple[int, int], told: Mapping[int, tuple[RecordError, ...]]
) -> bool:
    """A bill falls with F on any of its records, or R on its head or total."""
    return any(
        _refuses(told.get(index, ()), REFUSES_RECORD if index in ends else REFUSES_BILL) for index in indexes
    )


def _accepted(group: BillGroup, told: Mapping[int, tuple[RecordError, ...]]) -> Euro:
    records = [group.head, *group.lines, *([group.total] if group.total else [])]
    indexes = [one.whole("record_index") for one in records]
    if _bill_is_refused(indexes, (indexes[0], indexes[-1]), told):
        return Euro(0)
    return Euro.total(
        [
            line.euro("amount")
            for line in group.lines
            if not _refuses(told.get(line.whole("record_index"), ()), REFUSES_RECORD)
        ]
    )


def _fund_settlement(record95: Record, accepted: Euro, payment_reference: str) -> FundSettlement:
    asked = record95.euro("asked")
    return FundSettlement(
        fund=record95.whole("fund"),
        asked=asked,
        accepted=accepted,
        refused=asked - accepted,
        record_count=record95.whole("record_count"),
        control_number=record95.whole("control_number"),
        payment_reference=payment_reference,
    )
