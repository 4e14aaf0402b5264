"""The documents of replay, shrink, compare and the map of behaviour fit their schemas."""

import json
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from tests.docs.test_json_documents import SCHEMAS, misfits

from generale.cli import certify, replay, shrink
from generale.cli.catalogue import map_behaviour
from generale.cli.output import leave_bundle
from generale.conformance.engine import plan_toml, rehearse, with_run_id
from generale.conformance.plan import Plan
from generale.conformance.replaying import Against
from generale.results.bundle import Bundle, render_json
from generale.results.form import to_json
from generale.scenarios.visited import LAYERS, MOMENTS

ADMITTED = "admission/one-admission-accepted"


@pytest.fixture(scope="module")
def played() -> Bundle:
    """A run in which an admission was sent with another day."""
    return rehearse(Plan(defect="admission-day-late", scenarios=(ADMITTED,)))


@pytest.fixture(scope="module")
def old(played: Bundle, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its bundle, in a folder."""
    out = tmp_path_factory.mktemp("old") / "run"
    leave_bundle(played, out, "en")
    return out


@pytest.fixture(scope="module")
def mended(played: Bundle, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same bundle, with a plan by which the vendor that is played again is right."""
    out = tmp_path_factory.mktemp("mended") / "run"
    plan = plan_toml(Plan(scenarios=(ADMITTED,)))
    named = sha256(plan).hexdigest()
    run = replace(played.run, plan=named, files={**played.run.files, "plan.toml": named})
    parts = {"plan.toml": plan, "run.json": render_json(to_json(with_run_id(run)))}
    leave_bundle(played.with_files(parts), out, "en")
    return out


def test_the_verdicts_of_a_run_that_is_compared_fit(
    old: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    certify.run(None, {"scenarios": (ADMITTED,)}, tmp_path / "now", old, as_json=True, lang="en")
    document = json.loads(capsys.readouterr().out)

    assert misfits("certify", document) == []
    assert [one["check"] for one in document["compared"]["fixed"]] == ["CK-ADM-01"]


@pytest.mark.parametrize(
    ("bundle", "outcome", "expected"), [("old", "same", 10), ("mended", "gone", 11)], ids=["fails", "mended"]
)
def test_what_came_of_a_scenario_played_again_fits(
    request: pytest.FixtureRequest,
    capsys: pytest.CaptureFixture[str],
    bundle: str,
    outcome: str,
    expected: int,
) -> None:
    folder: Path = request.getfixturevalue(bundle)

    code = replay.run(folder, ADMITTED, Against(), None, as_json=True, lang="nl")
    document = json.loads(capsys.readouterr().out)

    assert misfits("replay", document) == []
    assert (document["outcome"], document["exit_code"], code) == (outcome, expected, expected)


@pytest.mark.parametrize(("bundle", "came"), [("old", True), ("mended", False)], ids=["fails", "mended"])
def test_what_came_of_shrinking_fits(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    bundle: str,
    came: bool,
) -> None:
    folder: Path = request.getfixturevalue(bundle)
    out = tmp_path / "smaller.yaml"

    code = shrink.run(folder, "CK-ADM-01", "", Against(), out, 50, as_json=True, lang="en")
    document = json.loads(capsys.readouterr().out)

    assert misfits("shrink", document) == []
    assert (document["came_again"], code, out.is_file()) == (came, 0 if came else 11, came)


def test_the_map_of_behaviour_fits(capsys: pytest.CaptureFixture[str]) -> None:
    map_behaviour(as_json=True)

    assert misfits("behaviour", json.loads(capsys.readouterr().out)) == []


def test_the_closed_lists_of_the_map_are_those_of_the_program() -> None:
    cell = SCHEMAS["behaviour"]["properties"]["unvisited"]["items"]["properties"]

    assert cell["layer"]["enum"] == list(LAYERS)
    assert cell["moment"]["enum"] == list(MOMENTS)
