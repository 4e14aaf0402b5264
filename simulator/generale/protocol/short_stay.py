"""How long one person may be in short stay, and the place of a day among those that count (project-defined).

The limits are those of the profile. They hold per person, whatever houses the days were spent in.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import date, timedelta

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortStayLimit:
    """The most days of short stay in a row, which one day without interrupts, and in a calendar year."""

    in_a_row: int
    in_a_year: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortStayPlace:
    """How many days there are, with this one, in its row and in its calendar year."""

    in_a_row: int
    in_the_year: int


def places(used: Set[date], asked: Iterable[date]) -> Mapping[date, ShortStayPlace]:
    """The place of each day that is asked for, the earliest first, among those used and those before it.

    Days that were used later than a day count for it too: whoever bills late finds them used.
    """
    taken = set(used)
    by_year = Counter(day.year for day in taken)
    found: dict[date, ShortStayPlace] = {}
    for day in sorted(asked):
        by_year[day.year] += day not in taken
        taken.add(day)
        found[day] = ShortStayPlace(in_a_row=_row(taken, day), in_the_year=by_year[day.year])
    return found


def _row(taken: Set[date], day: date) -> int:
    """How many of these days stand in one row with a day, which is one of them."""
    first, last = day, day
    while first - _DAY in taken:
        first -= _DAY
    while last + _DAY in taken:
        last += _DAY
    return (last - first).days + 1
