"""Who stayed where, by what was sent and accepted: the oracle's own reckoning.

A message counts from its acceptance on. A correction that is accepted replaces what the corrected message
says, also where that was refused; a withdrawal that is accepted takes it away. Numbers that were taken over
carry each other's stays, each for its days. A stay that goes on in another type is of that type from the hour
on that the counting table says.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import TypeAlias

from generale.protocol.clock import brussels
from generale.protocol.ids import Hco, Insz, Reference
from generale.protocol.messages import (
    Admission,
    ChangeOfStayType,
    Correction,
    EndOfStay,
    StayType,
    Withdrawal,
)
from generale.protocol.profile import Counting

_ONE_DAY = timedelta(days=1)

Fact: TypeAlias = Admission | EndOfStay | ChangeOfStayType


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """From a first to a last day, both included, under a number.

    ``later`` tells from which days on it is of other types.
    """

    hco: Hco
    stay_type: StayType
    first: date
    last: date
    later: tuple[tuple[date, StayType], ...] = ()

    def type_on(self, day: date) -> StayType:
        """The type of the stay on a day."""
        return next((kind for since, kind in reversed(self.later) if since <= day), self.stay_type)


@dataclass(slots=True)
class _Said:
    """An original message with its accepted corrections."""

    original: Fact
    now: Fact
    is_accepted: bool = False
    corrections: dict[Reference, Correction] = field(default_factory=dict)


class Stays:
    """The accepted stays of everybody."""

    def __init__(self, counting: Counting) -> None:
        self._counting = counting
        self._said: dict[Reference, _Said] = {}
        self._root: dict[Reference, Reference] = {}
        self._withdrawals: dict[Reference, Reference] = {}
        self._of: dict[Insz, dict[Reference, Fact]] = {}
        self._taken_over: list[tuple[Hco, Hco, date]] = []

    def received(self, reference: Reference, message: Fact | Correction | Withdrawal) -> None:
        """A message is there, and waits for its decision."""
        if isinstance(message, Withdrawal):
            self._withdrawals[reference] = self._root.get(message.withdraws, message.withdraws)
        elif isinstance(message, Correction):
            root = self._root.get(message.corrects, message.corrects)
            if root in self._said:
                self._root[reference] = root
                self._said[root].corrections[reference] = message
        elif reference not in self._said:
            self._said[reference] = _Said(message, message)

    def accepted(self, reference: Reference, start: datetime | None) -> None:
        """A message is accepted; ``start`` is the one that the decision gives to an admission."""
        taken_back = self._said.get(self._withdrawals.get(reference, reference))
        if reference in self._withdrawals and taken_back is not None:
            self._taken_back(self._withdrawals[reference], taken_back.now)
            return
        root = self._root.get(reference, reference)
        said = self._said.get(root)
        if said is None:
            return
        self._of.get(said.now.insz, {}).pop(root, None)
        said.is_accepted = True
        if reference in said.corrections:
            said.now = _corrected(said.now, said.corrections[reference])
        if start is not None and isinstance(said.now, Admission):
            said.now = replace(said.now, start=start)
        self._of.setdefault(said.now.insz, {})[root] = said.now

    def _taken_back(self, root: Reference, fact: Fact) -> None:
        """A fact is no more, and with an admission neither are the changes of its stay."""
        mine = self._of.get(fact.insz, {})
        if mine.pop(root, None) is None or not isinstance(fact, Admission):
            return
        later = (one.start for one in mine.values() if isinstance(one, Admission) and one.start > fact.start)
        until = min(later, default=None)
        for reference, one in tuple(mine.items()):
            if not isinstance(one, ChangeOfStayType) or not self._same_house(one, fact):
                continue
            if fact.start <= one.start and (until is None or one.start < until):
                del mine[reference]

    def taken_over(self, old: Hco, new: Hco, first_day: date) -> None:
        """From a day on a number carries the stays of another."""
        self._taken_over.append((old, new, first_day))

    def of(self, insz: Insz) -> Iterator[Stay]:
        """The accepted stays of a person; one that has not ended lasts for ever."""
        facts = self._of.get(insz, {}).values()
        ends = sorted((fact for fact in facts if isinstance(fact, EndOfStay)), key=lambda one: one.end)
        starts = sorted(
            (fact for fact in facts if isinstance(fact, Admission)), key=lambda admission: admission.start
        )
        for place, admission in enumerate(starts):
            following = (one.start for one in starts[place + 1 :] if self._same_house(one, admission))
            until = next(following, None)
            fitting = (
                one.end
                for one in ends
                if one.end >= admission.start
                and (until is None or one.end <= until)
                and self._same_house(one, admission)
            )
            end = next(fitting, None)
            changes = sorted(
                (
                    fact
                    for fact in facts
                    if isinstance(fact, ChangeOfStayType)
                    and self._same_house(fact, admission)
                    and admission.start <= fact.start
                    and (until is None or fact.start < until)
                ),
                key=lambda one: one.start,
            )
            later = tuple((self._first_day(one), one.stay_type) for one in changes)
            yield from self._under_its_numbers(admission, date.max if end is None else _day(end), later)

    def _first_day(self, change: ChangeOfStayType) -> date:
        """The first day of the new type: that of the change, where it comes early enough in the day."""
        moment = brussels(change.start)
        is_late = moment.hour >= self._counting.new_type_before
        return moment.date() + _ONE_DAY if is_late else moment.date()

    def _same_house(self, one: Fact, other: Fact) -> bool:
        return one.facility in self._numbers(other.facility)

    def _numbers(self, hco: Hco) -> set[Hco]:
        """A number and all that took it over, one after the other, or that it took over."""
        known = {hco}
        for old, new, _ in self._taken_over:
            if old in known or new in known:
                known |= {old, new}
        return known

    def _under_its_numbers(
        self, admission: Admission, last: date, later: tuple[tuple[date, StayType], ...]
    ) -> Iterator[Stay]:
        hco, first = admission.facility, _day(admission.start)
        whole = Stay(hco=hco, stay_type=admission.stay_type, first=first, last=last, later=later)
        for old, new, first_day in self._taken_over:
            if old == hco and first < first_day <= last:
                yield replace(whole, hco=hco, first=first, last=first_day - _ONE_DAY)
                hco, first = new, first_day
        yield replace(whole, hco=hco, first=first)


def _corrected(fact: Fact, correction: Correction) -> Fact:
    if isinstance(fact, Admission):
        return replace(
            fact,
            facility=correction.facility,
            insz=correction.insz,
            stay_type=correction.stay_type or fact.stay_type,
            start=correction.start or fact.start,
        )
    if isinstance(fact, ChangeOfStayType):
        return fact
    return replace(
        fact,
        facility=correction.facility,
        insz=correction.insz,
        end=correction.end or fact.end,
        reason=correction.reason or fact.reason,
    )


def _day(moment: datetime) -> date:
    return brussels(moment).date()
