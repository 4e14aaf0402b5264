"""The services as a vendor sees them: one request in, one answer out, or a line that is cut.

Bytes are read, identity is checked, the world is asked. Who calls commits before the answer leaves, so
that several exchanges can share one commit. Nothing here knows sockets.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generale.protocol.errors import PeerError
from generale.protocol.flatfile import decode
from generale.protocol.genericasync import (
    CONTENT_TYPE,
    Addressing,
    Answer,
    Blob,
    Confirm,
    ConfirmResponse,
    Delivery,
    Envelope,
    EnvelopeError,
    Fault,
    Get,
    GetResponse,
    Post,
    PostResponse,
    SoaCode,
    TAck,
    answer_envelope,
    failure_tack,
    read_envelope,
    soa_fault,
    success_tack,
    write_envelope,
)
from generale.protocol.ids import Nihii, Reference
from generale.protocol.messages import Admission, Correction, EndOfStay, Message
from generale.protocol.profile import INVOICE_NAME
from generale.protocol.transport import HttpRequest, HttpResponse
from generale.results.events import EventType, Party, digest
from generale.simulator.behaviour import Kind, Subject
from generale.simulator.event import Arrival
from generale.simulator.rehearsal import Rehearsal

if TYPE_CHECKING:
    from generale.simulator.guard import Guard

ISSUER = "urn:generale:platform"
"""Who issues the acknowledgements (project-defined)."""

DUPLICATE = "urn:nip:tack:result:minor:duplicate"
"""Minor result: these bytes were already received under this reference (project-defined)."""
REFERENCE_REUSED = "urn:nip:tack:result:minor:reference-reused"
"""Minor result: other bytes were already received under this reference (project-defined)."""
INVALID_CONTENT = "urn:nip:tack:result:minor:invalid-content"
"""Minor result: the content is not technically valid (project-defined)."""

RETRY_AFTER_SECONDS = 60
"""How long a vendor is asked to wait after a 503 (project-defined)."""

_OPERATIONS: dict[type, str] = {Post: "post", Get: "get", Confirm: "confirm"}
_LEFT_OUT_HEADERS = frozenset(
    {"host", "content-length", "connection", "accept-encoding", "date", "authorization"}
)
"""Headers that only tell of the line, and secrets; all others stand in the log."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that could be read, and who asks."""

    body: Post | Get | Confirm
    addressing: Addressing

    @property
    def operation(self) -> str:
        """post, get or confirm."""
        return _OPERATIONS[type(self.body)]


def serve(
    rehearsal: Rehearsal, service: str, request: HttpRequest, guard: "Guard | None" = None
) -> HttpResponse | None:
    """Answer one request to a service of a rehearsal; None where the line is to be cut.

    The answer may leave, and the line be cut, only when what the rehearsal has unwritten is on disk.
    """
    rehearsal.now()
    rehearsal.exchanges += 1
    try:
        asked: Asked | None = _read(request)
        refused: Fault | None = None
    except EnvelopeError as error:
        asked, refused = None, error.fault
    operation = asked.operation if asked else "unreadable"
    ids = {"exchange": str(rehearsal.exchanges), "operation": operation, "service": service}
    _note_request(rehearsal, request, asked, ids)
    if operation != "unreadable" and rehearsal.take(
        Kind.UNAVAILABLE, Subject(service=service, operation=operation)
    ):
        response = HttpResponse(status=503, body=b"", headers={"retry-after": str(RETRY_AFTER_SECONDS)})
        return _answered(rehearsal, ids, response)
    if asked is not None and guard is not None:
        refused = guard.refusal(request, asked.body, rehearsal.name, rehearsal.now())
    answer = refused if asked is None or refused is not None else _answer(rehearsal, service, asked)
    assert answer is not None
    if asked and rehearsal.take(Kind.CUT, Subject(service=service, operation=operation)):
        rehearsal.note(EventType.RESPONSE, Party.PLATFORM, Party.VENDOR, ids, {"cut": True})
        return None
    message_id = f"urn:generale:answer:{rehearsal.exchanges}"
    envelope = answer_envelope(answer, asked.addressing if asked else None, message_id=message_id)
    status = 500 if isinstance(answer, Fault) else 200
    body = write_envelope(envelope)
    if guard is not None:
        body = guard.sealed(body, f"{rehearsal.name}-{rehearsal.exchanges}", rehearsal.now())
    response = HttpResponse(status=status, body=body, headers={"content-type": CONTENT_TYPE})
    return _answered(rehearsal, ids, response)


def _read(request: HttpRequest) -> Asked:
    envelope: Envelope = read_envelope(request.body)
    match envelope.body:
        case Post() | Get() | Confirm() as body:
            return Asked(body, envelope.addressing)
        case _:
            raise EnvelopeError(soa_fault(SoaCode.NOT_WSDL, "an answer was sent where a request is expected"))


def _note_request(
    rehearsal: Rehearsal, request: HttpRequest, asked: Asked | None, ids: dict[str, str]
) -> None:
    named = dict(ids)
    if asked is not None:
        named["facility"] = asked.body.origin.nihii[:8]
        if isinstance(asked.body, Post):
            named["reference"] = asked.body.input_reference
    headers = {name: text for name, text in sorted(request.headers.items()) if name not in _LEFT_OUT_HEADERS}
    data = {"url": request.url, "headers": headers}
    rehearsal.note(EventType.REQUEST, Party.VENDOR, Party.PLATFORM, named, data, request.body)


def _answered(rehearsal: Rehearsal, ids: dict[str, str], response: HttpResponse) -> HttpResponse:
    data = {"status": response.status}
    content = response.body or None
    rehearsal.note(EventType.RESPONSE, Party.PLATFORM, Party.VENDOR, ids, data, content)
    return response


def _answer(rehearsal: Rehearsal, service: str, asked: Asked) -> Answer:
    origin = asked.body.origin
    try:
        facility = Nihii.parse(origin.nihii)
    except PeerError as error:
        return soa_fault(SoaCode.NO_ACCESS, str(error))
    licence = rehearsal.world.licences.get(facility)
    if licence is None:
        return soa_fault(SoaCode.NO_ACCESS, f"facility {facility} does not take part in this rehearsal")
    if (origin.licence_username, origin.licence_password) != (licence.username, licence.password):
        return soa_fault(SoaCode.NOT_AUTHENTICATED, "user name or password of the licence is wrong")
    match asked.body:
        case Post() as post:
            return _post(rehearsal, service, facility, post)
        case Get() as get:
            return _get(rehearsal, service, facility, get)
        case Confirm() as confirm:
            rehearsal.confirm(facility, service, confirm.references, confirm.hashes)
            return ConfirmResponse()


def _post(rehearsal: Rehearsal, service: str, facility: Nihii, post: Post) -> Answer:
    content = post.blob.content
    try:
        reference = Reference.parse(post.input_reference)
    except PeerError as error:
        return soa_fault(SoaCode.INVALID_CONTENT, str(error))

    def refused(minor: str, message: str) -> PostResponse:
        return PostResponse(tack=failure_tack(content, reference, ISSUER, minor, message))

    known = rehearsal.received.get((facility, reference))
    if known is not None:
        if known != digest(content):
            return refused(REFERENCE_REUSED, "other content was received under this reference")
        return PostResponse(tack=_received(content, reference, DUPLICATE, "already received"))
    try:
        message = _technically_valid(rehearsal, service, post.blob)
    except PeerError as error:
        return refused(INVALID_CONTENT, f"{error} [{error.where}]" if error.where else str(error))
    arrival = Arrival(
        sender=facility,
        reference=reference,
        service=service,
        message_name=post.blob.message_name,
        content=content,
    )
    rehearsal.receive(arrival, message)
    return PostResponse(tack=_received(content, reference))


def _received(content: bytes, reference: Reference, minor: str = "", message: str = "") -> TAck:
    return success_tack(content, reference, ISSUER, minor, message, reference=f"T{reference}")


def _technically_valid(rehearsal: Rehearsal, service: str, blob: Blob) -> Message | None:
    """The message in a blob, None for an invoice file; ``PeerError`` where it cannot be taken in."""
    if service == "invoices":
        if blob.message_name != INVOICE_NAME:
            raise PeerError(f"MessageName '{blob.message_name}' is not '{INVOICE_NAME}', the only one here")
        file = decode(blob.content)
        if file.type != "920000":
            raise PeerError(f"a file of type {file.type} cannot be sent in", where="header 200 zone 200")
        return None
    profile = rehearsal.world.profile
    message = profile.read(blob.content)
    if not isinstance(message, Admission | EndOfStay | Correction):
        raise PeerError(f"a {type(message).__name__} cannot be sent in")
    fitting = profile.message_name(type(message))
    if blob.message_name != fitting:
        raise PeerError(f"MessageName '{blob.message_name}' does not fit the content; '{fitting}' does")
    return message


def _get(rehearsal: Rehearsal, service: str, facility: Nihii, get: Get) -> GetResponse:
    query = get.message_query
    waiting = (
        rehearsal.world.mailboxes.waiting(facility, service, most=query.max, names=query.names)
        if query.included
        else ()
    )
    deliveries = tuple(
        Delivery(
            input_reference=reply.about,
            output_reference=reply.reply,
            blob=Blob(
                content=reply.content,
                message_name=reply.message_name,
                content_type="text/plain" if reply.message_name == INVOICE_NAME else "text/xml",
                hash_value=Blob(content=reply.content, message_name=reply.message_name).digest,
                reference=reply.reply,
                id=f"_{reply.reply}",
            ),
        )
        for reply in waiting
    )
    return GetResponse(messages=deliveries, msg_count=len(deliveries), tack_count=0)
