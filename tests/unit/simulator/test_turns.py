"""Slow requests and quick ones in one loop: who goes when, counted in turns on a clock of our own."""

import asyncio
from collections.abc import Sequence

import pytest
from starlette.types import Message, Scope

from generale.protocol.genericasync import EnvelopeError, Fault, SoaCode, read_envelope
from generale.protocol.transport import HttpRequest, HttpResponse
from generale.simulator.http import Edge, Services
from generale.simulator.turns import ALONE, REST, Turns

SLOW, QUICK = 10.0, 1.0
"""Seconds that each kind of request takes."""


class House(Services):
    """Answers every request, which takes its time on a clock of our own, and has pieces of work put off."""

    def __init__(self, pieces: int = 0) -> None:
        self.address = "http://here:1"
        self.done: list[str] = []
        self.at = 0.0
        self._pieces = pieces

    def is_slow(self, request: HttpRequest) -> bool:
        """What begins with s is."""
        return request.url.rpartition("/")[2].startswith("s")

    @property
    def is_behind(self) -> bool:
        """Whether a piece is left."""
        return self._pieces > 0

    def work(self) -> None:
        """Do a piece."""
        self._pieces -= 1
        self._spend("work", SLOW)

    def handle(self, request: HttpRequest, *, puts_off: bool = False) -> HttpResponse | None:
        """Answer."""
        name = request.url.rpartition("/")[2]
        assert puts_off is not self.is_slow(request)
        self._spend(name, SLOW if self.is_slow(request) else QUICK)
        return HttpResponse(status=200, body=name.encode(), headers={})

    def write(self) -> None:
        """There is no disk."""

    def _spend(self, name: str, seconds: float) -> None:
        self.done.append(name)
        self.at += seconds


class Street:
    """Requests on their way to a house; while slow work rests, quick ones that still come are answered."""

    def __init__(self, house: House, quick: int = 0, room: int = 10**9) -> None:
        self.house = house
        self.rests: list[float] = []
        self.bodies: list[bytes] = []
        self._quick = [f"q{number}" for number in range(quick)]
        self.edge = Edge(house, turns=Turns(lambda: house.at, self._pause), together=room)

    async def send(self, *names: str) -> None:
        """Send requests at once, and wait until all of them and all work are done."""
        await asyncio.gather(*map(self._ask, names))
        while self.house.is_behind:
            await asyncio.sleep(0)

    async def _pause(self, seconds: float) -> None:
        self.rests.append(seconds)
        await asyncio.sleep(0)
        end = self.house.at + seconds
        while self._quick and self.house.at < end:
            await self._ask(self._quick.pop(0))
        self.house.at = max(self.house.at, end)

    async def _ask(self, name: str) -> None:
        async def receive() -> Message:
            return {"type": "http.request", "body": b"1234567890", "more_body": False}

        async def send(message: Message) -> None:
            if message["type"] == "http.response.body":
                self.bodies.append(message["body"])

        scope: Scope = {"type": "http", "method": "POST", "path": f"/{name}", "raw_path": f"/{name}".encode()}
        await self.edge({**scope, "query_string": b"", "headers": []}, receive, send)


def slow(count: int) -> Sequence[str]:
    """So many slow requests."""
    return [f"s{number}" for number in range(count)]


def test_between_two_slow_requests_others_have_twice_the_time_that_the_first_one_took() -> None:
    street = Street(House(), quick=100)

    asyncio.run(street.send("first", *slow(4)))

    turns = "".join(name[0] for name in street.house.done)
    share = int(REST * SLOW / QUICK)
    assert turns == "f" + "s" + "s".join(["q" * share] * 3) + "s"
    assert street.rests == [REST * SLOW] * 3


def test_slow_requests_are_answered_in_the_order_of_their_arrival() -> None:
    street = Street(House(pieces=3), quick=50)

    asyncio.run(street.send("first", *slow(5), "last"))

    assert [name for name in street.house.done if name.startswith("s")] == slow(5)
    assert sorted(body.decode() for body in street.bodies) == sorted(
        name for name in street.house.done if name != "work"
    )


def test_while_nobody_else_comes_slow_work_rests_only_to_let_somebody_in() -> None:
    street = Street(House(pieces=2))

    asyncio.run(street.send(*slow(3)))

    assert street.house.done == ["work", "work", *slow(3)]
    assert street.rests == [ALONE * SLOW] * 4


def test_a_slow_request_finds_everything_done_that_fell_due_before_its_turn() -> None:
    class Busy(House):
        def put_off(self, request: HttpRequest) -> None:
            """Two pieces fall due just before the second request is answered."""
            if request.url.endswith("s1") and "work" not in self.done:
                self._pieces = 2

    street = Street(Busy())

    asyncio.run(street.send(*slow(3)))

    assert street.house.done == ["s0", "work", "work", "s1", "s2"]


def test_work_that_was_put_off_is_done_though_nobody_asks_for_it() -> None:
    street = Street(House(pieces=2), quick=100)

    asyncio.run(street.send("first"))

    assert "".join(name[0] for name in street.house.done) == "fw" + "q" * int(REST * SLOW / QUICK) + "w"


def test_slow_requests_that_wait_have_limited_room_together() -> None:
    street = Street(House(), room=25)

    asyncio.run(street.send("first", *slow(4)))

    assert street.house.done == ["first", *slow(3)]
    refused = [body for body in street.bodies if body.decode() not in street.house.done]
    assert [code_of(body) for body in refused] == [SoaCode.TEMPORARILY_UNAVAILABLE]


def test_an_accident_in_work_that_nobody_asked_for_is_told_and_stops_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    class Broken(House):
        def work(self) -> None:
            """Break down, once."""
            self._pieces = 0
            raise KeyError("oops")

    street = Street(Broken(pieces=1))

    asyncio.run(street.send("first", "next"))

    assert street.house.done == ["first", "next"]
    assert [line for line in caplog.messages if "KeyError" in line] == caplog.messages


def code_of(raw: bytes) -> str:
    """The code of the fault in an answer."""
    try:
        body = read_envelope(raw).body
    except EnvelopeError as error:
        body = error.fault
    assert isinstance(body, Fault)
    return body.code
