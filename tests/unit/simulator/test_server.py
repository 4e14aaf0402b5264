"""A server on a real socket: connections that are cut, that wait, and that end."""

import gc
import socket
import weakref
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress

import httpx
import pytest
from tests.unit.simulator.sample_house import house

from generale.protocol.clock import BRUSSELS
from generale.protocol.errors import UsageError
from generale.protocol.profile import standard_profile
from generale.protocol.transport import HttpRequest, HttpResponse
from generale.simulator.http import Services
from generale.simulator.line import HEAD_LIMIT, HEADER_LIMIT
from generale.simulator.server import Server
from generale.simulator.simulator import Simulator
from generale.simulator.system_clock import SystemClock

PATIENCE = 10.0
"""Seconds after which a test gives up."""


class Echo(Services):
    """Stands for the simulator: sends a body back, and cuts the line where it says so."""

    address = ""

    def handle(self, request: HttpRequest, *, puts_off: bool = False) -> HttpResponse | None:
        if request.body == b"cut" or "x-cut" in request.headers:
            return None
        return HttpResponse(status=200, body=request.body or request.url.encode())

    def write(self) -> None:
        """There is nothing to keep."""


@contextmanager
def serving(*, receipt_seconds: float = PATIENCE) -> Iterator[str]:
    """A server, as long as it is needed; its address."""
    server = Server(Echo(), receipt_seconds=receipt_seconds)
    address = server.start()
    try:
        yield address
    finally:
        server.stop()


@contextmanager
def connected(address: str) -> Iterator[socket.socket]:
    """A connection to an address."""
    url = httpx.URL(address)
    with closing(socket.create_connection((url.host, url.port or 80), timeout=PATIENCE)) as line:
        yield line


def everything(line: socket.socket) -> bytes:
    """All that arrives until the connection is closed."""
    received = b""
    try:
        while chunk := line.recv(65536):
            received += chunk
    except ConnectionResetError:
        pass
    return received


def post(body: bytes) -> bytes:
    """The bytes of a request."""
    return b"POST /a HTTP/1.1\r\nhost: x\r\ncontent-length: %d\r\n\r\n" % len(body) + body


def test_the_address_is_known_before_the_first_request() -> None:
    with serving() as address:
        assert httpx.get(f"{address}/x?wsdl").text == f"{address}/x?wsdl"


def test_a_large_body_goes_there_and_back() -> None:
    body = bytes(range(256)) * 4096

    with serving() as address:
        assert httpx.post(address, content=body).content == body


def test_an_answer_says_neither_the_time_nor_the_server() -> None:
    with serving() as address:
        assert set(httpx.get(address).headers) == {"content-length"}


def test_a_client_sees_a_cut_line_as_a_connection_closed_without_an_answer() -> None:
    with serving() as address, pytest.raises(httpx.RemoteProtocolError, match="without sending a response"):
        httpx.post(address, content=b"cut")


def test_not_one_byte_is_sent_on_a_line_that_is_cut() -> None:
    with serving() as address, connected(address) as line:
        line.sendall(post(b"cut"))

        assert everything(line) == b""


def test_a_line_can_be_cut_after_answers_on_it() -> None:
    with serving() as address, connected(address) as line:
        line.sendall(post(b"first") + post(b"cut") + post(b"never"))

        received = everything(line)

    assert received.endswith(b"\r\n\r\nfirst")
    assert received.count(b"HTTP/1.1 200") == 1


def test_others_go_on_when_a_line_is_cut() -> None:
    with serving() as address, httpx.Client(base_url=address) as other:
        assert other.post("/", content=b"before").text == "before"
        with pytest.raises(httpx.RemoteProtocolError):
            httpx.post(address, content=b"cut")

        assert other.post("/", content=b"after").text == "after"


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        pytest.param(b"rubbish\r\n\r\n", b"400", id="no HTTP"),
        pytest.param(b"POST / HTTP/1.1\r\ncontent-length: -1\r\n\r\n", b"400", id="a negative length"),
        pytest.param(b"POST / HTTP/1.1\r\ncontent-length: x\r\n\r\n", b"400", id="a length that is none"),
        pytest.param(b"POST / HTTP/1.1\r\ncontent-length: 99999999999\r\n\r\n", b"413", id="a huge body"),
    ],
)
def test_what_is_no_request_is_refused_and_ends_the_connection(sent: bytes, status: bytes) -> None:
    with serving() as address, connected(address) as line:
        line.sendall(sent)

        assert everything(line).startswith(b"HTTP/1.1 " + status)


@pytest.mark.parametrize(
    "endless",
    [
        pytest.param(b"x-many: 1\r\n", id="many headers"),
        pytest.param(b"x" * 64, id="one header"),
    ],
)
def test_a_head_without_end_is_refused_and_closes_the_connection(endless: bytes) -> None:
    with serving() as address, connected(address) as line:
        head = b"POST / HTTP/1.1\r\n" + endless * (2 * HEAD_LIMIT // len(endless))
        with suppress(ConnectionError):
            line.sendall(head)

        assert everything(line).startswith(b"HTTP/1.1 431 ")


@pytest.mark.parametrize(("more", "status"), [(0, b"200"), (1, b"431")])
def test_a_request_may_have_so_many_headers_and_not_one_more(more: int, status: bytes) -> None:
    with serving() as address, connected(address) as line:
        line.sendall(b"GET / HTTP/1.1\r\n" + b"x-many: 1\r\n" * (HEADER_LIMIT + more) + b"\r\n")

        assert line.recv(65536).startswith(b"HTTP/1.1 " + status)


CHUNKED = b"POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(b"4\r\nbody\r\n0\r\nx-trailer: " + b"x" * (2 * HEAD_LIMIT), id="one trailer"),
        pytest.param(b"4\r\nbody\r\n0\r\n" + b"x-t: 1\r\n" * (HEAD_LIMIT // 4), id="many trailers"),
        pytest.param(b"4;" + b"x" * (2 * HEAD_LIMIT), id="a chunk that tells of itself"),
    ],
)
def test_what_stands_around_a_body_ends_the_connection_where_it_does_not_end(sent: bytes) -> None:
    with serving() as address, connected(address) as line:
        with suppress(ConnectionError):
            line.sendall(CHUNKED + sent)

        assert everything(line).startswith(b"HTTP/1.1 431 ")
        assert httpx.post(address, content=b"other").text == "other"


def test_a_trailer_is_no_header() -> None:
    with serving() as address, connected(address) as line:
        line.sendall(CHUNKED + b"4\r\nbody\r\n0\r\nx-cut: 1\r\n\r\n")

        assert line.recv(65536).endswith(b"\r\n\r\nbody")


def test_a_refused_request_does_not_overtake_the_answer_to_one_before_it() -> None:
    with serving() as address, connected(address) as line:
        line.sendall(post(b"first") + b"GET / HTTP/1.1\r\n" + b"x-many: 1\r\n" * 200 + b"\r\n")

        assert everything(line) == b""


def test_others_go_on_when_a_head_is_refused() -> None:
    with serving() as address, connected(address) as line:
        line.sendall(b"GET / HTTP/1.1\r\n" + b"x-many: 1\r\n" * 200 + b"\r\n")

        assert httpx.post(address, content=b"other").text == "other"


@pytest.mark.parametrize(
    ("sent", "answer"),
    [
        pytest.param(b"", b"", id="nothing"),
        pytest.param(b"POST / HTTP/1.1\r\nhost:", b"HTTP/1.1 408 ", id="half a head"),
        pytest.param(
            b"POST / HTTP/1.1\r\ncontent-length: 10\r\n\r\n12345", b"HTTP/1.1 408 ", id="half a body"
        ),
    ],
)
def test_who_sends_no_more_is_not_waited_for(sent: bytes, answer: bytes) -> None:
    with serving(receipt_seconds=0.05) as address, connected(address) as line:
        line.sendall(sent)

        assert everything(line)[: len(answer) or 1] == answer


def test_a_connection_may_be_idle_between_requests() -> None:
    with serving(receipt_seconds=0.05) as address, connected(address) as line:
        line.sendall(post(b"first"))
        line.settimeout(0.2)
        with pytest.raises(TimeoutError):
            everything(line)
        line.sendall(post(b"second"))

        assert line.recv(65536).endswith(b"second")


def test_a_port_that_is_taken_is_the_users_mistake() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=f"port {port}") as refused:
            Server(Echo(), port=port).start()

    assert "0" in refused.value.hint


def test_a_host_that_is_none_is_the_users_mistake() -> None:
    with pytest.raises(UsageError, match="is no address"):
        Server(Echo(), host="nowhere.invalid").start()


def test_a_port_is_free_again_after_its_server() -> None:
    with serving() as address:
        port = httpx.URL(address).port or 0
    again = Server(Echo(), port=port)

    assert again.start() == address
    again.stop()


def test_a_server_that_stops_closes_what_is_open() -> None:
    server = Server(Echo())
    with connected(server.start()) as line:
        line.sendall(post(b"first"))
        assert line.recv(65536).endswith(b"first")
        server.stop()

        assert everything(line) == b""


def test_the_wall_clock_tells_brussels_time() -> None:
    first, second = SystemClock().now(), SystemClock().now()

    assert first.tzinfo is BRUSSELS
    assert first <= second


def test_stopping_twice_or_before_starting_does_nothing() -> None:
    server = Server(Echo())
    server.stop()
    server.start()
    server.stop()
    server.stop()


def test_what_survives_a_collection_of_garbage_is_set_aside_while_a_server_serves() -> None:
    server = Server(Echo())
    server.start()
    gc.collect()
    aside = gc.get_freeze_count()
    server.stop()

    assert aside > 0 == gc.get_freeze_count()


def test_a_rehearsal_that_is_closed_while_a_server_serves_leaves_nothing_behind() -> None:
    simulator = Simulator(standard_profile())
    server = Server(simulator)
    server.start()
    rehearsal = simulator.open(house())
    world = weakref.ref(rehearsal.world)
    gc.collect()
    simulator.close(rehearsal)
    del rehearsal
    gc.collect()
    server.stop()

    assert world() is None
