"""Shapes of load: arrivals are ordered, repeatable, and as dense as the curve says."""

from itertools import pairwise
from math import sqrt
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generale.load.shapes import Shape, arrivals, read_shapes, shapes
from generale.protocol.errors import UsageError


def shape(*rates: float, seconds: float = 100.0) -> Shape:
    """A shape with these rates at equal distances."""
    last = len(rates) - 1
    curve = tuple((seconds * place / last, rate) for place, rate in enumerate(rates))
    return Shape(name="a shape", facilities=1, seconds=seconds, curve=curve, text_nl="x", text_en="x")


CURVES = st.lists(st.floats(0, 20), min_size=2, max_size=6).map(lambda rates: shape(*rates))


@given(CURVES, st.integers())
def test_arrivals_are_ordered_and_lie_within_the_shape(one: Shape, seed: int) -> None:
    moments = list(arrivals(one, Random(seed)))

    assert all(earlier < later for earlier, later in pairwise(moments))
    assert all(0 < moment < one.seconds for moment in moments)
    assert all(one.rate(moment) > 0 for moment in moments)


@given(CURVES, st.integers())
def test_the_same_chance_gives_the_same_arrivals(one: Shape, seed: int) -> None:
    assert list(arrivals(one, Random(seed))) == list(arrivals(one, Random(seed)))


@settings(max_examples=30)
@given(CURVES, st.integers())
def test_as_many_arrive_as_the_curve_says(one: Shape, seed: int) -> None:
    count = sum(1 for _ in arrivals(one, Random(seed)))

    assert abs(count - one.messages) <= 8 * sqrt(one.messages) + 20


@pytest.mark.parametrize("name", shapes())
def test_every_part_of_a_shape_gets_its_share(name: str) -> None:
    pressed = shapes()[name].scaled(peak=100.0, seconds=100.0)
    seen = [0] * 100
    for moment in arrivals(pressed, Random(name)):
        seen[int(moment)] += 1

    for second, count in enumerate(seen):
        expected = (pressed.rate(second) + pressed.rate(second + 0.999)) / 2
        assert abs(count - expected) <= 6 * sqrt(expected) + 6, second


@pytest.mark.parametrize("name", shapes())
def test_a_shape_that_ships_says_what_it_is_in_both_languages(name: str) -> None:
    one = shapes()[name]

    assert one.name == name
    assert one.text_nl
    assert one.text_en
    assert one.text_nl != one.text_en
    assert one.messages > one.facilities / 4


def test_the_rate_lies_on_straight_lines_between_the_points() -> None:
    one = shape(0, 10, 4)

    assert [one.rate(second) for second in (-1, 0, 25, 50, 75, 99.999, 100)] == pytest.approx(
        [0, 0, 5, 10, 7, 4, 0], abs=0.001
    )
    assert (one.peak, one.messages) == (10, 600)


@given(CURVES.filter(lambda one: one.peak > 0.001), st.floats(0.1, 1e4), st.floats(0.1, 1e6))
def test_a_scaled_shape_keeps_its_course(one: Shape, peak: float, seconds: float) -> None:
    scaled = one.scaled(peak=peak, seconds=seconds)

    assert scaled.peak == pytest.approx(peak)
    assert scaled.seconds == seconds
    for part in (0.0, 0.2, 0.5, 0.9):
        assert scaled.rate(part * seconds) / peak == pytest.approx(
            one.rate(part * one.seconds) / one.peak, abs=1e-6
        )


def test_nothing_arrives_where_the_rate_is_zero() -> None:
    assert list(arrivals(shape(0, 0), Random(1))) == []
    with pytest.raises(UsageError):
        shape(0, 0).scaled(peak=1, seconds=1)


ROW = '[x]\nfacilities = 2\nseconds = 60\ncurve = [[0, 1], [1, 3]]\ntext_nl = "x"\ntext_en = "x"\n'


def test_a_row_gives_rates_for_all_facilities_together() -> None:
    one = read_shapes(ROW)["x"]

    assert one.curve == ((0, 2 / 3600), (60, 6 / 3600))


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("[x]", "[x"),
        ("facilities = 2", ""),
        ("facilities = 2", "facilities = -2"),
        ("facilities = 2", "facilities = [2]"),
        ("seconds = 60", "seconds = inf"),
        ('text_nl = "x"', ""),
        ('text_nl = "x"', 'text_fr = "x"'),
        ("[0, 1]", "[0, nan]"),
        ("[0, 1]", "[0.1, 1]"),
        ("[0, 1], [1, 3]", "[0, 1]"),
        ("[0, 1], [1, 3]", "[0, 1], [0, 2], [1, 3]"),
        ("[0, 1], [1, 3]", "1, 2"),
        ("[1, 3]", "[2, 3]"),
    ],
)
def test_a_row_that_does_not_fit_is_refused(was: str, becomes: str) -> None:
    with pytest.raises(UsageError) as refusal:
        read_shapes(ROW.replace(was, becomes))

    assert refusal.value.hint
