"""``make fuzz``: many inputs for every parser, in processes of their own; says how to meet a finding again.

Usage: ``python -m tests.fuzz.run [--inputs N] [--seed S] [--first N] [target ...]``. It ends with 1 where an
input was neither read nor refused as documented, or took too long or too much.
"""

import argparse
import json
import re
import subprocess
import sys

from tests.fuzz import child
from tests.fuzz.targets import TARGETS

MOST_FINDINGS = 20
"""After so many findings a target is left."""

_NAMED = re.compile(r"[a-z]+ \d+")


def main() -> int:
    """Try the inputs, one process for each target, and tell what was found."""
    known = [target.name for target in TARGETS]
    options = argparse.ArgumentParser(prog="make fuzz")
    options.add_argument("--inputs", type=int, default=20_000)
    options.add_argument("--seed", default="1")
    options.add_argument("--first", type=int, default=0)
    options.add_argument("targets", nargs="*", choices=[*known, []])
    asked = options.parse_args()
    found = [_tried(name, asked) for name in asked.targets or known]
    return 1 if any(found) else 0


def _tried(name: str, asked: argparse.Namespace) -> bool:
    """Whether something was found in one target; goes on behind every input that ended the process."""
    first, end, findings = asked.first, asked.first + asked.inputs, 0
    values = refused = 0
    while first < end and findings < MOST_FINDINGS:
        command = [sys.executable, "-m", child.__name__, asked.seed, str(end - first), str(first), name]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            report = json.loads(done.stdout)
            values, refused, first = report["values"], report["refused"], end
        else:
            findings += 1
            first = _told(name, asked.seed, done) + 1
    _say(f"{name}: {asked.inputs} inputs, {findings} findings; read and refused at last: {values}, {refused}")
    return findings > 0


def _told(name: str, seed: str, done: subprocess.CompletedProcess[str]) -> int:
    """Tell of a process that was ended by an input; the number of that input."""
    lines = done.stderr.splitlines()
    place, last = next((at, line) for at, line in reversed([*enumerate(lines)]) if _NAMED.fullmatch(line))
    number = int(last.rpartition(" ")[2])
    _say(f"{last}: the process ended ({done.returncode})")
    _say("\n".join(f"    {line}" for line in lines[place + 1 :][-30:]))
    _say(f"    again: make fuzz FUZZ=1 FUZZ_ARGS='--seed {seed} --first {number} {name}'")
    return number


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
