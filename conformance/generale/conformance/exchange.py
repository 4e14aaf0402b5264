"""The exchanges of a scenario as they were seen on the wire: requests, answers, messages sent, replies.

Bytes are read once, when they are first asked for. What cannot be read is kept as the error it gives.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from hashlib import sha256
from typing import TypeAlias

from generale.protocol.clock import parse_instant
from generale.protocol.errors import PeerError
from generale.protocol.flatfile import (
    Acknowledgement,
    File,
    InvoiceFile,
    Settlement,
    TechnicalRefusal,
    decode,
    invoice_of,
    read_acknowledgement,
    read_refusal,
    read_settlement,
)
from generale.protocol.genericasync import (
    Confirm,
    EnvelopeError,
    Fault,
    GetResponse,
    Post,
    PostResponse,
    ResultMajor,
    TAck,
    read_envelope,
)
from generale.protocol.genericasync import Body as WireBody
from generale.protocol.messages import Admission, Correction, Decision, EndOfStay
from generale.protocol.profile import Profile
from generale.results.events import Event, digest

Original: TypeAlias = Admission | EndOfStay | Correction
"""A message of the admission family that a facility may send."""

Document: TypeAlias = Decision | Acknowledgement | TechnicalRefusal | Settlement
"""What a reply can say."""

INVOICES = "invoices"
"""Name of the service for invoice files; every other service carries messages of the profile."""

DUPLICATE = "urn:nip:tack:result:minor:duplicate"
"""The result that says: already received (project-defined)."""

UNREADABLE = "unreadable"
"""The kind of a reply that was garbled on purpose."""


class Answer(StrEnum):
    """How a posted message was answered."""

    NONE = "none"
    """The line was cut, or no answer is known."""
    SUCCESS = "success"
    DUPLICATE = "duplicate"
    FAILURE = "failure"
    FAULT = "fault"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """One request at a service with its response; ``response`` is None where none was recorded."""

    request: Event
    response: Event | None
    evidence: Callable[[str], bytes]

    @property
    def seq(self) -> int:
        """Where the request stands in the transcript."""
        return self.request.seq

    @property
    def operation(self) -> str:
        """What was asked: post, get, confirm or unreadable."""
        return self.request.ids.get("operation", "")

    @property
    def service(self) -> str:
        """Name of the service that was asked."""
        return self.request.ids.get("service", "")

    @property
    def facility(self) -> str:
        """The number in the origin of the request, eight digits."""
        return self.request.ids.get("facility", "")

    @property
    def is_cut(self) -> bool:
        """Whether the line was cut before an answer came."""
        return self.response is not None and bool(self.response.data.get("cut"))

    @property
    def status(self) -> int:
        """The status of HTTP; 0 where no answer came."""
        return 0 if self.response is None or self.is_cut else int(self.response.data.get("status", 0))

    @cached_property
    def asked(self) -> WireBody | EnvelopeError:
        """The request as a message, or why it cannot be read."""
        return _read(self.evidence(self.request.evidence))

    @cached_property
    def answered(self) -> WireBody | EnvelopeError | None:
        """The answer as a message, or why it cannot be read; None where none came."""
        if self.response is None or self.is_cut or not self.response.evidence:
            return None
        return _read(self.evidence(self.response.evidence))

    @property
    def delivered(self) -> GetResponse | None:
        """What a question for the mailbox brought; None where nothing came."""
        return self.answered if isinstance(self.answered, GetResponse) else None

    @property
    def confirms(self) -> Confirm | None:
        """The confirmation that was asked for; None where the request is none."""
        return self.asked if isinstance(self.asked, Confirm) else None


def _read(raw: bytes) -> WireBody | EnvelopeError:
    try:
        return read_envelope(raw).body
    except EnvelopeError as error:
        return error


@dataclass(frozen=True, kw_only=True)
class Sent:
    """One posting of a message; the same content under the same reference again is another attempt.

    ``received`` tells whether the platform has stored this content under this reference, at whatever attempt.
    """

    exchange: Exchange
    post: Post
    attempt: int
    received: bool
    profile: Profile

    @property
    def seq(self) -> int:
        """Where the posting stands in the transcript."""
        return self.exchange.seq

    @property
    def at(self) -> datetime:
        """When it was posted."""
        return parse_instant(self.exchange.request.at)

    @property
    def facility(self) -> str:
        """The number in its origin, eight digits."""
        return self.exchange.facility

    @property
    def service(self) -> str:
        """The service it was posted to."""
        return self.exchange.service

    @property
    def reference(self) -> str:
        """Its message reference."""
        return self.post.input_reference

    @property
    def content(self) -> bytes:
        """The content, unpacked."""
        return self.post.blob.content

    @property
    def evidence(self) -> str:
        """Where its bytes stand: the content once it was received, else the request."""
        return digest(self.content) if self.received else self.exchange.request.evidence

    @property
    def tack(self) -> TAck | None:
        """The technical acknowledgement that came; None where there was none."""
        answer = self.exchange.answered
        return answer.tack if isinstance(answer, PostResponse) else None

    @property
    def answer(self) -> Answer:
        """How it was answered."""
        if self.exchange.status in (429, 503):
            return Answer.UNAVAILABLE
        if self.tack is None:
            return Answer.FAULT if isinstance(self.exchange.answered, Fault) else Answer.NONE
        if self.tack.result_major is ResultMajor.FAILURE:
            return Answer.FAILURE
        return Answer.DUPLICATE if self.tack.result_minor == DUPLICATE else Answer.SUCCESS

    @cached_property
    def message(self) -> Original | PeerError | None:
        """The message of the profile, or why it is none; None for an invoice file."""
        if self.service == INVOICES:
            return None
        try:
            message = self.profile.read(self.content)
        except PeerError as error:
            return error
        return (
            PeerError("a decision is no message of a facility") if isinstance(message, Decision) else message
        )

    @cached_property
    def file(self) -> File | PeerError | None:
        """The flat file cut into records, or why it cannot be; None for another message."""
        if self.service != INVOICES:
            return None
        try:
            return decode(self.content)
        except PeerError as error:
            return error

    @cached_property
    def invoice(self) -> InvoiceFile | PeerError | None:
        """The invoice file, or why it is none; None for another message."""
        if self.file is None or isinstance(self.file, PeerError):
            return self.file
        try:
            return invoice_of(self.file)
        except PeerError as error:
            return error


_READERS: Mapping[str, Callable[[bytes], Document]] = {
    "931000": read_acknowledgement,
    "920999": read_refusal,
    "920900": read_settlement,
}


@dataclass(frozen=True, kw_only=True)
class Reply:
    """One item of a mailbox: when it was put there, and where it was fetched and confirmed."""

    event: Event
    fetched: tuple[int, ...]
    confirmed: tuple[int, ...]
    profile: Profile
    evidence: Callable[[str], bytes]

    @property
    def seq(self) -> int:
        """Where it was put in the mailbox."""
        return self.event.seq

    @property
    def reference(self) -> str:
        """Its own reference, by which it is confirmed."""
        return self.event.ids["reply"]

    @property
    def about(self) -> str:
        """The reference of the message that it answers."""
        return self.event.ids.get("about", "")

    @property
    def facility(self) -> str:
        """The number whose mailbox holds it, eight digits."""
        return self.event.ids.get("facility", "")

    @property
    def service(self) -> str:
        """The service whose mailbox holds it."""
        return self.event.ids.get("service", "")

    @property
    def kind(self) -> str:
        """What it is: decision, 931000, 920999, 920900 or unreadable."""
        return self.event.ids.get("kind", "")

    @property
    def content(self) -> bytes:
        """Its bytes."""
        return self.evidence(self.event.evidence)

    @property
    def hash(self) -> bytes:
        """SHA-256 of its bytes, which confirms it as well."""
        return sha256(self.content).digest()

    def is_known(self, seq: int) -> bool:
        """Whether the vendor had fetched it at a place in the transcript."""
        return bool(self.fetched) and self.fetched[0] <= seq

    @cached_property
    def document(self) -> Document | PeerError:
        """What it says, or why it says nothing."""
        try:
            reader = _READERS.get(self.kind)
            document = reader(self.content) if reader else self.profile.read(self.content)
        except PeerError as error:
            return error
        if isinstance(document, Admission | EndOfStay | Correction):
            return PeerError("a message of a facility is no reply")
        return document
