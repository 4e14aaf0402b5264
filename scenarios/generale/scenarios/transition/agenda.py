"""What is entered in the product of a house, day by day, from its entry to the end of the transition.

On the day of entry its people enter everybody who has been there since the care funds pay; after it, what
happens on the day it happens, but for what they mistype or forget for a while. A week later they bill the
months before, one a day, and from then on each month on a fixed day of the next. All is project-defined.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random

from generale.driver import stimuli
from generale.protocol.calendar import CareMonth
from generale.protocol.clock import BRUSSELS
from generale.protocol.messages import EndReason
from generale.scenarios.cast import COMPETENCE_SINCE
from generale.scenarios.population.sector import End, Facility, Resident, Stay
from generale.scenarios.transition.habits import ARRIVES, DIES, LEAVES, Habits
from generale.scenarios.transition.part import HousePart

_ENTERED_IN, _ENTERED_OUT = time(14), time(11)
_OFFICE = time(9)
_OFFICE_AGAIN = time(10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """Something that the people of a house enter at a moment."""

    at: datetime
    stimulus: stimuli.Stimulus


def agenda_of(part: HousePart, habits: Habits, until: date, seed: int) -> list[Deed]:
    """Everything that is entered, up to and including a day, in order; the same arguments give the same."""
    chance = Random(f"{seed}/transition/agenda/{part.house.house}")  # noqa: S311  # repeatable on purpose
    entering = _Entering(part, habits, until, chance)
    deeds = [deed for one in part.facilities for deed in entering.of(one)]
    return sorted((deed for deed in deeds if deed.at.date() <= until), key=lambda deed: deed.at)


def begins(part: HousePart, facility: Facility) -> date:
    """The day from which a number takes part: that of the entry of its house, or its own first one."""
    return max(part.entry, facility.since)


def counted(stays: Sequence[Stay]) -> Iterator[Stay]:
    """The stays of which some of it lies after the day from which the care funds pay."""
    return (stay for stay in stays if stay.end is None or stay.end > COMPETENCE_SINCE)


@dataclass(frozen=True, slots=True)
class _Entering:
    """How one house enters what happens in it."""

    part: HousePart
    habits: Habits
    until: date
    chance: Random

    def of(self, facility: Facility) -> Iterator[Deed]:
        """Everything that is entered for one number."""
        first = begins(self.part, facility)
        stays = [stay for stay in counted(self.part.stays) if stay.hco == facility.hco]
        yield from self._history([stay for stay in stays if stay.start < first], first)
        for stay in stays:
            if stay.start >= first:
                entered = self._admission(stay)
                yield Deed(at=_at(stay.start, _ENTERED_IN), stimulus=entered)
                yield from self._mended(entered, stay.start)
            if stay.end is not None and stay.end >= first:
                yield Deed(at=_at(self._told(stay.end), _ENTERED_OUT), stimulus=_end(stay))
        yield from self._bills(facility, first)

    def _history(self, stays: Sequence[Stay], first: date) -> Iterator[Deed]:
        if not stays:
            return
        admissions = tuple(self._admission(stay) for stay in stays)
        ends = tuple(_end(stay) for stay in stays if stay.end is not None and stay.end < first)
        history = stimuli.ImportHistory(facility=stays[0].hco, admissions=admissions, ends=ends)
        yield Deed(at=_at(first, _OFFICE), stimulus=history)
        for entered in admissions:
            yield from self._mended(entered, first)

    def _admission(self, stay: Stay) -> stimuli.Admit:
        """An admission as it is entered: now and then with a date of birth a day too late."""
        resident = person(self.part.residents[stay.insz])
        if self.chance.random() < self.habits.mistyped:
            resident = replace(resident, birth_date=resident.birth_date + timedelta(days=1))
        return stimuli.Admit(
            facility=stay.hco,
            resident=resident,
            stay_type=stay.stay_type,
            start=datetime.combine(stay.start, ARRIVES, BRUSSELS),
        )

    def _mended(self, entered: stimuli.Admit, day: date) -> Iterator[Deed]:
        """The right date of birth, some days after the wrong one."""
        true = person(self.part.residents[entered.resident.insz])
        if entered.resident != true:
            stimulus = stimuli.Correct(
                facility=entered.facility, insz=true.insz, stay=entered.start, resident=true
            )
            later = day + timedelta(days=self.chance.randint(*self.habits.mended_within))
            yield Deed(at=_at(later, _OFFICE_AGAIN), stimulus=stimulus)

    def _told(self, end: date) -> date:
        """The day on which an end of stay is entered."""
        is_late = self.chance.random() < self.habits.late_end
        return end + timedelta(days=self.chance.randint(*self.habits.late_by) if is_late else 0)

    def _bills(self, facility: Facility, first: date) -> Iterator[Deed]:
        month = CareMonth.of(max(COMPETENCE_SINCE, facility.since))
        last = min(facility.until or self.until, self.until)
        day = first + timedelta(days=self.habits.history_billed_from - 1)
        while month.first <= last:
            following = month.shifted(1).first
            day = max(day + timedelta(days=1), following.replace(day=self.habits.billing_day))
            bill = stimuli.BillMonth(facility=facility.hco, month=month)
            yield Deed(at=_at(day, _OFFICE), stimulus=bill)
            for again in self._again(day):
                yield Deed(at=_at(again, _OFFICE), stimulus=bill)
                yield Deed(
                    at=_at(again, _OFFICE), stimulus=stimuli.Rebill(facility=facility.hco, month=month)
                )
            month = month.shifted(1)

    def _again(self, billed: date) -> Iterator[date]:
        """The days on which a month goes again, after the day on which it was first billed."""
        month, left = CareMonth.of(billed), self.habits.rebilled_for
        while left:
            day = month.first.replace(day=self.habits.rebilling_day)
            if day > billed + timedelta(days=7):
                left -= 1
                yield day
            month = month.shifted(1)


def person(resident: Resident) -> stimuli.Person:
    """A resident as they are."""
    return stimuli.Person(
        insz=resident.insz,
        family_name=resident.family_name,
        given_name=resident.given_name,
        birth_date=resident.birth_date,
        sex=resident.sex,
    )


def _end(stay: Stay) -> stimuli.EndStay:
    assert stay.end is not None
    died = stay.end_reason is End.DEATH
    return stimuli.EndStay(
        facility=stay.hco,
        insz=stay.insz,
        end=datetime.combine(stay.end, DIES if died else LEAVES, BRUSSELS),
        reason=EndReason.DEATH if died else EndReason.DEPARTURE,
    )


def _at(day: date, moment: time) -> datetime:
    return datetime.combine(day, moment, BRUSSELS)
