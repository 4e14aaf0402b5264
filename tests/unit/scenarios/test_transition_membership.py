"""Changes of care fund in a transition: what a house begins with, and what is told while it is played."""

from datetime import date, timedelta

import pytest
from tests.unit.scenarios.transition_by_hand import LAST, parts

from generale.protocol.ids import FundNumber, Insz, Sex
from generale.scenarios.population.sector import Membership
from generale.scenarios.transition.habits import Habits
from generale.scenarios.transition.membership import change_deeds, from_the_beginning

INSZ = Insz.synthetic(date(1930, 5, 2), Sex.WOMAN)
FIRST, SECOND = FundNumber("810"), FundNumber("820")
EVE, NEW_YEAR = date(2019, 12, 31), date(2020, 1, 1)


def row(fund: FundNumber = SECOND, since: date = NEW_YEAR, until: date | None = None) -> Membership:
    return Membership(insz=INSZ, fund=fund, since=since, until=until)


BEFORE = row(FIRST, date(2018, 1, 1), EVE)


@pytest.mark.parametrize(
    ("rows", "first"),
    [
        ((), 0),
        ((row(since=date(2018, 1, 1)),), 1),
        ((BEFORE, row()), 1),
        ((row(SECOND, date(2017, 1, 1), date(2017, 12, 31)), BEFORE, row()), 2),
        ((row(FIRST, date(2018, 1, 1), date(2019, 11, 30)), row()), 2),
        ((row(FIRST, date(2018, 1, 1), date(2020, 1, 31)), row(since=date(2020, 2, 1))), 2),
        ((BEFORE, row(FIRST)), 2),
        ((row(FIRST, date(2017, 1, 1), date(2018, 12, 31)), row(since=date(2019, 1, 1))), 2),
    ],
    ids=[
        "nobody",
        "one fund",
        "at new year",
        "the last of two",
        "with a gap",
        "in February",
        "the same fund again",
        "before the transition begins",
    ],
)
def test_what_is_no_change_at_new_year_is_known_from_the_beginning(
    rows: tuple[Membership, ...], first: int
) -> None:
    assert from_the_beginning(rows) == rows[:first]


def test_every_change_of_the_population_is_told_around_the_new_year_and_the_same_for_the_same_seed() -> None:
    told, habits = [], Habits()
    for part in parts():
        deeds = list(change_deeds(part, habits, LAST, 1))
        assert deeds == list(change_deeds(part, habits, LAST, 1))
        told += deeds

    assert told
    for deed in told:
        assert (
            timedelta(days=habits.change_told[0])
            <= deed.at.date() - deed.move.start
            <= timedelta(days=habits.change_told[1])
        )


def test_what_would_be_told_after_the_last_day_is_not() -> None:
    late = Habits(change_told=(10, 10))

    deeds = [deed for part in parts() for deed in change_deeds(part, late, date(2020, 1, 10), 1)]

    assert deeds == []
