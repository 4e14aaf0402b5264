"""Simulator and vendor as processes of their own, talking over HTTP on loopback."""

import json
import re
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from tests.whole_run import whole_run

from generale.cli.rehearse import vendor_process
from generale.conformance.engine import rehearse
from generale.conformance.plan import Plan
from generale.results.events import EventType
from generale.scenarios.catalogue import library

pytestmark = pytest.mark.process

PROGRAM = [sys.executable, "-m", "generale.cli"]


def test_over_http_the_verdicts_are_those_of_a_run_in_one_process() -> None:
    with vendor_process() as address:
        over_http = rehearse(Plan(vendor=address))

    in_process = whole_run()

    assert over_http.run.door == "http"
    assert over_http.judgement.requirements == in_process.judgement.requirements
    assert over_http.judgement.checks == in_process.judgement.checks


def test_under_tls_and_with_everything_signed_the_verdicts_are_the_same(tmp_path: Path) -> None:
    pki = str(tmp_path / "pki")
    subprocess.run([*PROGRAM, "pki", "--out", pki], capture_output=True, timeout=60, check=True)
    names = (
        "month/clean-month",
        "takeover/new-number-in-mid-month",
        "disorder/a-server-that-proves-nothing",
    )
    way = ("--security", "full", "--pki", pki, "--credential", "assertion", "--packages")

    with vendor_process(*way) as address:
        secured = rehearse(Plan(vendor=address, security="full", pki=pki, tls="required", scenarios=names))

    in_process = rehearse(Plan(security="full", tls="required", scenarios=names))
    requests = [event for event in secured.events if event.type is EventType.REQUEST]
    assert secured.judgement.requirements == in_process.judgement.requirements
    assert secured.judgement.exit_code == in_process.judgement.exit_code
    assert requests
    assert all(event.data["url"].startswith("https://") for event in requests)


def test_a_defect_behind_http_fails_as_it_does_in_process() -> None:
    with vendor_process("--defect", "one-code-for-all") as address:
        over_http = rehearse(Plan(vendor=address)).judgement

    failed = [row.requirement for row in over_http.requirements if row.verdict.value == "fail"]
    assert over_http.exit_code == 10
    assert "RQ-ICO-07" in failed


def test_rehearse_ends_with_the_verdicts_and_the_report(tmp_path: Path) -> None:
    done = subprocess.run(
        [*PROGRAM, "rehearse", "--out", str(tmp_path / "run")],
        capture_output=True, text=True, timeout=400, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    assert "report.html" in done.stdout
    assert (tmp_path / "run" / "junit.xml").is_file()


def test_serve_prints_one_line_and_leaves_a_bundle_of_what_was_sent(tmp_path: Path) -> None:
    record = tmp_path / "recorded"
    with subprocess.Popen(
        [*PROGRAM, "serve", "--json", "--record", str(record)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as serving:  # fmt: skip
        assert serving.stdout is not None
        document = json.loads(serving.stdout.readline())
        wsdl = httpx.get(document["wsdl"]["admissions"], trust_env=False)
        refused = httpx.get(f"{document['control']}/", trust_env=False)
        garbage = httpx.post(document["services"]["admissions"], content=b"<a", trust_env=False)
        serving.terminate()
        rest, _ = serving.communicate(timeout=30)

    assert set(document) == {"services", "wsdl", "control", "token", "facilities", "residents"}
    assert document["facilities"][0]["username"]
    assert document["residents"][0]["insz"]
    assert b"GenericAsyncService" in wsdl.content
    assert refused.status_code == 403
    assert garbage.status_code == 500
    assert b"SOA-03001" in garbage.content
    assert rest == ""
    assert (record / "verdicts.json").is_file()


@pytest.mark.parametrize(
    "arguments", [["-k", "clean-month", "-n", "2"], ["-k", "clean-month", "--strict-markers"]]
)
def test_the_suite_runs_as_pytest_items(tmp_path: Path, arguments: list[str]) -> None:
    right = _pytest(tmp_path, *arguments)
    wrong = _pytest(tmp_path, *arguments, "--generale-defect", "float-to-cents")

    assert right.returncode == 0, right.stdout
    assert f"{len(library()['month/clean-month'].verifies)} passed" in right.stdout
    assert wrong.returncode == 1
    assert "RQ-ICO-03" in wrong.stdout


def test_the_items_can_be_told_to_allure(tmp_path: Path) -> None:
    results = tmp_path / "allure"

    done = _pytest(tmp_path, "-k", "one-admission", "--alluredir", str(results))

    told = [json.loads(path.read_text(encoding="utf-8")) for path in results.glob("*-result.json")]
    assert done.returncode == 0, done.stdout
    assert {one["status"] for one in told} == {"passed"}
    assert len(told) == len(library()["admission/one-admission-accepted"].verifies)


def test_the_items_of_one_chapter_can_be_chosen(tmp_path: Path) -> None:
    done = _pytest(tmp_path, "-m", "chapter_end_of_stay", "--strict-markers")

    assert done.returncode == 0, done.stdout
    assert re.search(r"\b[1-9]\d* passed, [1-9]\d* deselected", done.stdout), done.stdout


def _pytest(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pytest", "--pyargs", "generale.conformance.suite", "-q",
         "-p", "no:cacheprovider", *arguments],
        capture_output=True, text=True, cwd=folder, timeout=400, check=False,
    )  # fmt: skip
