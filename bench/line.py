"""A small HTTP client over connections that stay open: closed loop for a rate, open loop for waits.

It reads no more of an answer than it needs: the status, the length, and a proof that the answer is the
right one. Requests are bytes that were made before.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from time import perf_counter

from generale.load.measure import Measured
from generale.protocol.errors import EnvironmentFailure

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)
_NEAR = 0.002
"""Seconds before a message is due from which on the client no longer sleeps: timers are that coarse."""


class Line(asyncio.Protocol):
    """One connection that stays open, with one request on it at a time."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._received = b""
        self._answer: asyncio.Future[bytes] | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # what TCP gives
        """The connection is there."""
        self._transport = transport

    def ask(self, request: bytes) -> asyncio.Future[bytes]:
        """Send a request; the future is the whole answer, head and body.

        ``EnvironmentFailure`` where the server has closed the connection, here or in the future.
        """
        assert self._transport is not None
        if self._transport.is_closing():
            raise EnvironmentFailure("the server has closed the connection")
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return self._answer

    def data_received(self, data: bytes) -> None:
        """A part of the answer is here, mostly all of it."""
        self._received += data
        end = self._received.find(b"\r\n\r\n")
        length = _LENGTH.search(self._received, 0, end + 2) if end >= 0 else None
        if length and len(self._received) >= end + 4 + int(length[1]):
            answer, self._received = self._received, b""
            if self._answer and not self._answer.done():
                self._answer.set_result(answer)

    def connection_lost(self, exc: Exception | None) -> None:
        """The server closed the connection: whoever waits will get no answer."""
        if self._answer and not self._answer.done():
            self._answer.set_exception(EnvironmentFailure(f"the connection was lost: {exc}"))

    def close(self) -> None:
        """Let go of the connection."""
        if self._transport is not None:
            self._transport.close()


@asynccontextmanager
async def lines(host: str, port: int, count: int) -> AsyncIterator[list[Line]]:
    """So many connections, for as long as they are needed."""
    loop = asyncio.get_running_loop()
    opened = [(await loop.create_connection(Line, host, port))[1] for _ in range(count)]
    try:
        yield opened
    finally:
        for line in opened:
            line.close()
        await asyncio.sleep(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What a closed loop came to."""

    count: int
    seconds: float

    @property
    def rate(self) -> float:
        """Requests per second."""
        return self.count / self.seconds


async def asked(line: Line, request: bytes, proof: bytes) -> None:
    """Send a request and have the right answer to it; ``EnvironmentFailure`` for another one."""
    answer = await line.ask(request)
    if not _is_right(answer, proof):
        raise EnvironmentFailure(f"the server answered {answer[:400]!r}")


async def closed_loop(
    opened: Sequence[Line], requests: Iterator[bytes], proof: bytes, seconds: float
) -> Round:
    """Keep one request on every line until the time or the requests are used up."""
    begun, count = perf_counter(), 0

    async def keep_asking(line: Line) -> None:
        nonlocal count
        while perf_counter() - begun < seconds and (request := next(requests, None)) is not None:
            await asked(line, request, proof)
            count += 1

    await asyncio.gather(*map(keep_asking, opened))
    if not count:
        raise EnvironmentFailure("there was nothing left to send")
    return Round(count=count, seconds=perf_counter() - begun)


async def open_loop(
    opened: Sequence[Line], offered: Sequence[tuple[float, bytes]], proof: bytes
) -> list[Measured]:
    """Send every request when it is due, or as soon as a line is free; waits count from when it was due."""
    free: asyncio.Queue[Line] = asyncio.Queue()
    for line in opened:
        free.put_nowait(line)
    begun = perf_counter()

    async def ask(line: Line, due: float, request: bytes) -> Measured:
        try:
            answer = await line.ask(request)
        finally:
            free.put_nowait(line)
        return Measured(due, perf_counter() - begun, _is_right(answer, proof))

    asking = []
    for due, request in offered:
        await _until(begun + due)
        asking.append(asyncio.create_task(ask(await free.get(), due, request)))
    return await asyncio.gather(*asking)


async def _until(moment: float) -> None:
    # The clock of the loop stands still during a turn, and tells no less than a millisecond.
    while (left := moment - perf_counter()) > 0:
        await asyncio.sleep(left - _NEAR if left > _NEAR else 0)


def _is_right(answer: bytes, proof: bytes) -> bool:
    return answer.startswith(b"HTTP/1.1 200") and proof in answer
