"""What was acknowledged survives ``kill -9`` of the simulator, at any moment, again and again."""

import json
import os
import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.client import HTTPConnection, HTTPException
from itertools import islice
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from tests.process import simulator_child
from tests.unit.simulator.sample_house import CARE_HOME, FUND, admission, house, residents

from generale.protocol.errors import EnvironmentFailure
from generale.protocol.form import to_json
from generale.protocol.genericasync import Blob, Delivery, ResultMajor, TAck
from generale.protocol.ids import Reference
from generale.protocol.transport import HttpRequest, HttpResponse
from generale.refvendor.identity import Identity
from generale.refvendor.post import PostOffice
from generale.results.events import EventType, read_transcript
from generale.simulator.service import DUPLICATE

pytestmark = [
    pytest.mark.process,
    pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL"),
]

LIVES = 5
"""How often the simulator is killed, on each kind of clock; ``soak.py`` kills it more often."""

CLOCKS = ("virtual", "wall")
"""The kinds of clock: on the wall clock platform and funds decide at once."""

POSTERS = 3
"""How many threads post at once."""

POSTS = 40
"""How many messages a poster sends at most in one life."""

PATIENCE = 20.0
"""Seconds after which something that does not happen is given up."""

TOKEN = "rehearsal"
UNIQUE = {
    EventType.REQUEST: "exchange",
    EventType.ACKNOWLEDGED: "reference",
    EventType.DECIDED: "reference",
    EventType.REPLIED: "reply",
    EventType.CONFIRMED: "reply",
}
"""Types of events of which there is one for each identifier of this kind, however often one restarts."""

DESTINATION = f"urn:nip:destination:io:{FUND}"


class LineBroken(EnvironmentFailure):
    """The simulator is gone."""


class Wire:
    """A connection to the simulator that lasts for several requests."""

    def __init__(self, address: str) -> None:
        self._line = HTTPConnection(address.removeprefix("http://"), timeout=PATIENCE)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Carry one request; ``LineBroken`` where the simulator is gone."""
        headers = {**request.headers, "authorization": f"Bearer {TOKEN}"}
        try:
            self._line.request(request.method, request.url, request.body, headers)
            answer = self._line.getresponse()
            return HttpResponse(status=answer.status, body=answer.read())
        except (OSError, HTTPException) as error:
            raise LineBroken(str(error), address=request.url) from error

    def close(self) -> None:
        """Let go of the connection."""
        self._line.close()


@dataclass(slots=True)
class Control:
    """The player's side of one life of the simulator."""

    address: str
    wire: Wire

    def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> bytes:
        """Ask the control API something that it answers."""
        content = b"" if body is None else json.dumps(body).encode()
        answer = self.wire(HttpRequest(method=method, url=f"{self.address}/control{path}", body=content))
        assert answer.status in (200, 201), answer.body
        return answer.body

    def log(self, after: int = 0) -> bytes:
        """The events above a number, as they stand in the log."""
        return self.ask("GET", f"/rehearsals/a-house/log?after={after}")

    def leap(self, by: timedelta) -> None:
        """Move the clock of the rehearsal."""
        now = datetime.fromisoformat(json.loads(self.ask("GET", "/rehearsals/a-house"))["time"])
        self.ask("POST", "/rehearsals/a-house/clock", {"to": (now + by).isoformat()})


@dataclass(slots=True)
class Record:
    """What the vendor and the player know, whatever happens to the simulator."""

    sent: dict[Reference, Blob] = field(default_factory=dict)
    acknowledged: list[Reference] = field(default_factory=list)
    replies: dict[str, str] = field(default_factory=dict)
    confirmed: set[str] = field(default_factory=set)
    log: bytes = b""
    enough: Event = field(default_factory=Event)
    goal: int = 0

    def acknowledge(self, reference: Reference, answer: object) -> TAck:
        """A message was acknowledged as received."""
        assert isinstance(answer, TAck), answer
        assert answer.result_major == ResultMajor.SUCCESS, answer
        self.acknowledged.append(reference)
        if len(self.acknowledged) >= self.goal:
            self.enough.set()
        return answer

    def deliver(self, deliveries: Iterable[Delivery]) -> list[Blob]:
        """Replies arrived: under one number always the same, and never again once confirmed."""
        blobs = []
        for delivery in deliveries:
            reply, about = delivery.output_reference, delivery.input_reference
            assert reply is not None
            assert about is not None
            assert reply not in self.confirmed
            assert self.replies.setdefault(reply, about) == about
            blobs.append(delivery.blob)
        return blobs


@dataclass(slots=True)
class Life:
    """One life of the simulator, and the connections to it."""

    child: subprocess.Popen[str]
    address: str
    ends: ExitStack

    def control(self) -> Control:
        """A player with a connection of its own."""
        return Control(self.address, self._wire())

    def office(self, seed: str) -> PostOffice:
        """The client side of the exchange, with a connection of its own."""
        services = {"admissions": f"{self.address}/a-house/admissions/v1"}
        return PostOffice(self._wire(), services, Identity(seed))

    def _wire(self) -> Wire:
        wire = Wire(self.address)
        self.ends.callback(wire.close)
        return wire


@contextmanager
def life(store: Path, clock: str) -> Iterator[Life]:
    """A simulator on a store; it has ended when this has."""
    command = [sys.executable, simulator_child.__file__, str(store), clock, TOKEN]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with (
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as child,
        ExitStack() as ends,
    ):
        ends.callback(child.kill)
        assert child.stdout is not None
        address = child.stdout.readline().strip()
        assert address, "the simulator did not start"
        yield Life(child, address, ends)


def post(office: PostOffice, reference: Reference, blob: Blob) -> object:
    """Post one message."""
    return office.post(CARE_HOME, "admissions", to=DESTINATION, reference=reference, blob=blob)


def post_until_cut(vendor: PostOffice, messages: Iterable[tuple[Reference, Blob]], record: Record) -> None:
    """Post message after message until the line breaks."""
    for reference, blob in messages:
        record.sent[reference] = blob
        try:
            answer = post(vendor, reference, blob)
        except LineBroken:
            return
        record.acknowledge(reference, answer)


def play_until_cut(control: Control, vendor: PostOffice, clock: str, record: Record) -> None:
    """Read the log, let time pass, get and confirm replies, until the line breaks."""
    try:
        for _ in range(POSTERS * POSTS):
            record.log += control.log(after=record.log.count(b"\n"))
            if clock == "virtual":
                control.leap(timedelta(seconds=1))
            blobs = record.deliver(vendor.get(CARE_HOME, "admissions", 3).messages)
            if blobs:
                vendor.confirm(CARE_HOME, "admissions", blobs)
            record.confirmed.update(str(blob.reference) for blob in blobs)
    except LineBroken:
        return


def prove(control: Control, record: Record) -> None:
    """After a restart all is there that was acknowledged, once, and the log goes on where it was."""
    log = control.log()
    assert log.startswith(record.log)
    record.log = log
    events = list(read_transcript(log))
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    taken = [event.ids["reference"] for event in events if event.type is EventType.ACKNOWLEDGED]
    for type_, key in UNIQUE.items():
        named = Counter(event.ids[key] for event in events if event.type is type_)
        assert max(named.values(), default=1) == 1, type_
    assert set(record.acknowledged) <= set(taken) <= set(record.sent)
    listed = [row["reference"] for row in json.loads(control.ask("GET", "/rehearsals/a-house/messages"))]
    assert listed == taken


def send_again(vendor: PostOffice, record: Record, chance: random.Random) -> None:
    """A repost of what was acknowledged is a duplicate; what got no answer is taken in now at the latest."""
    for reference in chance.sample(record.acknowledged, min(3, len(record.acknowledged))):
        answer = post(vendor, reference, record.sent[reference])
        assert isinstance(answer, TAck)
        assert (answer.result_major, answer.result_minor) == (ResultMajor.SUCCESS, DUPLICATE)
    for reference in record.sent.keys() - set(record.acknowledged):
        record.acknowledge(reference, post(vendor, reference, record.sent[reference]))


def live_and_die(
    store: Path,
    clock: str,
    record: Record,
    fresh: Iterator[tuple[Reference, Blob]],
    chance: random.Random,
    people: int,
) -> None:
    """One life: prove what earlier ones left, post and play at once, and be killed in the middle."""
    with life(store, clock) as now, ThreadPoolExecutor(POSTERS + 1) as threads:
        if not record.sent:
            now.control().ask("POST", "/rehearsals", to_json(house(people)))
        prove(now.control(), record)
        send_again(now.office("again"), record, chance)
        record.goal = len(record.acknowledged) + chance.randrange(1, POSTERS * POSTS // 2)
        record.enough.clear()
        tasks = [threads.submit(play_until_cut, now.control(), now.office("player"), clock, record)]
        tasks += [
            threads.submit(post_until_cut, now.office(f"poster {number}"), list(islice(fresh, POSTS)), record)
            for number in range(POSTERS)
        ]
        assert record.enough.wait(PATIENCE)
        Event().wait(chance.uniform(0, 0.01))
        os.kill(now.child.pid, signal.SIGKILL)
        assert now.child.wait(PATIENCE) == -signal.SIGKILL
        for task in tasks:
            task.result(PATIENCE)


def survive(store: Path, clock: str, lives: int, seed: str) -> Record:
    """Kill a simulator so many times, and find everything exactly once; what was sent and answered."""
    chance, record = random.Random(seed), Record()
    fresh = ((Reference.parse(f"R{number:06d}"), admission(insz)) for number, insz in enumerate(residents()))

    for _ in range(lives):
        live_and_die(store, clock, record, fresh, chance, people=POSTERS * POSTS * lives)

    with life(store, clock) as last:
        prove(last.control(), record)
        send_again(last.office("again"), record, chance)
        if clock == "virtual":
            last.control().leap(timedelta(hours=1))
        record.deliver(last.office("last").get(CARE_HOME, "admissions", len(record.sent)).messages)
        last.child.terminate()
        assert last.child.wait(PATIENCE) == 0
    assert Counter(record.replies.values()) == Counter(set(record.sent))
    return record


@pytest.mark.parametrize("clock", CLOCKS)
def test_what_was_acknowledged_survives_kill_nine(clock: str, tmp_path: Path) -> None:
    record = survive(tmp_path / "store.sqlite", clock, LIVES, f"kill nine on a {clock} clock")

    assert len(record.acknowledged) >= LIVES
    assert record.confirmed
