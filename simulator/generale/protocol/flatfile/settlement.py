"""The settlement 920900: what a fund accepts and refuses of an invoice file, per record, with reasons.

Source: MyCareNet eFact. A record without errors is accepted and may be left out of the answer.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from generale.protocol.flatfile.file import File
from generale.protocol.flatfile.invoice import Bill, InvoiceFile, Line, bill_places
from generale.protocol.flatfile.invoice_reader import bill_groups, invoice_of
from generale.protocol.flatfile.judged import (
    REFUSES_RECORD,
    Counted,
    Errors,
    Judged,
    RecordError,
    accepted_lines,
    bill_is_refused,
    error_percentage,
    refuses,
    settled_records,
    span_of,
)
from generale.protocol.flatfile.record import Record
from generale.protocol.money import Euro


@dataclass(frozen=True, slots=True, kw_only=True)
class FundSettlement:
    """Record 91: what one fund was asked, accepts and refuses; accepted and refused make asked.

    Fund, count and control number are echoed, and 0 where they cannot be read.
    """

    fund: int
    asked: Euro
    accepted: Euro
    refused: Euro
    record_count: int
    control_number: int
    payment_reference: str = ""
    """At most 22 characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement(Judged):
    """The answer of the fund to an invoice file that it has taken in."""

    funds: tuple[FundSettlement, ...]

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


def line_decisions(judged: Judged, invoice: InvoiceFile) -> Iterator[LineDecision]:
    """An answer read line by line, in the order of the invoice file that it is about."""
    told = {record.index: record.errors for record in judged.records}
    for place in bill_places(invoice):
        indexes = (place.head, *place.lines, place.total)
        refused = bill_is_refused(indexes, (place.head, place.total), told)
        shared = (*told.get(place.head, ()), *told.get(place.total, ()))
        for index, line in zip(place.lines, place.bill.lines, strict=True):
            own = told.get(index, ())
            accepted = not refused and not refuses(own, REFUSES_RECORD)
            yield LineDecision(bill=place.bill, line=line, accepted=accepted, errors=(*shared, *own))


def settle(
    invoice: File,
    errors: Errors,
    *,
    fund_reference: str,
    payment_reference: str = "",
    counted: Counted = Counted.RECORDS,
) -> Settlement:
    """The settlement of an invoice file, given the errors of its records by their index (zone 2).

    Amounts follow from the errors: a bill or line that is refused is not paid. OurError for an index that
    the file does not have, or more errors than a record has room for.
    """
    accepted: dict[int, Euro] = {}
    for group in bill_groups(invoice.records):
        fund = group.head.whole("destination_fund")
        taken = set(accepted_lines(span_of(group), errors))
        amounts = [line.euro("amount") for line in group.lines if line.whole("record_index") in taken]
        accepted[fund] = Euro.total([accepted.get(fund, Euro(0)), *amounts])
    read = invoice_of(invoice)
    return Settlement(
        reference=read.reference,
        fund_reference=fund_reference,
        month=read.month,
        sending_number=read.sending_number,
        created=read.created,
        file_reference=read.file_reference,
        error_percentage=error_percentage(invoice, errors, counted),
        records=tuple(settled_records(invoice, errors)),
        funds=tuple(
            _fund_settlement(one, accepted.get(one.whole("fund"), Euro(0)), payment_reference)
            for one in invoice.of_type("95")
        ),
        test=read.test,
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
