"""The place of a day among those of short stay, against a plain reading of the limits."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from generale.protocol.short_stay import ShortStayPlace, places

DAYS = st.dates(date(2018, 11, 1), date(2019, 3, 31))
SETS = st.frozensets(DAYS, max_size=120)
DAY = timedelta(days=1)


def test_a_first_day_is_the_first_of_its_row_and_of_its_year() -> None:
    day = date(2019, 4, 1)
    assert places(frozenset(), [day]) == {day: ShortStayPlace(in_a_row=1, in_the_year=1)}


def test_a_row_goes_on_at_new_year_and_the_days_of_a_year_do_not() -> None:
    eve, new_year = date(2018, 12, 31), date(2019, 1, 1)
    found = places(frozenset({eve}), [new_year])
    assert found[new_year] == ShortStayPlace(in_a_row=2, in_the_year=1)


@given(used=SETS, asked=SETS)
def test_each_day_is_counted_with_what_was_used_and_with_those_before_it(
    used: frozenset[date], asked: frozenset[date]
) -> None:
    found = places(used, asked)
    assert set(found) == asked
    for day, place in found.items():
        known = used | {one for one in asked if one <= day}
        assert place.in_the_year == len([one for one in known if one.year == day.year])
        row = {day}
        while more := {one for one in known - row if {one - DAY, one + DAY} & row}:
            row |= more
        assert place.in_a_row == len(row)


@given(used=SETS, asked=SETS)
def test_who_takes_only_what_is_within_the_limits_never_passes_them(
    used: frozenset[date], asked: frozenset[date]
) -> None:
    taken: set[date] = set()
    for day in sorted(asked - used):
        place = places(frozenset(taken), [day])[day]
        if place.in_a_row <= 10 and place.in_the_year <= 30:
            taken.add(day)
    for day in taken:
        assert places(frozenset(taken), [day])[day].in_a_row <= 10
        assert places(frozenset(taken), [day])[day].in_the_year <= 30
