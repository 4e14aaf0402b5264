"""The notice term: five working days, without weekends and Belgian public holidays."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generale.protocol.calendar import is_working_day
from generale.protocol.clock import BRUSSELS, parse_instant
from generale.protocol.notice import NoticeTerm
from generale.protocol.profile import standard_profile

FIVE = NoticeTerm(working_days=5, saturday_counts=False)
WITH_SATURDAY = NoticeTerm(working_days=5, saturday_counts=True)


@pytest.mark.parametrize(
    ("term", "moved_in", "by_hour", "over"),
    [
        pytest.param(FIVE, "2019-04-18T23:50", False, "2019-04-27T00:00", id="over Easter"),
        pytest.param(
            WITH_SATURDAY, "2019-04-18T23:50", False, "2019-04-26T00:00", id="over Easter, Saturday counts"
        ),
        pytest.param(FIVE, "2019-04-18T23:50", True, "2019-04-26T23:51", id="over Easter by the hour"),
        pytest.param(FIVE, "2019-05-11T10:00", False, "2019-05-18T00:00", id="moved in on a Saturday"),
        pytest.param(FIVE, "2021-07-15T10:00", True, "2021-07-23T10:01", id="over the national holiday"),
        pytest.param(FIVE, "2019-12-23T09:00", False, "2020-01-01T00:00", id="over Christmas"),
        pytest.param(FIVE, "2019-03-29T02:30", True, "2019-04-05T02:31", id="over the change of the clock"),
        pytest.param(FIVE, "2019-06-19T23:59", True, "2019-06-27T00:00", id="a minute before midnight"),
    ],
)
def test_the_term_is_over_after_its_last_working_day(
    term: NoticeTerm, moved_in: str, by_hour: bool, over: str
) -> None:
    assert term.over(parse_instant(moved_in), by_hour=by_hour) == parse_instant(over)


@given(st.dates(date(2019, 1, 1), date(2030, 1, 1)), st.booleans())
def test_five_working_days_lie_between_moving_in_and_the_end_of_the_term(
    day: date, saturday_counts: bool
) -> None:
    moved_in = datetime.combine(day, time(10), BRUSSELS)
    term = NoticeTerm(working_days=5, saturday_counts=saturday_counts)

    last = term.over(moved_in, by_hour=False).date() - timedelta(days=1)

    between = [moved_in.date() + timedelta(days=1 + n) for n in range((last - moved_in.date()).days)]
    assert sum(is_working_day(day, saturday_counts=saturday_counts) for day in between) == 5
    assert is_working_day(last, saturday_counts=saturday_counts)


def test_the_standard_profile_counts_five_days_and_no_saturday() -> None:
    assert standard_profile().notice == FIVE
