"""The authority of a rehearsal: certificates for itself, server, STS and facilities, and what it revoked.

Time, chance and identity are arguments. With keys on elliptic curves everything here is the same again
for the same seed: such a key is derived from the seed, and ECDSA is used in its deterministic form
(RFC 6979). RSA keys are drawn by the library, and differ every time.
"""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from hashlib import sha256

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from generale.protocol.security.certificate import Credential
from generale.protocol.security.signature import PrivateKey, usable_key
from generale.protocol.security.subject import CertifiedIdentity, subject_name

ORGANISATION = "Generale rehearsal"
"""Whom the certificates of authority, server and STS name, so that nobody takes them for real ones."""

_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""The order of the curve P-256 (FIPS 186-4)."""


class KeyKind(StrEnum):
    """Which keys an authority makes."""

    EC = "ec"
    """NIST P-256, derived from the seed."""
    RSA = "rsa"
    """2048 bits, drawn at random, as real eHealth certificates have."""


@dataclass(frozen=True)
class Authority:
    """Issues the certificates of one rehearsal, valid from ``since`` to ``until``."""

    seed: bytes
    since: datetime
    until: datetime
    keys: KeyKind = KeyKind.EC
    name: str = "Generale rehearsal authority"

    @cached_property
    def credential(self) -> Credential:
        """The authority itself."""
        name = _plain_name(self.name)
        key = self._key("authority")
        return self._issued("authority", name, key, key, name, extensions=(
            (x509.BasicConstraints(ca=True, path_length=0), True),
            (_usage(signs=False), True),
        ))  # fmt: skip

    def server(self, names: Iterable[str]) -> Credential:
        """A server that answers under these host names and addresses."""
        names = tuple(names)
        return self._leaf("server/" + ",".join(names), _plain_name("Generale rehearsal server"), names=names)

    def expired_server(self, names: Iterable[str]) -> Credential:
        """A server whose certificate has expired a day before the others begin."""
        end = self.since - timedelta(days=1)
        name = _plain_name("Generale rehearsal server")
        names = tuple(names)
        return self._leaf("server/expired", name, names=tuple(names), until=end)

    def foreign_server(self, names: Iterable[str]) -> Credential:
        """A server whose certificate was issued by another authority, which nobody here knows."""
        other = replace(self, seed=self._draw("another authority"), name="Generale foreign authority")
        return other.server(names)

    def self_signed_server(self, names: Iterable[str]) -> Credential:
        """A server that issued its certificate to itself."""
        what, name = "server/self-signed", _plain_name("Generale rehearsal server")
        key = self._key(what)
        return self._issued(what, name, key, key, name, _leaf_extensions(tuple(names)))

    def platform(self) -> Credential:
        """The platform, which signs its answers."""
        return self._leaf("platform", _plain_name("Generale rehearsal platform"))

    def sts(self) -> Credential:
        """The security token service, which signs assertions."""
        return self._leaf("sts", _plain_name("Generale rehearsal STS"))

    def facility(self, identity: CertifiedIdentity, what: str = "") -> Credential:
        """A facility; ``what`` tells a second certificate of the same one apart."""
        return self._leaf(f"facility/{identity}/{what}", subject_name(identity))

    def expired_facility(self, identity: CertifiedIdentity) -> Credential:
        """A facility whose certificate has expired a day before the others begin."""
        end = self.since - timedelta(days=1)
        return self._leaf(f"facility/{identity}/expired", subject_name(identity), until=end)

    def revocations(self, revoked: Iterable[x509.Certificate]) -> x509.CertificateRevocationList:
        """The list of certificates that the authority has taken back."""
        builder = x509.CertificateRevocationListBuilder(
            issuer_name=self.credential.certificate.subject,
            last_update=self.since.astimezone(UTC),
            next_update=self.until.astimezone(UTC),
        )
        for certificate in revoked:
            entry = x509.RevokedCertificateBuilder(
                serial_number=certificate.serial_number, revocation_date=self.since.astimezone(UTC)
            )
            builder = builder.add_revoked_certificate(entry.build())
        builder = builder.add_extension(x509.CRLNumber(1), critical=False)
        key = self.credential.key
        return builder.sign(key, hashes.SHA256(), ecdsa_deterministic=_deterministic(key))

    def _leaf(
        self, what: str, name: x509.Name, *, names: tuple[str, ...] = (), until: datetime | None = None
    ) -> Credential:
        issuer = self.credential
        extensions = _leaf_extensions(names)
        return self._issued(
            what, name, self._key(what), issuer.key, issuer.certificate.subject, extensions, until
        )

    def _issued(
        self,
        what: str,
        name: x509.Name,
        key: PrivateKey,
        issuer_key: PrivateKey,
        issuer: x509.Name,
        extensions: Iterable[tuple[x509.ExtensionType, bool]],
        until: datetime | None = None,
    ) -> Credential:
        end = until or self.until
        since = self.since if until is None else until - timedelta(days=365)
        builder = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(int.from_bytes(self._draw(f"serial/{what}")[:16], "big") >> 1 | 1)
            .not_valid_before(since.astimezone(UTC))
            .not_valid_after(end.astimezone(UTC))
        )
        for extension, critical in extensions:
            builder = builder.add_extension(extension, critical=critical)
        subject_key = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
        builder = builder.add_extension(subject_key, critical=False)
        issuer_id = x509.AuthorityKeyIdentifier.from_issuer_public_key(usable_key(issuer_key.public_key()))
        builder = builder.add_extension(issuer_id, critical=False)
        certificate = builder.sign(
            issuer_key, hashes.SHA256(), ecdsa_deterministic=_deterministic(issuer_key)
        )
        return Credential(key, certificate)

    def _key(self, what: str) -> PrivateKey:
        if self.keys is KeyKind.RSA:
            return rsa.generate_private_key(public_exponent=65537, key_size=2048)
        number = int.from_bytes(self._draw(f"key/{what}") + self._draw(f"more/{what}"), "big")
        return ec.derive_private_key(number % (_ORDER - 1) + 1, ec.SECP256R1())

    def _draw(self, what: str) -> bytes:
        return sha256(self.seed + b"/" + what.encode()).digest()


def revocations_pem(revocations: x509.CertificateRevocationList) -> bytes:
    """A list of revocations in PEM."""
    return revocations.public_bytes(serialization.Encoding.PEM)


def _deterministic(key: PrivateKey) -> bool | None:
    return True if isinstance(key, ec.EllipticCurvePrivateKey) else None


def _plain_name(common_name: str) -> x509.Name:
    parts = (
        (NameOID.COUNTRY_NAME, "BE"),
        (NameOID.ORGANIZATION_NAME, ORGANISATION),
        (NameOID.COMMON_NAME, common_name),
    )
    return x509.Name([x509.NameAttribute(oid, text) for oid, text in parts])


def _leaf_extensions(names: tuple[str, ...]) -> list[tuple[x509.ExtensionType, bool]]:
    """What a certificate is for: a server where it has host names, a client where it has none."""
    extensions: list[tuple[x509.ExtensionType, bool]] = [
        (x509.BasicConstraints(ca=False, path_length=None), True),
        (_usage(signs=True), True),
    ]
    if names:
        purposes = [ExtendedKeyUsageOID.SERVER_AUTH]
        extensions.append((x509.SubjectAlternativeName([_general_name(one) for one in names]), False))
    else:
        purposes = [ExtendedKeyUsageOID.CLIENT_AUTH]
    return [*extensions, (x509.ExtendedKeyUsage(purposes), False)]


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=signs,
        content_commitment=signs,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=not signs,
        crl_sign=not signs,
        encipher_only=False,
        decipher_only=False,
    )
