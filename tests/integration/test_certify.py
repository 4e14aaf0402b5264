"""Certifying the reference vendor in this process, right and wrong."""

import json
from pathlib import Path

import pytest
from tests.integration.cli_session import command

from generale.conformance.engine import rehearse
from generale.conformance.plan import Plan


def test_the_reference_vendor_conforms_and_only_json_goes_to_stdout(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    left = command(capsys, "certify", "--vendor", "reference", "--out", str(tmp_path / "run"), "--json")

    document = json.loads(left.out)
    assert left.code == 0, left.err
    assert document["verdict"] == "pass"
    assert document["exit_code"] == 0
    others = {name: verdict for name, verdict in document["requirements"].items() if verdict != "pass"}
    # Nothing is signed in it, and there is no TLS.
    assert others == dict.fromkeys(("RQ-SEC-02", "RQ-SEC-03", "RQ-SEC-05"), "not-applicable")
    assert Path(document["bundle"], "report.html").is_file()


def test_two_runs_with_the_same_seed_leave_the_same_transcript_byte_for_byte() -> None:
    first, second = rehearse(Plan(seed=7)), rehearse(Plan(seed=7))

    assert first.part("transcript.jsonl") == second.part("transcript.jsonl")
    assert first.part("verdicts.json") == second.part("verdicts.json")
    assert first.run.run_id == second.run.run_id
    assert {name for name in first.files if name.startswith("evidence/")} == {
        name for name in second.files if name.startswith("evidence/")
    }


def test_another_seed_gives_other_people_and_another_run_id() -> None:
    plan = Plan(seed=1, scenarios=("month/clean-month",))
    first, second = rehearse(plan), rehearse(plan.model_copy(update={"seed": 2}))

    assert first.part("transcript.jsonl") != second.part("transcript.jsonl")
    assert first.run.run_id != second.run.run_id


def test_a_defect_fails_with_message_field_expected_received_and_blame(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    left = command(capsys, "certify", "--defect", "admission-day-late", "--out", str(tmp_path / "run"))

    assert left.code == 10
    for word in ("RQ-ADM-01", "expected", "received", "vendor", "Verblijf/Begin"):
        assert word in left.out, word


def test_a_failure_shows_in_every_view(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    out = tmp_path / "run"
    left = command(capsys, "certify", "--defect", "float-to-cents", "--out", str(out), "--json")

    assert left.code == 10
    assert json.loads(left.out)["requirements"]["RQ-ICO-03"] == "fail"
    assert "RQ-ICO-03" in (out / "report.html").read_text(encoding="utf-8")
    junit = (out / "junit.xml").read_text(encoding="utf-8")
    assert 'name="RQ-ICO-03' in junit
    assert "<failure" in junit


def test_a_part_of_the_scenarios_is_never_conforming(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    left = command(
        capsys, "certify", "--scenario", "month/clean-month", "--out", str(tmp_path / "run"), "--json"
    )

    assert left.code == 11
    assert json.loads(left.out)["verdict"] == "not-verified"


def test_dutch_is_for_dutch_readers(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    out = tmp_path / "run"
    left = command(
        capsys, "certify", "--defect", "refusal-not-shown", "--lang", "nl", "--out", str(out),
        "--scenario", "refusal/admission-refused-and-corrected",
    )  # fmt: skip

    page = (out / "report.html").read_text(encoding="utf-8")
    assert left.code == 10
    assert "verwacht" in left.out
    assert '<html lang="nl"' in page
    for text in (left.out, page):
        assert "geen scenario gespeeld" in text
        assert "no scenario" not in text


def test_on_the_wall_clock_what_fits_is_played_and_the_rest_is_not_verified(tmp_path: Path) -> None:
    plan = Plan(
        clock="wall", budget_seconds=20, scenarios=("month/clean-month", "decision/pending-then-accepted")
    )
    bundle = rehearse(plan)

    assert bundle.run.clock == "wall"
    assert list(bundle.run.scenarios_left_out) == ["decision/pending-then-accepted"]
    results = {row.requirement: row for row in bundle.judgement.requirements}
    assert results["RQ-ICO-03"].verdict.value == "pass"
    assert results["RQ-DEC-04"].verdict.value == "not-verified"
    assert "clock" in results["RQ-DEC-04"].reason


def test_the_identity_names_the_types_of_facility_that_were_on_stage() -> None:
    run = json.loads(rehearse(Plan(scenarios=("month/short-stay",))).part("run.json"))

    assert run["facility_types"] == ["cvk"]
