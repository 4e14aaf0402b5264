"""The certificates of a rehearsal, all together: authority, server, platform, STS and facilities."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from generale.protocol.ids import Nihii
from generale.protocol.security.authority import Authority
from generale.protocol.security.certificate import Credential, Trust
from generale.protocol.security.subject import CertifiedIdentity

OTHER_NAME = "another.generale.invalid"
"""The host name in the server certificate that fits no server (RFC 6761 keeps ``invalid`` free)."""


@dataclass(frozen=True, kw_only=True)
class Pki:
    """Everybody's certificate, with keys; by number those of facilities, also expired and revoked ones."""

    authority: x509.Certificate
    revocations: x509.CertificateRevocationList
    server: Credential
    expired_server: Credential
    other_server: Credential
    """A server whose certificate bears another name."""
    foreign_server: Credential
    """A server whose certificate was issued by an authority that nobody here knows."""
    self_signed_server: Credential
    """A server that issued its certificate to itself."""
    platform: Credential
    """Signs the answers of the platform."""
    sts: Credential
    """Signs assertions."""
    facilities: Mapping[Nihii, Credential] = field(default_factory=dict)
    expired: Mapping[Nihii, Credential] = field(default_factory=dict)
    revoked: Mapping[Nihii, Credential] = field(default_factory=dict)

    @property
    def trust(self) -> Trust:
        """Whom to believe."""
        return Trust(self.authority, self.revocations)

    @property
    def servers(self) -> tuple[Credential, ...]:
        """The certificates that a server can show, its own first."""
        wrong = (self.expired_server, self.other_server, self.foreign_server, self.self_signed_server)
        return (self.server, *wrong)

    @property
    def digest(self) -> str:
        """What tells these certificates from others (SHA-256 over all of them, hexadecimal)."""
        whole = sha256(self.authority.public_bytes(serialization.Encoding.DER))
        whole.update(self.revocations.public_bytes(serialization.Encoding.DER))
        for one in (*self.servers, self.platform, self.sts):
            whole.update(one.der)
        for group in (self.facilities, self.expired, self.revoked):
            for number in sorted(group):
                whole.update(group[number].der)
        return whole.hexdigest()


def made_pki(authority: Authority, homes: Iterable[CertifiedIdentity], hosts: Iterable[str]) -> Pki:
    """The certificates that an authority issues for these care homes, and for a server at these hosts."""
    names = tuple(hosts)
    by_number = {Nihii.parse(home.id): home for home in homes}
    revoked = {number: authority.facility(home, "revoked") for number, home in by_number.items()}
    return Pki(
        authority=authority.credential.certificate,
        revocations=authority.revocations(one.certificate for one in revoked.values()),
        server=authority.server(names),
        expired_server=authority.expired_server(names),
        other_server=authority.server((OTHER_NAME,)),
        foreign_server=authority.foreign_server(names),
        self_signed_server=authority.self_signed_server(names),
        platform=authority.platform(),
        sts=authority.sts(),
        facilities={number: authority.facility(home) for number, home in by_number.items()},
        expired={number: authority.expired_facility(home) for number, home in by_number.items()},
        revoked=revoked,
    )
