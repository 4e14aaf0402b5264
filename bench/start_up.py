"""How long a user waits for the command line to say anything."""

import subprocess
import sys
from collections.abc import Sequence
from time import perf_counter

from bench.figure import Better, Figure, in_turns

from generale.protocol.errors import EnvironmentFailure

ROUNDS = 7


def measure() -> Sequence[Figure]:
    """Seconds of ``generale --help`` against those of a Python that does nothing."""
    ours, floor = in_turns(
        lambda: _seconds("-m", "generale.cli", "--help"), lambda: _seconds("-c", "pass"), ROUNDS
    )
    return [
        Figure(
            name="start-up",
            unit="s",
            better=Better.LOWER,
            ours=ours,
            floor=floor,
            floor_is="python -c pass",
        )
    ]


def _seconds(*arguments: str) -> float:
    begun = perf_counter()
    ended = subprocess.run([sys.executable, *arguments], capture_output=True, check=False)
    took = perf_counter() - begun
    if ended.returncode:
        raise EnvironmentFailure(f"python {' '.join(arguments)} ended with {ended.returncode}")
    return took
