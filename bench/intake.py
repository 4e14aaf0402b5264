"""What the running simulator takes in over HTTP, and how long a sender waits at half of that.

Servers stand side by side, each in a process of its own: the simulator on a durable store, once deciding
on another day and once at once, and an echo. All get the same requests from the same client over the same
number of connections.
"""

import asyncio
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import cycle, islice
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

CONNECTIONS = 64
ROUNDS = 5
SECONDS = 1.0
"""How long a round lasts, unless its messages are used up."""
MESSAGES = 1_500
"""Admissions in a round, at most; all of a measurement are different."""

DAY = 24 * 3600
"""Seconds until a decision where only the intake is measured."""
LEAST_FLOOR = 15_000
"""Requests per second of the echo, under which the machine is too busy for a run to count."""

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
    """Rates of intake and of decision, their CPU, and waits of an open load, each against an echo."""
    with TemporaryDirectory() as folder, ExitStack() as ends:

        def target(kind: str, proof: bytes, *arguments: str) -> Target:
            server = ends.enter_context(served(kind, *arguments))
            one = Target(server, _requests(server), proof, [])
            one.rate()
            return one

        success = ResultMajor.SUCCESS.encode()
        intake = target("simulator", success, str(Path(folder) / "intake.sqlite"), str(DAY))
        decision = target("simulator", success, str(Path(folder) / "decision.sqlite"), "0")
        echo = target("echo", b"")
        echo.requests = cycle(islice(_requests(echo.server), MESSAGES))
        taken_in = _rates("intake", intake, echo)
        decided = _rates("decision", decision, echo)
        return [*taken_in, *decided, *_latency(intake, echo, median(taken_in[0].ours) * LOAD)]


def _requests(server: Served) -> Iterator[bytes]:
    """The same admissions for every server."""
    profile = quick_profile()
    path = f"/{NAME}/{profile.services['admissions']}"
    for envelope, _ in admissions(profile, SystemClock().now()):
        yield http_post(server.address, path, envelope)


def _rates(name: str, simulator: Target, echo: Target) -> list[Figure]:
    simulator.cpu.clear()
    echo.cpu.clear()
    ours, floor = in_turns(simulator.rate, echo.rate, ROUNDS)
    slow = median(floor) < LEAST_FLOOR
    rate = Figure(
        name=name,
        unit="requests/s",
        better=Better.HIGHER,
        ours=ours,
        floor=floor,
        floor_is=_ECHO_IS,
        beside={"connections": CONNECTIONS, "part of the floor": median(ours) / median(floor)},
        invalid=f"the echo made {median(floor):.0f}/s, under {LEAST_FLOOR}/s" if slow else "",
    )
    cpu = Figure(
        name=f"{name}-cpu",
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
