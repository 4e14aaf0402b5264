"""A command whose output nobody takes ends with a documented exit code all the same."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

FULL = Path("/dev/full")


def closed() -> int:
    """The writing end of a pipe that nobody reads."""
    reading, writing = os.pipe()
    os.close(reading)
    return writing


def code_of(
    arguments: list[str], *, stdout: int = subprocess.DEVNULL, stderr: int = subprocess.DEVNULL
) -> int:
    line = [sys.executable, "-m", "generale.cli", *arguments]
    return subprocess.run(line, stdout=stdout, stderr=stderr, check=False, timeout=60).returncode


@pytest.mark.parametrize(
    ("arguments", "stream", "code"),
    [
        pytest.param(["requirements"], "stdout", 0, id="a list"),
        pytest.param(["certify", "--defect", "no-such"], "stderr", 21, id="a mistake"),
        pytest.param(["certify", "--nonsense"], "stderr", 21, id="an unknown option"),
    ],
)
def test_a_reader_who_leaves_changes_no_exit_code(arguments: list[str], stream: str, code: int) -> None:
    writing = closed()
    try:
        assert code_of(arguments, **{stream: writing}) == code
    finally:
        os.close(writing)


def test_remarks_that_nobody_reads_do_not_end_a_run(tmp_path: Path) -> None:
    writing = closed()
    scenario = ["--scenario", "admission/one-admission-accepted"]
    try:
        left = code_of(["certify", *scenario, "--out", str(tmp_path / "run")], stdout=writing, stderr=writing)
    finally:
        os.close(writing)

    assert left == 11
    assert (tmp_path / "run" / "verdicts.json").is_file()


def test_an_output_that_was_never_open_changes_no_exit_code() -> None:
    line = f"exec {sys.executable} -m generale.cli requirements >&- 2>&-"

    assert subprocess.run(["/bin/sh", "-c", line], check=False, timeout=60).returncode == 0


@pytest.mark.skipif(not FULL.exists(), reason="this system has no /dev/full")
def test_an_output_without_room_is_said_and_is_no_fault_of_the_program() -> None:
    with FULL.open("w") as full:
        left = subprocess.run(
            [sys.executable, "-m", "generale.cli", "requirements"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            timeout=60,
        )

    assert left.returncode == 30
    assert left.stderr.splitlines()[0] == (
        "generale: nothing can be written to <stdout>: No space left on device"
    )
