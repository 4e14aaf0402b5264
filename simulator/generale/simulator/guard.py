"""The guard at the door: what is asked of a message before anything is done with it, and sealed answers.

Business dates follow the run's clock, but certificates, assertions and timestamps follow that of the
transport: the wall wherever a socket is used, the run's own in process.
"""

from collections.abc import Container
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256

from generale.protocol.clock import Clock
from generale.protocol.errors import OurError, PeerError
from generale.protocol.genericasync import (
    CONTENT_TYPE,
    Confirm,
    EnvelopeError,
    Fault,
    Get,
    Origin,
    Post,
    SoaCode,
    answer_envelope,
    inline,
    soa_fault,
    write_envelope,
)
from generale.protocol.genericasync.vocabulary import WSA
from generale.protocol.profile import Profile
from generale.protocol.security import (
    Assertions,
    CertifiedIdentity,
    Freshness,
    Level,
    Pki,
    Seal,
    Seen,
    Signer,
    Verifier,
    content_seal,
    issue_assertion,
    read_token_request,
    secured,
    stated_of,
    write_token_response,
)
from generale.protocol.transport import HttpRequest, HttpResponse

RELATES_TO = f"{{{WSA}}}RelatesTo"
"""The header that says which request is answered; it is signed, so that no answer passes for another."""

_TOKENS = "sts"
"""The service where an assertion is asked for, as replays are told apart there."""

STALE = timedelta(days=1)
"""How old the timestamp of a stale answer is (project-defined)."""


def freshness_of(profile: Profile) -> Freshness:
    """How long messages hold, as a profile says."""
    said = profile.freshness
    age, skew, answer = (timedelta(seconds=one) for one in (said.lifetime, said.skew, said.answer))
    return Freshness(age=age, skew=skew, answer=answer)


class Guard:
    """Lets in what is fresh and, at the highest level, signed by the facility in its origin.

    Whoever shows a certificate under TLS must be that facility at every level, also where nothing else is
    asked for.

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

    def proof(self, request: HttpRequest, origin: Origin, now: datetime) -> Seal | Fault | None:
        """What a request proves of its origin, whatever its content; the fault to answer where too little.

        None where nothing is asked for.
        """
        at = self._clock.now() if self._clock is not None else now
        try:
            return self._proved(request, origin, at)
        except EnvelopeError as error:
            return error.fault
        except PeerError as error:
            return soa_fault(SoaCode.NOT_AUTHENTICATED, str(error))

    def refusal(
        self,
        proof: Seal | Fault | None,
        asked: Post | Get | Confirm,
        rehearsal: str,
        now: datetime,
        *,
        service: str,
    ) -> Fault | None:
        """Why a request to a service is not let in after this proof, as a fault; None where it is."""
        if proof is None or isinstance(proof, Fault):
            return proof
        at = self._clock.now() if self._clock is not None else now
        try:
            if self.level is Level.FULL:
                self._require_content(asked, at)
            # Last of all, so that what was refused for another reason may come again.
            self._require_new(proof, rehearsal, service, at)
        except EnvelopeError as error:
            return error.fault
        except PeerError as error:
            return soa_fault(SoaCode.NOT_AUTHENTICATED, str(error))
        return None

    def token(
        self, request: HttpRequest, rehearsal: str, now: datetime, recognised: Container[str] = ()
    ) -> HttpResponse:
        """The answer of the security token service to a signed query for an assertion.

        ``recognised`` are the RIZIV numbers that the registry knows.
        """
        at = self._clock.now() if self._clock is not None else now
        try:
            query = inline(request.body, request.headers.get("content-type", ""))
            raw, status = self._token(query, rehearsal, at, recognised), 200
        except EnvelopeError as error:
            raw, status = write_envelope(answer_envelope(error.fault)), 500
        except PeerError as error:
            fault = soa_fault(SoaCode.INVALID_CONTENT, str(error))
            raw, status = write_envelope(answer_envelope(fault)), 500
        return HttpResponse(status=status, body=raw, headers={"content-type": CONTENT_TYPE})

    def _token(self, raw: bytes, rehearsal: str, at: datetime, recognised: Container[str]) -> bytes:
        """An assertion about whoever signed a query; what is wrong is a fault or a ``PeerError``."""
        if self.pki is None:
            raise EnvelopeError(soa_fault(SoaCode.UNAVAILABLE, "there are no certificates in this rehearsal"))
        seal = self._verifier.seal(raw, Level.FULL, at)
        if seal.assertion is not None or seal.holder is None or "Body" not in seal.signed:
            raise PeerError("the query must be signed with a certificate, its body too")
        if not seal.identity.is_care_home:
            raise EnvelopeError(soa_fault(SoaCode.NO_ACCESS, f"{seal.identity} is no care home"))
        asked = read_token_request(raw)
        asked.require_about(seal.holder.certificate)
        stated = asked.answered(stated_of(seal.identity, is_recognised=seal.identity.id in recognised))
        self._require_new(seal, rehearsal, _TOKENS, at)
        unique = seal.mark.hex()[:32]
        assertion = issue_assertion(
            seal.holder.der,
            seal.identity,
            sts=self.pki.sts,
            assertion_id=f"_a{unique}",
            now=at,
            stated=stated,
        )
        return write_token_response(assertion, in_response_to=asked.id, response_id=f"_r{unique}", now=at)

    def forget(self, rehearsal: str) -> None:
        """Let go of what was seen in a rehearsal that is over."""
        self._seen.pop(rehearsal, None)

    @property
    def seals(self) -> bool:
        """Whether messages bear a security header."""
        return self.level is not Level.OFF

    @property
    def signs(self) -> bool:
        """Whether answers are signed."""
        return self.level is Level.FULL

    def is_certified(self, request: HttpRequest) -> bool:
        """Whether a request that was let in proved by a certificate who sends it."""
        return self.signs or bool(request.client_certificate)

    def sealed(self, answer: bytes, unique: str, now: datetime, *, is_stale: bool = False) -> bytes:
        """An answer with a timestamp, a fresh one or not, signed by the platform where everything is.

        As it was where no security is asked for.
        """
        if not self.seals:
            return answer
        at = self._clock.now() if self._clock is not None else now
        if is_stale:
            at -= STALE
        signer = None
        if self.level is Level.FULL and self.pki is not None:
            signer = Signer(credential=self.pki.platform, headers=(RELATES_TO,))
        return secured(answer, created=at, unique=unique, signer=signer, time_to_live=self.freshness.answer)

    def _proved(self, request: HttpRequest, origin: Origin, at: datetime) -> Seal | None:
        """What a request proves; refused where that is not fresh, or not from the facility in its origin."""
        if not self.seals:
            self._require_connection(request, origin, at)
            return None
        raw = inline(request.body, request.headers.get("content-type", ""))
        seal = self._verifier.seal(raw, self.level, at)
        self._require_connection(request, origin, at)
        if self.level is Level.FULL:
            _require_origin(seal.identity, origin, "the certificate of the signature")
            if seal.assertion is not None and seal.assertion.nihii != seal.identity.id:
                raise PeerError("the assertion is about another number than its certificate")
        return seal

    def _require_connection(self, request: HttpRequest, origin: Origin, at: datetime) -> None:
        """Refuse who shows, under TLS, another certificate than that of the facility in its origin."""
        if request.client_certificate and self._verifier.trust is not None:
            shown = self._verifier.trust.holder(request.client_certificate, at).identity
            _require_origin(shown, origin, "the certificate of the connection")

    def _require_new(self, seal: Seal, rehearsal: str, service: str, at: datetime) -> None:
        """Refuse a message that came before at this service: what two are asked may be alike."""
        seen = self._seen.setdefault(rehearsal, Seen(self.freshness.memory))
        if seal.under and not seen.is_open(seal.under, at):
            raise PeerError("another message came under this timestamp before: make a new one for each")
        if not seen.is_new(sha256(seal.mark + service.encode()).digest(), at):
            raise PeerError(
                "this message was received before: give each a timestamp of its own, to the millisecond,"
                " or a fresh wsu:Id for what is signed where the timestamp says whole seconds"
            )
        if seal.under:
            seen.is_new(seal.under, at)

    def _require_content(self, asked: Post | Get | Confirm, at: datetime) -> None:
        """Refuse a post whose XAdES signature, where it has one, does not prove what it should."""
        if isinstance(asked, Post) and asked.xades is not None and self._verifier.trust is not None:
            try:
                seal = content_seal(asked.xades, asked.blob, self._verifier.trust, self.freshness, at)
            except PeerError as error:
                # Who sends is known by now, so the sentence of the code would lead astray.
                fault = soa_fault(SoaCode.NOT_AUTHENTICATED)
                message = f"the content signature (Xades-t) is not accepted: {error}"
                raise EnvelopeError(replace(fault, message=message)) from error
            what = "the certificate of the signature over the content"
            _require_origin(seal.holder.identity, asked.origin, what)


def _require_origin(identity: CertifiedIdentity, origin: Origin, what: str) -> None:
    """Refuse, as somebody without access, whoever is not the care home in the origin."""
    if not identity.is_care_home or identity.id != origin.nihii[:8]:
        message = f"{what} is that of {identity}, the origin says {origin.nihii[:11]}"
        raise EnvelopeError(soa_fault(SoaCode.NO_ACCESS, message))
