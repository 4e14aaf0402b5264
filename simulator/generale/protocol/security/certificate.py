"""Certificates: what one signs with, and whose are believed.

A rehearsal has one authority, and its certificates are issued by it directly: there is no chain to
build. Time is an argument; revocation comes from the list that the authority signed.
"""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512

from generale.protocol.errors import OurError, PeerError, UsageError
from generale.protocol.security.signature import PrivateKey, PublicKey, usable_key, usable_private_key
from generale.protocol.security.subject import CertifiedIdentity, identity_in

LONGEST_CERTIFICATE = 16 * 1024
"""A certificate of the exchange is a few kilobytes long, in bytes (project-defined)."""

MOST_REMEMBERED = 10_000
"""Certificates that are remembered at once: more than there are care homes (project-defined)."""

_OF_ANOTHER = "the certificate was not issued by the authority of this rehearsal"

_UNREADABLE = (
    ValueError,
    TypeError,
    UnsupportedAlgorithm,
    x509.DuplicateExtension,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
)
"""What the library raises for bytes that are no certificate, or an odd one."""


@dataclass(frozen=True)
class Credential:
    """A private key with the certificate of its public half."""

    key: PrivateKey = field(repr=False)
    certificate: x509.Certificate

    def __post_init__(self) -> None:
        if self.key.public_key() != self.certificate.public_key():
            raise OurError("the key is not the one in the certificate")

    @cached_property
    def der(self) -> bytes:
        """The certificate in DER."""
        return self.certificate.public_bytes(serialization.Encoding.DER)


@dataclass(frozen=True, slots=True)
class Holder:
    """Whoever holds the key of a certificate that is believed, from ``since`` until ``until``."""

    key: PublicKey
    since: datetime
    until: datetime
    certificate: x509.Certificate

    @property
    def der(self) -> bytes:
        """The certificate in DER."""
        return self.certificate.public_bytes(serialization.Encoding.DER)

    @property
    def identity(self) -> CertifiedIdentity:
        """The identity in the subject; ``PeerError`` where it has none."""
        return identity_in(self.certificate.subject)


class Trust:
    """Whose certificates are believed: those of one authority, unless expired or revoked.

    ``UsageError`` where the authority is none, or the list of revocations is not its own.
    """

    def __init__(
        self, authority: x509.Certificate, revocations: x509.CertificateRevocationList | None = None
    ) -> None:
        self.authority = authority
        self.revocations = revocations
        try:
            authority.verify_directly_issued_by(authority)
            key = usable_key(authority.public_key())
            constraints = authority.extensions.get_extension_for_class(x509.BasicConstraints).value
        except (ValueError, TypeError, InvalidSignature, PeerError, x509.ExtensionNotFound) as error:
            raise UsageError(
                "the authority is no certificate of an authority", hint="see `generale pki`"
            ) from error
        if not constraints.ca:
            raise UsageError("the certificate of the authority may issue nothing", hint="see `generale pki`")
        if revocations is not None and not revocations.is_signature_valid(key):
            raise UsageError(
                "the list of revocations was not signed by the authority", hint="see `generale pki`"
            )
        self._revoked = frozenset(_serials(revocations))
        self._known: OrderedDict[bytes, Holder] = OrderedDict()

    def holder(self, der: bytes, now: datetime) -> Holder:
        """Whose certificate this is; ``PeerError`` where it is not believed at this instant.

        What was found about a certificate is remembered; whether it is valid now is asked every time.
        """
        holder = self._known.get(der)
        if holder is None:
            holder = self._examined(der)
            self._known[der] = holder
            while len(self._known) > MOST_REMEMBERED:
                self._known.popitem(last=False)
        if not holder.since <= now.astimezone(UTC) < holder.until:
            raise PeerError(
                f"the certificate is valid from {holder.since:%Y-%m-%d %H:%M} to"
                f" {holder.until:%Y-%m-%d %H:%M} UTC, and not now"
            )
        return holder

    def _examined(self, der: bytes) -> Holder:
        if len(der) > LONGEST_CERTIFICATE:
            raise PeerError(f"the certificate is longer than {LONGEST_CERTIFICATE} bytes")
        try:
            certificate = x509.load_der_x509_certificate(der)
            key = usable_key(certificate.public_key())
            if certificate.issuer != self.authority.subject:
                raise PeerError(_OF_ANOTHER)
            certificate.verify_directly_issued_by(self.authority)
            hash_ = certificate.signature_hash_algorithm
            _require_end_entity(certificate)
        except InvalidSignature as error:
            raise PeerError(_OF_ANOTHER) from error
        except _UNREADABLE as error:
            raise PeerError(
                "the certificate cannot be read: it is none (X.509, DER), or an odd one"
            ) from error
        if not isinstance(hash_, SHA256 | SHA384 | SHA512):
            raise PeerError("the certificate is signed over a digest that is not accepted")
        if certificate.serial_number in self._revoked:
            raise PeerError("the certificate was revoked")
        return Holder(
            key=key,
            since=certificate.not_valid_before_utc,
            until=certificate.not_valid_after_utc,
            certificate=certificate,
        )


def is_serial(text: str, certificate: x509.Certificate) -> bool:
    """Whether a text is the serial number of a certificate (``xsd:integer``)."""
    return text.removeprefix("+").lstrip("0") == str(certificate.serial_number)


def _require_end_entity(certificate: x509.Certificate) -> None:
    """Refuse an authority's certificate as that of a sender, and a key that is not meant to sign."""
    for extension in certificate.extensions:
        match extension.value:
            case x509.BasicConstraints(ca=True):
                raise PeerError("the certificate is that of an authority, not of a sender")
            case x509.KeyUsage(digital_signature=False):
                raise PeerError("the key of the certificate is not meant to sign")


def _serials(revocations: x509.CertificateRevocationList | None) -> Iterable[int]:
    return () if revocations is None else (revoked.serial_number for revoked in revocations)


def credential_of_pem(key: bytes, certificate: bytes, what: str) -> Credential:
    """A credential out of two PEM files; ``UsageError`` that names ``what`` where they are none."""
    try:
        return Credential(
            usable_private_key(serialization.load_pem_private_key(key, password=None)),
            x509.load_pem_x509_certificate(certificate),
        )
    except (ValueError, TypeError, OurError, PeerError) as error:
        raise UsageError(
            f"{what}: no key with its certificate: {error}", hint="see `generale pki`"
        ) from error


def credential_to_pem(credential: Credential) -> tuple[bytes, bytes]:
    """The private key (PKCS 8, not encrypted) and the certificate, both in PEM."""
    key = credential.key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return key, credential.certificate.public_bytes(serialization.Encoding.PEM)
