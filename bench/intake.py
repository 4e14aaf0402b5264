"""What the running simulator takes in over HTTP, and how long a sender waits at half of that.

Two servers stand side by side, each in a process of its own: the simulator on a durable store, and an
echo. Both get the same requests from the same client over the same number of connections.
"""

import asyncio
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory
from typing import TypeVar

from bench.figure import Better, Figure, in_turns
from bench.line import closed_loop, lines, open_loop
from bench.material import NAME, admissions, http_post, quick_profile
from bench.served import Served, served

from generale.load.measure import Measured, Quantity, summarise
from generale.load.shapes import arrivals, shapes
from generale.protocol.errors import EnvironmentFailure
from generale.protocol.genericasync import ResultMajor
from generale.simulator.system_clock import SystemClock

CONNECTIONS = 16
ROUNDS = 5
SECONDS = 1.0
"""How long a round lasts, unless its messages are used up."""
MESSAGES = 1_500
"""Admissions in a round, at most; all of a measurement are different."""

SHAPE = "ordinary-day"
OPEN_SECONDS = 3.0
WARM_UP = 0.3
LOAD = 0.5
"""The busiest moment of the shape, as a part of the measured rate."""

PATIENCE = 20.0
"""Seconds after which a round is given up."""

T = TypeVar("T")

_ECHO_IS = "a bare ASGI echo on the same uvicorn settings"


@dataclass(slots=True)
class Target:
    """A server, what is sent to it, how a right answer is known, and the CPU seconds of each round."""

    server: Served
    requests: Iterator[bytes]
    proof: bytes
    cpu: list[float]

    def rate(self) -> float:
        """Requests per second in one round of a closed loop."""
        return asyncio.run(_in_time(self._rate()))

    def waits(self, due: Sequence[float]) -> list[Measured]:
        """What comes of an open loop with messages due at these seconds."""
        return asyncio.run(_in_time(self._waits(due)))

    async def _rate(self) -> float:
        requests = iter(list(islice(self.requests, MESSAGES)))
        async with lines(self.server.host, self.server.port, CONNECTIONS) as opened:
            before = self.server.cpu()
            done = await closed_loop(opened, requests, self.proof, SECONDS)
            self.cpu.append((self.server.cpu() - before) / done.count)
        return done.rate

    async def _waits(self, due: Sequence[float]) -> list[Measured]:
        offered = list(zip(due, self.requests, strict=False))
        if len(offered) < len(due):
            raise EnvironmentFailure("there are not enough residents for the open loop")
        async with lines(self.server.host, self.server.port, CONNECTIONS) as opened:
            return await open_loop(opened, offered, self.proof)


async def _in_time(work: Coroutine[object, object, T]) -> T:
    try:
        async with asyncio.timeout(PATIENCE):
            return await work
    except TimeoutError as error:
        raise EnvironmentFailure(f"a server did not answer within {PATIENCE} s") from error


def measure() -> Sequence[Figure]:
    """Rate of intake, CPU of an admission, and waits of an open load, each against an echo."""
    with TemporaryDirectory() as folder, ExitStack() as ends:
        simulator = ends.enter_context(served("simulator", str(Path(folder) / "store.sqlite")))
        echo = ends.enter_context(served("echo"))
        targets = (
            Target(simulator, _requests(simulator), ResultMajor.SUCCESS.encode(), []),
            Target(echo, _requests(echo), b"", []),
        )
        for target in targets:
            target.rate()
            target.cpu.clear()
        rates = _rates(*targets)
        return [*rates, *_latency(*targets, median(rates[0].ours) * LOAD)]


def _requests(server: Served) -> Iterator[bytes]:
    """The same admissions for every server."""
    profile = quick_profile()
    path = f"/{NAME}/{profile.services['admissions']}"
    for envelope, _ in admissions(profile, SystemClock().now()):
        yield http_post(server.address, path, envelope)


def _rates(simulator: Target, echo: Target) -> list[Figure]:
    ours, floor = in_turns(simulator.rate, echo.rate, ROUNDS)
    rate = Figure(
        name="intake",
        unit="requests/s",
        better=Better.HIGHER,
        ours=ours,
        floor=floor,
        floor_is=_ECHO_IS,
        beside={"connections": CONNECTIONS},
    )
    cpu = Figure(
        name="intake-cpu",
        unit="us/request",
        better=Better.LOWER,
        ours=tuple(1e6 * seconds for seconds in simulator.cpu),
        floor=tuple(1e6 * seconds for seconds in echo.cpu),
        floor_is=_ECHO_IS,
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
            floor_is=f"the same arrivals at {_ECHO_IS}",
            beside=beside,
        )
        for quantity in (Quantity.P50, Quantity.P99)
    ]
