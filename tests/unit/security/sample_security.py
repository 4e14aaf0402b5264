"""A rehearsal's authority, its facilities and envelopes, to secure and to attack."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from generale.protocol.clock import BRUSSELS
from generale.protocol.genericasync import Blob, Origin, Post, request_envelope, write_envelope
from generale.protocol.ids import Nihii
from generale.protocol.security import (
    Assertions,
    Authority,
    Credential,
    Freshness,
    SignedParts,
    Signer,
    Trust,
    Verifier,
    care_home,
    issue_assertion,
    secured,
)

NOW = datetime(2019, 4, 1, 9, tzinfo=BRUSSELS)
NIHII = Nihii.of_serial(760001)
OTHER = Nihii.of_serial(760002)
CARE_HOME = care_home(NIHII, "De Proefneming")
OTHER_HOME = care_home(OTHER, "De Tweede Proef")

AUTHORITY = Authority(b"sample", NOW - timedelta(days=30), NOW + timedelta(days=365))
STRANGE = Authority(b"strange", NOW - timedelta(days=30), NOW + timedelta(days=365))
FACILITY = AUTHORITY.facility(CARE_HOME)
OTHER_FACILITY = AUTHORITY.facility(OTHER_HOME)
REVOKED = AUTHORITY.facility(CARE_HOME, "revoked")
EXPIRED = AUTHORITY.expired_facility(CARE_HOME)
FORGED = STRANGE.facility(CARE_HOME)
STS = AUTHORITY.sts()
FRESHNESS = Freshness(age=timedelta(seconds=300), skew=timedelta(seconds=60))


def trust() -> Trust:
    """Whom the platform believes."""
    return Trust(AUTHORITY.credential.certificate, AUTHORITY.revocations([REVOKED.certificate]))


def assertions(most: int = 10) -> Assertions:
    """A memory of assertions that is still empty."""
    return Assertions(trust(), AUTHORITY.sts().certificate, skew=FRESHNESS.skew, most=most)


def verifier() -> Verifier:
    """The platform's side."""
    return Verifier(trust(), assertions(), FRESHNESS)


def envelope(nihii: Nihii = NIHII, content: bytes = b"<a/>") -> bytes:
    """A post that is not secured yet."""
    origin = Origin(nihii=nihii.padded, licence_username="u", licence_password="p")
    blob = Blob(content=content, message_name="ADMISSION")
    post = Post(origin=origin, input_reference="R1", is_test=True, blob=blob)
    return write_envelope(request_envelope(post, message_id="urn:uuid:1", to="urn:nip:destination:io:300"))


def by_certificate(credential: Credential = FACILITY, parts: SignedParts = SignedParts.BODY) -> Signer:
    """Signs and shows a certificate."""
    return Signer(credential=credential, parts=parts)


def by_assertion(
    credential: Credential = FACILITY,
    parts: SignedParts = SignedParts.TIMESTAMP,
    *,
    about: Credential | None = None,
    sts: Credential = STS,
    at: datetime = NOW,
) -> Signer:
    """Signs and shows an assertion of the STS."""
    assertion = issue_assertion((about or credential).der, CARE_HOME, sts=sts, assertion_id="_a1", now=at)
    return Signer(credential=credential, assertion=assertion, parts=parts)


def sealed(signer: Signer | None = None, raw: bytes | None = None, **options: object) -> bytes:
    """An envelope with its security header, made now unless told otherwise."""
    given = {"created": NOW, "unique": "1", **options}
    return secured(raw or envelope(), signer=signer, **given)  # type: ignore[arg-type]  # named as secured has them


@dataclass(frozen=True)
class Attack:
    """Something done to a message that must refuse it, and a part of the reason that is given."""

    name: str
    done: Callable[[], bytes]
    reason: str
    later: timedelta = field(default_factory=timedelta)
