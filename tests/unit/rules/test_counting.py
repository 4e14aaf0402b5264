"""Which days of a stay are due, on both sides of every border of the counting table."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generale.protocol.calendar import days_between
from generale.protocol.clock import BRUSSELS
from generale.protocol.ids import FundNumber, Hco, Insz, Reference, Sex
from generale.protocol.messages import EndReason, StayType
from generale.protocol.profile import Counting, DayRule, standard_profile
from generale.rules.counting import due_days, is_within, stay_on
from generale.rules.facts import StayRecord

MAY = (date(2019, 5, 1), date(2019, 5, 31))
STANDARD = standard_profile().counting


def at(day: int, hour: int = 10) -> datetime:
    """An hour in May 2019, in Belgium."""
    return datetime(2019, 5, day, hour, tzinfo=BRUSSELS)


STAY = StayRecord(
    facility=Hco.parse("1001"),
    insz=Insz.synthetic(date(1938, 2, 14), Sex.WOMAN),
    stay_type=StayType.RVT,
    start=at(10),
    fund=FundNumber.parse("820"),
    admission=Reference.parse("A1"),
)
LEFT = replace(STAY, end=at(20), reason=EndReason.DEPARTURE)
DIED = replace(STAY, end=at(20), reason=EndReason.DEATH)
NEVER = Counting(admission_day=DayRule.NEVER, last_day=DayRule.NEVER, same_day=DayRule.NEVER)
COUNTS = Counting(admission_day=DayRule.COUNTS, last_day=DayRule.COUNTS, same_day=DayRule.COUNTS)


@pytest.mark.parametrize(
    ("stay", "counting", "first", "last"),
    [
        pytest.param(STAY, STANDARD, 10, 31, id="a stay that lasts"),
        pytest.param(LEFT, STANDARD, 10, 19, id="the day of departure is not due"),
        pytest.param(DIED, STANDARD, 10, 20, id="the day of death is due"),
        pytest.param(replace(DIED, end=at(10, 20)), STANDARD, 10, 10, id="admitted and died on one day"),
        pytest.param(replace(LEFT, end=at(10, 20)), STANDARD, 0, -1, id="admitted and left on one day"),
        pytest.param(replace(LEFT, end=at(10, 20)), COUNTS, 10, 10, id="one day where it counts"),
        pytest.param(DIED, NEVER, 11, 19, id="neither first nor last day"),
        pytest.param(LEFT, COUNTS, 10, 20, id="first and last day"),
        pytest.param(replace(STAY, start=at(9, 23)), STANDARD, 9, 31, id="one hour before midnight"),
        pytest.param(replace(STAY, until_takeover=date(2019, 5, 15)), STANDARD, 10, 15, id="taken over"),
        pytest.param(replace(LEFT, from_takeover=date(2019, 5, 16)), STANDARD, 16, 19, id="continued"),
        pytest.param(
            replace(LEFT, start=at(16, 0), from_takeover=date(2019, 5, 16)), NEVER, 16, 19,
            id="the day of a takeover is no admission day",
        ),
        pytest.param(
            replace(LEFT, from_takeover=date(2019, 5, 20)), STANDARD, 0, -1, id="left on the day of takeover"
        ),
    ],
)  # fmt: skip
def test_the_days_of_a_stay_are_due_by_the_counting_table(
    stay: StayRecord, counting: Counting, first: int, last: int
) -> None:
    expected = {date(2019, 5, day) for day in range(first, last + 1)}

    assert due_days(stay, counting, *MAY) == expected


@given(
    takeover=st.dates(date(2019, 5, 1), date(2019, 5, 31)),
    stay=st.sampled_from([STAY, LEFT, DIED, replace(LEFT, end=at(10, 20))]),
    counting=st.builds(
        Counting,
        admission_day=st.sampled_from(DayRule),
        last_day=st.sampled_from(DayRule),
        same_day=st.sampled_from(DayRule),
    ),
)
def test_a_takeover_neither_loses_nor_doubles_a_day_inside_a_stay(
    takeover: date, stay: StayRecord, counting: Counting
) -> None:
    old = due_days(replace(stay, until_takeover=takeover - timedelta(days=1)), counting, *MAY)
    new = due_days(replace(stay, from_takeover=takeover), counting, *MAY)
    whole = due_days(stay, counting, *MAY)

    assert not old & new
    assert (old | new) - {STAY.start.date()} == whole - {STAY.start.date()}


def test_a_day_on_which_two_stays_meet_belongs_to_the_one_it_is_due_for() -> None:
    back = replace(STAY, start=at(20, 15), stay_type=StayType.ROB)

    assert stay_on([LEFT, back], STANDARD, date(2019, 5, 20)) == back
    assert stay_on([LEFT, back], STANDARD, date(2019, 5, 19)) == LEFT
    assert stay_on([LEFT], STANDARD, date(2019, 5, 20)) == LEFT
    assert stay_on([LEFT], STANDARD, date(2019, 5, 21)) is None


@given(day=st.dates(date(2019, 4, 25), date(2019, 6, 5)), stay=st.sampled_from([STAY, LEFT, DIED]))
def test_a_due_day_lies_within_its_stay(day: date, stay: StayRecord) -> None:
    assert all(is_within(stay, due) for due in due_days(stay, STANDARD, day, day))
    assert all(is_within(stay, inner) for inner in days_between(date(2019, 5, 10), date(2019, 5, 20)))
