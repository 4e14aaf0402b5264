"""Who a certificate belongs to: the subject of an eHealth certificate, made and read.

    CN=<TYPE>=<id>[, <APPLICATION>], OU=eHealth-platform Belgium, OU=<NAME>, OU=<TYPE>=<id>
    [, OU=<APPLICATION>], O=Federal Government, C=BE

The name is in capitals without diacritics. The identity is read from the one OU that holds
``TYPE=digits``, never from the CN: more than one is no identity at all.
"""

import re
import unicodedata
from dataclasses import dataclass

from cryptography import x509
from cryptography.x509.oid import NameOID

from generale.protocol.errors import OurError, PeerError
from generale.protocol.ids import Nihii

RETIREMENT = "NIHII-RETIREMENT"
"""Type of the identifier of a residential care home: its RIZIV number, eight digits."""

PLATFORM_UNIT = "eHealth-platform Belgium"

_IDENTITY = re.compile(r"([A-Z(\-|_)]+)=([0-9]+)")
_APPLICATION = re.compile(r"[0-9A-Z_\-]{1,30}")
_LONGEST_UNIT = 64
"""The longest organisational unit that X.520 allows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CertifiedIdentity:
    """What a certificate says of its holder: a kind of identifier, the identifier, and a name."""

    type: str
    id: str
    name: str = ""
    application: str = ""

    @property
    def is_care_home(self) -> bool:
        """Whether the holder is a residential care home."""
        return self.type == RETIREMENT

    def __str__(self) -> str:
        return f"{self.type}={self.id}"


def care_home(nihii: Nihii, name: str) -> CertifiedIdentity:
    """The identity under which a residential care home takes part."""
    return CertifiedIdentity(type=RETIREMENT, id=nihii, name=name)


def subject_name(identity: CertifiedIdentity) -> x509.Name:
    """The subject of a certificate for this identity; ``OurError`` where it cannot be one."""
    if not _IDENTITY.fullmatch(str(identity)):
        raise OurError(f"'{identity}' cannot be the identity in a certificate")
    if identity.application and not _APPLICATION.fullmatch(identity.application):
        raise OurError(f"'{identity.application}' cannot be the application of a certificate")
    units = [PLATFORM_UNIT, plain_capitals(identity.name)[:_LONGEST_UNIT].rstrip(), str(identity)]
    named = f"{identity}, {identity.application}" if identity.application else str(identity)
    parts = [
        (NameOID.COUNTRY_NAME, "BE"),
        (NameOID.ORGANIZATION_NAME, "Federal Government"),
        *((NameOID.ORGANIZATIONAL_UNIT_NAME, unit) for unit in [*units, identity.application] if unit),
        (NameOID.COMMON_NAME, named),
    ]
    return x509.Name([x509.NameAttribute(oid, text) for oid, text in parts])


def identity_in(name: x509.Name) -> CertifiedIdentity:
    """The identity in the subject of a certificate; ``PeerError`` where it has none, or more than one."""
    units = [str(part.value) for part in name.get_attributes_for_oid(NameOID.ORGANIZATIONAL_UNIT_NAME)]
    found = [unit for unit in units if _IDENTITY.fullmatch(unit)]
    if len(found) != 1:
        raise PeerError(f"the certificate names {len(found)} identities; one OU with TYPE=number is expected")
    type_, _, id_ = found[0].partition("=")
    place = units.index(found[0])
    others = [unit for unit in units[:place] if unit != PLATFORM_UNIT]
    after = units[place + 1 :]
    return CertifiedIdentity(
        type=type_, id=id_, name=others[-1] if others else "", application=after[0] if after else ""
    )


def plain_capitals(text: str) -> str:
    """A name as it stands in a subject: capitals without diacritics."""
    spread = unicodedata.normalize("NFKD", text)
    plain = "".join(letter for letter in spread if not unicodedata.combining(letter))
    return " ".join(plain.upper().encode("ascii", "ignore").decode().split())
