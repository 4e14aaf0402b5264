"""What was acknowledged survives ``kill -9`` of the simulator, at any moment, again and again."""

import json
import os
import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from http.client import HTTPConnection, HTTPException
from itertools import islice
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from tests.process import simulator_child
from tests.unit.simulator.open_house import HOME, invoice
from tests.unit.simulator.sample_house import FUND, admission, house, residents

from generale.protocol.errors import EnvironmentFailure
from generale.protocol.form import to_json
from generale.protocol.genericasync import Blob, Delivery, ResultMajor, TAck
from generale.protocol.ids import Reference
from generale.protocol.profile import INVOICE_NAME
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
"""How many threads post admissions at once; one more posts invoice files, which take turns with the rest."""

POSTS = 40
"""How many messages a poster sends at most in one life."""

BILLED = 5
"""How many residents stand in an invoice file."""

SERVICES = ("admissions", "invoices")
DECISION, RECEIVED = "decision", "931000"

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
        self.answered: Callable[[], None] = lambda: None

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Carry one request; ``LineBroken`` where the simulator is gone. An answer calls ``answered``."""
        headers = {**request.headers, "authorization": f"Bearer {TOKEN}"}
        try:
            self._line.request(request.method, request.url, request.body, headers)
            answer = self._line.getresponse()
            body = answer.read()
            self.answered()
            return HttpResponse(status=answer.status, body=body)
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
    replies: dict[str, tuple[str, str]] = field(default_factory=dict)
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
            told = about, kind_of(delivery.blob)
            assert self.replies.setdefault(reply, told) == told
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

    def office(self, seed: str, answered: Callable[[], None] = lambda: None) -> PostOffice:
        """The client side of the exchange, with a connection of its own."""
        services = {service: f"{self.address}/a-house/{service}/v1" for service in SERVICES}
        wire = self._wire()
        wire.answered = answered
        return PostOffice(wire, services, Identity(seed))

    def kill(self) -> None:
        """End it where it stands."""
        os.kill(self.child.pid, signal.SIGKILL)

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


def kind_of(blob: Blob) -> str:
    """What kind of reply this is: of a flat file its type."""
    return blob.content[:6].decode() if blob.message_name == INVOICE_NAME else DECISION


def service_of(blob: Blob) -> str:
    """Where a message goes."""
    return SERVICES[blob.message_name == INVOICE_NAME]


def post(office: PostOffice, reference: Reference, blob: Blob) -> object:
    """Post one message."""
    return office.post(HOME, service_of(blob), to=DESTINATION, reference=reference, blob=blob)


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
            for service in SERVICES:
                blobs = record.deliver(vendor.get(HOME, service, 3).messages)
                if blobs:
                    vendor.confirm(HOME, service, blobs)
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


@dataclass(slots=True)
class Mail:
    """What the vendor has to post: every message once, in whatever life."""

    admissions: Iterator[tuple[Reference, Blob]]
    files: Iterator[tuple[Reference, Blob]]

    @classmethod
    def of(cls, people: int) -> "Mail":
        """An admission for each resident, and files that bill some of them."""
        everybody = list(islice(residents(), people))
        return cls(
            ((Reference.parse(f"R{place:06d}"), admission(insz)) for place, insz in enumerate(everybody)),
            (
                (Reference.parse(f"F{number:06d}"), invoice(*everybody[:BILLED], number=number))
                for number in range(1, 1_000)
            ),
        )


def at_answer(number: int, then: Callable[[], None]) -> Callable[[], None]:
    """What is to be called at every answer, and does something at the one with this number."""
    left = iter(range(number - 1, -1, -1))
    return lambda: None if next(left, -1) else then()


def live_and_die(
    store: Path, clock: str, record: Record, mail: Mail, chance: random.Random, people: int
) -> None:
    """One life: prove what earlier ones left, post and play at once, and be killed in the middle.

    That is at a random moment, or in the instant in which a file has its answer: what is not on disk by then
    is acknowledged and lost.
    """
    with life(store, clock) as now, ThreadPoolExecutor(POSTERS + 2) as threads:
        if not record.sent:
            now.control().ask("POST", "/rehearsals", to_json(replace(house(people), facilities=(HOME,))))
        prove(now.control(), record)
        send_again(now.office("again"), record, chance)
        record.goal = len(record.acknowledged) + chance.randrange(1, POSTERS * POSTS // 2)
        record.enough.clear()
        dies_at_answer = chance.random() < 0.5
        answered = at_answer(chance.randrange(1, 10), now.kill) if dies_at_answer else lambda: None
        tasks = [threads.submit(play_until_cut, now.control(), now.office("player"), clock, record)]
        tasks += [
            threads.submit(
                post_until_cut, now.office(f"poster {number}"), list(islice(mail.admissions, POSTS)), record
            )
            for number in range(POSTERS)
        ]
        files = list(islice(mail.files, POSTS))
        tasks += [threads.submit(post_until_cut, now.office("biller", answered), files, record)]
        if not dies_at_answer:
            assert record.enough.wait(PATIENCE)
            Event().wait(chance.uniform(0, 0.01))
            now.kill()
        assert now.child.wait(PATIENCE) == -signal.SIGKILL
        for task in tasks:
            task.result(PATIENCE)


def survive(store: Path, clock: str, lives: int, seed: str) -> Record:
    """Kill a simulator so many times, and find everything exactly once; what was sent and answered."""
    chance, record, people = random.Random(seed), Record(), POSTERS * POSTS * lives
    mail = Mail.of(people)

    for _ in range(lives):
        live_and_die(store, clock, record, mail, chance, people)

    with life(store, clock) as last:
        prove(last.control(), record)
        send_again(last.office("again"), record, chance)
        if clock == "virtual":
            last.control().leap(timedelta(days=40))
        for service in SERVICES:
            record.deliver(last.office("last").get(HOME, service, 3 * len(record.sent)).messages)
        last.child.terminate()
        assert last.child.wait(PATIENCE) == 0
    prove_answered(record)
    return record


def prove_answered(record: Record) -> None:
    """Every admission has one decision; every file is received once, and judged or settled once."""
    kinds: dict[str, list[str]] = {reference: [] for reference in record.sent}
    for about, kind in record.replies.values():
        kinds[about].append(kind)
    for reference, blob in record.sent.items():
        if service_of(blob) == "admissions":
            assert kinds[reference] == [DECISION], reference
        else:
            received, settled = sorted(kinds[reference], key=RECEIVED.__ne__)
            assert received == RECEIVED != settled, reference


@pytest.mark.parametrize("clock", CLOCKS)
def test_what_was_acknowledged_survives_kill_nine(clock: str, tmp_path: Path) -> None:
    record = survive(tmp_path / "store.sqlite", clock, LIVES, f"kill nine on a {clock} clock")

    acknowledged = Counter(service_of(record.sent[one]) for one in record.acknowledged)
    assert all(acknowledged[service] >= LIVES for service in SERVICES), acknowledged
    assert record.confirmed
