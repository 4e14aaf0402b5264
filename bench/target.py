"""A server under measurement: rounds of a closed loop on it, or messages due at given seconds.

The closed loop is that of wrk where it is installed, and else one of our own.
"""

import asyncio
from collections.abc import Coroutine, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, cycle, islice
from typing import TypeVar

from bench import wrk
from bench.line import Line, Round, closed_loop, lines, open_loop
from bench.served import Served
from uvicorn import Config

from generale.load.measure import Measured
from generale.protocol.errors import EnvironmentFailure

CONNECTIONS = 64
ROUNDS = 5
SECONDS = 1
"""How long a round lasts, unless its messages are used up."""
MESSAGES = 2_500
"""Requests in a round, at most; all of a measurement are different."""

LEAST_FLOOR = 15_000
"""Requests per second of the echo, under which the machine is too busy for a run to count."""
ECHO_IS = "a bare ASGI echo on the same uvicorn settings"

PATIENCE = 20.0
"""Seconds after which a round is given up."""

T = TypeVar("T")


@dataclass(slots=True)
class Target:
    """A server, what is sent to it, how a right answer is known, and the CPU seconds of each round."""

    server: Served
    requests: Iterator[bytes]
    proof: bytes
    messages: int = MESSAGES
    """Requests that are made ready for a round."""
    again: bool = False
    """Whether the same requests may be sent again and again: an echo does not mind."""
    cpu: list[float] = field(default_factory=list)

    def rate(self) -> float:
        """Requests per second in one round of a closed loop."""
        before = self.server.cpu()
        done = self._by_wrk() if wrk.is_installed() else run(self._by_our_own())
        self.cpu.append((self.server.cpu() - before) / done.count)
        return done.rate

    def waits(self, due: Sequence[float]) -> list[Measured]:
        """What comes of an open loop with messages due at these seconds."""
        return run(self._waits(due))

    async def round(self, opened: Sequence[Line]) -> Round:
        """One round of a closed loop over these lines; what was not sent stays for the next one."""
        made = list(islice(self.requests, self.messages))
        requests = cycle(made) if self.again else iter(made)
        done = await closed_loop(opened, requests, self.proof, SECONDS)
        self.requests = chain(made if self.again else requests, self.requests)
        return done

    def _by_wrk(self) -> Round:
        requests = list(islice(self.requests, self.messages))
        done = wrk.closed_loop(
            self.server.address,
            requests,
            self.proof,
            connections=CONNECTIONS,
            seconds=SECONDS,
            again=self.again,
        )
        self.requests = chain(requests if self.again else requests[done.taken :], self.requests)
        return done.round

    async def _by_our_own(self) -> Round:
        async with lines(self.server.host, self.server.port, CONNECTIONS) as opened:
            return await self.round(opened)

    async def _waits(self, due: Sequence[float]) -> list[Measured]:
        offered = list(zip(due, self.requests, strict=False))
        if len(offered) < len(due):
            raise EnvironmentFailure("there are not enough residents for the open loop")
        async with lines(self.server.host, self.server.port, CONNECTIONS) as opened:
            return await open_loop(opened, offered, self.proof)


def run(work: Coroutine[object, object, T]) -> T:
    """What comes of this work, in the quickest loop there is; ``EnvironmentFailure`` where it takes too long.

    The loop is the server's own: with that of the standard library the client would be the slower of the two.
    """
    loop_factory = Config(None, loop="auto").get_loop_factory()  # type: ignore[arg-type]  # there is no application
    with asyncio.Runner(loop_factory=loop_factory) as runner:
        return runner.run(_in_time(work))


async def _in_time(work: Coroutine[object, object, T]) -> T:
    try:
        async with asyncio.timeout(PATIENCE):
            return await work
    except TimeoutError as error:
        raise EnvironmentFailure(f"a server did not answer within {PATIENCE} s") from error


def too_busy(echoes: float) -> str:
    """Why a run does not count where the echo makes so many requests per second; empty where it does."""
    return f"the echo made {echoes:.0f}/s, under {LEAST_FLOOR}/s" if echoes < LEAST_FLOOR else ""
