"""The transcript: one event per line, in the one order of the run.

Amounts in ``data`` are decimal strings; bytes never stand in an event but in the evidence, by digest.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from typing import Any, TypeVar

from generale.results.json_line import json_line
from generale.results.strict_json import read_strictly

T = TypeVar("T")


class Party(StrEnum):
    """Who takes part in a rehearsal."""

    PLAYER = "player"
    VENDOR = "vendor"
    PLATFORM = "platform"
    FUND = "fund"


class EventType(StrEnum):
    """What can happen in a run. Events of the player and those of the simulator share one log."""

    SCENARIO_BEGUN = "scenario-begun"
    """The player begins a scenario; ``data`` holds cast, rule set and what it verifies."""
    SCENARIO_ENDED = "scenario-ended"
    """The player ends it; ``data.completed`` tells whether every step was played."""
    TOLD = "told"
    """The vendor is told something (``data`` is the stimulus, the set-up or the operation)."""
    TOLD_ANSWERED = "told-answered"
    """The vendor's answer to it."""
    OBSERVED = "observed"
    """What the vendor's users would see (``data`` is the observation)."""
    WAIT_BEGUN = "wait-begun"
    """The player waits; ``data`` holds what for, the party awaited and the deadline."""
    WAIT_ENDED = "wait-ended"
    """``data.met`` tells whether it came in time."""
    CLOCK = "clock"
    """The clock was moved; ``data.to`` is the new instant."""
    BEHAVIOUR = "behaviour"
    """A behaviour of platform or fund was switched on or off."""
    CALLED = "called"
    """A client opened a connection on which the server showed a certificate that a client must refuse."""
    REQUEST = "request"
    """A request arrived at a service; evidence: its bytes; ids: operation, reference, facility."""
    RESPONSE = "response"
    """What was answered (evidence: its bytes, none where the line was cut); ``data.status`` is HTTP's."""
    ACKNOWLEDGED = "acknowledged"
    """A message was received, technically valid and stored."""
    NOT_PICKED_UP = "not-picked-up"
    """The destination could not pick a received message up: the vendor has to send it again."""
    DECIDED = "decided"
    """Platform or fund decided on a message."""
    REPLIED = "replied"
    """A reply was put in a facility's mailbox; evidence: its content."""
    CONFIRMED = "confirmed"
    """A reply or an acknowledgement was confirmed by the vendor and leaves the mailbox."""
    PAID = "paid"
    """A care fund paid an amount to a facility."""
    ADVANCED = "advanced"
    """A care fund paid the advance of a care month."""
    SET_OFF = "set-off"
    """A care fund deducted an accepted amount of an invoice file from what it had advanced."""
    CLAIMED = "claimed"
    """A care fund claims back by registered letter what is left of its advances."""
    REMINDED = "reminded"
    """A care fund sent a reminder or a second letter; ``data.by`` tells which."""
    REPAID = "repaid"
    """A facility repaid a care fund something of what it had claimed."""
    REFUNDED = "refunded"
    """A care fund gave back what was repaid too much."""
    HARNESS = "harness"
    """Something that concerns the rehearsal itself, such as an unreachable product."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One line of the transcript. ``at`` is the virtual time, ISO 8601 with offset."""

    seq: int
    scenario: str
    type: EventType
    at: str
    sender: str
    receiver: str = ""
    ids: Mapping[str, str] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)
    evidence: str = ""

    def to_line(self) -> str:
        """The line of ``transcript.jsonl``, without its end of line; same event, same text."""
        record: dict[str, Any] = {
            "seq": self.seq,
            "scenario": self.scenario,
            "type": str(self.type),
            "at": self.at,
            "from": self.sender,
        }
        if self.receiver:
            record["to"] = self.receiver
        if self.ids:
            record["ids"] = dict(sorted(self.ids.items()))
        if self.data:
            record["data"] = self.data
        if self.evidence:
            record["evidence"] = self.evidence
        return json_line(record)


def event_from_line(line: str) -> Event:
    """Read a line of the transcript; ``ValueError`` where it is not one."""
    record = _expect(dict, read_strictly(line), "an event")
    lacking = next((key for key in _KEYS if key not in record), None)
    if lacking is not None:
        raise ValueError(f"not an event of the transcript: it has no '{lacking}'")
    texts = {key: _expect(str, record.get(key, ""), f"'{key}'") for key in _TEXTS}
    ids = _expect(dict, record.get("ids", {}), "'ids'")
    return Event(
        seq=_expect(int, record["seq"], "'seq'"),
        scenario=texts["scenario"],
        type=EventType(texts["type"]),
        at=texts["at"],
        sender=texts["from"],
        receiver=texts["to"],
        ids={key: _expect(str, value, "each of 'ids'") for key, value in ids.items()},
        data=_expect(dict, record.get("data", {}), "'data'"),
        evidence=texts["evidence"],
    )


_KEYS = ("seq", "scenario", "type", "at", "from")
_TEXTS = ("scenario", "type", "at", "from", "to", "evidence")
_CALLED: Mapping[type, str] = {dict: "an object", str: "a text", int: "a whole number"}


def _expect(kind: type[T], value: object, name: str) -> T:
    if type(value) is not kind:
        raise ValueError(f"not an event of the transcript: {name} is not {_CALLED[kind]}")
    return value


def write_transcript(events: Iterable[Event]) -> bytes:
    """All events as JSON lines."""
    return "".join(f"{event.to_line()}\n" for event in events).encode()


def read_transcript(raw: bytes) -> Iterator[Event]:
    """The events of a transcript, in order; ``ValueError`` names the line that is none."""
    text = raw.decode()
    for number, line in enumerate(text.removesuffix("\n").split("\n") if text else (), start=1):
        try:
            yield event_from_line(line)
        except ValueError as error:
            raise ValueError(f"transcript line {number}: {error}") from error


def digest(raw: bytes) -> str:
    """The name of a piece of evidence: SHA-256 in hexadecimal."""
    return sha256(raw).hexdigest()
