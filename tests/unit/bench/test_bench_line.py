"""The client of the bench: every answer is looked at, and a server that goes away is no figure."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import pytest
from bench.line import Line, closed_loop, lines, open_loop

from generale.protocol.errors import EnvironmentFailure

T = TypeVar("T")

GOOD = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nx: y\r\n\r\ngood"
BAD = GOOD.replace(b"good", b"evil")
REQUEST = b"12345678"


def at_a_server(
    work: Callable[[list[Line]], Awaitable[T]], *answers: bytes, pieces: int = 1, seconds: float = 0
) -> T:
    """Do something with two lines to a server that gives these answers on each, and then hangs up."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for answer in answers:
            if not await reader.read(len(REQUEST)):
                break
            await asyncio.sleep(seconds)
            size = -(-len(answer) // pieces)
            for start in range(0, len(answer), size):
                writer.write(answer[start : start + size])
                await writer.drain()
                await asyncio.sleep(0)
        writer.close()

    async def main() -> T:
        async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
            host, port = server.sockets[0].getsockname()
            async with asyncio.timeout(5), lines(host, port, 2) as opened:
                return await work(opened)

    return asyncio.run(main())


@pytest.mark.parametrize("pieces", [1, 3, len(GOOD)])
def test_a_closed_loop_sends_everything_once(pieces: int) -> None:
    requests = iter([REQUEST] * 7)

    done = at_a_server(lambda opened: closed_loop(opened, requests, b"good", 5), *[GOOD] * 7, pieces=pieces)

    assert done.count == 7
    assert done.rate == pytest.approx(7 / done.seconds)


def test_a_closed_loop_ends_when_its_time_is_over() -> None:
    requests = iter([REQUEST] * 1000)

    done = at_a_server(
        lambda opened: closed_loop(opened, requests, b"good", 0.1), *[GOOD] * 1000, seconds=0.02
    )

    assert 2 <= done.count <= 12


@pytest.mark.parametrize("answers", [[GOOD, BAD], [GOOD, GOOD.replace(b"200", b"500")], [GOOD], []])
def test_a_closed_loop_with_a_wrong_answer_has_no_rate(answers: list[bytes]) -> None:
    with pytest.raises(EnvironmentFailure):
        at_a_server(lambda opened: closed_loop(opened, iter([REQUEST] * 9), b"good", 5), *answers)


def test_a_closed_loop_with_nothing_to_send_has_no_rate() -> None:
    with pytest.raises(EnvironmentFailure):
        at_a_server(lambda opened: closed_loop(opened, iter(()), b"good", 5), GOOD)


def test_an_open_loop_counts_waits_from_when_a_message_was_due() -> None:
    offered = [(0.05, REQUEST)] * 6

    measured = at_a_server(lambda opened: open_loop(opened, offered, b"good"), *[GOOD] * 6, seconds=0.02)

    assert [one.intended for one in measured] == [0.05] * 6
    assert all(one.ok for one in measured)
    assert sorted(one.wait >= 0.055 for one in measured) == [False] * 4 + [True] * 2


def test_an_open_loop_tells_which_answers_were_wrong() -> None:
    offered = [(0.0, REQUEST)] * 2 + [(0.05, REQUEST)] * 2

    measured = at_a_server(lambda opened: open_loop(opened, offered, b"good"), GOOD, BAD)

    assert [one.ok for one in measured] == [True, True, False, False]


def test_an_open_loop_ends_when_the_server_hangs_up() -> None:
    offered = [(place / 1000, REQUEST) for place in range(50)]

    with pytest.raises(EnvironmentFailure):
        at_a_server(lambda opened: open_loop(opened, offered, b"good"), GOOD)
