"""The messages that the vendor sent: one posting each, with its content and how it was answered."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import TypeAlias

from generale.conformance.exchange import INVOICES, Exchange
from generale.protocol.clock import parse_instant
from generale.protocol.errors import PeerError
from generale.protocol.flatfile import File, InvoiceFile, decode, invoice_of
from generale.protocol.genericasync import Fault, Post, PostResponse, ResultMajor, TAck
from generale.protocol.messages import (
    Absence,
    Admission,
    Assessment,
    ChangeOfStayType,
    Correction,
    EndOfAbsence,
    EndOfAgreement,
    EndOfStay,
    InsuranceQuestion,
    Message,
    Withdrawal,
)
from generale.protocol.profile import Profile
from generale.results.events import digest

Original: TypeAlias = (
    Admission
    | EndOfStay
    | Absence
    | EndOfAbsence
    | ChangeOfStayType
    | EndOfAgreement
    | Correction
    | Withdrawal
    | Assessment
)
"""A message of the admission family that a facility may send."""

FORGED = "forged-tack"
"""The behaviour that answers with the acknowledgement of other content."""

DUPLICATE = "urn:nip:tack:result:minor:duplicate"
"""The result that says: already received (project-defined)."""


class Answer(StrEnum):
    """How a posted message was answered."""

    NONE = "none"
    """The line was cut, the answer proves nothing, or none is known."""
    SUCCESS = "success"
    DUPLICATE = "duplicate"
    FAILURE = "failure"
    FAULT = "fault"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, kw_only=True, eq=False)
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
        return self.post.reference

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
        if self.exchange.imposed == FORGED or self.exchange.spoiled:
            return Answer.NONE
        if self.tack is None:
            return Answer.FAULT if isinstance(self.exchange.answered, Fault) else Answer.NONE
        if self.tack.result_major is ResultMajor.FAILURE:
            return Answer.FAILURE
        return Answer.DUPLICATE if self.tack.result_minor == DUPLICATE else Answer.SUCCESS

    @property
    def invites_retry(self) -> bool:
        """Whether it was refused, and the refusal says that the same content may succeed later."""
        if self.answer is Answer.FAILURE and self.tack is not None:
            return self.tack.result_minor in self.profile.resend_minors
        return self.exchange.fault is not None and self.exchange.fault.invites_retry

    @property
    def warning(self) -> TAck | None:
        """The receipt that warns; None where the answer is something else, a second receipt included."""
        return self.tack if self.answer is Answer.SUCCESS and self.tack and self.tack.result_minor else None

    @cached_property
    def message(self) -> Original | PeerError | None:
        """The message about a stay, or why there is none; None for an invoice file and for a question."""
        if self.service == INVOICES or self.question is not None:
            return None
        message = self._read
        if isinstance(message, PeerError | Original):
            return message
        return PeerError(f"a message of kind {type(message).__name__} is none that is taken in")

    @property
    def question(self) -> InsuranceQuestion | None:
        """The insurance question; None for everything else."""
        return self._read if isinstance(self._read, InsuranceQuestion) else None

    @cached_property
    def _read(self) -> Message | PeerError | None:
        """What the profile reads; None for an invoice file."""
        if self.service == INVOICES:
            return None
        try:
            return self.profile.read(self.content)
        except PeerError as error:
            return error

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
