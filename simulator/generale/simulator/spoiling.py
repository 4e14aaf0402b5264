"""Answers that prove nothing: what a scenario can make of an answer to see whether the vendor looks.

A spoiled answer is that of somebody in between. What waits in a mailbox is shown as it stands, or as another
decision; a post or a confirmation gets the answer that its sender hopes for, and never arrives. What is
said in it is project-defined.
"""

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from lxml import etree

from generale.protocol.clock import brussels
from generale.protocol.errors import PeerError, UsageError
from generale.protocol.genericasync import (
    Answer,
    Blob,
    Confirm,
    ConfirmResponse,
    Delivery,
    Envelope,
    Get,
    GetResponse,
    Post,
    PostResponse,
    SoaCode,
    failure_tack,
    own_reference,
    soa_fault,
    success_tack,
    write_envelope,
)
from generale.protocol.genericasync.vocabulary import SOAP
from generale.protocol.ids import Nihii
from generale.protocol.messages import Admission, ControlResult, Decision, Outcome
from generale.protocol.security import Level
from generale.protocol.security.document import parse
from generale.simulator.behaviour import SPOILING, Behaviour, Kind, Subject
from generale.simulator.refusal import ISSUER, REFUSED

if TYPE_CHECKING:
    from generale.simulator.guard import Guard
    from generale.simulator.rehearsal import Rehearsal

ANOTHER = "urn:generale:another-request"
"""The request that an answer to another one relates to."""

CONTROL = "HX-ADM-12"
"""The control by which an acceptance that was tampered with says that it is a refusal (project-defined)."""

_LATER = timedelta(seconds=1)
"""So much later than the right one a decision was taken that somebody made of it: it would count."""

_BODY = f"{{{SOAP}}}Body"


def check_possible(behaviour: Behaviour, level: Level) -> None:
    """``UsageError`` where a server that asks for this level of security has no answer to spoil so."""
    if behaviour.kind is Kind.REPLY_STALE and level is Level.OFF:
        raise UsageError(
            f"answers bear no timestamp here, so that '{behaviour.kind}' cannot happen",
            hint="serve with --security timestamp or full",
        )
    if behaviour.kind in SPOILING and behaviour.kind is not Kind.REPLY_STALE and level is not Level.FULL:
        raise UsageError(
            f"answers are not signed here, so that '{behaviour.kind}' cannot happen",
            hint="serve with --security full",
        )


def intercepted(
    guard: "Guard | None", rehearsal: "Rehearsal", subject: Subject, asked: Post | Get | Confirm
) -> tuple[Answer, Kind] | None:
    """How a post or a confirmation is answered by somebody in between, and how that is spoiled.

    None where it arrives.
    """
    if isinstance(asked, Get):
        return None
    kind = _taken(guard, rehearsal, subject)
    if kind is None:
        return None
    if isinstance(asked, Confirm):
        return ConfirmResponse(), kind
    reference = asked.reference
    tack = success_tack(asked.blob.content, reference, ISSUER, reference=own_reference(reference))
    return PostResponse(tack=tack), kind


def delivered(guard: "Guard | None", rehearsal: "Rehearsal", subject: Subject, answer: Answer) -> Kind | None:
    """How the answer to a get is spoiled; None where it is not, or holds no message."""
    if not isinstance(answer, GetResponse) or not answer.messages:
        return None
    return _taken(guard, rehearsal, subject)


def _taken(guard: "Guard | None", rehearsal: "Rehearsal", subject: Subject) -> Kind | None:
    """How this answer is to be spoiled, used up by one."""
    if guard is None or not guard.seals:
        return None
    kinds = SPOILING if guard.signs else (Kind.REPLY_STALE,)
    return next((kind for kind in kinds if rehearsal.take(kind, subject) is not None), None)


def spoiled_answer(
    guard: "Guard", rehearsal: "Rehearsal", facility: Nihii, envelope: Envelope, unique: str, kind: Kind
) -> bytes:
    """An answer with its security header, spoiled in one way."""
    raw, now = write_envelope(envelope), rehearsal.at
    match kind:
        case Kind.REPLY_UNSIGNED:
            return raw
        case Kind.REPLY_STALE:
            return guard.sealed(raw, unique, now, is_stale=True)
        case Kind.REPLY_TO_ANOTHER:
            elsewhere = replace(envelope.addressing, relates_to=ANOTHER)
            return guard.sealed(write_envelope(replace(envelope, addressing=elsewhere)), unique, now)
        case _:
            signed, shown = _signed_and_shown(rehearsal, facility, envelope)
            return _with_body(guard.sealed(write_envelope(signed), unique, now), write_envelope(shown))


def _signed_and_shown(
    rehearsal: "Rehearsal", facility: Nihii, envelope: Envelope
) -> tuple[Envelope, Envelope]:
    """What the platform signed, and what somebody made of it: each says something else."""
    match envelope.body:
        case GetResponse(messages=messages) as answer:
            turned = tuple(_turned(rehearsal, facility, one) for one in messages)
            return envelope, replace(envelope, body=replace(answer, messages=turned))
        case PostResponse(tack=tack):
            refused = failure_tack(b"", tack.input_reference, ISSUER, REFUSED, "")
            signed = replace(refused, value=tack.value)
            return replace(envelope, body=PostResponse(tack=signed)), envelope
        case _:
            return replace(envelope, body=soa_fault(SoaCode.UNAVAILABLE, "")), envelope


def _with_body(sealed: bytes, other: bytes) -> bytes:
    """An envelope with its headers, and in its body what another one says."""
    root, body = parse(sealed), parse(other).find(_BODY)
    own = root.find(_BODY)
    assert own is not None
    assert body is not None
    own[:] = list(body)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def _turned(rehearsal: "Rehearsal", facility: Nihii, delivery: Delivery) -> Delivery:
    """A delivery that says the opposite where it is a decision, else one under another reference."""
    profile = rehearsal.world.profile
    try:
        message = profile.read(delivery.blob.content)
    except PeerError:
        message = None
    if not isinstance(message, Decision):
        return replace(delivery, output_reference=f"X{delivery.output_reference}"[:64])
    content = profile.write(_opposite(rehearsal, facility, message))
    digest = Blob(content=content, message_name=delivery.blob.message_name).digest
    return replace(delivery, blob=replace(delivery.blob, content=content, hash_value=digest))


def _opposite(rehearsal: "Rehearsal", facility: Nihii, decision: Decision) -> Decision:
    """The refusal of what was accepted, the acceptance of all else; taken later, so that it would count."""
    platform, decided = rehearsal.world.platform, decision.decided + _LATER
    if decision.outcome is Outcome.ACCEPTED:
        control = ControlResult(control=CONTROL, text=platform.rules.row(CONTROL).text_nl)
        return replace(
            decision,
            outcome=Outcome.REFUSED,
            decided=decided,
            fund=None,
            start=None,
            category=None,
            controls=(control,),
        )
    case = platform.cases.find(facility, decision.about)
    message = case.message if case is not None else None
    start = message.start if isinstance(message, Admission) else None
    fund = None
    if isinstance(message, Admission):
        fund = platform.insurance.fund_on(message.insz, brussels(message.start).date())
    return replace(decision, outcome=Outcome.ACCEPTED, decided=decided, fund=fund, start=start, controls=())
