"""How fast an invoice file of 100 residents is written, taken apart, judged and read."""

from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from itertools import cycle
from time import perf_counter
from typing import TypeVar

from bench.figure import Better, Figure, in_turns
from bench.material import invoice

from generale.protocol.errors import OurError
from generale.protocol.flatfile import decode, read_invoice, technical_faults, write_invoice

T = TypeVar("T")

RESIDENTS = 100
FILES = 40
"""Files of different people that are measured in turn: more than the values that are remembered of a zone."""

ROUNDS = 5
SECONDS = 0.15
"""How long one step is repeated in a round, at least."""


def measure() -> Sequence[Figure]:
    """Megabytes per second of every step against those of a SHA-256 over the same bytes."""
    invoices = [invoice(passed=RESIDENTS * number) for number in range(FILES)]
    raws = [write_invoice(one) for one in invoices]
    files = [decode(raw) for raw in raws]
    for one, raw, file in zip(invoices, raws, files, strict=True):
        if technical_faults(file) or read_invoice(raw) != one:
            raise OurError("an invoice file to measure with is not a good one")
    steps: Mapping[str, Callable[[], object]] = {
        "write": _in_turn(write_invoice, invoices),
        "decode": _in_turn(decode, raws),
        "faults": _in_turn(technical_faults, files),
        "check": _in_turn(lambda raw: technical_faults(decode(raw)), raws),
        "read": _in_turn(read_invoice, raws),
    }
    return [_figure(name, step, raws[0]) for name, step in steps.items()]


def _in_turn(step: Callable[[T], object], material: Sequence[T]) -> Callable[[], object]:
    """The step with the next of the files, so that nothing is remembered from the last time."""
    files = cycle(material)
    return lambda: step(next(files))


def _figure(name: str, step: Callable[[], object], raw: bytes) -> Figure:
    size = len(raw) / 1e6
    ours, floor = in_turns(
        lambda: size * _per_second(step), lambda: size * _per_second(lambda: sha256(raw).digest()), ROUNDS
    )
    return Figure(
        name=f"flat-file-{name}",
        unit="MB/s",
        better=Better.HIGHER,
        ours=ours,
        floor=floor,
        floor_is=f"SHA-256 of the same {len(raw)} bytes",
    )


def _per_second(step: Callable[[], object]) -> float:
    begun, count = perf_counter(), 0
    while (took := perf_counter() - begun) < SECONDS:
        step()
        count += 1
    return count / took
