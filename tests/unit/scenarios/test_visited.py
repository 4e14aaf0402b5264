"""The map of behaviour: every trouble stands in it once, and a scenario visits the cells that it tells of."""

from collections import Counter
from datetime import date

import pytest
from tests.unit.scenarios.stage_play import ADMIT, scenario

from generale.conformance.behaviour_coverage import behaviour_document, render_behaviour_coverage
from generale.protocol.profile import standard_profile
from generale.scenarios.catalogue import library
from generale.scenarios.visited import (
    ENTERED_WRONGLY,
    LAYERS,
    MOMENTS,
    UNTROUBLED,
    cells,
    moment_in_month,
    visited,
    visits,
)
from generale.simulator.behaviour import Kind

CONTROL = {"control": "HX-ADM-12"}


def test_every_trouble_stands_in_one_layer() -> None:
    told = Counter(str(one) for reasons in LAYERS.values() for one in reasons)

    assert told == Counter([UNTROUBLED, ENTERED_WRONGLY, *map(str, Kind)])


@pytest.mark.parametrize(
    ("day", "moment"),
    [
        (date(2019, 6, 1), "first-day"),
        (date(2019, 6, 30), "last-day"),
        (date(2020, 2, 29), "last-day"),
        (date(2019, 6, 29), "weekend"),
        (date(2019, 6, 28), "weekday"),
    ],
)
def test_a_day_is_one_of_the_moments(day: date, moment: str) -> None:
    assert moment_in_month(day) == moment
    assert moment in MOMENTS


@pytest.mark.parametrize(
    ("behave", "expected"),
    [
        pytest.param(None, "nothing", id="all goes well"),
        pytest.param({"kind": "refuse", **CONTROL}, "refuse", id="whoever it is"),
        pytest.param({"kind": "refuse", "resident": "anna", **CONTROL}, "refuse", id="this resident"),
        pytest.param({"kind": "refuse", "resident": "bert", **CONTROL}, "nothing", id="another resident"),
        pytest.param({"kind": "refuse-file", "fund": "810"}, "refuse-file", id="this fund"),
        pytest.param({"kind": "refuse-file", "fund": "820"}, "nothing", id="another fund"),
    ],
)
def test_a_trouble_is_counted_for_whom_it_can_meet(behave: dict[str, str] | None, expected: str) -> None:
    played = scenario(*([{"behave": behave}] if behave else []), ADMIT)

    (cell,) = visits(played)

    assert (cell.facility, cell.stay_type, cell.fund) == ("wzc", "rob", "810")
    assert cell.reason == expected


def test_the_library_visits_cells_that_there_are() -> None:
    every = list(cells(standard_profile()))

    assert len(every) == len(set(every))
    assert visited(library().values()) <= set(every)


def test_the_page_and_the_document_count_the_same_cells() -> None:
    document = behaviour_document()
    unvisited = document["unvisited"]

    assert isinstance(unvisited, list)
    assert document["cells"] == len(unvisited) + int(str(document["visited"]))
    assert f"{document['visited']} of {document['cells']} cells are visited." in render_behaviour_coverage()
