"""Shortening: the result fails as before, nothing more can go, order is kept, and tries are bounded."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generale.scenarios.shortening import Fails, Numbers, Settle, shortened

ENOUGH = 10_000


def whole(count: int) -> Numbers:
    return tuple(range(count))


def alone(left: Numbers) -> Numbers:
    """No step needs another."""
    return left


def needing(needs: dict[int, int]) -> Settle:
    """A step goes with the earlier one that it needs."""

    def settle(left: Numbers) -> Numbers:
        kept: list[int] = []
        for step in left:
            if step not in needs or needs[step] in kept:
                kept.append(step)
        return tuple(kept)

    return settle


@st.composite
def failing(draw: st.DrawFn) -> tuple[Numbers, Fails, Settle]:
    """Steps, some of which need an earlier one, and a failure that any of a few sets of them brings about."""
    steps = whole(draw(st.integers(1, 24)))
    some = st.sets(st.sampled_from(steps), min_size=1, max_size=5)
    causes = draw(st.lists(some, min_size=1, max_size=3))
    settle = needing(
        {
            step: draw(st.integers(0, step - 1))
            for step in draw(st.sets(st.sampled_from(steps), max_size=8))
            if step
        }
    )
    spoilers = draw(st.sets(st.sampled_from(steps), max_size=2))

    def fails(left: Numbers) -> bool:
        odd = len(spoilers & set(left)) == 1  # one without the other hides the failure: not monotonous
        return any(cause <= set(left) for cause in causes) and not odd

    return steps, fails, settle


@given(failing())
def test_the_result_fails_is_in_order_stands_by_itself_and_nothing_more_can_go(
    given_: tuple[Numbers, Fails, Settle],
) -> None:
    steps, fails, settle = given_

    found = shortened(steps, fails, settle, ENOUGH)

    if found is None:
        assert not fails(settle(steps))
        return
    assert fails(found.left)
    assert list(found.left) == sorted(set(found.left))
    assert set(found.left) <= set(steps)
    assert settle(found.left) == found.left
    assert found.is_minimal
    for step in found.left:
        without = settle(tuple(one for one in found.left if one != step))
        assert not without or not fails(without)


@given(failing(), st.integers(1, 12))
def test_the_predicate_is_asked_at_most_so_often_and_never_twice_about_the_same(
    given_: tuple[Numbers, Fails, Settle], most: int
) -> None:
    steps, fails, settle = given_
    asked: list[Numbers] = []

    def counted(left: Numbers) -> bool:
        asked.append(left)
        return fails(left)

    found = shortened(steps, counted, settle, most)

    assert len(asked) == len(set(asked)) <= most
    assert () not in asked
    if found is not None:
        assert fails(found.left)
        assert found.tries == len(asked)


@given(failing())
def test_the_same_failure_gives_the_same_result(given_: tuple[Numbers, Fails, Settle]) -> None:
    assert shortened(*given_, ENOUGH) == shortened(*given_, ENOUGH)


@pytest.mark.parametrize(
    ("fails", "left"),
    [
        pytest.param(lambda left: 17 in left, (17,), id="one step"),
        pytest.param(lambda left: {3, 17} <= set(left), (3, 17), id="two far apart"),
        pytest.param(lambda left: len(left) == 20, whole(20), id="all of them"),
    ],
)
def test_what_brings_the_failure_about_is_left(fails: Callable[[Numbers], bool], left: Numbers) -> None:
    found = shortened(whole(20), fails, alone, ENOUGH)

    assert found is not None
    assert found.left == left


def test_a_step_that_is_needed_stays() -> None:
    found = shortened(whole(20), lambda left: 17 in left, needing({17: 4, 4: 2}), ENOUGH)

    assert found is not None
    assert found.left == (2, 4, 17)


def test_what_does_not_fail_is_not_shortened() -> None:
    assert shortened(whole(5), lambda _: False, alone, ENOUGH) is None


def test_when_the_tries_are_used_up_the_shortest_so_far_is_told_and_not_called_minimal() -> None:
    found = shortened(whole(64), lambda left: 17 in left, alone, 4)

    assert found is not None
    assert 17 in found.left
    assert 1 < len(found.left) < 64
    assert not found.is_minimal
