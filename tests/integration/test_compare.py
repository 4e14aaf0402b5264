"""``generale certify --compare``: what became of the failures of an earlier bundle."""

import json
from pathlib import Path

import pytest
from tests.integration.cli_session import command

from generale.cli.output import leave_bundle
from generale.conformance.engine import rehearse
from generale.conformance.plan import Plan

REBILLED, ADMITTED = "refusal/invoice-refused-and-rebilled", "admission/one-admission-accepted"
REBILL_AS_NEW = {
    "requirements": ["RQ-REF-03"],
    "check": "CK-REF-03",
    "code": "rebill-as-new",
    "scenario": REBILLED,
}


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle in which a refused bill was billed again as new."""
    out = tmp_path_factory.mktemp("old") / "run"
    leave_bundle(rehearse(Plan(defect="rebill-as-new", scenarios=(REBILLED,))), out, "en")
    return out


@pytest.mark.parametrize(
    ("options", "group"),
    [
        pytest.param(["--scenario", REBILLED], "fixed", id="mended"),
        pytest.param(["--scenario", REBILLED, "--defect", "rebill-as-new"], "still", id="not mended"),
        pytest.param(["--scenario", ADMITTED], "untried", id="not played"),
    ],
)
def test_a_failure_of_before_is_fixed_only_where_it_was_tried_again(
    capsys: pytest.CaptureFixture[str], old: Path, tmp_path: Path, options: list[str], group: str
) -> None:
    left = command(
        capsys, "certify", *options, "--compare", str(old), "--out", str(tmp_path / "now"), "--json"
    )

    told = json.loads(left.out)["compared"]
    assert told[group] == [REBILL_AS_NEW]
    assert [told[name] for name in ("new", "still", "fixed", "untried") if name != group] == [[], [], []]


@pytest.mark.parametrize(
    ("lang", "said"), [("en", "fixed: 1"), ("nl", "hersteld: 1"), ("nl", "RQ-REF-03  niet voldaan → voldaan")]
)
def test_a_person_reads_what_is_fixed(
    capsys: pytest.CaptureFixture[str], old: Path, tmp_path: Path, lang: str, said: str
) -> None:
    out = tmp_path / "now"

    left = command(
        capsys, "certify", "--scenario", REBILLED, "--compare", str(old), "--out", str(out), "--lang", lang
    )

    assert said in left.out


def test_a_run_can_take_the_place_of_the_bundle_that_it_is_compared_with(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    folder = str(tmp_path / "run")
    command(capsys, "certify", "--scenario", REBILLED, "--defect", "rebill-as-new", "--out", folder)

    left = command(capsys, "certify", "--scenario", REBILLED, "--out", folder, "--compare", folder, "--json")

    assert json.loads(left.out)["compared"]["fixed"] == [REBILL_AS_NEW]


def test_nothing_is_played_where_the_earlier_bundle_is_none(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    out = tmp_path / "now"

    left = command(capsys, "certify", "--compare", str(tmp_path / "nowhere"), "--out", str(out))

    assert (left.code, left.out) == (21, "")
    assert "is not a bundle" in left.err.splitlines()[0]
    assert "hint: " in left.err.splitlines()[1]
    assert not out.exists()
