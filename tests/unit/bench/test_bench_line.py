"""The client of the bench: every answer is looked at, and a server that goes away is no figure."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from threading import Event
from typing import TypeVar

import pytest
from bench.line import Line, closed_loop, lines, open_loop

from generale.protocol.errors import EnvironmentFailure

T = TypeVar("T")

GOOD = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nx: y\r\n\r\ngood"
BAD = GOOD.replace(b"good", b"evil")
REQUEST = b"12345678"
PATIENCE = 5.0
"""Seconds after which a test gives up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How a server answers a line: so many pieces, after so many seconds, and then it hangs up."""

    answers: Sequence[bytes]
    pieces: int = 1
    seconds: float = 0.0

    def serve(self, listening: socket.socket) -> None:
        """Answer on one line."""
        with listening.accept()[0] as line:
            line.settimeout(PATIENCE)
            for answer in self.answers:
                if not line.recv(len(REQUEST)):
                    break
                Event().wait(self.seconds)
                size = -(-len(answer) // self.pieces)
                for start in range(0, len(answer), size):
                    line.sendall(answer[start : start + size])


def at_a_server(work: Callable[[list[Line]], Awaitable[T]], manner: Manner) -> T:
    """Do something with two lines to a server of this manner."""

    async def main(host: str, port: int) -> T:
        async with asyncio.timeout(PATIENCE), lines(host, port, 2) as opened:
            return await work(opened)

    with socket.create_server(("127.0.0.1", 0)) as listening, ThreadPoolExecutor(2) as threads:
        serving = [threads.submit(manner.serve, listening) for _ in range(2)]
        try:
            return asyncio.run(main(*listening.getsockname()))
        finally:
            for one in serving:
                with suppress(ConnectionError):
                    one.result(PATIENCE)


@pytest.mark.parametrize("pieces", [1, 3, len(GOOD)])
def test_a_closed_loop_sends_everything_once(pieces: int) -> None:
    requests = iter([REQUEST] * 7)

    done = at_a_server(
        lambda opened: closed_loop(opened, requests, b"good", 5), Manner(answers=[GOOD] * 7, pieces=pieces)
    )

    assert done.count == 7
    assert done.rate == pytest.approx(7 / done.seconds)


def test_a_closed_loop_ends_when_its_time_is_over() -> None:
    requests = iter([REQUEST] * 1000)

    done = at_a_server(
        lambda opened: closed_loop(opened, requests, b"good", 0.1),
        Manner(answers=[GOOD] * 1000, seconds=0.02),
    )

    assert 2 <= done.count <= 12


@pytest.mark.parametrize("answers", [[GOOD, BAD], [GOOD, GOOD.replace(b"200", b"500")], [GOOD], []])
def test_a_closed_loop_with_a_wrong_answer_has_no_rate(answers: list[bytes]) -> None:
    with pytest.raises(EnvironmentFailure):
        at_a_server(
            lambda opened: closed_loop(opened, iter([REQUEST] * 9), b"good", 5), Manner(answers=answers)
        )


def test_a_closed_loop_with_nothing_to_send_has_no_rate() -> None:
    with pytest.raises(EnvironmentFailure):
        at_a_server(lambda opened: closed_loop(opened, iter(()), b"good", 5), Manner(answers=[GOOD]))


def test_an_open_loop_counts_waits_from_when_a_message_was_due() -> None:
    offered = [(0.05, REQUEST)] * 6

    measured = at_a_server(
        lambda opened: open_loop(opened, offered, b"good"), Manner(answers=[GOOD] * 6, seconds=0.02)
    )

    assert [one.intended for one in measured] == [0.05] * 6
    assert all(one.ok for one in measured)
    waits = sorted(one.wait for one in measured)
    assert all(wait >= 0.02 * turn for wait, turn in zip(waits, (1, 1, 2, 2, 3, 3), strict=True))


def test_an_open_loop_tells_which_answers_were_wrong() -> None:
    offered = [(0.0, REQUEST)] * 2 + [(0.05, REQUEST)] * 2

    measured = at_a_server(lambda opened: open_loop(opened, offered, b"good"), Manner(answers=[GOOD, BAD]))

    assert [one.ok for one in measured] == [True, True, False, False]


def test_an_open_loop_ends_when_the_server_hangs_up() -> None:
    offered = [(place / 1000, REQUEST) for place in range(50)]

    with pytest.raises(EnvironmentFailure):
        at_a_server(lambda opened: open_loop(opened, offered, b"good"), Manner(answers=[GOOD]))
