"""How long a user waits for the command line to say anything."""

import subprocess
import sys
from collections.abc import Sequence
from time import perf_counter

from bench.figure import Better, Figure, in_turns

from generale.protocol.errors import EnvironmentFailure

ROUNDS = 7
PATIENCE = 10.0
"""Seconds after which a start is given up."""


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
    command, begun = [sys.executable, *arguments], perf_counter()
    try:
        subprocess.run(command, capture_output=True, check=True, timeout=PATIENCE)
    except subprocess.SubprocessError as error:
        raise EnvironmentFailure(f"python {' '.join(arguments)}: {error}") from error
    return perf_counter() - begun
