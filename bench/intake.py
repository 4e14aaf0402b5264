"""What the running simulator takes in over HTTP, and how long a sender waits at half of that.

Servers stand side by side, each in a process of its own: the simulator on a durable store, once deciding
on another day, once at once and once with full security, and an echo. All get the same requests from the same
client over the same number of connections; those with full security are signed.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from bench.figure import Better, Figure, in_turns
from bench.material import NAME, admissions, http_post, quick_profile
from bench.sealing import signed_admissions
from bench.served import Served, served
from bench.target import CONNECTIONS, ECHO_IS, ROUNDS, Target, too_busy

from generale.load.measure import Quantity, percentile, summarise
from generale.protocol.genericasync import ResultMajor
from generale.simulator.system_clock import SystemClock

DAY = 24 * 3600
"""Seconds until a decision where only the intake is measured."""

SIGNED = 600
"""Signed admissions in a round, at most: each is signed shortly before, while its timestamp is fresh."""

OPEN_SECONDS = 4.0
OPEN_ROUNDS = 3
"""How often the open loop runs, in turns with the echo: one pause of the machine decides a single p99."""

WARM_UP = 0.3
LOAD = 0.5
"""How many messages arrive in the open loop, as a part of the measured rate."""

SYNCS = 50
"""How often the disk is asked, to know what bringing something to it takes."""


def measure() -> Sequence[Figure]:
    """Rates of intake, decision and intake under full security, CPU, and waits, each against an echo."""
    with TemporaryDirectory() as folder, ExitStack() as ends:

        def target(kind: str, proof: bytes, *arguments: str) -> Target:
            server = ends.enter_context(served(kind, *arguments))
            one = Target(server, posted(server), proof)
            if "full" in arguments:
                one.requests, one.messages = _signed(server), SIGNED
            one.rate()
            return one

        success = ResultMajor.SUCCESS.encode()
        intake = target("simulator", success, str(Path(folder) / "intake.sqlite"), str(DAY))
        decision = target("simulator", success, str(Path(folder) / "decision.sqlite"), "0")
        secure = target("simulator", success, str(Path(folder) / "secure.sqlite"), str(DAY), "full")
        echo = target("echo", b"")
        echo.again = True
        taken_in = _rates("intake", intake, echo)
        decided = _rates("decision", decision, echo)
        sealed = _rates("secure-intake", secure, echo)
        syncs = _syncs(Path(folder) / "sync")
        return [*taken_in, *decided, *sealed, *_latency(intake, echo, median(taken_in[0].ours) * LOAD, syncs)]


def posted(server: Served) -> Iterator[bytes]:
    """The same admissions for every server."""
    profile = quick_profile()
    path = f"/{NAME}/{profile.services['admissions']}"
    for envelope, _ in admissions(profile, SystemClock().now()):
        yield http_post(server.address, path, envelope)


def _signed(server: Served) -> Iterator[bytes]:
    """Other admissions, each signed when its turn comes."""
    profile = quick_profile()
    path = f"/{NAME}/{profile.services['admissions']}"
    for envelope in signed_admissions(profile, SystemClock()):
        yield http_post(server.address, path, envelope)


def _syncs(path: Path) -> Sequence[float]:
    """How many milliseconds it takes to bring a page to this disk, time after time."""
    took = []
    with path.open("wb") as file:
        for _ in range(SYNCS):
            file.write(bytes(4096))
            file.flush()
            begun = perf_counter()
            os.fsync(file.fileno())
            took.append(1e3 * (perf_counter() - begun))
    return sorted(took)


def _rates(name: str, simulator: Target, echo: Target) -> list[Figure]:
    simulator.cpu.clear()
    echo.cpu.clear()
    ours, floor = in_turns(simulator.rate, echo.rate, ROUNDS)
    rate = Figure(
        name=name,
        unit="requests/s",
        better=Better.HIGHER,
        ours=ours,
        floor=floor,
        floor_is=ECHO_IS,
        beside={"connections": CONNECTIONS, "part of the floor": median(ours) / median(floor)},
        invalid=too_busy(median(floor)),
    )
    cpu = Figure(
        name=f"{name}-cpu",
        unit="us/request",
        better=Better.LOWER,
        ours=tuple(1e6 * seconds for seconds in simulator.cpu),
        floor=tuple(1e6 * seconds for seconds in echo.cpu),
        floor_is=ECHO_IS,
    )
    return [rate, cpu]


def _latency(simulator: Target, echo: Target, rate: float, syncs: Sequence[float]) -> list[Figure]:
    due = [number / rate for number in range(int(rate * OPEN_SECONDS))]
    rounds = [
        [summarise(target.waits(due), warm_up=WARM_UP) for target in (simulator, echo)]
        for _ in range(OPEN_ROUNDS)
    ]
    ours, floor = zip(*rounds, strict=True)
    beside = {
        "messages": sum(summary.offered for summary in ours),
        "per second": rate,
        "failed": sum(summary.figures[Quantity.FAILED] for summary in ours),
        "fsync p50 ms": median(syncs),
        "fsync p99 ms": percentile(syncs, 99),
    }
    return [
        Figure(
            name=f"open-loop-{quantity.value}",
            unit="ms",
            better=Better.LOWER,
            ours=tuple(1e3 * summary.figures[quantity] for summary in ours),
            floor=tuple(1e3 * summary.figures[quantity] for summary in floor),
            floor_is=f"the same arrivals at {ECHO_IS}",
            beside=beside,
        )
        for quantity in (Quantity.P50, Quantity.P99)
    ]
