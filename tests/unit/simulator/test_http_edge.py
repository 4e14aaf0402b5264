"""The HTTP edge without a socket: what becomes of a request, and what of an accident."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from generale.protocol.errors import EnvironmentFailure, OurError
from generale.protocol.genericasync import Fault, SoaCode, read_envelope
from generale.protocol.transport import HttpRequest, HttpResponse
from generale.simulator.http import CUT, Edge, Services

ANSWER = HttpResponse(status=200, body=b"answer", headers={"content-type": "text/plain"})


class Recorder(Services):
    """Stands for the simulator: keeps what it is asked, and answers the same, or breaks, every time."""

    def __init__(
        self, answer: HttpResponse | Exception | None = ANSWER, disk: Exception | None = None
    ) -> None:
        self.disk = disk
        self.writes: list[int] = []
        self.address = "http://here:1"
        self.requests: list[HttpRequest] = []
        self._answer = answer

    def handle(self, request: HttpRequest, *, puts_off: bool = False) -> HttpResponse | None:
        self.requests.append(request)
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer

    def write(self) -> None:
        self.writes.append(len(self.requests))
        if self.disk is not None:
            raise self.disk


def request(path: str = "/a/admissions/v1", **changes: Any) -> Scope:
    """The ASGI scope of a request."""
    scope: Scope = {
        "type": "http",
        "method": "POST",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [],
    }
    return {**scope, **changes}


def answer_of(edge: ASGIApp, scope: Scope, *parts: bytes | None) -> list[Message]:
    """What an edge sends when these parts of a body arrive; None is a sender who goes away."""
    sent: list[Message] = []
    arriving = iter(_messages(parts))

    async def receive() -> Message:
        return next(arriving)

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(edge(scope, receive, send))  # type: ignore[arg-type]  # an ASGIApp promises an awaitable only
    return sent


def _messages(parts: Sequence[bytes | None]) -> list[Message]:
    return [
        {"type": "http.disconnect"}
        if part is None
        else {"type": "http.request", "body": part, "more_body": number < len(parts)}
        for number, part in enumerate(parts or (b"",), start=1)
    ]


def test_a_request_reaches_the_simulator_whole() -> None:
    recorder = Recorder()
    headers = [(b"Content-Type", b"text/xml"), (b"x-trace", b"1"), (b"X-Trace", b"2")]
    scope = request("/a/b%20c", method="GET", query_string=b"xsd=x", headers=headers)

    answer_of(Edge(recorder), scope, b"one ", b"two")

    (received,) = recorder.requests
    assert received == HttpRequest(
        method="GET",
        url="http://here:1/a/b%20c?xsd=x",
        body=b"one two",
        headers={"content-type": "text/xml", "x-trace": "1, 2"},
    )


def test_the_answer_leaves_with_its_length() -> None:
    start, body = answer_of(Edge(Recorder()), request())

    assert (start["status"], body["body"]) == (200, b"answer")
    assert dict(start["headers"]) == {b"content-type": b"text/plain", b"content-length": b"6"}


@pytest.mark.parametrize(
    ("headers", "parts"),
    [
        pytest.param([(b"content-length", b"11")], [], id="announced"),
        pytest.param([], [b"123456", b"78901", None], id="found while reading"),
    ],
)
def test_a_body_that_is_too_long_is_refused_unread(
    headers: list[tuple[bytes, bytes]], parts: list[bytes | None]
) -> None:
    recorder = Recorder()

    start, _ = answer_of(Edge(recorder, limit=10), request(headers=headers), *parts)

    assert start["status"] == 413
    assert (b"connection", b"close") in start["headers"]
    assert recorder.requests == []


def test_bodies_that_arrive_at_once_have_limited_room_together(caplog: pytest.LogCaptureFixture) -> None:
    recorder = Recorder()
    edge = Edge(recorder, limit=10, together=15)
    rest, sent = asyncio.Event(), list[Message]()

    async def receive_in_two() -> Message:
        if not held:
            held.append(True)
            return {"type": "http.request", "body": b"123456789", "more_body": True}
        await rest.wait()
        return {"type": "http.request", "body": b"0", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    async def send_in_parts(*parts: bytes) -> None:
        arriving = iter(_messages([*parts, b"."]))

        async def receive() -> Message:
            return next(arriving)

        await edge(request(), receive, send)

    async def all_of_them() -> None:
        first = asyncio.create_task(edge(request(), receive_in_two, send))
        await asyncio.sleep(0)
        await send_in_parts(b"1234567")
        await send_in_parts(b"123456")
        rest.set()
        await first
        await send_in_parts(b"1234567")

    held: list[bool] = []
    asyncio.run(all_of_them())

    assert [message["status"] for message in sent if "status" in message] == [503, 200, 200, 200]
    assert [one.body for one in recorder.requests] == [b"123456.", b"1234567890", b"1234567."]
    assert "503" in caplog.text


def test_a_body_of_exactly_the_limit_is_received() -> None:
    recorder = Recorder()

    answer_of(Edge(recorder, limit=10), request(), b"1234567890")

    assert [received.body for received in recorder.requests] == [b"1234567890"]


def test_a_request_that_ends_too_early_was_never_received() -> None:
    recorder = Recorder()

    assert answer_of(Edge(recorder), request(), b"half of", None) == []
    assert recorder.requests == []


@pytest.mark.parametrize(
    ("accident", "code", "retry"),
    [
        pytest.param(
            EnvironmentFailure("the disk\nis full"), SoaCode.TEMPORARILY_UNAVAILABLE, True, id="the store"
        ),
        pytest.param(KeyError("oops"), SoaCode.UNSPECIFIED, False, id="an error of ours"),
        pytest.param(RecursionError(), SoaCode.UNSPECIFIED, False, id="an error of Python's"),
    ],
)
def test_an_accident_becomes_a_fault_and_one_line(
    accident: Exception, code: SoaCode, retry: bool, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        start, body = answer_of(Edge(Recorder(accident)), request())

    fault = read_envelope(body["body"]).body
    assert isinstance(fault, Fault)
    assert (start["status"], fault.code, fault.retry) == (500, code, retry)
    (line,) = caplog.messages
    assert type(accident).__name__ in line
    assert "\n" not in line


def at_once(edge: ASGIApp, count: int) -> list[tuple[int, bytes]]:
    """Status and body of the answers to requests that arrive in one turn of the loop."""
    answers: list[tuple[int, bytes]] = []

    async def ask() -> None:
        sent: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": b"one", "more_body": False}

        async def send(message: Message) -> None:
            sent.append(message)

        await edge(request(), receive, send)
        answers.append((sent[0]["status"], sent[1]["body"]))

    async def all_of_them() -> None:
        await asyncio.gather(*(ask() for _ in range(count)))

    asyncio.run(all_of_them())
    return answers


def test_requests_of_one_turn_share_one_commit_and_none_is_answered_before_it() -> None:
    recorder = Recorder()

    answers = at_once(Edge(recorder), 5)

    assert recorder.writes == [5]
    assert answers == [(200, b"answer")] * 5


def test_a_commit_that_fails_answers_every_request_of_its_turn_with_a_fault() -> None:
    recorder = Recorder(disk=EnvironmentFailure("no space left on device"))

    answers = at_once(Edge(recorder), 3)

    assert [status for status, _ in answers] == [500] * 3
    assert all(SoaCode.TEMPORARILY_UNAVAILABLE.value.encode() in body for _, body in answers)


def test_the_turn_after_a_failed_commit_writes_again() -> None:
    recorder = Recorder(disk=EnvironmentFailure("no space left on device"))
    edge = Edge(recorder)
    at_once(edge, 2)
    recorder.disk = None

    assert at_once(edge, 2) == [(200, b"answer")] * 2
    assert recorder.writes == [2, 4]


def test_a_line_is_cut_where_the_server_can() -> None:
    cuts: list[bool] = []
    scope = request(extensions={CUT: lambda: cuts.append(True)})

    assert answer_of(Edge(Recorder(None)), scope) == []
    assert cuts == [True]


def test_a_server_that_cannot_cut_a_line_is_our_error() -> None:
    with pytest.raises(OurError, match="cannot cut"):
        answer_of(Edge(Recorder(None)), request())


def controlled(action: Callable[[], None]) -> ASGIApp:
    """A control application that does one thing."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        action()
        await send({"type": "control"})

    return app


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/control", True),
        ("/control/", True),
        ("/control/rehearsals", True),
        ("/controller/admissions/v1", False),
        ("/a/control/", False),
    ],
)
def test_only_what_lies_under_control_goes_there(path: str, expected: bool) -> None:
    recorder = Recorder()
    edge = Edge(recorder, controlled(lambda: None))

    first = answer_of(edge, request(path))[0]

    assert (first["type"] == "control", recorder.requests == []) == (expected, expected)


def test_without_a_control_api_its_path_is_one_like_any_other() -> None:
    recorder = Recorder()

    answer_of(Edge(recorder), request("/control/"))

    assert [received.url for received in recorder.requests] == ["http://here:1/control/"]


def test_an_accident_in_the_control_api_stays_there(caplog: pytest.LogCaptureFixture) -> None:
    def break_down() -> None:
        raise KeyError("oops")

    with caplog.at_level(logging.ERROR):
        assert answer_of(Edge(Recorder(), controlled(break_down)), request("/control/")) == []

    assert [line for line in caplog.messages if "KeyError" in line] == caplog.messages
