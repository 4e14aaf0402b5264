"""A figure is counted in its floor, round by round, and told to people and programs alike."""

import json
from datetime import date
from statistics import median

import pytest
from bench.figure import Better, Figure, document, in_turns, short, table
from hypothesis import given
from hypothesis import strategies as st


def figure(better: Better = Better.HIGHER, **changed: object) -> Figure:
    """Three rounds of something, in the last of which the machine was half as fast."""
    values: dict[str, object] = {
        "name": "a-figure",
        "unit": "MB/s",
        "ours": (10.0, 20.0, 5.0),
        "floor": (1000.0, 1000.0, 500.0),
        "floor_is": "a floor",
        "beside": {"connections": 16, "kelvin": 0.5},
    }
    return Figure(better=better, **(values | changed))  # type: ignore[arg-type]  # a test names what it changes


def test_a_rate_costs_more_when_it_is_lower_and_a_time_when_it_is_higher() -> None:
    assert figure(Better.HIGHER).ratios == (100, 50, 100)
    assert figure(Better.LOWER).ratios == (0.01, 0.02, 0.01)
    assert figure().ratio == 100


@given(st.lists(st.tuples(st.floats(0.1, 1e6), st.floats(0.1, 1e6)), min_size=1), st.sampled_from(Better))
def test_a_machine_that_is_slower_in_some_rounds_makes_no_difference(
    rounds: list[tuple[float, float]], better: Better
) -> None:
    ours, floor = [value for value, _ in rounds], [value for _, value in rounds]
    slow = [1 + place % 3 for place in range(len(rounds))]
    same = figure(
        better,
        ours=tuple(value * factor for value, factor in zip(ours, slow, strict=True)),
        floor=tuple(value * factor for value, factor in zip(floor, slow, strict=True)),
    )

    assert same.ratio == pytest.approx(figure(better, ours=tuple(ours), floor=tuple(floor)).ratio)


def test_rounds_that_do_not_match_have_no_ratio() -> None:
    with pytest.raises(ValueError, match="shorter"):
        figure(floor=(1.0,)).ratios  # noqa: B018 - the property itself refuses


def test_ours_and_floor_are_measured_in_turns() -> None:
    order: list[str] = []

    def measured(name: str, value: float) -> float:
        order.append(name)
        return value

    found = in_turns(lambda: measured("A", 1), lambda: measured("B", 2), 3)

    assert order == ["A", "B"] * 3
    assert found == ((1, 1, 1), (2, 2, 2))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (14, "14"),
        (17164.3, "17164"),
        (99.96, "99.96"),
        (1.5, "1.50"),
        (0.0169, "0.0169"),
        (0.0000315, "0.0000315"),
        (1e-12, "0.000000000"),
    ],
)
def test_a_number_is_short_and_without_an_exponent(value: float, text: str) -> None:
    assert short(value) == text


@given(st.floats(1e-5, 99))
def test_a_short_number_is_right_to_a_hundredth(value: float) -> None:
    assert float(short(value)) == pytest.approx(value, rel=0.01)


def test_the_table_shows_median_floor_ratio_and_spread() -> None:
    assert table([figure(), figure(Better.LOWER, name="b", beside={})]) == (
        "figure    median  unit  floor  costs                    rounds\n"
        "a-figure      10  MB/s   1000  100x (50-100)                 3\n"
        "    floor: a floor\n"
        "    connections: 16\n"
        "    kelvin: 0.500\n"
        "b             10  MB/s   1000  0.0100x (0.0100-0.0200)       3\n"
        "    floor: a floor\n"
    )


def test_the_document_is_json_with_a_record_for_every_figure() -> None:
    found = json.loads(json.dumps(document([figure()], {"python": "3.11"}, date(2021, 7, 1))))

    assert found == {
        "date": "2021-07-01",
        "machine": {"python": "3.11"},
        "figures": {
            "a-figure": {
                "unit": "MB/s",
                "median": median((10, 20, 5)),
                "floor": 1000,
                "floor_is": "a floor",
                "costs": 100,
                "lowest": 50,
                "highest": 100,
                "rounds": 3,
                "beside": {"connections": 16, "kelvin": 0.5},
            }
        },
    }


def test_a_document_without_a_day_has_none() -> None:
    assert document([], {}) == {"machine": {}, "figures": {}}
