"""Whatever bytes arrive, a parser ends in a value or in its documented refusal, soon and in little memory.

The inputs are tried in processes of their own, under limits of memory and with a watchdog (``child.py``).
"""

import json
import os
import random
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from tests.fuzz import child
from tests.fuzz.file_targets import flat_files, read_flat_file
from tests.fuzz.mutation import LONGEST, Mutator
from tests.fuzz.targets import TARGETS, Target

from generale.protocol.errors import PeerError

pytestmark = [
    pytest.mark.process,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="memory is limited as Linux does it"),
]

INPUTS = 200
"""How many inputs each parser gets in CI; ``make fuzz`` tries more."""

ROOT = Path(__file__).resolve().parents[2]
SHARES: Sequence[Sequence[str]] = [[one.name for one in TARGETS[start::2]] for start in range(2)]
"""Half of the targets each, so that two workers can share them."""


def run_child(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the process that tries inputs, to its end."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])}
    command = [sys.executable, "-m", child.__name__, *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment, cwd=ROOT, check=False)


@pytest.mark.parametrize("names", SHARES, ids=",".join)
def test_no_bytes_break_a_parser(names: Sequence[str]) -> None:
    done = run_child("ci", str(INPUTS), "0", *names)

    reports = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0, "\n".join(done.stderr.splitlines()[-40:])
    assert [report["target"] for report in reports] == list(names)
    assert all(report["values"] + report["refused"] == INPUTS for report in reports), reports
    assert all(report["values"] for report in reports), reports


@pytest.mark.parametrize("raw", flat_files(), ids=lambda raw: raw[:6].decode())
def test_a_wrong_byte_of_a_flat_file_breaks_no_reader(raw: bytes) -> None:
    chance, refused, characters = random.Random("bytes"), 0, _characters_of(raw)
    for offset, right in enumerate(raw):
        for wrong in chance.sample(range(256), 2):
            if wrong == right:
                continue
            try:
                read_flat_file(raw[:offset] + bytes([wrong]) + raw[offset + 1 :])
                assert wrong in characters
            except PeerError as error:
                refused += bool(error.where)

    assert len(raw) // 2 < refused < 2 * len(raw)


def _characters_of(raw: bytes) -> bytes:
    """What can stand somewhere in a flat file: printable ASCII, in an answer letters of ISO 8859-1 too."""
    letters = b"" if raw.startswith(b"920000") else bytes(range(0xA0, 0x100))
    return bytes(range(0x20, 0x7F)) + letters


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_every_example_is_read(target: Target) -> None:
    refused = 0
    for raw in target.examples():
        try:
            target.read(raw)
        except target.refusals:
            refused += 1

    assert refused <= len(target.examples()) // 2, "examples that are refused lead nowhere"


def test_a_number_gives_the_same_input_whatever_came_before() -> None:
    target = TARGETS[0]
    mutator, again = Mutator(target.examples()), Mutator(target.examples())
    numbers = range(len(target.attacks), len(target.attacks) + 40)

    forward = [child.input_of(target, mutator, "s", number) for number in numbers]
    backward = [child.input_of(target, again, "s", number) for number in reversed(numbers)]

    assert forward == backward[::-1]
    assert len(set(forward)) > len(forward) // 2
    assert max(map(len, forward)) <= LONGEST
    assert forward != [child.input_of(target, mutator, "t", number) for number in numbers]


def _hoard(raw: bytes) -> object:
    return bytearray(child.MOST_GROWTH + 64 * 1024 * 1024)


def _stumble(raw: bytes) -> object:
    raise KeyError(raw[:3])


def _refuse(raw: bytes) -> object:
    raise PeerError("no")


@pytest.mark.parametrize(("read", "error"), [(_hoard, child.TooMuchMemory), (_stumble, KeyError)])
def test_an_input_that_breaks_a_parser_is_named(
    read: Callable[[bytes], object], error: type[Exception], capsys: pytest.CaptureFixture[str]
) -> None:
    target = Target("sample", read, (PeerError,), lambda: [b"abcdef"])

    with pytest.raises(error):
        child.try_target(target, "s", 5, 3)

    assert capsys.readouterr().err == "sample 5\n"


def test_a_value_and_a_documented_refusal_are_both_right() -> None:
    right = Target("sample", len, (PeerError,), lambda: [b"abcdef"])

    assert child.try_target(right, "s", 0, 4) == child.Report("sample", values=4)
    assert child.try_target(replace(right, read=_refuse), "s", 0, 4) == child.Report("sample", refused=4)


def test_an_input_that_hangs_ends_the_process_and_is_named() -> None:
    lines = [
        "import faulthandler, tests.fuzz.child as child",
        "from tests.fuzz.targets import Target",
        "child.PATIENCE_SECONDS = 0.2",
        "def hang(raw):",
        "    while True: pass",
        "child.try_target(Target('sample', hang, (), lambda: [b'a']), 's', 7, 1)",
    ]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])}

    done = subprocess.run(
        [sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True, env=environment, check=False
    )

    assert done.returncode != 0
    assert "sample 7\n" in done.stderr
    assert "in hang" in done.stderr
