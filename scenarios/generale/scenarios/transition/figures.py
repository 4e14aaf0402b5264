"""What became of one house: a fold over its transcript, and nothing else but who lived there.

A month of a facility is blocked where one day that is due in it is still not settled so many days after its
end as ``BLOCKED_AFTER`` says; the facility's own entry counts as no excuse.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from generale.protocol.calendar import CareMonth
from generale.protocol.clock import brussels, parse_instant
from generale.protocol.flatfile import BillKind, InvoiceFile, line_decisions, read_invoice, read_settlement
from generale.protocol.ids import Hco
from generale.protocol.money import ZERO, Euro
from generale.protocol.profile import INVOICES, Counting, DayRule
from generale.results.events import Event, EventType
from generale.scenarios.cast import COMPETENCE_SINCE
from generale.scenarios.population.sector import End, Facility, Stay
from generale.scenarios.transition.agenda import begins, counted
from generale.scenarios.transition.part import HousePart

BLOCKED_AFTER = 30
"""Days after the end of a care month at which a day that is not settled blocks it (project-defined)."""

_STATEMENT, _STAYS = "920900", "admissions"

Evidence = Callable[[str], bytes]
"""The bytes that belong to a digest."""


@dataclass(slots=True)
class MonthFigures:
    """A care month of one facility: how many resident-days are due, and when so many were settled."""

    due: int = 0
    in_time: int = 0
    settled: int = 0
    complete: date | None = None
    """The day on which nothing was open any more."""

    @property
    def is_blocked(self) -> bool:
        """Whether a day was open too long."""
        return self.in_time < self.due


@dataclass(slots=True)
class FacilityFigures:
    """What became of one facility number; ``first_admission`` and ``first_settled`` are None until then."""

    hco: Hco
    type: str
    entry: date
    first_admission: date | None = None
    first_settled: date | None = None
    months: dict[CareMonth, MonthFigures] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class RecoveryFigures:
    """One claim of a fund: its letter, what is still open, and the day on which nothing was any more."""

    fund: str
    facility: Hco
    letter: date
    amount: Euro
    open: Euro
    repaid: date | None = None


@dataclass(slots=True)
class HouseFigures:
    """What became of one house."""

    house: str
    facilities: dict[Hco, FacilityFigures]
    messages: int = 0
    requests: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    """How often a message about a stay was refused, by its first control."""
    money: Counter[str] = field(default_factory=Counter)
    """Cents that were advanced, set-off, paid, and claimed."""
    recoveries: dict[str, RecoveryFigures] = field(default_factory=dict)
    """By the communication of their letter."""


def figures_of(
    events: Iterable[Event], evidence: Evidence, part: HousePart, counting: Counting, until: date
) -> HouseFigures:
    """The figures of a house from its transcript; the same transcript gives the same."""
    fold = _Fold(part, counting, until, evidence)
    for event in events:
        take = _TAKES.get(event.type)
        if take is not None:
            take(fold, event)
    return fold.figures


class _Fold:
    """One event after the other."""

    def __init__(self, part: HousePart, counting: Counting, until: date, evidence: Evidence) -> None:
        self._evidence = evidence
        self._hco = {str(one.nihii): one.hco for one in part.facilities}
        self._files: dict[tuple[str, str], InvoiceFile] = {}
        self._settled: set[tuple[str, str]] = set()
        facilities = {
            one.hco: FacilityFigures(one.hco, one.type.value, begins(part, one)) for one in part.facilities
        }
        self.figures = HouseFigures(house=part.house.house, facilities=facilities)
        for facility in part.facilities:
            self.figures.facilities[facility.hco].months = due_by_month(part, facility, counting, until)

    def requested(self, _event: Event) -> None:
        self.figures.requests += 1

    def acknowledged(self, event: Event) -> None:
        self.figures.messages += 1
        if event.ids["service"] == INVOICES:
            content = self._evidence(event.evidence)
            self._files[event.ids["facility"], event.ids["reference"]] = read_invoice(content)
        elif event.ids["service"] == _STAYS:
            facility = self._facility(event)
            facility.first_admission = facility.first_admission or _day(event)

    def decided(self, event: Event) -> None:
        if event.data["outcome"] == "refused":
            self.figures.refused[event.data["controls"][0]["control"]] += 1

    def replied(self, event: Event) -> None:
        if event.ids["kind"] != _STATEMENT:
            return
        name = event.ids["facility"], event.ids["about"]
        invoice = self._files.get(name)
        if invoice is None or name in self._settled:
            return
        self._settled.add(name)
        facility, today = self._facility(event), _day(event)
        statement = read_settlement(self._evidence(event.evidence))
        if statement.accepted > ZERO:
            facility.first_settled = facility.first_settled or today
        for one in line_decisions(statement, invoice):
            if one.accepted:
                sign = -1 if one.bill.kind is BillKind.CREDIT else 1
                _settle(facility, one.line.first, one.line.last, sign, today)

    def moved(self, event: Event) -> None:
        self.figures.money[event.type.value] += Euro.parse(event.data["amount"]).cents

    def claimed(self, event: Event) -> None:
        self.moved(event)
        amount = Euro.parse(event.data["amount"])
        self.figures.recoveries[event.ids["notice"]] = RecoveryFigures(
            fund=event.ids["fund"],
            facility=self._facility(event).hco,
            letter=_day(event),
            amount=amount,
            open=amount,
        )

    def repaid(self, event: Event) -> None:
        self.moved(event)
        recovery = self.figures.recoveries[event.ids["notice"]]
        recovery.open = Euro.parse(event.data["open"])
        if recovery.open <= ZERO:
            recovery.repaid = _day(event)

    def _facility(self, event: Event) -> FacilityFigures:
        return self.figures.facilities[self._hco[event.ids["facility"]]]


_TAKES: Mapping[EventType, Callable[[_Fold, Event], None]] = {
    EventType.REQUEST: _Fold.requested,
    EventType.ACKNOWLEDGED: _Fold.acknowledged,
    EventType.DECIDED: _Fold.decided,
    EventType.REPLIED: _Fold.replied,
    EventType.ADVANCED: _Fold.moved,
    EventType.SET_OFF: _Fold.moved,
    EventType.PAID: _Fold.moved,
    EventType.CLAIMED: _Fold.claimed,
    EventType.REPAID: _Fold.repaid,
}


def due_by_month(
    part: HousePart, facility: Facility, counting: Counting, until: date
) -> dict[CareMonth, MonthFigures]:
    """The resident-days of a facility that a fund has to pay, for every care month that is over."""
    months: dict[CareMonth, MonthFigures] = {}
    for stay in counted(part.stays):
        if stay.hco != facility.hco or not part.memberships[stay.insz]:
            continue
        for first, last in _months(*_due(stay, counting), until):
            months.setdefault(CareMonth.of(first), MonthFigures()).due += (last - first).days + 1
    return months


def _due(stay: Stay, counting: Counting) -> tuple[date, date]:
    """The first and the last day of a stay that are due; none where the last lies before the first."""
    died = stay.end_reason is End.DEATH
    if stay.end == stay.start:
        counts = _counts(counting.same_day, died=died)
        return stay.start, stay.start if counts else stay.start - timedelta(days=1)
    first = stay.start if _counts(counting.admission_day, died=died) else stay.start + timedelta(days=1)
    if stay.end is None:
        return first, date.max
    return first, stay.end if _counts(counting.last_day, died=died) else stay.end - timedelta(days=1)


def _counts(rule: DayRule, *, died: bool) -> bool:
    return rule is DayRule.COUNTS or (rule is DayRule.ON_DEATH and died)


def _months(first: date, last: date, until: date) -> Iterator[tuple[date, date]]:
    """A span of days cut at the ends of months, from the day the funds pay, as far as months are over."""
    for begin, end in _cut(max(first, COMPETENCE_SINCE), min(last, until)):
        if CareMonth.of(end).last <= until:
            yield begin, end


def _cut(first: date, last: date) -> Iterator[tuple[date, date]]:
    """A span of days cut at the ends of months."""
    while first <= last:
        end = min(last, CareMonth.of(first).last)
        yield first, end
        first = end + timedelta(days=1)


def _settle(facility: FacilityFigures, first: date, last: date, sign: int, today: date) -> None:
    """Count the days from a first to a last as settled today, or with a minus as credited."""
    for begin, end in _cut(first, last):
        month = facility.months.setdefault(CareMonth.of(begin), MonthFigures())
        days = sign * ((end - begin).days + 1)
        month.settled += days
        if today <= CareMonth.of(begin).last + timedelta(days=BLOCKED_AFTER):
            month.in_time += days
        if month.settled >= month.due and month.complete is None:
            month.complete = today


def _day(event: Event) -> date:
    return brussels(parse_instant(event.at)).date()
