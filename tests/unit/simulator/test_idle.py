"""Which connection is closed for a new one."""

import pytest

from generale.simulator.idle import SILENT_SECONDS, SLOW_SECONDS, Idle


class Line:
    """Stands for a connection, and tells when it is closed."""

    def __init__(self, name: str, closed: list[str]) -> None:
        self.name = name
        self._closed = closed

    def close_idle(self) -> None:
        self._closed.append(self.name)


class Door:
    """A server with little room, on which lines come and go at a time that is said."""

    def __init__(self, room: int) -> None:
        self.closed: list[str] = []
        self.idle = Idle(room)

    def opened(self, name: str, now: float = 0.0) -> Line:
        line = Line(name, self.closed)
        self.idle.came(line, now)
        return line

    def used(self, name: str, now: float = 0.0) -> Line:
        line = self.opened(name, now)
        self.idle.busy(line)
        self.idle.between(line)
        return line


def test_nothing_is_closed_while_there_is_room() -> None:
    door = Door(2)
    first = door.opened("first")
    door.opened("second")
    door.idle.gone(first)
    door.opened("third")

    assert door.closed == []


def test_what_has_been_silent_goes_before_what_was_used() -> None:
    door = Door(3)
    door.used("used")
    door.opened("silent")
    door.opened("silent too")

    door.opened("new", SILENT_SECONDS)
    door.opened("newer", SILENT_SECONDS)

    assert door.closed == ["silent", "silent too"]


def test_what_was_used_goes_before_what_was_opened_just_now() -> None:
    door = Door(2)
    door.used("used")
    door.used("used later")

    for name in ("a", "b", "c"):
        door.opened(name)

    assert door.closed == ["used", "used later", "a"]


def test_what_was_used_again_goes_last() -> None:
    door = Door(2)
    first = door.used("first")
    door.used("second")
    door.idle.busy(first)
    door.idle.between(first)

    door.opened("third")

    assert door.closed == ["second"]


@pytest.mark.parametrize("more", [1, 5])
def test_what_has_a_request_under_way_is_never_closed(more: int) -> None:
    door = Door(2)
    for name in ("first", "second"):
        door.idle.busy(door.opened(name))

    for _ in range(more):
        door.idle.busy(door.opened("more"))

    assert door.closed == []


def test_a_body_that_has_been_arriving_for_long_goes_last_and_the_oldest_first() -> None:
    door = Door(3)
    for name in ("first", "second"):
        line = door.opened(name)
        door.idle.busy(line)
        door.idle.arriving(line, 0.0)
    door.used("used")

    door.opened("new", SLOW_SECONDS)
    door.idle.busy(door.opened("newer", SLOW_SECONDS))

    assert door.closed == ["used", "new"]
    door.idle.busy(door.opened("newest", SLOW_SECONDS))
    assert door.closed == ["used", "new", "first"]


def test_a_body_that_arrived_or_is_arriving_since_just_now_is_not_interrupted() -> None:
    door = Door(2)
    arrived, arriving = door.opened("arrived"), door.opened("arriving", 0.1)
    for line in (arrived, arriving):
        door.idle.busy(line)
        door.idle.arriving(line, 0.1)
    door.idle.arrived(arrived)

    door.idle.busy(door.opened("new", SLOW_SECONDS))

    assert door.closed == []
