"""Products behind the command door: one line and a code where they fail, and nothing left behind."""

import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from tests.integration.cli_session import command

BEGIN = "import json, os, sys, time\n"
QUIET = f"""{BEGIN}
WHO = {{
    "product": "Quiet", "version": "1", "clock": "settable",
    "capabilities": ["reset", "admit"], "facility_types": ["wzc"],
}}
for line in sys.stdin:
    asked = json.loads(line)
    body = {{"describe": WHO, "observe": {{"facilities": []}}}}.get(asked["operation"], {{"taken": True}})
    print(json.dumps({{"id": asked["id"], "status": 200, "body": body}}), flush=True)
"""
INTERRUPTIBLE = """
import signal, sys
from generale.cli.main import main
signal.signal(signal.SIGINT, signal.default_int_handler)
main(sys.argv[1:])
"""
"""The command line for who can interrupt it, also where these tests run in the background and cannot be."""

ADMISSION = ("--scenario", "admission/one-admission-accepted")


def interrupted(running: "subprocess.Popen[str]") -> int | None:
    """Press Ctrl-C, and again: in the moment before a wait begins, a signal is seen when that wait ends."""
    for _ in range(6):
        running.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            return running.wait(timeout=5)
    return None


def vendor(tmp_path: Path, source: str) -> str:
    """The name of a product with this source."""
    path = tmp_path / "product.py"
    path.write_text(source, encoding="utf-8")
    return f"cmd:'{sys.executable}' -S '{path}'"


def at(operation: str, what: str) -> str:
    """The quiet product, that does something in the place of answering an operation."""
    return QUIET.replace("    body =", f"    if asked['operation'] == {operation!r}: {what}\n    body =")


@pytest.mark.parametrize(
    ("source", "said"),
    [
        pytest.param("print('ready')", "it wrote: ready", id="rubbish"),
        pytest.param("import sys; sys.exit(7)", "describe: the product left with code 7", id="leaves"),
        pytest.param("import time; time.sleep(60)", "describe: no answer within 1 seconds", id="silent"),
        pytest.param(at("describe", "os.abort()"), "the product crashed with SIGABRT", id="crashes"),
    ],
)
def test_a_program_that_cannot_be_rehearsed_is_one_line_and_unreachable(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, source: str, said: str
) -> None:
    plan = tmp_path / "plan.toml"
    plan.write_text("timeout_seconds = 1\n", encoding="utf-8")
    rest = ("--plan", str(plan), "--vendor", vendor(tmp_path, source))

    certified = command(capsys, "certify", "--out", str(tmp_path / "run"), *rest)
    examined = command(capsys, "doctor", *rest)

    assert (certified.code, certified.out, examined.code, examined.err) == (20, "", 20, "")
    for told in (certified.err, examined.out):
        assert said in told.splitlines()[0]
        assert len(told.splitlines()) == 2


def test_a_program_that_is_none_is_a_mistake_of_the_user(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    left = command(capsys, "certify", "--vendor", "cmd:no-such-program", "--out", str(tmp_path / "run"))

    assert left.code == 21
    assert left.err.startswith("generale: 'no-such-program' cannot be started: No such file or directory\n")


@pytest.mark.parametrize(
    ("source", "declared", "reason"),
    [
        pytest.param(QUIET, "not-verified", "waited in vain for the vendor", id="does nothing"),
        pytest.param(at("act", "sys.exit(1)"), "fail", "the product left with code 1", id="leaves"),
        pytest.param(at("act", "print('hm')"), "fail", "it wrote: hm", id="writes rubbish"),
        pytest.param(at("act", "os.kill(os.getpid(), 9)"), "not-verified", "with SIGKILL", id="is ended"),
        pytest.param(at("act", "time.sleep(60)"), "not-verified", "no answer within 1 seconds", id="silent"),
    ],
)
def test_what_goes_wrong_in_a_scenario_is_held_against_who_is_at_fault(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, source: str, declared: str, reason: str
) -> None:
    plan = tmp_path / "plan.toml"
    plan.write_text("timeout_seconds = 1\n", encoding="utf-8")
    left = command(
        capsys, "certify", "--plan", str(plan), "--vendor", vendor(tmp_path, source), *ADMISSION,
        "--out", str(tmp_path / "run"), "--json",
    )  # fmt: skip

    verdicts = json.loads((tmp_path / "run" / "verdicts.json").read_text(encoding="utf-8"))
    reasons = {row["requirement"]: row["reason"] for row in verdicts["requirements"]}
    given = json.loads(left.out)["requirements"]
    assert given.pop("RQ-CON-01") == declared
    assert set(given.values()) <= {"not-verified", "not-applicable"}
    assert left.code == (10 if declared == "fail" else 11), left.out
    assert reason in reasons["RQ-ADM-01"]


def test_the_doctor_looks_at_a_program_step_by_step(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    left = command(capsys, "doctor", "--vendor", vendor(tmp_path, QUIET))

    assert left.code == 21
    assert "✓" in left.out
    assert "✗" in left.out.splitlines()[-2]


def test_a_bundle_starts_no_program_by_itself(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    name, run = vendor(tmp_path, QUIET), str(tmp_path / "run")
    command(capsys, "certify", "--vendor", name, "--out", run, *ADMISSION)

    refused = command(capsys, "replay", run)
    played = command(capsys, "replay", run, "--vendor", name)

    assert (refused.code, refused.out) == (21, "")
    assert "a bundle starts no program" in refused.err
    assert played.code == 11


@pytest.mark.process
@pytest.mark.skipif(sys.platform == "win32", reason="groups of processes are those of POSIX")
def test_an_interrupted_rehearsal_leaves_no_program_behind(tmp_path: Path) -> None:
    mark = tmp_path / "pid"
    slow = at(
        "reset", f"open({str(mark)!r}, 'w').write(str(os.getpid())); print(file=sys.stderr); time.sleep(60)"
    )
    arguments = ("certify", "--vendor", vendor(tmp_path, slow), "--out", str(tmp_path / "run"))

    with subprocess.Popen(
        [sys.executable, "-c", INTERRUPTIBLE, *arguments],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    ) as running:  # fmt: skip
        assert running.stderr is not None
        while not mark.exists() and running.stderr.readline():
            pass
        try:
            code = interrupted(running)
        finally:
            running.kill()

    assert code == 130
    with pytest.raises(ProcessLookupError):
        os.kill(int(mark.read_text(encoding="utf-8")), 0)
