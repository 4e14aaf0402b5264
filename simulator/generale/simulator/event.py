"""What happens in a world, before it has its place in the log, and what arrives at it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from generale.protocol.genericasync import PLATFORM_IO, Blob
from generale.protocol.ids import Insz, Nihii, Reference
from generale.results.events import Event, EventType, Party


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An event before it has its place in the log."""

    type: EventType
    at: datetime
    sender: Party
    receiver: Party | None = None
    ids: Mapping[str, str] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)
    content: bytes | None = None


Emit = Callable[[Draft], None]
"""Where a world tells what happens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A reply on its way to a mailbox; ``insz`` is the resident it is about, where it is about one.

    ``io`` is the number of the fund that answers, or of the platform; ``rule_set`` is the effective date of
    the controls that judged what is answered, None for those in force now.
    """

    about: Reference
    facility: Nihii
    service: str
    kind: str
    blob: Blob
    party: Party = Party.PLATFORM
    insz: Insz | None = None
    io: str = PLATFORM_IO
    rule_set: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A technically valid message that is received for the first time."""

    sender: Nihii
    reference: Reference
    service: str
    message_name: str
    content: bytes
    nip_reference: str | None = None
    is_test: bool = False


EVENT_BYTES = 1024
"""What an event takes beside the texts in it, in bytes, roughly (project-defined)."""

_NUMBER_BYTES = 8


def weight(texts: Mapping[str, Any]) -> int:
    """How many characters stand in the ids or the data of an event, names included."""
    length = 0
    for name, value in texts.items():
        length += len(name)
        if isinstance(value, str):
            length += len(value)
        else:
            length += weight(value) if isinstance(value, dict) else _NUMBER_BYTES
    return length


def held(event: Event) -> int:
    """What an event in the log takes, in bytes; only requests hold words of somebody else."""
    return EVENT_BYTES + (weight(event.data) if event.type is EventType.REQUEST else 0)
