"""A stored bundle is judged again to the same verdicts; a damaged one is named."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.integration.cli_session import command

from generale.cli.output import leave_bundle
from generale.conformance.engine import rehearse
from generale.conformance.plan import Plan


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("original") / "run"
    leave_bundle(rehearse(Plan(defect="rebill-as-new")), out, "en")
    return out


@pytest.fixture
def bundle(original: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(original, tmp_path / "run"))


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


@pytest.mark.parametrize("text", ["null", "{", "[]"])
def test_verdicts_that_cannot_be_read_are_no_obstacle_and_can_be_replaced(
    capsys: pytest.CaptureFixture[str], bundle: Path, text: str
) -> None:
    before = (bundle / "verdicts.json").read_bytes()
    (bundle / "verdicts.json").write_text(text, encoding="utf-8")

    left = command(capsys, "judge", str(bundle), "--json", "--write")

    assert left.code == 10
    assert json.loads(left.out)["changed"] == {"verdicts.json": ["unreadable", "readable"]}
    assert (bundle / "verdicts.json").read_bytes() == before


def test_the_views_can_be_drawn_again(capsys: pytest.CaptureFixture[str], bundle: Path) -> None:
    before = (bundle / "report.html").read_bytes()
    (bundle / "report.html").unlink()

    left = command(capsys, "report", str(bundle))

    assert left.code == 0
    assert (bundle / "report.html").read_bytes() == before


def test_a_report_of_verdicts_that_do_not_follow_from_the_bundle_is_not_drawn(
    capsys: pytest.CaptureFixture[str], bundle: Path
) -> None:
    before = (bundle / "report.html").read_bytes()
    _edit("verdicts.json", '"verdict": "fail"', '"verdict": "pass"')(bundle)

    left = command(capsys, "report", str(bundle))

    assert left.code == 21
    assert "do not follow from the bundle" in left.err
    assert "judge --write" in left.err
    assert (bundle / "report.html").read_bytes() == before


@pytest.mark.parametrize("name", ["mine.txt", "scenarios/own/my.yaml", "evidence/notes"])
def test_a_run_replaces_an_earlier_bundle_and_nothing_beside_it(
    capsys: pytest.CaptureFixture[str], bundle: Path, name: str
) -> None:
    (bundle / name).parent.mkdir(exist_ok=True)
    (bundle / name).write_text("mine", encoding="utf-8")
    before = (bundle / "run.json").read_bytes()

    left = command(capsys, "certify", "--out", str(bundle))

    assert left.code == 21
    assert name in left.err
    assert (bundle / name).read_text(encoding="utf-8") == "mine"
    assert (bundle / "run.json").read_bytes() == before


@pytest.mark.parametrize(
    ("damage", "text"),
    [
        pytest.param("run.json", "", id="no run.json"),
        pytest.param("run.json", "{", id="run.json is no JSON"),
        pytest.param("run.json", '{"format": 2}', id="another format"),
        pytest.param("transcript.jsonl", "not an event\n", id="no transcript"),
        pytest.param("requirements.json", "[[]]", id="no requirements"),
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


def _edit(name: str, old: str, new: str) -> Callable[[Path], None]:
    def edit(folder: Path) -> None:
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")

    return edit


def _drop_requirement(folder: Path) -> None:
    rows = json.loads((folder / "requirements.json").read_text(encoding="utf-8"))
    kept = [row for row in rows if row["id"] != "RQ-REF-03"]
    (folder / "requirements.json").write_text(json.dumps(kept), encoding="utf-8")


def _drop_scenario(folder: Path) -> None:
    lines = (folder / "transcript.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if '"takeover/new-number-in-mid-month"' not in line]
    (folder / "transcript.jsonl").write_text("".join(kept), encoding="utf-8")


def _drop_event(folder: Path) -> None:
    lines = (folder / "transcript.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    (folder / "transcript.jsonl").write_text("".join(lines[:10] + lines[11:]), encoding="utf-8")


def _change_evidence(folder: Path) -> None:
    first = next(iter(sorted((folder / "evidence").iterdir())))
    first.write_bytes(first.read_bytes() + b" ")


def _drop_evidence(folder: Path) -> None:
    next(iter(sorted((folder / "evidence").iterdir()))).unlink()


def _link(folder: Path) -> None:
    (folder / "evidence" / "link").symlink_to("/etc/hostname")


@pytest.mark.parametrize("verb", ["judge", "report"])
@pytest.mark.parametrize(
    ("alter", "word"),
    [
        pytest.param(_drop_requirement, "requirements.json", id="a requirement less"),
        pytest.param(_edit("run.json", '"seed": 1', '"seed": 2'), "run.json", id="another seed"),
        pytest.param(
            _edit("run.json", '"partial": false', '"partial": true'), "run.json", id="partial or not"
        ),
        pytest.param(_edit("plan.toml", "seed = 1", "seed = 3"), "plan.toml", id="another plan"),
        pytest.param(
            _edit("profile/profile.toml", "decision = 2", "decision = 3"), "profile/", id="another profile"
        ),
        pytest.param(
            _edit("scenarios/month/clean-month.yaml", "anna", "anne"), "scenarios/", id="another scenario"
        ),
        pytest.param(_drop_scenario, "transcript.jsonl", id="a scenario less"),
        pytest.param(_drop_event, "transcript.jsonl", id="an event less"),
        pytest.param(
            _edit("transcript.jsonl", "T00:00:00", "T00:00:01"),
            "transcript.jsonl",
            id="other words in an event",
        ),
        pytest.param(
            _edit("kill-matrix.json", '"killed": ', '"killed": 1'), "kill-matrix.json", id="another power"
        ),
        pytest.param(_change_evidence, "evidence", id="other evidence"),
        pytest.param(_drop_evidence, "evidence", id="evidence less"),
        pytest.param(
            _edit("transcript.jsonl", '"seq":1,', '"seq":1e400,'), "transcript", id="endless number"
        ),
        pytest.param(_link, "is a link", id="a link"),
    ],
)
def test_a_bundle_that_was_altered_after_the_run_is_refused(
    capsys: pytest.CaptureFixture[str], bundle: Path, alter: Callable[[Path], None], word: str, verb: str
) -> None:
    alter(bundle)

    left = command(capsys, verb, str(bundle))

    assert left.code == 21, left.err
    assert word in left.err.splitlines()[0]
    assert "hint: " in left.err


def test_a_bundle_without_verdicts_is_judged_for_the_first_time(
    capsys: pytest.CaptureFixture[str], bundle: Path
) -> None:
    (bundle / "verdicts.json").unlink()

    left = command(capsys, "judge", str(bundle))

    assert left.code == 10
    assert "first time" in left.out


def test_a_run_never_follows_a_link_out_of_its_folder(
    capsys: pytest.CaptureFixture[str], bundle: Path, tmp_path: Path
) -> None:
    victim = tmp_path / "victim"
    victim.mkdir()
    shutil.rmtree(bundle / "evidence")
    (bundle / "evidence").symlink_to(victim)

    left = command(capsys, "certify", "--out", str(bundle))

    assert left.code == 21
    assert list(victim.iterdir()) == []
