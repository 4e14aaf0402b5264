"""Which recoveries are of one facility: those that share a facility number, whatever name they give it."""

from collections.abc import Sequence
from dataclasses import dataclass

from generale.agency.recovery import Recovery
from generale.protocol.ids import Hco


@dataclass(frozen=True, slots=True)
class Facility:
    """The recoveries of one facility, in the order of the file."""

    recoveries: tuple[Recovery, ...]

    @property
    def name(self) -> str:
        """Its name in the first of them."""
        return self.recoveries[0].facility

    @property
    def names(self) -> tuple[str, ...]:
        """Every way in which its name is written."""
        return tuple(dict.fromkeys(one.facility for one in self.recoveries))

    @property
    def numbers(self) -> tuple[Hco, ...]:
        """Every number it has."""
        return tuple(dict.fromkeys(number for one in self.recoveries for number in one.numbers))

    @property
    def title(self) -> str:
        """Name and numbers: ``De Vliedberg (12419, 20076)``."""
        return f"{self.name} ({', '.join(self.numbers)})"


def facilities(recoveries: Sequence[Recovery]) -> tuple[Facility, ...]:
    """The facilities of a table, in the order of their first recovery."""
    leader: dict[Hco, Hco] = {}

    def first(number: Hco) -> Hco:
        while leader.setdefault(number, number) != number:
            leader[number] = leader[leader[number]]
            number = leader[number]
        return number

    for one in recoveries:
        for number in one.numbers[1:]:
            leader[first(number)] = first(one.numbers[0])
    found: dict[Hco, list[Recovery]] = {}
    for one in recoveries:
        found.setdefault(first(one.numbers[0]), []).append(one)
    return tuple(Facility(tuple(rows)) for rows in found.values())
