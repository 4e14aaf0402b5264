"""Answers that prove nothing: what a scenario can make of a delivery to see whether the vendor looks.

Only a delivery is spoiled, and only where everything is signed: elsewhere there is nothing to look at.
"""

from dataclasses import replace
from typing import TYPE_CHECKING

from generale.protocol.errors import UsageError
from generale.protocol.genericasync import Envelope, GetResponse, write_envelope
from generale.simulator.behaviour import Behaviour, Kind, Subject

if TYPE_CHECKING:
    from generale.simulator.guard import Guard
    from generale.simulator.rehearsal import Rehearsal

SPOILING = (Kind.REPLY_TAMPERED, Kind.REPLY_UNSIGNED, Kind.REPLY_STALE, Kind.REPLY_TO_ANOTHER)
"""The kinds of behaviour that spoil a delivery."""

OPERATION = "get"
"""The one operation whose answer can be spoiled."""

ANOTHER = "urn:generale:another-request"
"""The request that an answer to another one relates to."""


def check_spoiling(behaviour: Behaviour) -> None:
    """``UsageError`` where a behaviour would spoil what is no delivery."""
    if behaviour.kind in SPOILING and behaviour.operation != OPERATION:
        raise UsageError(f"{behaviour.kind} spoils the answer to a get", hint="give it 'operation: get'")


def sealed_answer(
    guard: "Guard", rehearsal: "Rehearsal", service: str, envelope: Envelope, unique: str
) -> tuple[bytes, str]:
    """An answer with its security header, and how it was spoiled; empty where it was not."""
    raw, now = write_envelope(envelope), rehearsal.at
    match _taken(guard, rehearsal, service, envelope):
        case Kind.REPLY_UNSIGNED as kind:
            return raw, kind.value
        case Kind.REPLY_STALE as kind:
            return guard.sealed(raw, unique, now, is_stale=True), kind.value
        case Kind.REPLY_TO_ANOTHER as kind:
            elsewhere = replace(envelope.addressing, relates_to=ANOTHER)
            raw = write_envelope(replace(envelope, addressing=elsewhere))
            return guard.sealed(raw, unique, now), kind.value
        case Kind.REPLY_TAMPERED as kind:
            whole = guard.sealed(raw, unique, now)
            return whole.replace(b"OutputReference>", b"OutputReference>X", 1), kind.value
        case _:
            return guard.sealed(raw, unique, now), ""


def _taken(guard: "Guard", rehearsal: "Rehearsal", service: str, envelope: Envelope) -> Kind | None:
    """How this answer is to be spoiled, used up by one."""
    body = envelope.body
    if not guard.signs or not isinstance(body, GetResponse) or not body.messages:
        return None
    subject = Subject(service=service, operation=OPERATION)
    return next((kind for kind in SPOILING if rehearsal.take(kind, subject) is not None), None)
