"""The clock: it stands still until it is moved, and what is due happens in order and at its own time."""

from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generale.protocol.clock import BRUSSELS, VirtualClock, brussels, later, parse_date, parse_instant, utc
from generale.protocol.errors import OurError, PeerError

START = datetime(2019, 4, 1, 8, tzinfo=BRUSSELS)


def test_time_stands_still_until_somebody_moves_it() -> None:
    clock = VirtualClock(START)
    assert clock.now() == START

    clock.advance(timedelta(hours=1))

    assert clock.now() == START + timedelta(hours=1)


def test_time_does_not_go_back() -> None:
    clock = VirtualClock(START)

    with pytest.raises(OurError, match="cannot go back"):
        clock.move_to(START - timedelta(seconds=1))
    with pytest.raises(OurError, match="cannot go back"):
        clock.advance(timedelta(seconds=-1))


@given(st.lists(st.integers(0, 20), max_size=12), st.integers(0, 20))
def test_what_is_due_happens_in_order_and_at_its_own_time(dues: list[int], goal: int) -> None:
    clock = VirtualClock(START)
    seen: list[tuple[int, int]] = []

    def note(number: int) -> None:
        seen.append((int((clock.now() - START).total_seconds()), number))

    for number, due in enumerate(dues):
        clock.call_at(START + timedelta(seconds=due), partial(note, number))

    clock.move_to(START + timedelta(seconds=goal))

    assert seen == sorted((due, number) for number, due in enumerate(dues) if due <= goal)
    left = [due for due in dues if due > goal]
    assert clock.next_due == (START + timedelta(seconds=min(left)) if left else None)
    assert clock.now() == START + timedelta(seconds=goal)


def test_what_is_put_on_the_agenda_on_the_way_happens_on_the_way() -> None:
    clock = VirtualClock(START)
    seen: list[datetime] = []

    def again() -> None:
        seen.append(clock.now())
        if len(seen) < 3:
            clock.call_at(clock.now() + timedelta(hours=1), again)

    clock.call_at(START - timedelta(days=1), again)
    clock.move_to(START + timedelta(days=1))

    assert seen == [START + timedelta(hours=hour) for hour in range(3)]


@pytest.mark.parametrize(
    ("start", "passed", "shown"),
    [
        ("2019-03-31T01:30:00+01:00", 3600, "2019-03-31T03:30:00+02:00"),
        ("2019-10-27T02:30:00+02:00", 3600, "2019-10-27T02:30:00+01:00"),
        ("2019-10-26T08:00:00+02:00", 86400, "2019-10-27T07:00:00+01:00"),
    ],
    ids=["spring", "autumn", "a day of 25 hours"],
)
def test_an_hour_is_an_hour_when_the_clocks_change(start: str, passed: int, shown: str) -> None:
    clock = VirtualClock(parse_instant(start))

    clock.advance(timedelta(seconds=passed))

    assert clock.now().isoformat() == shown


def test_time_goes_on_through_the_hour_that_comes_twice() -> None:
    clock = VirtualClock(parse_instant("2019-10-27T02:30:00+02:00"))
    seen: list[str] = []
    clock.call_at(parse_instant("2019-10-27T02:10:00+01:00"), lambda: seen.append(clock.now().isoformat()))

    clock.move_to(parse_instant("2019-10-27T02:50:00+02:00"))
    assert seen == []
    clock.move_to(parse_instant("2019-10-27T02:20:00+01:00"))

    assert seen == ["2019-10-27T02:10:00+01:00"]


@given(st.integers(-7200, 7200), st.integers(0, 7200))
def test_what_is_later_is_larger_in_utc_although_the_wall_shows_less(around: int, by: int) -> None:
    change = datetime(2019, 10, 27, 1, tzinfo=UTC)
    instant = brussels(change + timedelta(seconds=around))

    assert utc(later(instant, timedelta(seconds=by))) - utc(instant) == timedelta(seconds=by)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2019-04-01T08:00:00Z", "2019-04-01T10:00:00+02:00"),
        ("2019-04-01T08:00:00", "2019-04-01T08:00:00+02:00"),
        ("2019-12-31T23:30:00+00:00", "2020-01-01T00:30:00+01:00"),
        ("2019-12-01T08:00:00+02:00", "2019-12-01T07:00:00+01:00"),
    ],
)
def test_an_instant_is_shown_in_brussels_time(text: str, shown: str) -> None:
    assert parse_instant(text).isoformat() == shown
    assert brussels(parse_instant(text)) == parse_instant(text)


@pytest.mark.parametrize(
    "text", ["", "soon", "2019-13-01T00:00:00", "2019-04-01T24:00:01"],
)  # fmt: skip
def test_what_is_no_instant_is_refused(text: str) -> None:
    with pytest.raises(PeerError, match="is not a date and time"):
        parse_instant(text)


def test_a_date_is_read_in_one_form_only() -> None:
    assert parse_date("2019-04-01") == date(2019, 4, 1)


@pytest.mark.parametrize("text", ["", "20190401", "2019-4-1", "2019-02-30", "01/04/2019", "2019-W14-1"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(PeerError, match="is not a date"):
        parse_date(text)


@given(st.integers(-(10**9), 4 * 10**9))
def test_brussels_time_is_the_same_instant(seconds: int) -> None:
    instant = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)

    assert brussels(instant) == instant
    assert parse_instant(brussels(instant).isoformat()) == instant


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("2019-04-01T24:00:00+02:00", "2019-04-02T00:00:00+02:00"),
        ("2019-12-31T24:00:00Z", "2020-01-01T00:00:00Z"),
        ("2019-03-30T24:00:00.000", "2019-03-31T00:00:00"),
    ],
)
def test_the_end_of_a_day_is_the_beginning_of_the_next(text: str, same: str) -> None:
    assert utc(parse_instant(text)) == utc(parse_instant(same))


EDGES = ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "9999-12-31T24:00:00"]


@pytest.mark.parametrize("text", EDGES)
def test_an_instant_past_the_edge_of_the_calendar_is_told_as_such(text: str) -> None:
    with pytest.raises(PeerError, match="lies outside the calendar"):
        parse_instant(text)
