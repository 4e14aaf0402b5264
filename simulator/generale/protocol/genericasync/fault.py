"""Refusals at the door of the exchange: a SOAP fault in one of its shapes.

MyCareNet answers with its own ``fault`` (types:FaultType), the eHealth platform before it with a
SystemError or BusinessError that carries a SOA code; any SOAP stack may send a fault without detail.
Refusals of content are no faults: they come as a failure TAck or as a message in the mailbox.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum

from generale.protocol.errors import OurError, PeerError
from generale.protocol.genericasync.addressing import NO_ADDRESSING, Addressing


class FaultKind(Enum):
    """Which shape a fault has on the wire."""

    GENERIC = "fault"
    """MyCareNet: ``fault`` of types:FaultType."""
    SYSTEM = "SystemError"
    """eHealth platform: a technical refusal."""
    BUSINESS = "BusinessError"
    """eHealth platform: a refusal by the service behind it."""
    PLAIN = "plain"
    """No detail; ``code`` is the SOAP faultcode and ``message`` the faultstring."""

    @property
    def is_soa(self) -> bool:
        """Whether the shape is one of the eHealth platform."""
        return self in {FaultKind.SYSTEM, FaultKind.BUSINESS}


class SoaCode(StrEnum):
    """The codes of the eHealth platform."""

    UNSPECIFIED = "SOA-00001"
    NOT_AUTHENTICATED = "SOA-01001"
    NO_ACCESS = "SOA-01002"
    UNAVAILABLE = "SOA-02001"
    TEMPORARILY_UNAVAILABLE = "SOA-02002"
    MALFORMED = "SOA-03001"
    NOT_SOAP = "SOA-03002"
    EMPTY_BODY = "SOA-03003"
    NOT_WSI = "SOA-03004"
    NOT_WSDL = "SOA-03005"
    NOT_XSD = "SOA-03006"
    INVALID_CONTENT = "SOA-03007"

    @property
    def meaning(self) -> str:
        """What the code says, in this project's words."""
        return _MEANINGS[self]

    @property
    def meaning_nl(self) -> str:
        """The same in Dutch."""
        return _MEANINGS_NL[self]

    @property
    def blames_the_sender(self) -> bool:
        """Whether the request is at fault, rather than the service."""
        return self.startswith(("SOA-01", "SOA-03"))


_MEANINGS: Mapping[SoaCode, str] = {
    SoaCode.UNSPECIFIED: "something went wrong that has no code of its own",
    SoaCode.NOT_AUTHENTICATED: "the sender is not known: log in first",
    SoaCode.NO_ACCESS: "the sender is known but may not do this",
    SoaCode.UNAVAILABLE: "the service does not work",
    SoaCode.TEMPORARILY_UNAVAILABLE: "the service does not work for the moment: try again later",
    SoaCode.MALFORMED: "the message is not well-formed XML",
    SoaCode.NOT_SOAP: "the message is not a SOAP 1.1 envelope",
    SoaCode.EMPTY_BODY: "the SOAP body is empty",
    SoaCode.NOT_WSI: "the message breaks the WS-I basic profile",
    SoaCode.NOT_WSDL: "the service has no such operation",
    SoaCode.NOT_XSD: "the message does not follow its schema",
    SoaCode.INVALID_CONTENT: "the content of the message is wrong in form or contradicts itself",
}

_MEANINGS_NL: Mapping[SoaCode, str] = {
    SoaCode.UNSPECIFIED: "er ging iets mis waarvoor er geen aparte code is",
    SoaCode.NOT_AUTHENTICATED: "de afzender is niet bekend: meld eerst aan",
    SoaCode.NO_ACCESS: "de afzender is bekend maar mag dit niet",
    SoaCode.UNAVAILABLE: "de dienst werkt niet",
    SoaCode.TEMPORARILY_UNAVAILABLE: "de dienst werkt tijdelijk niet: probeer later opnieuw",
    SoaCode.MALFORMED: "het bericht is geen welgevormde XML",
    SoaCode.NOT_SOAP: "het bericht is geen omslag van SOAP 1.1",
    SoaCode.EMPTY_BODY: "de SOAP-body is leeg",
    SoaCode.NOT_WSI: "het bericht breekt het basisprofiel van WS-I",
    SoaCode.NOT_WSDL: "de dienst kent deze operatie niet",
    SoaCode.NOT_XSD: "het bericht volgt zijn schema niet",
    SoaCode.INVALID_CONTENT: "de inhoud van het bericht is fout van vorm of spreekt zichzelf tegen",
}

THROTTLED = "Not enough time"
"""What the text of a fault says where a mailbox was asked again too soon: clients look for these words."""

_LONGEST = 500
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_SERVER_CODES = frozenset(
    {
        "GENERIC_ERROR",
        "SEND_ERROR",
        "RECEIVE_ERROR",
        *(code for code in SoaCode if not code.blames_the_sender),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultDetail:
    """One remark below a MyCareNet fault; ``location`` is an XPath."""

    code: str
    source: str
    location: str | None = None
    message: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A refused request: who refuses it (``source``), why, and whether trying again helps.

    ``details`` travel only in the MyCareNet shape; ``retry``, ``contact``, ``environment``, ``ticket`` and
    ``translations`` (language and text of the message once more) only in those of the eHealth platform.
    Raises OurError for what its shape cannot carry.
    """

    kind: FaultKind
    code: str
    source: str
    message: str
    language: str = "en"
    translations: tuple[tuple[str, str], ...] = ()
    details: tuple[FaultDetail, ...] = ()
    retry: bool | None = None
    contact: str | None = None
    environment: str | None = None
    ticket: str | None = None

    def __post_init__(self) -> None:
        if self.details and self.kind is not FaultKind.GENERIC:
            raise OurError(f"a {self.kind.value} fault has no details")
        only_soa = (self.retry, self.contact, self.environment, self.ticket, self.translations or None)
        if not self.kind.is_soa and any(value is not None for value in only_soa):
            only = "retry, contact, environment, ticket or translations"
            raise OurError(f"a {self.kind.value} fault has no {only}")

    @property
    def invites_retry(self) -> bool:
        """Whether the fault says that the same request may succeed later.

        Its own ``retry`` decides; where it says nothing, the code of temporary trouble and the text of the
        poll throttle do (how a throttle is known is project-defined, after what clients look for).
        """
        if self.retry is not None:
            return self.retry
        return self.code == SoaCode.TEMPORARILY_UNAVAILABLE or self.is_throttle

    @property
    def is_throttle(self) -> bool:
        """Whether a mailbox was asked again too soon."""
        return THROTTLED in self.message

    @property
    def faultcode(self) -> str:
        """The SOAP faultcode without its prefix: who is at fault."""
        if self.kind is FaultKind.PLAIN:
            return self.code
        return "Server" if self.code in _SERVER_CODES else "Client"


def soa_fault(code: SoaCode, message: str = "", *, ticket: str | None = None) -> Fault:
    """The fault of the eHealth shape for this code; the environment is always ``Simulation``."""
    return Fault(
        kind=FaultKind.SYSTEM,
        code=code.value,
        source="Consumer" if code.blames_the_sender else "Provider",
        message=f"{code.meaning}: {message}" if message else code.meaning,
        retry=code is SoaCode.TEMPORARILY_UNAVAILABLE,
        environment="Simulation",
        ticket=ticket,
    )


class EnvelopeError(PeerError):
    """The other side sent an envelope that cannot be accepted; ``fault`` is the answer to give.

    ``addressing`` is who asked what, for the answer; empty where that could not be read.
    """

    def __init__(self, fault: Fault, *, where: str = "", addressing: Addressing = NO_ADDRESSING) -> None:
        super().__init__(f"{fault.code} {fault.message}", where=where)
        self.fault = fault
        self.addressing = addressing


def refusal(code: SoaCode, message: str, *, where: str = "") -> EnvelopeError:
    """The error for an unacceptable envelope, with the fault that tells its sender what and where.

    Both texts may quote what was sent and are therefore cut off, and
    freed of characters that no XML can hold.
    """
    message, where = (_NOT_XML.sub("\ufffd", text[:_LONGEST]) for text in (message, where))
    return EnvelopeError(soa_fault(code, f"{message} [{where}]" if where else message), where=where)
