"""What ``generale serve --record`` has answered survives ``kill -9``."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from generale.results.verdicts import ExitCode

pytestmark = [
    pytest.mark.process,
    pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL"),
]

PROGRAM = [sys.executable, "-m", "generale.cli"]


@contextmanager
def serving(*options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The simulator as a process, and the address of its service of admissions."""
    with subprocess.Popen(
        [*PROGRAM, "serve", "--json", *options],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        try:
            yield process, json.loads(process.stdout.readline())["services"]["admissions"]
        finally:
            process.kill()


@pytest.mark.parametrize("with_store", [False, True])
def test_a_recording_that_was_killed_goes_on_and_loses_no_exchange_that_was_answered(
    tmp_path: Path, *, with_store: bool
) -> None:
    record = tmp_path / "recorded"
    options = ["--record", str(record), *(["--store", str(tmp_path / "store")] if with_store else [])]
    sent = [f"<number-{number}".encode() for number in range(3)]
    for content in sent[:2]:
        with serving(*options, "--seed", "7") as (process, admissions):
            assert httpx.post(admissions, content=content, trust_env=False).status_code == 500
            process.kill()
            process.wait(timeout=30)
        too_early = subprocess.run(
            [*PROGRAM, "judge", str(record)], capture_output=True, text=True, timeout=60, check=False
        )
        assert too_early.returncode == ExitCode.CONFIGURATION_INVALID

    with serving(*options) as (process, admissions):
        httpx.post(admissions, content=sent[2], trust_env=False)
        process.terminate()
        _, told = process.communicate(timeout=60)

    evidence = [path.read_bytes() for path in (record / "evidence").iterdir()]
    assert "going on with the recording" in told
    assert all(evidence.count(content) == 1 for content in sent)
    assert json.loads((record / "run.json").read_bytes())["seed"] == 7
    assert (record / "verdicts.json").is_file()
    assert not list(record.glob("recording*"))
