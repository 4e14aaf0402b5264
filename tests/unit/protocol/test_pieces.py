"""Long work in pieces: the same in whatever pieces it is done, and never two works at once."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generale.protocol.clock import BRUSSELS, VirtualClock
from generale.protocol.pieces import Pieces, at_once, joined

START = datetime(2019, 4, 1, 8, tzinfo=BRUSSELS)
SECOND = timedelta(seconds=1)


def steps(sizes: list[int], done: list[int]) -> Pieces[int]:
    """Work in steps of these sizes, which ends in their sum."""
    for size in sizes:
        done.append(size)
        yield size
    return sum(sizes)


@given(sizes=st.lists(st.integers(0, 9)), size=st.integers(1, 30))
def test_joined_work_is_the_same_work_in_pieces_that_are_large_enough(sizes: list[int], size: int) -> None:
    done, pieces = list[int](), list[int]()

    def work() -> Pieces[int]:
        return (yield from joined(steps(sizes, done), size))

    def watched() -> Pieces[int]:
        work_ = work()
        while True:
            try:
                pieces.append(next(work_))
            except StopIteration as end:
                found: int = end.value
                return found
            yield 0

    assert at_once(watched()) == sum(sizes)
    assert done == sizes
    assert all(size <= piece < size + 10 for piece in pieces)
    assert 0 <= sum(sizes) - sum(pieces) < size


def note(seen: list[str], name: str, pieces: int) -> Iterator[None]:
    """Work in so many pieces, each of which leaves a name."""
    for number in range(pieces):
        seen.append(f"{name}{number}")
        if number < pieces - 1:
            yield


def a_clock(seen: list[str]) -> VirtualClock:
    """A clock with two works and an action that is due between them."""
    clock = VirtualClock(START)
    clock.work_in(SECOND, lambda: note(seen, "a", 3))
    clock.work_in(SECOND, lambda: note(seen, "b", 2))
    clock.call_in(2 * SECOND, lambda: seen.append("action"))
    return clock


def test_work_that_is_not_put_off_is_done_whole_at_its_own_time() -> None:
    seen = list[str]()
    a_clock(seen).advance(3 * SECOND)

    assert seen == ["a0", "a1", "a2", "b0", "b1", "action"]


@given(st.lists(st.booleans(), min_size=8, max_size=8))
def test_work_that_is_put_off_is_done_piece_by_piece_and_one_work_after_the_other(waits: list[bool]) -> None:
    seen = list[str]()
    clock = a_clock(seen)
    clock.catch_up(START + SECOND, puts_off=True)
    for number, wait in enumerate(waits):
        if wait:
            clock.catch_up(START + (2 + number) * SECOND, puts_off=number % 2 == 0)
        if clock.is_behind:
            before = len(seen)
            clock.work_off()
            assert len(seen) == before + 1

    assert [one for one in seen if one != "action"] == ["a0", "a1", "a2", "b0", "b1"]
    assert not clock.is_behind


@pytest.mark.parametrize("pieces", range(4))
def test_who_moves_the_clock_finds_what_has_begun_ended(pieces: int) -> None:
    seen = list[str]()
    clock = a_clock(seen)
    clock.catch_up(START + SECOND, puts_off=True)
    for _ in range(pieces):
        clock.work_off()
    clock.move_to(START + 3 * SECOND)

    assert [one for one in seen if one != "action"] == ["a0", "a1", "a2", "b0", "b1"]
    assert not clock.is_behind
