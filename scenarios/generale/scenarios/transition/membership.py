"""Who goes from one care fund to another while a house is played, and when the platform learns of it.

That a change takes effect on 1 January is known of the sector; when it is told is project-defined.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from generale.protocol.clock import BRUSSELS
from generale.scenarios.cast import COMPETENCE_SINCE
from generale.scenarios.population.sector import Membership
from generale.scenarios.transition.habits import Habits
from generale.scenarios.transition.part import HousePart
from generale.simulator.changing_fund import MemberMove

_TOLD = time(8)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeDeed:
    """The new fund of somebody tells the platform of it."""

    at: datetime
    move: MemberMove


def from_the_beginning(rows: Sequence[Membership]) -> Sequence[Membership]:
    """The memberships of a person with which a house begins: the others are told while it is played."""
    return rows[: len(rows) - len(_changes(rows))]


def change_deeds(part: HousePart, habits: Habits, until: date, seed: int) -> Iterator[ChangeDeed]:
    """Every change that is told up to and including a day: some days before it takes effect, or after."""
    chance = Random(f"{seed}/transition/funds/{part.house.house}")  # noqa: S311  # repeatable on purpose
    for rows in part.memberships.values():
        for row in _changes(rows):
            told = row.since + timedelta(days=chance.randint(*habits.change_told))
            if told <= until:
                move = MemberMove(insz=row.insz, fund=row.fund, start=row.since)
                yield ChangeDeed(at=datetime.combine(told, _TOLD, BRUSSELS), move=move)


def _changes(rows: Sequence[Membership]) -> Sequence[Membership]:
    """The last memberships of a person as far as each begins at a new year where another fund's ends.

    A membership that begins otherwise, as only somebody else's table can tell, is known from the beginning.
    """
    place = len(rows)
    while place > 1 and _is_change(rows[place - 2], rows[place - 1]):
        place -= 1
    return rows[place:]


def _is_change(former: Membership, row: Membership) -> bool:
    at_new_year = (row.since.month, row.since.day) == (1, 1) and row.since.year > COMPETENCE_SINCE.year
    return at_new_year and former.fund != row.fund and former.until == row.since - _DAY
