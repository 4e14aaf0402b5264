"""The services as a vendor sees them: one request in, one answer out, or a line that is cut.

Bytes are read, identity is checked, the world is asked. Who calls commits before the answer leaves, so
that several exchanges can share one commit. Nothing here knows sockets.
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from generale.protocol.errors import PeerError
from generale.protocol.flatfile import File, decode
from generale.protocol.genericasync import (
    CONTENT_TYPE,
    Addressing,
    Answer,
    Blob,
    Compression,
    Confirm,
    Envelope,
    EnvelopeError,
    Fault,
    Get,
    Post,
    PostResponse,
    SoaCode,
    TAck,
    action_of,
    answer_envelope,
    as_package,
    failure_tack,
    is_package,
    own_reference,
    read_addressing,
    read_envelope,
    request_fault,
    requests_opened,
    soa_fault,
    success_tack,
    wants_package,
    write_envelope,
)
from generale.protocol.ids import Nihii, Reference
from generale.protocol.label import Label, contradictions, fund_of_file
from generale.protocol.messages import FROM_FACILITY, InsuranceQuestion
from generale.protocol.profile import INVOICE_NAME, INVOICES
from generale.protocol.transport import HttpRequest, HttpResponse
from generale.results.events import digest
from generale.rules.facts import Original
from generale.simulator import mailbox_service
from generale.simulator.behaviour import Kind, Subject
from generale.simulator.event import Arrival
from generale.simulator.noting import Noting
from generale.simulator.refusal import ISSUER, Imposed, imposed_answer, warning
from generale.simulator.rehearsal import Rehearsal
from generale.simulator.said import said
from generale.simulator.sender import Sender
from generale.simulator.spoiling import delivered, intercepted, spoiled_answer
from generale.simulator.subject import subject_of

if TYPE_CHECKING:
    from generale.simulator.guard import Guard

DUPLICATE = "urn:nip:tack:result:minor:duplicate"
"""Minor result: these bytes were already received under this reference (project-defined)."""
REFERENCE_REUSED = "urn:nip:tack:result:minor:reference-reused"
"""Minor result: other bytes were already received under this reference (project-defined)."""
WRONG_DESTINATION = "urn:nip:tack:result:minor:wrong-destination"
"""Minor result: the message is addressed to another fund than the one that it concerns (project-defined)."""
INVALID_CONTENT = "urn:nip:tack:result:minor:invalid-content"
"""Minor result: the content is not technically valid (project-defined)."""

LONGEST_RESULT = 2_000
"""How many characters the text of a refusal has at most: what it quotes may be long (project-defined)."""

RETRY_AFTER_SECONDS = 60
"""How long a vendor is asked to wait after a 503 (project-defined)."""

_OPERATIONS: dict[type, str] = {Post: "post", Get: "get", Confirm: "confirm"}


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
    rehearsal: Rehearsal,
    service: str,
    request: HttpRequest,
    guard: "Guard | None" = None,
    *,
    puts_off: bool = False,
) -> HttpResponse | None:
    """Answer one request to a service of a rehearsal; None where the line is to be cut.

    The answer may leave, and the line be cut, only when what the rehearsal has unwritten is on disk. Work
    that is due may be put off, but not before a request to the service that it belongs to.
    """
    rehearsal.now(puts_off=puts_off and service != INVOICES)
    rehearsal.exchanges += 1
    sender = Sender(rehearsal, request, guard)
    asked: Asked | None = None
    try:
        asked = _read(request, sender)
        addressing, refused = asked.addressing, _refused(rehearsal, request, asked)
    except EnvelopeError as error:
        refused, addressing = error.fault, error.addressing
    operation = asked.operation if asked else "unreadable"
    subject = subject_of(rehearsal, service, operation, asked.body) if asked else Subject(service=service)
    ids = {"exchange": str(rehearsal.exchanges), "operation": operation, "service": service}
    noting = Noting(rehearsal, ids)
    facility = sender.facility if asked else None
    is_known = isinstance(facility, Nihii)
    if asked and rehearsal.take(Kind.CUT_BEFORE_RECEIPT, subject):
        _note_request(noting, request, asked, is_known=is_known)
        noting.cut()
        return None
    if asked and (empty := _empty(rehearsal, subject)):
        _note_request(noting, request, asked, is_known=is_known)
        return noting.answered(*empty)
    is_unproved = False
    if asked is not None and refused is None and guard is not None:
        refused = guard.refusal(sender.proof, asked.body, rehearsal.name, rehearsal.at, service=service)
        is_unproved = refused is not None
    _note_request(noting, request, asked, is_known=is_known and refused is None)
    answer: Answer | Imposed | None = refused
    spoiled: Kind | None = None
    if asked is not None and refused is None:
        answer, spoiled = _answer_of_anybody(rehearsal, subject, asked, facility, guard)
    assert answer is not None
    imposed = answer.by.value if isinstance(answer, Imposed) else ""
    if isinstance(answer, Imposed):
        answer = answer.answer
    if asked and rehearsal.take(Kind.CUT, subject):
        noting.cut()
        return None
    message_id = f"urn:generale:answer:{rehearsal.exchanges}"
    action = action_of(asked.body) if asked else addressing.action
    envelope = answer_envelope(answer, addressing, action=action, message_id=message_id)
    status = 500 if isinstance(answer, Fault) else 200
    spoiled = spoiled or delivered(guard, rehearsal, subject, answer)
    body = _sealed(guard, rehearsal, facility, envelope, spoiled)
    how = spoiled.value if spoiled else ""
    remarks: dict[str, str | bool] = {"imposed": imposed, "spoiled": how, "unproved": is_unproved}
    return noting.answered(_carried(request, body, status), remarks)


def _empty(rehearsal: Rehearsal, subject: Subject) -> tuple[HttpResponse, dict[str, str]] | None:
    """An answer without content, and what the log says of it; None where no behaviour gives one."""
    if rehearsal.take(Kind.UNAVAILABLE, subject):
        later = {"retry-after": str(RETRY_AFTER_SECONDS)}
        return HttpResponse(status=503, body=b"", headers=later), {}
    if rehearsal.take(Kind.EMPTY_ANSWER, subject):
        headers = {"content-type": CONTENT_TYPE}
        return HttpResponse(status=200, body=b"", headers=headers), {"imposed": Kind.EMPTY_ANSWER.value}
    return None


def refused(
    rehearsal: Rehearsal, request: HttpRequest, fault: Fault, guard: "Guard | None" = None
) -> HttpResponse:
    """A fault as the answer to a request of which no more than the addresses is read."""
    try:
        addressing = read_addressing(request.body, content_type=request.headers.get("content-type", ""))
    except EnvelopeError as error:
        addressing = error.addressing
    message_id = f"urn:generale:answer:{rehearsal.exchanges}:failed"
    raw = write_envelope(answer_envelope(fault, addressing, message_id=message_id))
    if guard is not None:
        raw = guard.sealed(raw, f"{rehearsal.name}-{rehearsal.exchanges}-failed", rehearsal.at)
    return _carried(request, raw, 500)


def _sealed(
    guard: "Guard | None",
    rehearsal: Rehearsal,
    facility: Nihii | Fault | None,
    envelope: Envelope,
    spoiled: Kind | None,
) -> bytes:
    """The answer with its security header, right or spoiled."""
    unique = f"{rehearsal.name}-{rehearsal.exchanges}"
    if guard is None:
        return write_envelope(envelope)
    if spoiled is not None and isinstance(facility, Nihii):
        return spoiled_answer(guard, rehearsal, facility, envelope, unique, spoiled)
    return guard.sealed(write_envelope(envelope), unique, rehearsal.at)


def _carried(request: HttpRequest, body: bytes, status: int) -> HttpResponse:
    """The answer as plain XML, or in a package (MTOM) for who sent one or asks for one."""
    headers, content_type = request.headers, CONTENT_TYPE
    if is_package(headers.get("content-type", "")) or wants_package(headers.get("accept", "")):
        body, content_type = as_package(body)
    return HttpResponse(status=status, body=body, headers={"content-type": content_type})


def _read(request: HttpRequest, sender: Sender) -> Asked:
    """The request, with the content of a message opened for a sender that is let in, and for nobody else."""
    content_type = request.headers.get("content-type", "")
    readers = requests_opened(sender.is_let_in)
    envelope: Envelope = read_envelope(request.body, content_type=content_type, readers=readers)
    body = envelope.body
    assert isinstance(body, Post | Get | Confirm), "only a request is read where one is expected"
    if not isinstance(body, Post):
        sender.is_let_in(body.origin)
    if sender.origin is not None and sender.origin is not body.origin:
        body = replace(body, origin=sender.origin)
    return Asked(body, envelope.addressing)


def _refused(rehearsal: Rehearsal, request: HttpRequest, asked: Asked) -> Fault | None:
    return request_fault(
        asked.body,
        asked.addressing,
        soap_action=request.headers.get("soapaction", ""),
        funds=rehearsal.world.profile.funds,
    )


def _note_request(noting: Noting, request: HttpRequest, asked: Asked | None, *, is_known: bool) -> None:
    if asked is None:
        noting.request(request, request.body, is_known=is_known)
        return
    named = {"facility": asked.body.origin.nihii[:8]}
    if isinstance(asked.body, Post) and _has_name(asked.body):
        named["reference"] = asked.body.reference
    noting.request(request, request.body, more_ids=named, remarks=said(asked.body), is_known=is_known)


def _has_name(post: Post) -> bool:
    """Whether it is known what a message is called: without a reference that is its content, once opened."""
    return bool(post.input_reference) or post.blob.compression is not Compression.UNKNOWN


def _answer_of_anybody(
    rehearsal: Rehearsal,
    subject: Subject,
    asked: Asked,
    facility: Nihii | Fault | None,
    guard: "Guard | None",
) -> tuple[Answer | Imposed | None, Kind | None]:
    """The answer, and how it is spoiled where somebody in between gives it; a fault where nobody is known."""
    if not isinstance(facility, Nihii):
        return facility, None
    return intercepted(guard, rehearsal, subject, asked.body) or (
        _answer(rehearsal, subject, asked, facility),
        None,
    )


def _answer(rehearsal: Rehearsal, subject: Subject, asked: Asked, facility: Nihii) -> Answer | Imposed:
    if imposed := imposed_answer(rehearsal, subject, facility, asked.body):
        return imposed
    match asked.body:
        case Post() as post:
            return _post(rehearsal, subject, facility, post, asked.addressing.to or "")
        case Get() as get:
            return mailbox_service.get(rehearsal, subject, facility, get)
        case Confirm() as confirm:
            return mailbox_service.confirm(rehearsal, subject.service, facility, confirm)


def _post(rehearsal: Rehearsal, subject: Subject, facility: Nihii, post: Post, to: str) -> Answer:
    content, service = post.blob.content, subject.service
    try:
        reference = Reference.parse(post.reference)
    except PeerError as error:
        return soa_fault(SoaCode.INVALID_CONTENT, str(error))

    def refused(minor: str, message: str) -> PostResponse:
        return PostResponse(tack=failure_tack(content, reference, ISSUER, minor, message[:LONGEST_RESULT]))

    known = rehearsal.received.get((facility, reference))
    if known is not None:
        if known != digest(content):
            return refused(REFERENCE_REUSED, "other content was received under this reference")
        if (facility, reference) not in rehearsal.world.pick_ups.lost:
            return PostResponse(tack=_received(content, reference, DUPLICATE, "already received"))
    try:
        message, file = _technically_valid(rehearsal, service, post.blob)
    except PeerError as error:
        return refused(INVALID_CONTENT, f"{error} [{error.where}]" if error.where else str(error))
    fund = fund_of_file(file) if file is not None else rehearsal.world.fund_concerned(message)
    for found in contradictions(post, to, file, fund):
        return refused(WRONG_DESTINATION if found.label is Label.DESTINATION else INVALID_CONTENT, str(found))
    arrival = Arrival(
        sender=facility,
        reference=reference,
        service=service,
        message_name=post.blob.message_name,
        content=content,
        nip_reference=post.nip_reference,
        is_test=post.is_test,
    )
    rehearsal.receive(arrival, message)
    return PostResponse(tack=_received(content, reference, *warning(rehearsal, subject)))


def _received(content: bytes, reference: Reference, minor: str = "", message: str = "") -> TAck:
    return success_tack(content, reference, ISSUER, minor, message, reference=own_reference(reference))


def _technically_valid(
    rehearsal: Rehearsal, service: str, blob: Blob
) -> tuple[Original | InsuranceQuestion | None, File | None]:
    """The message in a blob, or the invoice file; ``PeerError`` where it cannot be taken in."""
    if service == INVOICES:
        if blob.message_name != INVOICE_NAME:
            raise PeerError(f"MessageName '{blob.message_name}' is not '{INVOICE_NAME}', the only one here")
        file = decode(blob.content)
        if file.type != "920000":
            raise PeerError(f"a file of type {file.type} cannot be sent in", where="header 200 zone 200")
        return None, file
    profile = rehearsal.world.profile
    message = profile.read(blob.content)
    kind = type(message).__name__
    if not isinstance(message, FROM_FACILITY):
        raise PeerError(f"a message of kind {kind} comes from the platform and cannot be sent in")
    binding = profile.bindings[type(message)]
    if binding.service != service:
        raise PeerError(f"a message of kind {kind} goes to the service '{binding.service}'")
    if blob.message_name != binding.message_name:
        fitting = binding.message_name
        raise PeerError(f"MessageName '{blob.message_name}' does not fit the content; '{fitting}' does")
    if not isinstance(message, Original | InsuranceQuestion):
        raise PeerError(
            f"messages of kind {kind} are not processed by this platform yet; nothing was taken in"
        )
    return message, None
