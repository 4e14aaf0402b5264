"""Who lives in one house, day after day: admissions, ends, deaths, and moves between its types of stay.

A bed holds one person a night, and a person is in one place: a bed is filled only when it is free, by
somebody new or by somebody of the house who leaves where they were on that same day. Who comes by day takes a
chair, which is counted like a bed. Days are ordinals; the night of the day of leaving is not spent.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from heapq import heappop, heappush
from random import Random

from generale.driver.setup import FacilityType
from generale.protocol.messages import StayType
from generale.protocol.messages.dependency import Category
from generale.scenarios.population.houses import HOSTED
from generale.scenarios.population.parameters import Parameters
from generale.scenarios.population.sector import End, Facility

_SEVERITY = {
    kind: n
    for n, kind in enumerate((Category.O, Category.A, Category.D, Category.B, Category.C, Category.CD))
}
"""Categories from the least care to the most, so that nobody gets better by moving (project-defined)."""

_LEAST_BEFORE_MOVE = 30
"""Days in a ROB bed before somebody moves to an RVT bed."""

_LEAST_SHORT_STAY = 3
"""Days of short stay that must be left in the year for somebody to come again."""

_LONGEST_AWAY = 365
"""Days after leaving a short stay or day care, after which nobody comes to live in the house any more."""

_SEARCHES = 4
"""How many people of the house are looked at before somebody new comes."""

_HOME = HOSTED[FacilityType.WZC]


@dataclass(slots=True)
class Lived:
    """One stay."""

    facility: Facility
    kind: StayType
    start: int
    end: int
    reason: End
    category: Category
    incontinent: bool


@dataclass(slots=True, eq=False)
class Person:
    """Somebody of the house with their stays in order, and the bed of the last one."""

    stays: list[Lived] = field(default_factory=list)
    bed: "Bed | None" = None
    is_settled: bool = False
    """Whether they have come to live in the house."""

    @property
    def last(self) -> Lived:
        """The stay that began last."""
        return self.stays[-1]

    def is_dead(self, day: int) -> bool:
        """Whether they died on this day or before."""
        return self.last.end <= day and self.last.reason is End.DEATH


@dataclass(slots=True, eq=False)
class Bed:
    """A place of one type; something happens to it on the day ``free``: it is left, or filled."""

    number: int
    facility: Facility
    kind: StayType
    free: int = 0
    guest: Person | None = None

    @property
    def opens(self) -> int:
        """The first day of its facility."""
        return self.facility.since.toordinal()

    @property
    def closes(self) -> int | None:
        """The last day of its facility, on which the last ones leave."""
        return self.facility.until.toordinal() if self.facility.until else None


class Customs:
    """The parameters of living, prepared once for all houses."""

    def __init__(self, parameters: Parameters) -> None:
        self.stays = parameters.stays
        self.since, self.until = parameters.period.since.toordinal(), parameters.period.until.toordinal()
        self.incontinence = parameters.incontinence
        self._categories = {
            kind: (list(shares), list(shares.values())) for kind, shares in parameters.categories.items()
        }

    def length(self, kind: StayType, chance: Random) -> int:
        """Nights of a stay; with its last day it is not longer than the longest."""
        habits = self.stays.of(kind)
        return min(1 + int(chance.expovariate(1 / habits.mean)), habits.longest - 1)

    def gap(self, kind: StayType, chance: Random) -> int:
        """Nights during which a bed stays empty."""
        habits = self.stays.of(kind)
        mean = habits.mean * (1 - habits.occupancy) / habits.occupancy
        return int(chance.expovariate(1 / mean)) if mean else 0

    def category(self, kind: StayType, before: Lived | None, chance: Random) -> Category:
        """The category on moving in: never one of less care than before."""
        kinds, weights = self._categories[kind]
        found = chance.choices(kinds, weights)[0]
        if before is not None and _SEVERITY[before.category] > _SEVERITY[found]:
            return before.category
        return found

    def beds(self, facilities: Sequence[Facility]) -> Iterator[Bed]:
        """Every bed and every chair of these facilities."""
        number = 0
        for facility in facilities:
            for kind in HOSTED[facility.type]:
                for _ in range(round(facility.places(kind) * self.stays.of(kind).people_per_place)):
                    yield Bed(number, facility, kind)
                    number += 1


class HouseLife:
    """The life of one house over the period."""

    def __init__(self, customs: Customs, facilities: Sequence[Facility], chance: Random) -> None:
        self.people: list[Person] = []
        self._customs, self._chance = customs, chance
        self._beds = list(customs.beds(facilities))
        self._rob = [bed for bed in self._beds if bed.kind is StayType.ROB]
        self._lendable = iter(self._rob)
        self._visitors: list[Person] = []
        self._due: list[tuple[int, int]] = []

    def live(self) -> list[Person]:
        """Let everybody live until the last day; everybody who was there, with all their stays in order."""
        for bed in self._beds:
            self._begin(bed)
        while self._due:
            day, number = heappop(self._due)
            bed = self._beds[number]
            if day == bed.free and bed.guest is None:
                self._fill(bed, day)
            elif day == bed.free:
                self._leave_empty(bed, day)
        return self.people

    def _begin(self, bed: Bed) -> None:
        """How a bed is on the first day of the period."""
        first, customs, chance = self._customs.since, self._customs, self._chance
        habits = customs.stays.of(bed.kind)
        if bed.opens >= first or bed.closes == first or chance.random() >= habits.occupancy:
            self._leave_empty(bed, max(first, bed.opens))
            return
        if bed.kind is StayType.CVK:
            length = customs.length(bed.kind, chance)
            before = chance.randrange(length)
        else:
            before = int(chance.expovariate(1 / habits.mean))
            length = before + 1 + int(chance.expovariate(1 / habits.mean))
        before = min(before, customs.stays.longest_history, first - bed.opens)
        person = Person()
        if bed.kind is StayType.RVT and chance.random() < customs.stays.rvt_from_rob:
            self._lived_in_rob(person, first - before, bed)
        start = person.last.end if person.stays else first - before
        self._stay(bed, person, start, max(first - before + length, first + 1))

    def _lived_in_rob(self, person: Person, moved: int, bed: Bed) -> None:
        """Let somebody in an RVT bed have come from a ROB bed, when nobody else had that one."""
        lent = next(self._lendable, None)
        if lent is None or lent.guest is None:
            return
        latest = min(lent.guest.stays[0].start, moved)
        earliest = max(bed.opens, lent.opens)
        if latest - earliest <= _LEAST_BEFORE_MOVE:
            return
        before = _LEAST_BEFORE_MOVE + int(self._chance.expovariate(1 / self._customs.stays.rob.mean))
        self._write(person, lent, max(earliest, latest - before), latest, End.MOVE)

    def _fill(self, bed: Bed, day: int) -> None:
        """Let somebody come to a bed that is free."""
        if bed.closes is not None and day >= bed.closes:
            return
        person = self._somebody(bed, day) or Person()
        length = self._customs.length(bed.kind, self._chance)
        if bed.kind is StayType.CVK:
            length = max(1, min(length, self._short_stay_left(person, day) - 1))
        self._stay(bed, person, day, day + length)

    def _stay(self, bed: Bed, person: Person, start: int, end: int) -> None:
        is_new = person.bed is None
        if is_new:
            self.people.append(person)
        reason = (
            End.DEATH if self._chance.random() < self._customs.stays.of(bed.kind).death else End.DEPARTURE
        )
        if bed.closes is not None and end > bed.closes:
            end, reason = bed.closes, End.DEPARTURE
        self._write(person, bed, start, end, reason)
        person.bed, bed.guest = bed, person
        if bed.kind in _HOME:
            person.is_settled = True
        elif is_new:
            self._visitors.append(person)
        self._expect(bed, end)

    def _write(self, person: Person, bed: Bed, start: int, end: int, reason: End) -> None:
        before = person.last if person.stays else None
        category = self._customs.category(bed.kind, before, self._chance)
        wet = self._chance.random() < self._customs.incontinence[category]
        wet = wet or bool(before and before.incontinent)
        person.stays.append(Lived(bed.facility, bed.kind, start, end, reason, category, wet))

    def _leave_empty(self, bed: Bed, day: int) -> None:
        bed.guest = None
        self._expect(bed, day + self._customs.gap(bed.kind, self._chance))

    def _expect(self, bed: Bed, day: int) -> None:
        bed.free = day
        if day <= self._customs.until:
            heappush(self._due, (day, bed.number))

    def _somebody(self, bed: Bed, day: int) -> Person | None:
        """Somebody of the house who comes to this bed, and leaves where they are; None: somebody new."""
        stays, chance = self._customs.stays, self._chance
        found: Person | None = None
        if bed.kind is StayType.RVT and chance.random() < stays.rvt_from_rob:
            found = self._from_rob(day)
        if bed.kind in _HOME and found is None:
            if chance.random() < stays.home_from_short_stay_or_day_care:
                found = self._visitor(day, self._may_settle)
        elif bed.kind is StayType.CVK and chance.random() < stays.short_stay_again:
            found = self._visitor(day, self._may_come_again)
        if found is not None and found.bed is not None and found.last.end > day:
            found.last.end, found.last.reason = day, End.MOVE
            self._leave_empty(found.bed, day)
        return found

    def _from_rob(self, day: int) -> Person | None:
        """Somebody who has been in a ROB bed for a while."""
        for _ in range(_SEARCHES if self._rob else 0):
            guest = self._chance.choice(self._rob).guest
            if guest is not None and guest.last.start + _LEAST_BEFORE_MOVE <= day < guest.last.end:
                return guest
        return None

    def _visitor(self, day: int, may: Callable[[Person, int], bool]) -> Person | None:
        """Somebody who comes, or came, for short or by day."""
        for _ in range(_SEARCHES):
            if not self._visitors:
                return None
            place = self._chance.randrange(len(self._visitors))
            person = self._visitors[place]
            if person.is_settled or person.is_dead(day):
                self._visitors[place] = self._visitors[-1]
                self._visitors.pop()
            elif may(person, day):
                return person
        return None

    def _may_settle(self, person: Person, day: int) -> bool:
        return person.last.start < day <= person.last.end + _LONGEST_AWAY

    def _may_come_again(self, person: Person, day: int) -> bool:
        is_away = person.last.end + self._customs.stays.short_stay_apart <= day
        return is_away and self._short_stay_left(person, day) >= _LEAST_SHORT_STAY

    def _short_stay_left(self, person: Person, day: int) -> int:
        """Days of short stay from this day on that neither of its calendar years is too short for."""
        year = date.fromordinal(day).year
        first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
        most = self._customs.stays.short_stay_per_year
        used = sum(
            max(0, stay.end - max(stay.start, first) + 1)
            for stay in person.stays
            if stay.kind is StayType.CVK
        )
        rest = last - day + 1
        return rest + most if most - used >= rest else most - used
