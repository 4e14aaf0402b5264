"""Check of the chapter invoice form: when the file was made, and the date on its bills."""

from collections.abc import Iterator
from datetime import date, datetime

from generale.conformance.checks.check import Occasion, Outcome, check, wrong
from generale.conformance.checks.place import zone_spot
from generale.conformance.expectation import month_told, returned_before
from generale.conformance.history import History
from generale.conformance.sent import Sent
from generale.driver.stimuli import BillMonth, Rebill
from generale.protocol.clock import brussels, parse_instant
from generale.protocol.flatfile import File, InvoiceFile, Record
from generale.results.verdicts import EvidenceKind


@check(
    "CK-IFO-06",
    disproves=("RQ-IFO-06",),
    evidence=EvidenceKind.WIRE,
    codes=("creation-date-wrong", "invoice-date-before-billing", "invoice-date-after-creation"),
)
def dated_when_it_was_made(history: History) -> Iterator[Outcome]:
    """Creation date and invoice date lie between billing, or repair, and sending."""
    for sent in history.messages:
        invoice, file = sent.invoice, sent.file
        if history.set_up is None or not isinstance(invoice, InvoiceFile) or not isinstance(file, File):
            continue
        found = [*_creation(history, sent, invoice, file), *_invoice_date(history, sent, invoice, file)]
        reported: set[str] = set()
        for code, record, key, expected in found:
            if code in reported:
                continue
            reported.add(code)
            yield wrong(
                history,
                code,
                zone_spot(sent, record, key),
                expected=expected,
                received=_words(record[key]),
                cause="dates of invoice files",
            )
        if not found:
            yield Occasion(sent.seq)


Wrong = tuple[str, Record, str, str]
"""Code, record, zone, and what was expected."""


def _creation(history: History, sent: Sent, invoice: InvoiceFile, file: File) -> Iterator[Wrong]:
    """The day of sending; the day on which billing was told, or that of the repair, is taken as well."""
    last = _day(sent.at)
    told = month_told(history, invoice, sent.seq, BillMonth, Rebill)
    back = returned_before(history, sent)
    days = [_day(told.at)] if told else []
    days += [_day(parse_instant(one.at)) for one in history.events if one.seq in back]
    first = max(days, default=last)
    for record in (file.header300, *file.of_type("10")):
        if "created" in record.layout.by_key and not _flat(first) <= record["created"] <= _flat(last):
            expected = str(last) if first == last else f"{first} to {last}"
            yield "creation-date-wrong", record, "created", expected


def _invoice_date(history: History, sent: Sent, invoice: InvoiceFile, file: File) -> Iterator[Wrong]:
    """Not before billing was last told, not after the file was made; a repaired file keeps its date."""
    origin = min((sent, *returned_before(history, sent).values()), key=lambda one: one.seq)
    told = month_told(history, invoice, origin.seq, BillMonth)
    for record in (*file.of_type("20"), *file.of_type("80")):
        stated = record["invoice_date"]
        if told and stated < _flat(_day(told.at)):
            expected = f"{_day(told.at)}, the day of billing, or later"
            yield "invoice-date-before-billing", record, "invoice_date", expected
        if stated > _flat(invoice.created):
            expected = f"{invoice.created}, the day of creation, or earlier"
            yield "invoice-date-after-creation", record, "invoice_date", expected


def _day(at: datetime) -> date:
    return brussels(at).date()


def _flat(day: date) -> str:
    """A day as it stands in a zone: digits that sort as days do."""
    return f"{day:%Y%m%d}"


def _words(zone: str) -> str:
    return f"{zone[:4]}-{zone[4:6]}-{zone[6:]}"
