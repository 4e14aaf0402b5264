"""How fast an invoice file of 100 residents is written, taken apart, judged and read."""

from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from time import perf_counter

from bench.figure import Better, Figure, in_turns
from bench.material import invoice

from generale.protocol.errors import OurError
from generale.protocol.flatfile import decode, read_invoice, technical_faults, write_invoice

ROUNDS = 5
SECONDS = 0.15
"""How long one step is repeated in a round, at least."""


def measure() -> Sequence[Figure]:
    """Megabytes per second of every step against those of a SHA-256 over the same bytes."""
    one = invoice()
    raw = write_invoice(one)
    file = decode(raw)
    if technical_faults(file) or read_invoice(raw) != one:
        raise OurError("the invoice file to measure with is not a good one")
    steps: Mapping[str, Callable[[], object]] = {
        "write": lambda: write_invoice(one),
        "decode": lambda: decode(raw),
        "faults": lambda: technical_faults(file),
        "read": lambda: read_invoice(raw),
    }
    return [_figure(name, step, raw) for name, step in steps.items()]


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
