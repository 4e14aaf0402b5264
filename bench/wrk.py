"""wrk, a load generator in C, as the client of a closed loop: a script of ours hands it the requests."""

import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

from bench.cores import LAST, on_core
from bench.line import Round

from generale.protocol.errors import EnvironmentFailure

PROGRAM = "wrk"
_SCRIPT = Path(__file__).with_name("wrk.lua")
_PATIENCE = 20
"""Seconds that wrk may take longer than its round."""


@dataclass(frozen=True, slots=True)
class Loop:
    """What a closed loop came to, and how many of the requests were taken for it."""

    round: Round
    taken: int


def is_installed() -> bool:
    """Whether there is a wrk on this machine."""
    return shutil.which(PROGRAM) is not None


def closed_loop(
    address: str,
    requests: Sequence[bytes],
    proof: bytes,
    *,
    connections: int,
    seconds: int,
    again: bool,
    program: str = PROGRAM,
) -> Loop:
    """Keep one request on every connection until the time is used up, or the requests if not sent ``again``.

    ``EnvironmentFailure`` where an answer is lost, is not 200, or does not hold the proof.
    """
    with NamedTemporaryFile() as file:
        for request in requests:
            file.write(b"%08x" % len(request) + request)
        file.flush()
        rules = ["-t1", f"-c{connections}", f"-d{seconds}s", "-s", str(_SCRIPT), f"http://{address}/"]
        with on_core(LAST):
            try:
                done = subprocess.run(
                    [program, *rules, "--", file.name, proof.decode(), "again" if again else "once"],
                    capture_output=True,
                    text=True,
                    timeout=seconds + _PATIENCE,
                    check=True,
                )
            except (subprocess.SubprocessError, OSError) as error:
                raise EnvironmentFailure(f"{program} did not end well: {error}") from error
    return told(done.stdout)


def told(output: str) -> Loop:
    """What the last line of the output says; ``EnvironmentFailure`` where something went wrong."""
    lines = output.splitlines()
    words = lines[-1].split(" ", 5) if lines else []
    if len(words) != 6 or not all(word.isdecimal() for word in words[:5]):
        raise EnvironmentFailure(f"{PROGRAM} told nothing of its round: {output[-400:]!r}")
    count, microseconds, taken, lost, wrong = map(int, words[:5])
    if wrong or lost:
        raise EnvironmentFailure(f"{lost} answers were lost and {wrong} were wrong; the first: {words[5]}")
    if not count:
        raise EnvironmentFailure("nothing was answered")
    return Loop(Round(count=count, seconds=microseconds / 1e6), taken)
