"""The documents of the commands that look at an earlier run fit their schemas."""

import json
from pathlib import Path

import pytest
from tests.docs.test_json_documents import misfits

from generale.cli import certify, replay
from generale.cli.output import leave_bundle
from generale.conformance.engine import rehearse
from generale.conformance.plan import Plan
from generale.conformance.replaying import Against

ADMITTED = "admission/one-admission-accepted"


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle in which an admission was sent with another day."""
    out = tmp_path_factory.mktemp("old") / "run"
    leave_bundle(rehearse(Plan(defect="admission-day-late", scenarios=(ADMITTED,))), out, "en")
    return out


def test_the_verdicts_of_a_run_that_is_compared_fit(
    old: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    certify.run(None, {"scenarios": (ADMITTED,)}, tmp_path / "now", old, as_json=True, lang="en")
    document = json.loads(capsys.readouterr().out)

    assert misfits("certify", document) == []
    assert [one["check"] for one in document["compared"]["fixed"]] == ["CK-ADM-01"]


def test_what_came_of_a_scenario_played_again_fits(old: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = replay.run(old, ADMITTED, Against(), None, as_json=True, lang="nl")
    document = json.loads(capsys.readouterr().out)

    assert misfits("replay", document) == []
    assert (document["outcome"], document["exit_code"], code) == ("same", 10, 10)
