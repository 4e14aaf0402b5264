"""The command of the bench: what it measures, in which order, and what it prints and keeps."""

import argparse
import json
import platform
import sys
import sysconfig
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from importlib import import_module
from os import cpu_count
from pathlib import Path
from typing import cast

from bench import wrk
from bench.figure import Figure, document, table

from generale.protocol.errors import EnvironmentFailure, OurError, UsageError

HISTORY = Path(__file__).with_name("history.jsonl")
"""One line for each run."""

MEASUREMENTS: Mapping[str, str] = {
    "start-up": "bench.start_up",
    "flat-file": "bench.flat_file",
    "admission": "bench.admission",
    "suite": "bench.suite",
    "population": "bench.population",
    "intake": "bench.intake",
    "fairness": "bench.fairness",
}
"""What can be measured, and the module that does it; it is imported when its turn comes."""


def main(arguments: Sequence[str]) -> int:
    """Measure, print, and add a line to the history; the exit code is 0 however slow it was."""
    options = _parser().parse_args(arguments)
    figures: list[Figure] = []
    for name in options.only or MEASUREMENTS:
        print(f"measuring {name}", file=sys.stderr, flush=True)
        try:
            figures.extend(_measurement(name)())
        except UsageError as error:
            print(f"bench: {name}: {error} ({error.hint})", file=sys.stderr)
            return UsageError.exit_code
        except (OurError, EnvironmentFailure) as error:
            print(f"bench: {name}: {error}", file=sys.stderr)
            return 30
    found = document(figures, machine(), options.date)
    line = json.dumps(found, separators=(",", ":"))
    with options.history.open("a", encoding="utf-8") as history:
        history.write(f"{line}\n")
    sys.stdout.write(f"{json.dumps(found, indent=2)}\n" if options.json else table(figures))
    return 0


def machine() -> dict[str, str]:
    """What the figures depend on, besides the floors: nothing that tells whose machine it is."""
    return {
        "python": platform.python_version(),
        "build": "optimised" if "--enable-optimizations" in _build_options() else "plain",
        "system": platform.system(),
        "processor": platform.machine(),
        "processors": str(cpu_count()),
        "client": wrk.PROGRAM if wrk.is_installed() else "own",
    }


def _build_options() -> str:
    """With which options the interpreter was built; empty where it does not say."""
    return str(sysconfig.get_config_var("CONFIG_ARGS") or "")


def _measurement(name: str) -> Callable[[], Sequence[Figure]]:
    module = import_module(MEASUREMENTS[name])
    return cast(Callable[[], Sequence[Figure]], module.measure)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bench/run.py", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON document instead of a table")
    parser.add_argument(
        "--only", action="append", choices=tuple(MEASUREMENTS), help="measure only this (repeatable)"
    )
    parser.add_argument("--date", type=date.fromisoformat, help="day that the line of the history carries")
    parser.add_argument("--history", type=Path, default=HISTORY, help="the file to which the line is added")
    return parser
