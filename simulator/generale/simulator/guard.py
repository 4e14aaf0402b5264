"""The guard at the door: what is asked of a message before anything is done with it, and sealed answers.

Business dates follow the run's clock, but certificates, assertions and timestamps follow that of the
transport: the wall wherever a socket is used, the run's own in process.
"""

from datetime import datetime

from generale.protocol.clock import Clock
from generale.protocol.errors import OurError, PeerError
from generale.protocol.genericasync import (
    Confirm,
    EnvelopeError,
    Fault,
    Get,
    Post,
    SoaCode,
    soa_fault,
)
from generale.protocol.genericasync.vocabulary import WSA
from generale.protocol.security import (
    Assertions,
    CertifiedIdentity,
    Freshness,
    Level,
    Pki,
    Seen,
    Signer,
    Verifier,
    content_seal,
    secured,
)
from generale.protocol.transport import HttpRequest

RELATES_TO = f"{{{WSA}}}RelatesTo"
"""The header that says which request is answered; it is signed, so that no answer passes for another."""


class Guard:
    """Lets in what is fresh and, at the highest level, signed by the facility in its origin.

    ``clock`` is that of the transport, None for the run's own. Raises OurError where the highest level
    is asked for without certificates.
    """

    def __init__(
        self,
        level: Level,
        pki: Pki | None = None,
        clock: Clock | None = None,
        freshness: Freshness | None = None,
    ) -> None:
        if level is Level.FULL and pki is None:
            raise OurError("there is no full security without certificates")
        self.level = level
        self.pki = pki
        self.freshness = freshness or Freshness()
        self._clock = clock
        trust = None if pki is None else pki.trust
        assertions = None
        if pki is not None and trust is not None:
            assertions = Assertions(trust, pki.sts.certificate, skew=self.freshness.skew)
        self._verifier = Verifier(trust, assertions, self.freshness)
        self._seen: dict[str, Seen] = {}

    def refusal(
        self, request: HttpRequest, asked: Post | Get | Confirm, rehearsal: str, now: datetime
    ) -> Fault | None:
        """Why a request is not let in, as the fault to answer; None where it is."""
        at = self._clock.now() if self._clock is not None else now
        try:
            self._require(request, asked, rehearsal, at)
        except EnvelopeError as error:
            return error.fault
        except PeerError as error:
            return soa_fault(SoaCode.NOT_AUTHENTICATED, str(error))
        return None

    def forget(self, rehearsal: str) -> None:
        """Let go of what was seen in a rehearsal that is over."""
        self._seen.pop(rehearsal, None)

    def sealed(self, answer: bytes, unique: str, now: datetime) -> bytes:
        """An answer with a fresh timestamp, signed by the platform where everything is signed."""
        at = self._clock.now() if self._clock is not None else now
        signer = None
        if self.level is Level.FULL and self.pki is not None:
            signer = Signer(credential=self.pki.platform, headers=(RELATES_TO,))
        return secured(answer, created=at, unique=unique, signer=signer, time_to_live=self.freshness.age)

    def _require(
        self, request: HttpRequest, asked: Post | Get | Confirm, rehearsal: str, at: datetime
    ) -> None:
        """Refuse what is not fresh, not new, or not from the facility in its origin."""
        seal = self._verifier.seal(request.body, self.level, at)
        if request.client_certificate and self._verifier.trust is not None:
            shown = self._verifier.trust.holder(request.client_certificate, at).identity
            _require_origin(shown, asked, "the certificate of the connection")
        if self.level is Level.FULL:
            _require_origin(seal.identity, asked, "the certificate of the signature")
            if seal.assertion is not None and seal.assertion.nihii != seal.identity.id:
                raise PeerError("the assertion is about another number than its certificate")
            self._require_content(asked, at)
        # Last of all, so that what was refused for another reason may come again.
        if not self._seen.setdefault(rehearsal, Seen(self.freshness.memory)).is_new(seal.mark, at):
            raise PeerError("this message was received before: a timestamp counts once")

    def _require_content(self, asked: Post | Get | Confirm, at: datetime) -> None:
        """Refuse a post whose XAdES signature, where it has one, does not prove what it should."""
        if isinstance(asked, Post) and asked.xades and self._verifier.trust is not None:
            seal = content_seal(asked.xades, asked.blob, self._verifier.trust, self.freshness, at)
            _require_origin(seal.holder.identity, asked, "the certificate of the signature over the content")


def _require_origin(identity: CertifiedIdentity, asked: Post | Get | Confirm, what: str) -> None:
    """Refuse, as somebody without access, whoever is not the care home in the origin."""
    if not identity.is_care_home or identity.id != asked.origin.nihii[:8]:
        message = f"{what} is that of {identity}, the origin says {asked.origin.nihii[:11]}"
        raise EnvelopeError(soa_fault(SoaCode.NO_ACCESS, message))
