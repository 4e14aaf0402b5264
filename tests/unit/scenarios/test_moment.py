"""Moments, months and spans of a scenario: what may be written, and what is a mistake."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generale.protocol.calendar import CareMonth
from generale.protocol.clock import BRUSSELS
from generale.protocol.errors import UsageError
from generale.scenarios.moment import day_of, moment_of, month_of, span_of

ANCHOR = date(2020, 3, 31)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("D", (2020, 3, 31, 0, 0)),
        ("D 08:05", (2020, 3, 31, 8, 5)),
        ("D-3 10:00", (2020, 3, 28, 10, 0)),
        ("D+1 00:30", (2020, 4, 1, 0, 30)),
        ("D-31", (2020, 2, 29, 0, 0)),
        ("M/02 23:59", (2020, 3, 2, 23, 59)),
        ("M-1/02 00:30", (2020, 2, 2, 0, 30)),
        ("M-1/31", (2020, 2, 29, 0, 0)),
        ("M+1/31", (2020, 4, 30, 0, 0)),
        ("M-13/31", (2019, 2, 28, 0, 0)),
        ("M+10/01", (2021, 1, 1, 0, 0)),
    ],
)
def test_a_moment_is_counted_from_the_anchor(text: str, expected: tuple[int, int, int, int, int]) -> None:
    assert moment_of(text, ANCHOR) == datetime(*expected, tzinfo=BRUSSELS)
    assert day_of(text, ANCHOR) == date(*expected[:3])


@pytest.mark.parametrize(
    "text",
    [
        "", "d", "D3", "D- 3", "D--3", "M", "M/1", "M/00", "M/32", "M-1/2", "D 8:00", "D 24:00", "D 10:60",
        "D 10:00:00", "D  10:00", "D 10:00 ", "2020-03-31", "D+99999", "M+1000/01", "D-3\n",
    ],
)  # fmt: skip
def test_what_is_no_moment_is_a_mistake_of_the_user(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        moment_of(text, ANCHOR)

    assert f"'{text}'" in str(caught.value)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("text", "expected"),
    [("M", CareMonth(2020, 3)), ("M-3", CareMonth(2019, 12)), ("M+10", CareMonth(2021, 1))],
)
def test_a_month_is_counted_from_that_of_the_anchor(text: str, expected: CareMonth) -> None:
    assert month_of(text, ANCHOR) == expected


@pytest.mark.parametrize("text", ["", "m", "D", "M1", "M-", "M/01", "2020-03", "M+1000"])
def test_what_is_no_month_is_a_mistake_of_the_user(text: str) -> None:
    with pytest.raises(UsageError, match="is not a month") as caught:
        month_of(text, ANCHOR)

    assert caught.value.hint


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 second", timedelta(seconds=1)),
        ("90 minutes", timedelta(minutes=90)),
        ("12 hours", timedelta(hours=12)),
        ("3 days", timedelta(days=3)),
        ("1 day", timedelta(days=1)),
        ("2 weeks", timedelta(weeks=2)),
        ("0 days", timedelta()),
    ],
)
def test_a_span_is_a_number_and_a_unit(text: str, expected: timedelta) -> None:
    assert span_of(text) == expected


@pytest.mark.parametrize("text", ["", "3", "days", "3days", "-3 days", "3 months", "1.5 days", "three days"])
def test_what_is_no_span_is_a_mistake_of_the_user(text: str) -> None:
    with pytest.raises(UsageError, match="is not a length of time") as caught:
        span_of(text)

    assert caught.value.hint


@given(
    anchor=st.dates(date(1990, 1, 1), date(2100, 1, 1)), day=st.integers(1, 31), months=st.integers(-99, 99)
)
def test_a_day_of_a_month_always_lies_in_that_month(anchor: date, day: int, months: int) -> None:
    found = day_of(f"M{months:+d}/{day:02d}", anchor)

    assert CareMonth.of(found) == month_of(f"M{months:+d}", anchor)
    assert found.day == min(day, CareMonth.of(found).last.day)
