"""Reference pages that people write say what the program does: the control API, and what is not there yet."""

import re
from dataclasses import fields
from pathlib import Path

import pytest
from starlette.routing import Route

from generale.cli.main import PLANNED, main
from generale.conformance.behaviour_coverage import render_behaviour_coverage
from generale.protocol.profile import standard_profile
from generale.results.verdicts import ExitCode
from generale.simulator.behaviour import Behaviour, Takeover
from generale.simulator.control import control_app
from generale.simulator.set_up import WorldSetUp
from generale.simulator.simulator import Simulator

REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference"
CONTROL = (REFERENCE / "control-api.md").read_text(encoding="utf-8")
NOT_YET = (REFERENCE / "not-yet.md").read_text(encoding="utf-8")

COMMANDS = [
    name
    for cell in re.findall(r"^\| ([a-z, -]+) \|", NOT_YET.partition("## Doors")[0], re.MULTILINE)
    for name in cell.split(", ")
    if name != "command"
]


def test_the_page_of_behaviour_coverage_is_that_of_the_scenarios() -> None:
    page = (REFERENCE / "behaviour.md").read_text(encoding="utf-8")

    assert page == render_behaviour_coverage(), "stale: `generale docs` writes it"


def test_the_page_of_the_control_api_lists_its_routes_and_no_others() -> None:
    app = control_app(Simulator(standard_profile()), token="a token")
    served = {
        (method, route.path)
        for route in app.routes
        if isinstance(route, Route)
        for method in (route.methods or set()) - {"HEAD"}
    }

    assert set(re.findall(r"^\| ([A-Z]+) \| `([^`]+)`", CONTROL, re.MULTILINE)) == served


@pytest.mark.parametrize(
    ("body", "kind"),
    [("set-up", WorldSetUp), ("behaviour", Behaviour), ("takeover", Takeover)],
    ids=["set-up", "behaviour", "takeover"],
)
def test_the_page_of_the_control_api_names_every_key_that_is_sent(body: str, kind: type[Behaviour]) -> None:
    row = re.search(rf"^\| {body} \| (.*) \|$", CONTROL, re.MULTILINE)

    assert row is not None
    assert [field.name for field in fields(kind) if f"`{field.name}`" not in row[1]] == []


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What a command that cannot be run says, in one line; it leaves with 21."""
    with pytest.raises(SystemExit) as left:
        main(list(arguments))
    assert left.value.code == ExitCode.CONFIGURATION_INVALID
    return capsys.readouterr().err.splitlines()[0]


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_that_is_not_there_yet_ends_with_21(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert refused(capsys, name) == f"generale: {name} is not available in this version"


def test_the_page_names_every_command_whose_name_is_fixed() -> None:
    assert len(COMMANDS) == len(set(COMMANDS))
    assert set(COMMANDS) == set(PLANNED)


@pytest.mark.parametrize("option", ["--vendor=person", "--clock=platform"])
def test_a_door_or_clock_that_is_not_there_yet_ends_with_21(
    option: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    word = option.partition("=")[2].partition(":")[0]

    assert f"`{word}" in NOT_YET
    assert refused(capsys, "certify", option, f"--out={tmp_path / 'bundle'}")
