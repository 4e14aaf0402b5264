"""What the running simulator takes in over HTTP, and how long a sender waits at half of that.

Servers stand side by side, each in a process of its own: the simulator on a durable store, once deciding
on another day and once at once, and an echo. All get the same requests from the same client over the same
number of connections.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from itertools import cycle, islice
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory

from bench.figure import Better, Figure, in_turns
from bench.material import NAME, admissions, http_post, quick_profile
from bench.served import Served, served
from bench.target import CONNECTIONS, ECHO_IS, MESSAGES, ROUNDS, Target, too_busy

from generale.load.measure import Quantity, summarise
from generale.load.shapes import arrivals, shapes
from generale.protocol.genericasync import ResultMajor
from generale.simulator.system_clock import SystemClock

DAY = 24 * 3600
"""Seconds until a decision where only the intake is measured."""

SHAPE = "ordinary-day"
OPEN_SECONDS = 3.0
WARM_UP = 0.3
LOAD = 0.5
"""The busiest moment of the shape, as a part of the measured rate."""


def measure() -> Sequence[Figure]:
    """Rates of intake and of decision, their CPU, and waits of an open load, each against an echo."""
    with TemporaryDirectory() as folder, ExitStack() as ends:

        def target(kind: str, proof: bytes, *arguments: str) -> Target:
            server = ends.enter_context(served(kind, *arguments))
            one = Target(server, posted(server), proof)
            one.rate()
            return one

        success = ResultMajor.SUCCESS.encode()
        intake = target("simulator", success, str(Path(folder) / "intake.sqlite"), str(DAY))
        decision = target("simulator", success, str(Path(folder) / "decision.sqlite"), "0")
        echo = target("echo", b"")
        echo.requests = cycle(islice(posted(echo.server), MESSAGES))
        taken_in = _rates("intake", intake, echo)
        decided = _rates("decision", decision, echo)
        return [*taken_in, *decided, *_latency(intake, echo, median(taken_in[0].ours) * LOAD)]


def posted(server: Served) -> Iterator[bytes]:
    """The same admissions for every server."""
    profile = quick_profile()
    path = f"/{NAME}/{profile.services['admissions']}"
    for envelope, _ in admissions(profile, SystemClock().now()):
        yield http_post(server.address, path, envelope)


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


def _latency(simulator: Target, echo: Target, peak: float) -> list[Figure]:
    shape = shapes()[SHAPE].scaled(peak=peak, seconds=OPEN_SECONDS)
    due = list(arrivals(shape, Random(SHAPE)))
    ours, floor = (summarise(target.waits(due), warm_up=WARM_UP) for target in (simulator, echo))
    beside = {"messages": ours.offered, "peak per second": peak, "failed": ours.figures[Quantity.FAILED]}
    return [
        Figure(
            name=f"open-loop-{quantity.value}",
            unit="ms",
            better=Better.LOWER,
            ours=(1e3 * ours.figures[quantity],),
            floor=(1e3 * floor.figures[quantity],),
            floor_is=f"the same arrivals at {ECHO_IS}",
            beside=beside,
        )
        for quantity in (Quantity.P50, Quantity.P99)
    ]
