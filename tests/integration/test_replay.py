"""``generale replay``: one scenario of a bundle played again, and whether the same findings come."""

import json
import shutil
from pathlib import Path

import pytest
from tests.integration.cli_session import command

from generale.cli.output import leave_bundle
from generale.conformance.engine import rehearse
from generale.conformance.plan import Plan

REBILLED, ADMITTED = "refusal/invoice-refused-and-rebilled", "admission/one-admission-accepted"


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle of two scenarios, in one of which a refused bill was billed again as new."""
    out = tmp_path_factory.mktemp("old") / "run"
    leave_bundle(rehearse(Plan(defect="rebill-as-new", scenarios=(REBILLED, ADMITTED), seed=3)), out, "en")
    return out


@pytest.mark.parametrize(
    ("scenario", "outcome", "code"),
    [(REBILLED, "same", 10), (ADMITTED, "clean", 11)],
    ids=["fails", "passes"],
)
def test_the_same_is_played_and_the_same_is_found(
    capsys: pytest.CaptureFixture[str], old: Path, tmp_path: Path, scenario: str, outcome: str, code: int
) -> None:
    out = tmp_path / "again"

    left = command(capsys, "replay", str(old), "--scenario", scenario, "--out", str(out), "--json")

    told = json.loads(left.out)
    assert (left.code, told["outcome"], told["seed"]) == (code, outcome, 3)
    assert _lines(out, scenario) == _lines(old, scenario)


def _lines(folder: Path, scenario: str) -> list[dict[str, object]]:
    """What was seen of one scenario, wherever in its transcript it stands."""
    events = map(json.loads, (folder / "transcript.jsonl").read_text(encoding="utf-8").splitlines())
    return [{**event, "seq": 0} for event in events if event["scenario"] == scenario]


@pytest.mark.parametrize(
    ("lang", "said"), [("en", "The same findings come again."), ("nl", "Dezelfde bevindingen komen terug.")]
)
def test_a_person_reads_whether_the_same_findings_come(
    capsys: pytest.CaptureFixture[str], old: Path, lang: str, said: str
) -> None:
    left = command(capsys, "replay", str(old), "--scenario", REBILLED, "--lang", lang)

    assert left.out.startswith(said)


def test_a_damaged_bundle_is_not_played(
    capsys: pytest.CaptureFixture[str], old: Path, tmp_path: Path
) -> None:
    damaged = Path(shutil.copytree(old, tmp_path / "damaged"))
    (damaged / "plan.toml").write_text("vendor = 'http://127.0.0.1:9'\n", encoding="utf-8")

    left = command(capsys, "replay", str(damaged), "--scenario", REBILLED)

    assert (left.code, left.out) == (21, "")
    assert "plan.toml is not the plan that run.json names" in left.err
    assert len(left.err.splitlines()) == 2


def test_a_product_that_is_not_there_is_unreachable(capsys: pytest.CaptureFixture[str], old: Path) -> None:
    left = command(capsys, "replay", str(old), "--scenario", REBILLED, "--vendor", "http://127.0.0.1:9")

    assert (left.code, left.out) == (20, "")
