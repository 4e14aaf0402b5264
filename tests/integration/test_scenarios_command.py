"""The catalogue of scenarios on the command line."""

import pytest
from tests.integration.cli_session import command

from generale.scenarios.catalogue import library


def test_scenarios_are_listed_with_their_titles(capsys: pytest.CaptureFixture[str]) -> None:
    left = command(capsys, "scenarios", "--lang", "nl")

    assert left.code == 0
    assert [line.split()[0] for line in left.out.splitlines()] == list(library())
    assert library()["month/short-stay"].title.nl in left.out


def test_what_the_scenarios_do_not_visit_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    left = command(capsys, "scenarios", "--coverage")

    assert left.code == 0
    assert left.out.startswith("# Behaviour coverage\n")
    assert "Not visited at all: " in left.out


def test_one_scenario_is_told_step_by_step(capsys: pytest.CaptureFixture[str]) -> None:
    left = command(capsys, "scenarios", "show", "refusal/file-blocked", "--lang", "nl")

    scenario = library()["refusal/file-blocked"]
    assert left.code == 0
    assert left.out.startswith(f"# {scenario.title.nl}\n")
    assert f"\n{len(scenario.timeline)}. **" in left.out
    assert all(f"- {one}: " in left.out for one in scenario.verifies)


def test_without_a_name_every_scenario_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    left = command(capsys, "scenarios", "show")

    assert [line for line in left.out.splitlines() if line.startswith("# ")] == [
        f"# {one.title.en}" for one in library().values()
    ]


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(("no/such",), id="a scenario that there is not"),
        pytest.param(("month/short-stay", "--set", "2018-01-01"), id="a set that there is not"),
        pytest.param(("month/short-stay", "--lang", "fr"), id="a language that is not spoken"),
    ],
)
def test_a_mistake_is_one_line_and_a_hint(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    left = command(capsys, "scenarios", "show", *arguments)

    assert (left.code, left.out) == (21, "")
    assert len(left.err.splitlines()) == 2
