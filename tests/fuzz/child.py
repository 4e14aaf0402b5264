"""The process in which inputs are tried: under a limit of memory, and with a watchdog for each input.

Arguments: seed, how many inputs for each target, the first number, and the names of targets. It names every
input on stderr before it tries it, and tells on stdout, in one line of JSON, how a target went. It
ends at the first input that breaks a parser: the trace stands below the name of that input.
"""

import faulthandler
import json
import random
import resource
import sys
from dataclasses import asdict, dataclass

from tests.fuzz.mutation import Mutator
from tests.fuzz.targets import TARGETS, Target

PATIENCE_SECONDS = 20
"""After so long an input counts as one that hangs: the process ends and says where it was."""

MOST_GROWTH = 256 * 1024 * 1024
"""How much memory one input may take, in bytes: more than four times the largest content that is let in."""

ROOM = 1024 * 1024 * 1024
"""What the process may take over what it has when it begins, in bytes: beyond it memory is refused."""


_STDERR = 2


class TooMuchMemory(Exception):
    """An input took more than it may."""


@dataclass
class Report:
    """How many inputs of one target were read to a value, and how many were refused."""

    target: str
    values: int = 0
    refused: int = 0


def input_of(target: Target, mutator: Mutator, seed: str, number: int) -> bytes:
    """The input with this number: the fixed attacks first, then one drawn for this number alone."""
    if number < len(target.attacks):
        return target.attacks[number]()
    return mutator.input(random.Random(f"{seed}/{target.name}/{number}"))


def try_target(target: Target, seed: str, first: int, count: int) -> Report:
    """Try so many inputs; whatever is neither a value nor a documented refusal goes through to the caller."""
    report, mutator = Report(target.name), Mutator(target.examples())
    for number in range(first, first + count):
        raw = input_of(target, mutator, seed, number)
        sys.stderr.write(f"{target.name} {number}\n")
        before = _memory_from_here()
        faulthandler.dump_traceback_later(PATIENCE_SECONDS, exit=True, file=_STDERR)
        try:
            target.read(raw)
            report.values += 1
        except target.refusals:
            report.refused += 1
        finally:
            faulthandler.cancel_dump_traceback_later()
        grown = _peak() - before
        if grown > MOST_GROWTH:
            raise TooMuchMemory(f"{len(raw)} bytes took {grown // 1024 // 1024} MB")
    return report


def _memory_from_here() -> int:
    """The memory in use, in bytes; from here on the peak is counted anew."""
    with open("/proc/self/clear_refs", "w", encoding="ascii") as opened:
        opened.write("5")
    return _peak()


def _peak() -> int:
    """The largest resident memory since the peak was last forgotten, in bytes."""
    with open("/proc/self/status", encoding="ascii") as opened:
        return next(int(line.split()[1]) * 1024 for line in opened if line.startswith("VmHWM:"))


def _limit_memory() -> None:
    with open("/proc/self/statm", encoding="ascii") as opened:
        size = int(opened.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (size + ROOM, resource.RLIM_INFINITY))


def main(seed: str, count: str, first: str, *names: str) -> None:
    """Try inputs on the named targets, on all of them where none is named."""
    chosen = [target for target in TARGETS if not names or target.name in names]
    for target in chosen:
        target.examples()
    _limit_memory()
    for target in chosen:
        report = try_target(target, seed, int(first), int(count))
        sys.stdout.write(json.dumps(asdict(report)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
