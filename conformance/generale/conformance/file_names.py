"""By which names users find an invoice file on a worklist (project-defined).

Products name files in their own way. An item that holds any name of a file may be about it; one that holds
its reference, or its fund together with month or sending number, is about it beyond doubt.
"""

from collections.abc import Iterable, Iterator

from generale.conformance.expectation import holds_name
from generale.conformance.history import History, Seen
from generale.conformance.sent import Sent
from generale.conformance.told import successors
from generale.driver.observations import WorklistItem
from generale.protocol.calendar import CareMonth
from generale.protocol.flatfile import InvoiceFile
from generale.protocol.ids import FundNumber, Hco

_MONTHS = (
    ("januari", "january"), ("februari", "february"), ("maart", "march"), ("april", "april"),
    ("mei", "may"), ("juni", "june"), ("juli", "july"), ("augustus", "august"),
    ("september", "september"), ("oktober", "october"), ("november", "november"), ("december", "december"),
)  # fmt: skip
"""The months in Dutch and English."""


def items_about_file(history: History, seen: Seen, sent: Sent) -> list[WorklistItem]:
    """The items where users would find a file: at its number or one that continues it, with any of its names.

    All items there where the file cannot be read, so that nobody knows its names.
    """
    file, numbers = sent.invoice, numbers_of_file(history, sent)
    items = [
        item for view in seen.observation.facilities if view.facility in numbers for item in view.worklist
    ]
    if not isinstance(file, InvoiceFile):
        return items
    names = (*_references(sent, file), *_fund(history, file), *_month(file.month), *_sending_number(file))
    return [item for item in items if _holds_any(item, (*names, *_people(history, file)))]


def numbers_of_file(history: History, sent: Sent) -> tuple[Hco, ...]:
    """The facility number that sent a file, and those that continue it."""
    facility = history.facility_of(sent.facility)
    return successors(facility.hco, (move for _, move in history.takeovers)) if facility else ()


def files_named(history: History, item: WorklistItem, hco: Hco, seq: int) -> list[Sent]:
    """The files of a number that an item names beyond doubt, of those that had left by then."""
    return [
        one
        for one in history.messages
        if one.seq < seq and hco in numbers_of_file(history, one) and _is_named(history, item, one)
    ]


def _is_named(history: History, item: WorklistItem, sent: Sent) -> bool:
    file = sent.invoice
    if not isinstance(file, InvoiceFile):
        return _holds_any(item, [sent.reference])
    is_placed = _holds_any(item, (*_month(file.month), *_sending_number(file)))
    return _holds_any(item, _references(sent, file)) or (is_placed and _holds_any(item, _fund(history, file)))


def _holds_any(item: WorklistItem, names: Iterable[str]) -> bool:
    return any(holds_name(item.subject, name) for name in names)


def _references(sent: Sent, file: InvoiceFile) -> list[str]:
    """The message reference, and those that stand in the file itself."""
    inside = [one for one in (file.reference, file.file_reference) if one.strip("0 ")]
    return [sent.reference, *inside]


def _fund(history: History, file: InvoiceFile) -> list[str]:
    entry = history.profile.funds.get(FundNumber(f"{file.fund:03d}"))
    return [f"{file.fund:03d}", *((entry.name_nl, entry.name_en) if entry else ())]


def _month(month: CareMonth) -> list[str]:
    year, number = month.year, month.month
    return [
        f"{year}-{number:02d}",
        f"{year}{number:02d}",
        f"{number:02d}-{year}",
        f"{number}-{year}",
        *_MONTHS[number - 1],
    ]


def _sending_number(file: InvoiceFile) -> list[str]:
    number = file.sending_number
    return [f"{number}", f"{number:03d}", f"{file.month.compact}{number:03d}"]


def _people(history: History, file: InvoiceFile) -> Iterator[str]:
    for bill in file.bills:
        yield bill.insz
        for case in history.cases:
            if case.stay.is_known_as(bill.insz):
                yield from (version.person.family_name for version in case.stay.versions)
