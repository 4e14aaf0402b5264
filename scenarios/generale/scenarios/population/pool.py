"""National numbers that belong to nobody: how many there are, and people drawn from them.

A date of birth gives six: a register number, a BIS number and a BIS number that tells no sex, each with
counter 999 (a man's, as it is odd) and with counter 000.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import exp
from random import Random

from generale.protocol.errors import UsageError
from generale.protocol.ids import Insz, Sex
from generale.scenarios.population.share import apportioned

FIRST_YEAR, LAST_YEAR = 1905, 1969
"""The years of birth in the pool: who is in care now was hardly born before or after."""

NUMBERS_OF_A_DAY = 6

_LEAST_WEIGHT = 1e-9
"""No year weighs nothing, so that the whole pool can be used."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One number of the pool: a date of birth, the counter, and the kind of number."""

    born: date
    counter: Sex
    bis: bool
    sex_known: bool

    @property
    def insz(self) -> Insz:
        """The number itself."""
        return Insz.synthetic(self.born, self.counter, bis=self.bis, sex_known=self.sex_known)


@dataclass(frozen=True, slots=True)
class Drawn:
    """Somebody with a number of the pool."""

    insz: Insz
    sex: Sex
    born: date


def pool_size(first_year: int = FIRST_YEAR, last_year: int = LAST_YEAR) -> int:
    """How many numbers there are of people born in these years."""
    return NUMBERS_OF_A_DAY * (date(last_year + 1, 1, 1) - date(first_year, 1, 1)).days


def drawn(chance: Random, number: int, women: float, bell: Mapping[int, float]) -> list[Drawn]:
    """So many people, no two with one number; ``UsageError`` where the pool has fewer.

    ``bell`` is the weight of every year of birth. A year that is full leaves people to the others.
    """
    years = {year: pool_size(year, year) for year in bell}
    size = sum(years.values())
    if number > size:
        raise UsageError(
            f"{number} residents are more than the {size} numbers that belong to nobody",
            hint="ask for fewer facilities, or give other parameters (docs/reference/population.md)",
        )
    people: list[Drawn] = []
    for year, count in _quotas(number, bell, years).items():
        people.extend(_of_year(chance, year, count, women))
    chance.shuffle(people)
    return people


def bell(first_year: int, last_year: int, middle: float, spread: float) -> dict[int, float]:
    """The weight of each year of birth: a normal distribution, cut off at both ends."""
    years = range(first_year, last_year + 1)
    return {year: max(exp(-((year - middle) ** 2) / (2 * spread**2)), _LEAST_WEIGHT) for year in years}


def _quotas(number: int, weights: Mapping[int, float], most: Mapping[int, int]) -> dict[int, int]:
    """How many are born in each year: by weight, and no more than a year has numbers."""
    full: dict[int, int] = {}
    while True:
        rest = {year: weight for year, weight in weights.items() if year not in full}
        if not rest:
            return {year: full[year] for year in weights}
        shared = dict(zip(rest, apportioned(list(rest.values()), number - sum(full.values())), strict=True))
        over = {year: most[year] for year, count in shared.items() if count > most[year]}
        if not over:
            return {year: full.get(year, shared.get(year, 0)) for year in weights}
        full |= over


def _of_year(chance: Random, year: int, number: int, women: float) -> Iterator[Drawn]:
    """People born in one year: register numbers first, then BIS numbers."""
    days = pool_size(year, year) // NUMBERS_OF_A_DAY
    own = 2 * days
    of_women = min(max(round(number * women), number - 2 * own), 2 * own)
    either = slots_of(year, sex_known=False, chance=chance)
    for sex, count in ((Sex.WOMAN, of_women), (Sex.MAN, number - of_women)):
        for slot in slots_of(year, sex, chance=chance)[:count]:
            yield Drawn(slot.insz, sex, slot.born)
        for _ in range(count - own):
            slot = either.pop()
            yield Drawn(slot.insz, sex, slot.born)


def slots_of(
    year: int, sex: Sex | None = None, *, sex_known: bool = True, chance: Random | None = None
) -> list[Slot]:
    """The numbers of a year that tell this sex, register numbers before BIS ones; or those that tell none."""
    first = date(year, 1, 1)
    births = [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]
    kinds: Sequence[tuple[Sex, bool]]
    kinds = [(sex, False), (sex, True)] if sex is not None else [(one, True) for one in Sex]
    slots: list[Slot] = []
    for counter, bis in kinds:
        of_kind = [Slot(born, counter, bis, sex_known) for born in births]
        if chance is not None:
            chance.shuffle(of_kind)
        slots += of_kind
    return slots
