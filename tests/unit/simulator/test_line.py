"""One connection of a server: offers of other protocols, the size of a head, and who makes room for whom."""

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress

import httpx
import pytest
from starlette.types import Receive, Scope, Send
from tests.unit.simulator.test_server import PATIENCE, Echo, connected, everything, post, serving
from uvicorn.server import ServerState

from generale.simulator.idle import Idle
from generale.simulator.line import HEAD_LIMIT, Line, Waiting
from generale.simulator.server import Server, http_config

OFFER = b"connection: Upgrade, HTTP2-Settings\r\nupgrade: h2c\r\nhttp2-settings: AAEAAEAAAAIAAAAB\r\n"
"""What the HTTP client of Java sends with its first request on plain HTTP."""


def offering(body: bytes, *, chunked: bool = False) -> bytes:
    """The bytes of a request that offers to go on in another protocol."""
    head = b"POST /a HTTP/1.1\r\nhost: x\r\n" + OFFER
    if chunked:
        return head + b"transfer-encoding: chunked\r\n\r\n%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)
    return head + b"content-length: %d\r\n\r\n%b" % (len(body), body)


def answers(line: socket.socket, number: int) -> list[bytes]:
    """The bodies of so many answers of five bytes; each has status 200."""
    received = b""
    while received.count(b"\r\n\r\n") < number or not received.endswith(b"!"):
        chunk = line.recv(65536)
        assert chunk, received
        received += chunk
    assert received.count(b"HTTP/1.1 200") == number, received
    return [piece[:5] for piece in received.split(b"\r\n\r\n")[1:]]


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("step", [0, 1, 7, 150])
def test_an_offer_of_another_protocol_is_passed_over(chunked: bool, step: int) -> None:
    sent = offering(b"body!", chunked=chunked)

    with serving() as address, connected(address) as line:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for start in range(0, len(sent), step or len(sent)):
            line.sendall(sent[start : start + (step or len(sent))])

        assert answers(line, 1) == [b"body!"]
        line.sendall(post(b"next!"))
        assert answers(line, 1) == [b"next!"]


def test_offers_stand_in_one_line_with_other_requests() -> None:
    sent = (offering(b"one.!"), post(b"two.!"), offering(b"tri.!", chunked=True), offering(b"four!"))

    with serving() as address, connected(address) as line:
        line.sendall(b"".join(sent))

        assert answers(line, 4) == [b"one.!", b"two.!", b"tri.!", b"four!"]


def test_very_many_offers_in_one_piece_are_passed_over() -> None:
    with serving() as address, connected(address) as line:
        line.sendall(offering(b"body!") * 1_500)

        assert answers(line, 1_500) == [b"body!"] * 1_500


def test_an_offer_without_a_body_is_passed_over() -> None:
    with serving() as address, connected(address) as line:
        line.sendall(b"GET /?wsdl! HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n")

        assert answers(line, 1) == [b"http:"]


def test_an_offer_that_closes_the_connection_closes_it() -> None:
    sent = offering(b"body!").replace(b"connection: Upgrade", b"connection: close, Upgrade")

    with serving() as address, connected(address) as line:
        line.sendall(sent)

        assert everything(line).endswith(b"\r\n\r\nbody!")


@pytest.mark.parametrize("offer", [b"", OFFER])
def test_an_address_that_is_too_long_is_refused_with_an_offer_as_without(offer: bytes) -> None:
    with serving() as address, connected(address) as line:
        line.sendall(b"GET /a?%b HTTP/1.1\r\nhost: x\r\n%b\r\n" % (b"s" * 66_000, offer))

        assert everything(line).startswith(b"HTTP/1.1 400 ")


def test_a_connect_is_no_offer_and_ends_the_connection() -> None:
    with serving() as address, connected(address) as line:
        line.sendall(b"CONNECT x:1 HTTP/1.1\r\nhost: x\r\n\r\n")

        assert everything(line).startswith(b"HTTP/1.1 400 ")


def head_of(length: int, field: int) -> bytes:
    """A head of so many bytes, in headers of at most so many."""
    start, end = b"GET /a HTTP/1.1\r\n", b"\r\n"
    left, fields = length - len(start) - len(end), b""
    while left:
        size = left if left <= field else min(field, left - 10)
        fields += b"x: " + b"v" * (size - 5) + b"\r\n"
        left -= size
    return start + fields + end


@pytest.mark.parametrize("field", [HEAD_LIMIT, 50_000, 3_000])
@pytest.mark.parametrize(("more", "status"), [(0, b"200"), (1, b"431")])
def test_a_head_may_have_so_many_bytes_and_not_one_more(field: int, more: int, status: bytes) -> None:
    head = head_of(HEAD_LIMIT + more, field)
    assert len(head) == HEAD_LIMIT + more

    with serving() as address, connected(address) as line:
        with suppress(ConnectionError):
            line.sendall(head)

        assert line.recv(65536).startswith(b"HTTP/1.1 " + status)


@pytest.mark.parametrize(("more", "status"), [(0, b"200"), (1, b"431")])
def test_an_address_counts_as_part_of_the_head(more: int, status: bytes) -> None:
    address_part = b"GET /" + b"a" * 60_000 + b" HTTP/1.1\r\n"
    rest = head_of(HEAD_LIMIT + more - len(address_part), HEAD_LIMIT).partition(b"\r\n")[2]
    rest = rest.replace(b"v", b"v" * (len(b"GET /a HTTP/1.1\r\n") + 1), 1)
    assert len(address_part + rest) == HEAD_LIMIT + more

    with serving() as address, connected(address) as line:
        with suppress(ConnectionError):
            line.sendall(address_part + rest)

        assert line.recv(65536).startswith(b"HTTP/1.1 " + status)


@contextmanager
def small_server(connections: int) -> Iterator[str]:
    """A server for few connections; its address."""
    server = Server(Echo(), connections=connections, receipt_seconds=PATIENCE)
    address = server.start()
    try:
        yield address
    finally:
        server.stop()


def test_idle_connections_make_room_for_who_has_a_request() -> None:
    with small_server(6) as address, ExitStack() as lines:
        silent = [lines.enter_context(connected(address)) for _ in range(30)]

        assert httpx.post(address, content=b"other").text == "other"
        assert everything(silent[0]) == b""


def test_heads_that_do_not_end_make_room_for_who_has_a_request() -> None:
    with small_server(6) as address, ExitStack() as lines:
        for _ in range(30):
            lines.enter_context(connected(address)).sendall(b"POST / HTTP/1.1\r\nhost:")

        assert httpx.post(address, content=b"other").text == "other"


def begin(line: socket.socket) -> None:
    """Send the head of a request, and wait until the server has read it."""
    line.sendall(b"POST / HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 5\r\n\r\n")
    assert line.recv(65536).startswith(b"HTTP/1.1 100 ")


def test_who_has_begun_a_request_is_not_closed_for_another() -> None:
    with small_server(4) as address, ExitStack() as lines:
        begun = [lines.enter_context(connected(address)) for _ in range(2)]
        for line in begun:
            begin(line)
        for _ in range(10):
            lines.enter_context(connected(address))
        assert httpx.post(address, content=b"other").text == "other"

        for line in begun:
            line.sendall(b"body!")
            assert answers(line, 1) == [b"body!"]


def test_where_every_connection_has_begun_a_request_another_is_told_to_come_again() -> None:
    with small_server(3) as address, ExitStack() as lines:
        for _ in range(2):
            begin(lines.enter_context(connected(address)))

        assert httpx.post(address, content=b"other").status_code == 503


def test_who_sends_requests_without_end_and_reads_no_answer_is_cut_off() -> None:
    server = Server(Echo())
    address = server.start()
    sent = 0
    try:
        with connected(address) as line, suppress(OSError):
            for _ in range(100):
                line.sendall(b"GET /a HTTP/1.1\r\nhost: x\r\n\r\n" * 2_000)
                sent += 2_000
        others = httpx.post(address, content=b"others").text
    finally:
        server.stop()

    assert sent < 200_000
    assert others == "others"


def test_requests_that_wait_are_counted_no_longer_when_they_are_answered_or_lost() -> None:
    waiting = Waiting()
    config = http_config(_never)

    async def work() -> tuple[int, int]:
        listening = await asyncio.get_running_loop().create_server(
            lambda: Line(config, ServerState(), 60, Idle(10), waiting), "127.0.0.1", 0
        )
        _, writer = await asyncio.open_connection(*listening.sockets[0].getsockname())
        writer.write(post(b"body!") * 500)
        await writer.drain()
        await until(lambda: waiting.count == 499)
        while_waiting = waiting.count
        writer.transport.abort()
        await until(lambda: waiting.count == 0)
        listening.close()
        return while_waiting, waiting.count

    assert asyncio.run(work()) == (499, 0)


async def _never(_scope: Scope, receive: Receive, _send: Send) -> None:
    """Does not answer before the sender has gone."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def until(is_so: Callable[[], bool]) -> None:
    """Wait until something is so; a test in which it never is ends by itself."""
    async with asyncio.timeout(PATIENCE):
        while not is_so():
            await asyncio.sleep(0.01)
