"""Real people become others on the way in: number, names and date of birth, by a secret that is kept nowhere.

The same secret makes the same people of the same residents, whatever the order of their rows. Sex stays as it
is, and so does the year of birth while there is room. Days of stays, funds and categories stay: what comes
out belongs to nobody by its numbers, and is still not anonymous to who knows the facility.
"""

import hmac
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from hashlib import sha256
from typing import Any

from generale.protocol.errors import UsageError
from generale.protocol.ids import Insz, Sex
from generale.scenarios.population.pool import FIRST_YEAR, LAST_YEAR, Slot, pool_size, slots_of
from generale.scenarios.population.sector import Resident

LEAST_SECRET = 16
"""The shortest secret, in bytes."""

_CONSONANTS, _VOWELS = "bdfgklmnprstvz", "aeiou"
_FAMILY, _GIVEN = "Q", "X"
"""The first letters of names that are made up, by which they can be told from real ones."""


class Pseudonyms:
    """The people that real residents become, and nobody twice."""

    def __init__(self, residents: Sequence[Resident], secret: bytes) -> None:
        self._secret = secret
        self._real = {name.casefold() for one in residents for name in (one.family_name, one.given_name)}
        self._taken = {one.insz for one in residents if one.insz.is_synthetic}
        self._free: dict[tuple[int, Sex], list[Slot]] = {}
        left = pool_size() - len(self._taken)
        if len(residents) > left:
            raise UsageError(
                f"{len(residents)} residents are more than the {left} numbers that belong to nobody",
                hint="import them in parts; synthetic ones stay as they are with --synthetic",
            )
        by_key = sorted(residents, key=lambda one: self._key("order", one.insz))
        self._people = {one.insz: self._other(one) for one in by_key}

    def number(self, real: Insz) -> Insz | None:
        """The number in the place of this one; None where nobody among the residents has it."""
        other = self._people.get(real)
        return other.insz if other else None

    def resident(self, real: Resident) -> Resident:
        """Who stands in the place of this resident."""
        return self._people[real.insz]

    def _key(self, what: str, text: str) -> int:
        return int.from_bytes(hmac.digest(self._secret, f"{what}\0{text}".encode(), sha256))

    def _other(self, real: Resident) -> Resident:
        slot = self._slot(real)
        return Resident(
            insz=slot.insz,
            family_name=self._name("family", _FAMILY, real.family_name),
            given_name=self._name("given", _GIVEN, real.given_name),
            birth_date=slot.born,
            sex=real.sex,
        )

    def _slot(self, real: Resident) -> Slot:
        """A free number of the year of birth, or of the nearest one with room; never of the same day."""
        wanted = self._key("number", real.insz)
        for year in _nearest(min(max(real.birth_date.year, FIRST_YEAR), LAST_YEAR)):
            free = self._of_year(year, real.sex)
            while free:
                place = wanted % len(free)
                slot, free[place] = free[place], free[-1]
                free.pop()
                # A number that tells no sex may have been given to somebody of the other one.
                if slot.insz not in self._taken and slot.born != real.birth_date:
                    self._taken.add(slot.insz)
                    return slot
        raise UsageError(
            "there are not enough numbers that belong to nobody for so many people of one sex",
            hint="import them in parts",
        )

    def _of_year(self, year: int, sex: Sex) -> list[Slot]:
        if (year, sex) not in self._free:
            self._free[year, sex] = slots_of(year, sex) + slots_of(year, sex_known=False)
        return self._free[year, sex]

    def _name(self, what: str, first: str, real: str) -> str:
        """A name that is made up: the same for the same name, and nobody's in the import."""
        key = self._key(what, real.casefold())
        while True:
            name = first + "".join(_letters(key))
            if name.casefold() not in self._real:
                return name
            key += 1


def pseudonymised(tables: Mapping[str, Sequence[Any]], people: Pseudonyms) -> dict[str, list[Any]]:
    """The tables about people with others in their place; a row of an unknown number becomes None."""
    found: dict[str, list[Any]] = {"residents": [people.resident(row) for row in tables["residents"]]}
    for name in ("memberships", "stays"):
        if name in tables:
            numbers = [people.number(row.insz) for row in tables[name]]
            found[name] = [
                replace(row, insz=number) if number else None
                for row, number in zip(tables[name], numbers, strict=True)
            ]
    return found


@cache
def _nearest(year: int) -> Sequence[int]:
    """Every year of the pool, the nearest first."""
    return sorted(range(FIRST_YEAR, LAST_YEAR + 1), key=lambda other: (abs(other - year), other))


def _letters(key: int) -> Iterator[str]:
    """A vowel, and two or more syllables, from a number."""
    yield _VOWELS[key % 5]
    key //= 5
    for _ in range(3):
        yield _CONSONANTS[key % 14] + _VOWELS[key // 14 % 5]
        key //= 70
