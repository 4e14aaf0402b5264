"""Small transitions: some houses of a drawn population, and what is entered in them."""

from collections.abc import Iterator
from datetime import date
from functools import cache

from generale.protocol.profile import standard_profile
from generale.scenarios.population.making import made_population
from generale.scenarios.population.parameters import standard_parameters
from generale.scenarios.transition.part import HousePart, parts_of

LAST = date(2020, 4, 30)


@cache
def parts(facilities: int = 12, seed: int = 1) -> tuple[HousePart, ...]:
    """The houses of a population."""
    return tuple(parts_of(made_population(standard_parameters(), standard_profile(), facilities, seed)))


def facilities_of(houses: tuple[HousePart, ...]) -> Iterator[str]:
    """All their numbers."""
    return (str(one.hco) for part in houses for one in part.facilities)
