"""The calendar: care months, their days, working days, and terms in months."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generale.protocol.calendar import CareMonth, add_working_days, days_between, is_working_day, months_after
from generale.protocol.clock import parse_instant
from generale.protocol.errors import PeerError

MONTHS = st.builds(CareMonth, st.integers(1910, 2999), st.integers(1, 12))


@pytest.mark.parametrize("text", ["2019-05", "201905"])
def test_a_month_is_read_in_two_forms(text: str) -> None:
    month = CareMonth.parse(text)

    assert (str(month), month.compact) == ("2019-05", "201905")


@pytest.mark.parametrize(
    "text", ["", "2019", "2019-5", "2019-13", "2019-00", "1899-12", "2-01905", "2019-05-", "May", "²01905"]
)
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(PeerError, match="is not a month"):
        CareMonth.parse(text)


@pytest.mark.parametrize(
    ("month", "last"),
    [("2019-02", 28), ("2020-02", 29), ("2019-04", 30), ("2019-12", 31), ("2100-02", 28), ("9999-12", 31)],
)
def test_a_month_knows_its_days(month: str, last: int) -> None:
    days = list(CareMonth.parse(month).days())

    assert [day.day for day in days] == list(range(1, last + 1))
    assert CareMonth.parse(month).last == days[-1]


@given(MONTHS, st.integers(-100, 100))
def test_months_are_shifted_there_and_back(month: CareMonth, by: int) -> None:
    assert month.shifted(by).shifted(-by) == month
    assert (month.shifted(by) > month) == (by > 0)
    assert CareMonth.of(month.last) == CareMonth.of(month.first) == month
    assert CareMonth.parse(str(month)) == CareMonth.parse(month.compact) == month


def test_days_between_count_both_ends_and_none_backwards() -> None:
    first, last = date(2019, 4, 29), date(2019, 5, 1)

    assert list(days_between(first, last)) == [first, date(2019, 4, 30), last]
    assert list(days_between(first, first)) == [first]
    assert list(days_between(last, first)) == []


@pytest.mark.parametrize(
    ("day", "works", "on_saturday_too"),
    [
        pytest.param(date(2019, 4, 30), True, True, id="Tuesday"),
        pytest.param(date(2019, 5, 1), False, False, id="Labour Day"),
        pytest.param(date(2019, 5, 4), False, True, id="Saturday"),
        pytest.param(date(2019, 5, 5), False, False, id="Sunday"),
        pytest.param(date(2019, 7, 21), False, False, id="National Day on a Sunday"),
        pytest.param(date(2019, 6, 10), False, False, id="Whit Monday"),
        pytest.param(date(2019, 7, 11), True, True, id="the feast of the Flemish Community"),
        pytest.param(date(2019, 12, 25), False, False, id="Christmas"),
    ],
)
def test_a_working_day_is_no_weekend_and_no_public_holiday(
    day: date, works: bool, on_saturday_too: bool
) -> None:
    assert is_working_day(day) is works
    assert is_working_day(day, saturday_counts=True) is on_saturday_too


@pytest.mark.parametrize(
    ("day", "count", "end"),
    [
        (date(2019, 4, 30), 0, date(2019, 4, 30)),
        (date(2019, 4, 30), 1, date(2019, 5, 2)),
        (date(2019, 5, 3), 1, date(2019, 5, 6)),
        (date(2019, 12, 24), 5, date(2020, 1, 2)),
    ],
)
def test_a_term_in_working_days_begins_the_day_after(day: date, count: int, end: date) -> None:
    assert add_working_days(day, count) == end


def test_a_term_may_count_saturdays() -> None:
    assert add_working_days(date(2019, 5, 3), 1, saturday_counts=True) == date(2019, 5, 4)


@given(st.dates(date(1990, 1, 1), date(2050, 1, 1)), st.integers(0, 30))
def test_a_term_ends_on_a_working_day_and_counts_each(day: date, count: int) -> None:
    end = add_working_days(day, count)

    assert sum(is_working_day(one) for one in days_between(day + timedelta(days=1), end)) == count
    assert is_working_day(end) or not count


@pytest.mark.parametrize(
    ("instant", "months", "after"),
    [
        ("2019-04-20T13:00", 2, "2019-06-20T13:00"),
        ("2019-12-31T09:00", 2, "2020-02-29T09:00"),
        ("2018-12-31T09:00", 2, "2019-02-28T09:00"),
        ("2019-11-30T09:00", 14, "2021-01-30T09:00"),
        ("2019-05-05T05:00", 0, "2019-05-05T05:00"),
    ],
)
def test_a_term_in_months_ends_on_the_same_day_or_the_last_one(instant: str, months: int, after: str) -> None:
    assert months_after(parse_instant(instant), months) == parse_instant(after)
