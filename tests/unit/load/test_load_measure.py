"""What is measured counts from the moment a message was due, and nothing measured breaches everything."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generale.load.measure import (
    Measured,
    Quantity,
    Summary,
    Threshold,
    breaches,
    percentile,
    read_thresholds,
    summarise,
)
from generale.protocol.errors import OurError, UsageError

WAITS = st.lists(st.floats(0, 1e6), min_size=1, max_size=60)


@given(WAITS, st.floats(0, 100))
def test_a_percentile_is_the_smallest_value_that_enough_values_do_not_exceed(
    values: list[float], percent: float
) -> None:
    def enough(value: float) -> bool:
        return sum(other <= value for other in values) * 100 >= percent * len(values)

    assert percentile(sorted(values), percent) == min(value for value in values if enough(value))


@pytest.mark.parametrize(("values", "percent"), [([], 50), ([1.0], 101), ([1.0], -1)])
def test_there_is_no_percentile_of_nothing(values: list[float], percent: float) -> None:
    with pytest.raises(OurError):
        percentile(values, percent)


def test_a_stall_delays_every_message_that_was_due_in_it() -> None:
    stalled = [Measured(due / 10, max(due / 10, 1.0)) for due in range(10)]

    figures = summarise(stalled).figures

    assert figures[Quantity.LONGEST] == 1.0
    assert figures[Quantity.P50] == pytest.approx(0.5)


def test_the_warm_up_does_not_count() -> None:
    measured = [Measured(0.5, 9.0, ok=False), Measured(1.0, 1.5), Measured(2.0, 3.0), Measured(2.5, 3.0)]

    summary = summarise(measured, warm_up=1.0)

    assert summary.offered == 3
    assert summary.figures[Quantity.LONGEST] == 1.0
    assert summary.figures[Quantity.THROUGHPUT] == pytest.approx(3 / 2)
    assert summary.figures[Quantity.FAILED] == 0


def test_a_failed_message_waits_too_but_is_no_throughput() -> None:
    figures = summarise([Measured(0, 1), Measured(1, 4, ok=False)]).figures

    assert figures == {
        Quantity.P50: 1,
        Quantity.P90: 3,
        Quantity.P99: 3,
        Quantity.LONGEST: 3,
        Quantity.THROUGHPUT: 0.25,
        Quantity.FAILED: 0.5,
    }


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0, 100)), min_size=1), st.floats(0, 100))
def test_the_order_of_the_messages_makes_no_difference(
    pairs: list[tuple[float, float]], warm_up: float
) -> None:
    measured = [Measured(due, due + wait) for due, wait in pairs]

    assert summarise(measured, warm_up=warm_up) == summarise(reversed(measured), warm_up=warm_up)


@pytest.mark.parametrize("finished", [0.9, float("nan")])
def test_an_answer_cannot_come_before_its_message(finished: float) -> None:
    with pytest.raises(OurError):
        Measured(1.0, finished)


FIGURES = dict.fromkeys(Quantity, 0.5)


@pytest.mark.parametrize(
    ("bounds", "breached"),
    [
        ({"p99": {"at_most": 0.5}, "throughput": {"at_least": 0.5}}, []),
        ({"p99": {"at_most": 0.49}, "p50": {"at_most": 1}}, ["p99"]),
        ({"throughput": {"at_least": 1}}, ["throughput"]),
        ({"failed": {"at_least": 0.6, "at_most": 0.7}}, ["failed"]),
        ({}, []),
    ],
)
def test_a_breach_names_the_threshold_and_the_value(
    bounds: dict[str, dict[str, float]], breached: list[str]
) -> None:
    found = breaches(Summary(offered=1, figures=FIGURES), read_thresholds(bounds))

    assert [(one.threshold.quantity, one.value) for one in found] == [(name, 0.5) for name in breached]


def test_nothing_measured_breaches_every_threshold() -> None:
    thresholds = (Threshold(quantity=Quantity.P99, at_most=9), Threshold(quantity=Quantity.FAILED))

    found = breaches(summarise([]), thresholds)

    assert [(one.threshold, one.value) for one in found] == [(one, None) for one in thresholds]


@pytest.mark.parametrize(
    "table", [{"p98": {"at_most": 1.0}}, {"p99": {}}, {"p99": {"most": 1.0}}], ids=["name", "none", "bound"]
)
def test_a_threshold_that_does_not_fit_is_refused(table: dict[str, dict[str, float]]) -> None:
    with pytest.raises(UsageError):
        read_thresholds(table)
