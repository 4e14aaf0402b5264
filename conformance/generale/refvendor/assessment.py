"""Assessments: what is sent of the scores that were recorded, and which category is shown of a stay."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any

from generale.protocol.clock import BRUSSELS, Clock, brussels
from generale.protocol.errors import OurError
from generale.protocol.messages import Assessment, Category, Decision, Dependence, Outcome
from generale.refvendor.dossier import Kind, Notice, Stay
from generale.refvendor.switches import Switches

_ITEMS = ("washing", "dressing", "moving", "toilet", "continence", "eating")
_DEPENDS = (Dependence.SEVERE, Dependence.FULL)


class Assessor:
    """Writes assessments: the scores as they were recorded, and nothing of our own in their place."""

    def __init__(self, clock: Clock, switches: Switches) -> None:
        self._clock = clock
        self._switches = switches

    def message(self, notice: Notice) -> Assessment:
        """The message that tells an assessment."""
        told = notice.assessed
        if told is None:
            raise OurError("an assessment is told that nobody recorded")
        recorded = Assessment(
            facility=notice.facility,
            insz=notice.stay.facts.resident.insz,
            assessed=told.assessed,
            assessor=told.assessor,
            washing=told.washing,
            dressing=told.dressing,
            moving=told.moving,
            toilet=told.toilet,
            continence=told.continence,
            eating=told.eating,
            time=told.time,
            place=told.place,
            dementia=told.dementia,
            diagnosed=told.diagnosed,
        )
        return self._dated(self._diagnosed(self._scored(recorded)))

    def _scored(self, recorded: Assessment) -> Assessment:
        """What is sent of the scores: as they were recorded."""
        if self._switches.on("orientation-scores-left-out"):
            return replace(recorded, time=Dependence.NONE, place=Dependence.NONE)
        if self._switches.on("scores-as-yes-or-no"):
            scores: dict[str, Any] = {item: _yes_or_no(getattr(recorded, item)) for item in _ITEMS}
            return replace(recorded, **scores)
        return recorded

    def _diagnosed(self, recorded: Assessment) -> Assessment:
        """What is sent of a diagnosis: with the date on which it was made."""
        if not recorded.dementia:
            return recorded
        if self._switches.on("diagnosis-without-date"):
            return replace(recorded, diagnosed=None)
        if self._switches.on("diagnosis-dated-today"):
            return replace(recorded, diagnosed=self._today)
        if self._switches.on("diagnosis-left-out"):
            return replace(recorded, dementia=False, diagnosed=None)
        return recorded

    def _dated(self, recorded: Assessment) -> Assessment:
        """The day and the assessor that are sent: those that were recorded."""
        if self._switches.on("assessor-is-who-sends"):
            return replace(recorded, assessor="Administratie")
        if self._switches.on("assessment-dated-today"):
            return replace(recorded, assessed=self._today)
        return recorded

    @property
    def _today(self) -> date:
        return brussels(self._clock.now()).date()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """The category of a stay as users see it, and the first day on which it counts."""

    category: Category | None = None
    since: date | None = None


def category_shown(stay: Stay, switches: Switches) -> Shown:
    """What was decided last, by the day from which it counts; nothing while nothing was."""
    assessed = [one for one in stay.notices if one.kind is Kind.ASSESSMENT]
    if not assessed:
        return Shown()
    if switches.on("own-category-shown"):
        return _own(assessed[-1])
    decided = [(one, one.decision) for one in assessed if _is_accepted(one.decision)]
    if not decided:
        return _own(assessed[-1]) if switches.on("own-category-until-decided") else Shown()
    first = min if len(decided) > 1 and switches.on("first-category-kept") else max
    notice, decision = first(decided, key=lambda one: _rank(one[1]))
    assert decision is not None
    since = brussels(decision.start).date() if decision.start else None
    if notice.assessed and switches.on("category-from-its-own-day"):
        since = notice.assessed.assessed
    return Shown(category=decision.category, since=since)


def _is_accepted(decision: Decision | None) -> bool:
    return decision is not None and decision.outcome is Outcome.ACCEPTED


def _rank(decision: Decision | None) -> tuple[datetime, datetime]:
    assert decision is not None
    return decision.start or datetime.combine(date.min, time(), BRUSSELS), decision.decided


def _own(notice: Notice) -> Shown:
    """A mistake: a category of our own making, by the physical items alone; by right the platform decides."""
    told = notice.assessed
    if told is None:
        return Shown()
    count = sum(getattr(told, item) in _DEPENDS for item in _ITEMS)
    category = (Category.O, Category.A, Category.A, Category.B, Category.B, Category.C, Category.C)[count]
    return Shown(category=category, since=told.assessed)


def _yes_or_no(score: Dependence) -> Dependence:
    return Dependence.FULL if score in _DEPENDS else Dependence.NONE
