"""``generale shrink``: what it writes is a scenario that fails as before, and is shorter."""

from pathlib import Path

import pytest
from tests.integration.cli_session import command

from generale.cli.output import leave_bundle
from generale.conformance.engine import rehearse
from generale.conformance.plan import Plan
from generale.results.comparison import failures
from generale.scenarios.catalogue import entry, library

REBILLED, ADMITTED = "refusal/invoice-refused-and-rebilled", "admission/one-admission-accepted"
KIND = ("CK-REF-03", "rebill-as-new", REBILLED)


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle of two scenarios, in one of which a refused bill was billed again as new."""
    out = tmp_path_factory.mktemp("old") / "run"
    leave_bundle(rehearse(Plan(defect="rebill-as-new", scenarios=(REBILLED, ADMITTED))), out, "en")
    return out


def test_the_file_fails_as_before_with_fewer_steps_and_the_same_twice(
    capsys: pytest.CaptureFixture[str], old: Path, tmp_path: Path
) -> None:
    file, again = tmp_path / "smaller.yaml", tmp_path / "again.yaml"

    left = command(capsys, "shrink", str(old), "--check", "CK-REF-03", "--out", str(file))
    command(capsys, "shrink", str(old), "--check", "RQ-REF-03", "--out", str(again))

    played = rehearse(Plan(defect="rebill-as-new", scenarios=(str(file),)))
    assert left.code == 0, left.err
    assert KIND in failures(played.judgement)
    assert len(entry(str(file)).scenario.timeline) < len(library()[REBILLED].timeline)
    assert file.read_bytes() == again.read_bytes()
    assert f"certify --vendor=reference --defect=rebill-as-new --scenario={file}" in left.out


@pytest.mark.parametrize(
    ("lang", "said"), [("en", "The plays were used up"), ("nl", "Het aantal keer spelen is op")]
)
def test_a_person_reads_when_the_plays_were_used_up(
    capsys: pytest.CaptureFixture[str], old: Path, tmp_path: Path, lang: str, said: str
) -> None:
    out = tmp_path / "smaller.yaml"

    left = command(
        capsys, "shrink", str(old), "--check", "CK-REF-03", "--out", str(out), "--plays", "2", "--lang", lang
    )

    assert (left.code, out.is_file()) == (0, True)
    assert said in left.out


@pytest.mark.parametrize(
    ("options", "said"),
    [
        pytest.param(["--check", "CK-ADM-01"], "CK-ADM-01 did not fail in the bundle", id="did not fail"),
        pytest.param(["--check", "nothing"], "there is no check 'nothing'", id="no such check"),
        pytest.param(["--check", "CK-REF-03", "--scenario", "a/b"], "no scenario 'a/b'", id="no scenario"),
        pytest.param(
            ["--check", "CK-REF-03", "--scenario", ADMITTED], f"did not fail in {ADMITTED}", id="not there"
        ),
    ],
)
def test_a_mistake_is_one_line_with_a_hint_and_nothing_is_played(
    capsys: pytest.CaptureFixture[str], old: Path, tmp_path: Path, options: list[str], said: str
) -> None:
    left = command(capsys, "shrink", str(old), *options, "--out", str(tmp_path / "smaller.yaml"))

    lines = left.err.splitlines()
    assert (left.code, left.out, len(lines)) == (21, "", 2)
    assert said in lines[0]
    assert lines[1].startswith("  hint: ")
