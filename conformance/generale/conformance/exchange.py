"""The exchanges of a scenario as they were seen on the wire: each request with its response.

Bytes are read once, when they are first asked for. What cannot be read is kept as the error it gives.
"""

from collections.abc import Callable, Container
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache

from generale.protocol.clock import parse_instant
from generale.protocol.genericasync import (
    READERS,
    REQUESTS,
    Body,
    Confirm,
    Envelope,
    EnvelopeError,
    Fault,
    Get,
    GetResponse,
    Post,
    Readers,
    SoaCode,
    read_envelope,
    request_fault,
    soa_fault,
)
from generale.results.events import Event

STS_OPERATION = "token"
"""The operation of the security token service."""

UNREADABLE = "unreadable"
"""The operation of a request that could not be read."""

INVOICES = "invoices"
"""Name of the service for invoice files; every other service carries messages of the profile."""

OK, UNAVAILABLE = 200, 503
"""The status of HTTP of an answer that is no fault, and of one that says that nothing was received."""

EMPTY = "empty-answer"
"""The behaviour that answers a confirmation with nothing."""

SMALL, REMEMBERED = 8 * 1024, 32_768
"""Up to how many bytes an envelope is remembered when it was read, and how many of them: those of two whole
runs (project-defined)."""

_LEFT_OUT = "left_out"


@dataclass(frozen=True, kw_only=True, eq=False)
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
        """What was asked: post, get, confirm or unreadable; token at the security token service."""
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
    def imposed(self) -> str:
        """The behaviour that is said to have given the answer; empty where the answer is the usual one."""
        return str(self.response.data.get("imposed", "")) if self.response else ""

    @property
    def fault(self) -> Fault | None:
        """The fault that was answered; None where another answer came, or none."""
        return self.answered if isinstance(self.answered, Fault) else None

    @property
    def can_be_judged(self) -> bool:
        """Whether enough is kept of it: of whom it does not know the simulator may leave out the bytes.

        Of a request that could not be read the answer says why.
        """
        if self.response is not None and _LEFT_OUT in self.response.data:
            return False
        return _LEFT_OUT not in self.request.data or self.operation == UNREADABLE

    @property
    def at(self) -> datetime:
        """When it was asked."""
        return parse_instant(self.request.at)

    @property
    def spoiled(self) -> str:
        """How the answer was made one that cannot be trusted; empty where it was not."""
        return "" if self.response is None else str(self.response.data.get("spoiled", ""))

    @property
    def is_unproved(self) -> bool:
        """Whether the request was refused because its security did not prove who sent it."""
        return self.response is not None and bool(self.response.data.get("unproved"))

    @property
    def server_certificate(self) -> str:
        """The certificate that the server showed where a client must refuse it; empty elsewhere."""
        return str(self.request.data.get("server_certificate", ""))

    @property
    def status(self) -> int:
        """The status of HTTP; 0 where no answer came."""
        return 0 if self.response is None or self.is_cut else int(self.response.data.get("status", 0))

    @property
    def is_empty(self) -> bool:
        """Whether it was answered as if all were well, and with nothing that says so."""
        if self.response is None or self.response.evidence:
            return False
        return self.status == OK and _LEFT_OUT not in self.response.data

    @property
    def is_turned_away(self) -> bool:
        """Whether the answer says that nothing was done, or does not say that anything was."""
        return self.fault is not None or self.is_empty or self.status == UNAVAILABLE

    @property
    def raw(self) -> bytes:
        """The bytes of the request; none where they are not kept."""
        return self.evidence(self.request.evidence) if self.request.evidence else b""

    @property
    def content_type(self) -> str:
        """The Content-Type of the request; empty where it had none."""
        return str(self.request.data.get("headers", {}).get("content-type", ""))

    @cached_property
    def envelope(self) -> Envelope | EnvelopeError:
        """The request with its addresses, or why it cannot be read: where it is not kept, by the answer."""
        if _LEFT_OUT in self.request.data:
            return EnvelopeError(self.fault or soa_fault(SoaCode.MALFORMED))
        return _read(self.evidence(self.request.evidence), self.content_type, REQUESTS)

    def fault_due(self, funds: Container[str]) -> Fault | None:
        """The fault that this request calls for by what it says beside its content; None where none.

        ``funds`` are the numbers of the funds that there are.
        """
        if isinstance(self.envelope, EnvelopeError):
            return self.envelope.fault
        body, headers = self.envelope.body, self.request.data.get("headers", {})
        if not isinstance(body, Post | Get | Confirm):
            return None
        soap_action = str(headers.get("soapaction", ""))
        return request_fault(body, self.envelope.addressing, soap_action=soap_action, funds=funds)

    @property
    def asked(self) -> Body | EnvelopeError:
        """The request as a message, or why it cannot be read."""
        return self.envelope if isinstance(self.envelope, EnvelopeError) else self.envelope.body

    @cached_property
    def answered(self) -> Body | EnvelopeError | None:
        """The answer as a message, or why it cannot be read; None where none came."""
        if self.response is None or self.is_cut or not self.response.evidence:
            return None
        content_type = str(self.response.data.get("content_type", ""))
        answer = _read(self.evidence(self.response.evidence), content_type, READERS)
        return answer if isinstance(answer, EnvelopeError) else answer.body

    @property
    def delivered(self) -> GetResponse | None:
        """What a question for the mailbox brought; None where nothing came."""
        return self.answered if isinstance(self.answered, GetResponse) else None

    @property
    def confirms(self) -> Confirm | None:
        """The confirmation that was asked for; None where the request is none."""
        return self.asked if isinstance(self.asked, Confirm) else None


def _read(raw: bytes, content_type: str, readers: Readers) -> Envelope | EnvelopeError:
    answers_too = readers is READERS
    try:
        if len(raw) > SMALL:
            return read_envelope(raw, content_type=content_type, readers=readers)
        return _read_small(raw, content_type, answers_too)
    except EnvelopeError as error:
        return error


@lru_cache(maxsize=REMEMBERED)
def _read_small(raw: bytes, content_type: str, answers_too: bool) -> Envelope:
    """The same bytes give the same envelope: most of what is judged are polls that were seen before."""
    return read_envelope(raw, content_type=content_type, readers=READERS if answers_too else REQUESTS)
