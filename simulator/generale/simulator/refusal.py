"""Refusals that a scenario asks for: what stands in the place of the answer that a request deserves.

Each carries the name of the behaviour that brought it into the log, so that nobody is blamed for it. Which
codes and texts they have is project-defined; their shapes are those of MyCareNet and the eHealth platform.
"""

from dataclasses import dataclass, replace
from datetime import timedelta

from generale.protocol.genericasync import (
    THROTTLED,
    Answer,
    Confirm,
    Fault,
    FaultKind,
    Get,
    Post,
    PostResponse,
    SoaCode,
    failure_tack,
    soa_fault,
    success_tack,
)
from generale.protocol.ids import Nihii
from generale.simulator.behaviour import Behaviour, Kind, Shape, Subject
from generale.simulator.rehearsal import Rehearsal
from generale.simulator.rejection import generic_fault

ISSUER = "urn:generale:platform"
"""Who issues the acknowledgements (project-defined)."""

REFUSED = "urn:nip:tack:result:minor:refused"
"""Minor result where a scenario refuses a message technically and names no other (project-defined)."""
WARNED = "urn:nip:tack:result:minor:warning"
"""Minor result where a scenario warns and names no other (project-defined)."""

_CONTACT = "Generale, a rehearsal: nobody can be called"
_TEXTS = {
    Kind.FAULT: "the rehearsal refuses this request",
    Kind.FAILURE_TACK: "the rehearsal refuses this message technically",
    Kind.WARNING_TACK: "the rehearsal received this message with a warning",
}
_SHAPES = {
    Shape.GENERIC: FaultKind.GENERIC,
    Shape.SYSTEM: FaultKind.SYSTEM,
    Shape.BUSINESS: FaultKind.BUSINESS,
}


@dataclass(frozen=True, slots=True)
class Imposed:
    """An answer that a scenario asked for, and the behaviour that gives it."""

    answer: Answer
    by: Kind


def imposed_answer(
    rehearsal: Rehearsal, subject: Subject, facility: Nihii, body: Post | Get | Confirm
) -> Imposed | None:
    """What stands in the place of the answer to a request of somebody who may ask; None where nothing."""
    match body:
        case Post():
            return _fault(rehearsal, subject) or _tack(rehearsal, subject, body)
        case Get():
            return _fault(rehearsal, subject) or _throttled(rehearsal, subject, facility)
        case Confirm():
            return _fault(rehearsal, subject)


def warning(rehearsal: Rehearsal, subject: Subject) -> tuple[str, str]:
    """Minor result and text of the warning on a message just received; both empty where it is fine."""
    behaviour = rehearsal.take(Kind.WARNING_TACK, subject)
    return (behaviour.code or WARNED, _said(behaviour)) if behaviour else ("", "")


def _fault(rehearsal: Rehearsal, subject: Subject) -> Imposed | None:
    behaviour = rehearsal.take(Kind.FAULT, subject)
    if behaviour is None:
        return None
    if behaviour.shape is Shape.GENERIC:
        return Imposed(generic_fault(behaviour.code, _said(behaviour)), Kind.FAULT)
    code = SoaCode(behaviour.code)
    fault = replace(
        soa_fault(code, behaviour.text, ticket=f"generale-{rehearsal.exchanges}"),
        kind=_SHAPES[behaviour.shape],
        translations=(("nl", code.meaning_nl),),
        contact=_CONTACT,
    )
    if behaviour.retry is not None:
        fault = replace(fault, retry=behaviour.retry)
    return Imposed(fault, Kind.FAULT)


def _said(behaviour: Behaviour) -> str:
    return behaviour.text or _TEXTS[behaviour.kind]


def _tack(rehearsal: Rehearsal, subject: Subject, post: Post) -> Imposed | None:
    content = post.blob.content
    if refused := rehearsal.take(Kind.FAILURE_TACK, subject):
        minor = refused.code or REFUSED
        tack = failure_tack(content, post.reference, ISSUER, minor, _said(refused))
        return Imposed(PostResponse(tack=tack), Kind.FAILURE_TACK)
    if rehearsal.take(Kind.FORGED_TACK, subject):
        tack = success_tack(b"other content: " + content, post.reference, ISSUER)
        return Imposed(PostResponse(tack=tack), Kind.FORGED_TACK)
    return None


def _throttled(rehearsal: Rehearsal, subject: Subject, facility: Nihii) -> Imposed | None:
    """Turn a poll away that comes too soon; one that is turned away does not make the wait longer."""
    seconds = rehearsal.world.profile.poll_seconds
    box = (facility, subject.service)
    now, last = rehearsal.at, rehearsal.polled.get(box)
    is_soon = last is not None and now - last < timedelta(seconds=seconds)
    if is_soon and rehearsal.take(Kind.THROTTLE, subject):
        text = f"{THROTTLED} between two polls of this mailbox: ask again in {seconds} seconds"
        fault = Fault(kind=FaultKind.PLAIN, code="Server", source="", message=text)
        return Imposed(fault, Kind.THROTTLE)
    rehearsal.polled[box] = now
    return None
