"""A stored bundle is judged again to the same verdicts; a damaged one is named."""

import json
from pathlib import Path

import pytest
from tests.integration.cli_session import command


@pytest.fixture
def bundle(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Path:
    out = tmp_path / "run"
    command(capsys, "certify", "--defect", "rebill-as-new", "--out", str(out), "--json")
    return out


def test_judging_again_gives_the_same_verdicts_byte_for_byte(
    capsys: pytest.CaptureFixture[str], bundle: Path
) -> None:
    before = (bundle / "verdicts.json").read_bytes()

    left = command(capsys, "judge", str(bundle), "--write", "--json")

    assert left.code == 10
    assert json.loads(left.out)["changed"] == {}
    assert (bundle / "verdicts.json").read_bytes() == before


def test_changed_verdicts_are_listed(capsys: pytest.CaptureFixture[str], bundle: Path) -> None:
    text = (bundle / "verdicts.json").read_text(encoding="utf-8")
    (bundle / "verdicts.json").write_text(
        text.replace('"verdict": "fail"', '"verdict": "pass"'), encoding="utf-8"
    )

    left = command(capsys, "judge", str(bundle), "--json")

    assert left.code == 10
    assert json.loads(left.out)["changed"]["RQ-REF-03"] == ["pass", "fail"]


def test_the_views_can_be_drawn_again(capsys: pytest.CaptureFixture[str], bundle: Path) -> None:
    before = (bundle / "report.html").read_bytes()
    (bundle / "report.html").unlink()

    left = command(capsys, "report", str(bundle))

    assert left.code == 0
    assert (bundle / "report.html").read_bytes() == before


@pytest.mark.parametrize(
    ("damage", "text"),
    [
        pytest.param("run.json", "", id="no run.json"),
        pytest.param("run.json", "{", id="run.json is no JSON"),
        pytest.param("run.json", '{"format": 2}', id="another format"),
        pytest.param("transcript.jsonl", "not an event\n", id="no transcript"),
        pytest.param("requirements.json", "[[]]", id="no requirements"),
        pytest.param("verdicts.json", "[]", id="no verdicts"),
        pytest.param("profile/profile.toml", "name = 1\n", id="no profile"),
    ],
)
def test_a_damaged_bundle_is_one_line_with_a_hint(
    capsys: pytest.CaptureFixture[str], bundle: Path, damage: str, text: str
) -> None:
    if text:
        (bundle / damage).write_text(text, encoding="utf-8")
    else:
        (bundle / damage).unlink()

    left = command(capsys, "judge", str(bundle))

    assert left.code == 21
    assert left.err.startswith("generale: ")
    assert "hint: " in left.err
    assert "Traceback" not in left.err
