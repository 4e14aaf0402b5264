"""The facility numbers of the installation, and which of them holds a stay on a day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from generale.driver.setup import FacilitySetUp
from generale.protocol.ids import Hco
from generale.refvendor.switches import Switches


@dataclass(frozen=True, slots=True, kw_only=True)
class Succession:
    """One number continues the activity of another from ``first_day`` on."""

    old: Hco
    new: Hco
    first_day: date


class House:
    """All facility numbers that this product serves, in the order in which it learned them."""

    def __init__(self, facilities: tuple[FacilitySetUp, ...], switches: Switches) -> None:
        self._switches = switches
        self._numbers = {facility.hco: facility for facility in facilities}
        self._successions: dict[Hco, Succession] = {}

    def __getitem__(self, hco: Hco) -> FacilitySetUp:
        return self._numbers[hco]

    def __contains__(self, hco: Hco) -> bool:
        return hco in self._numbers

    def __iter__(self) -> Iterator[Hco]:
        return iter(tuple(self._numbers))

    def sender(self, hco: Hco) -> FacilitySetUp:
        """The number under which a message about this facility goes out."""
        if self._switches.on("first-number-for-every-facility"):
            return next(iter(self._numbers.values()))
        return self._numbers[hco]

    def paid_as(self, hco: Hco) -> FacilitySetUp:
        """The number by whose tariffs the days under a number are paid: itself."""
        if self._switches.on("tariffs-of-first-facility"):
            return next(iter(self._numbers.values()))
        return self._numbers[hco]

    def take_over(self, old: Hco, successor: FacilitySetUp, first_day: date) -> None:
        """From ``first_day`` on the successor continues what the old number did."""
        self._numbers[successor.hco] = successor
        self._successions[old] = Succession(old=old, new=successor.hco, first_day=first_day)

    def has_successor(self, hco: Hco) -> bool:
        """Whether this number has ended because another continues it."""
        return hco in self._successions

    def lineage(self, hco: Hco) -> Iterator[tuple[Hco, date | None, date | None]]:
        """A number and those that continue it, each with its first day and the first day of the next."""
        since: date | None = None
        while step := self._successions.get(hco):
            yield hco, since, step.first_day
            hco, since = step.new, step.first_day
        yield hco, since, None

    def number_on(self, entered: Hco, day: date) -> Hco:
        """The number that holds on a day what was entered under a number."""
        return next(hco for hco, _, until in self.lineage(entered) if until is None or day < until)

    def continued_by(self, hco: Hco) -> frozenset[Hco]:
        """A number and all that it continues."""
        earlier = {old for old in self._successions if any(one == hco for one, _, _ in self.lineage(old))}
        return frozenset({hco, *earlier})

    def billed(self, entered: Hco, hco: Hco, days: list[date]) -> list[date]:
        """Those days of a stay that was entered under a number that another, or the same, bills."""
        for one, since, until in self.lineage(entered):
            if one == hco and since is None and until is None:
                return days
            if one == hco:
                return [day for day in days if self._bills(day, since, until)]
        return []

    def _bills(self, day: date, since: date | None, until: date | None) -> bool:
        if since is not None and day < since:
            return False
        return until is None or day < until or self._bills_boundary(day, until)

    def _bills_boundary(self, day: date, until: date) -> bool:
        return day == until and self._switches.on("boundary-day-twice")
