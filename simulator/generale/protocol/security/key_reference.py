"""How a signature names the certificate of its key (WSS X.509 Certificate Token Profile 1.1, 3.2).

The certificate itself is in the message, always: in the reference, or in a token of the same header to
which the reference points. What only points at a certificate that this side would have to know is refused.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA1

from generale.protocol.errors import PeerError
from generale.protocol.genericasync.element import Element
from generale.protocol.security.assertion import certificate_octets
from generale.protocol.security.certificate import Holder, Trust, is_serial
from generale.protocol.security.distinguished_name import is_like
from generale.protocol.security.signature import octets_in, text_in
from generale.protocol.security.vocabulary import (
    DS,
    THUMBPRINT,
    WSSE,
    WSU,
    X509_KEY_IDENTIFIER,
    X509_V3,
)

_TOKEN = f"{{{WSSE}}}BinarySecurityToken"
_DATA = f"{{{DS}}}X509Data"
_CERTIFICATE = f"{{{DS}}}X509Certificate"
_SERIAL = f"{{{DS}}}X509IssuerSerial"

ACCEPTED = (
    "by a Reference to a BinarySecurityToken in this header, by ds:X509Data with the X509Certificate, by a"
    " KeyIdentifier of the kind SAMLAssertionID or X509v3, or, beside a BinarySecurityToken, by its"
    " X509IssuerSerial, X509SubjectKeyIdentifier or ThumbprintSHA1"
)
"""The ways in which a key may be named."""


def holder_named(named: Element, security: Element, trust: Trust, now: datetime) -> Holder:
    """Whose certificate a token reference names; ``PeerError`` where none that is believed."""
    kind = named.get("ValueType")
    if named.tag == f"{{{WSSE}}}Reference" and kind in (X509_V3, None):
        token = _token(security)
        if named.get("URI") != f"#{token.get(f'{{{WSU}}}Id')}":
            raise PeerError("the signature refers to no X.509 certificate in this header")
        return trust.holder(certificate_octets(token), now)
    if named.tag == _DATA:
        return _by_data(named, security, trust, now)
    if named.tag == f"{{{WSSE}}}KeyIdentifier" and kind == X509_V3:
        return trust.holder(certificate_octets(named), now)
    if named.tag == f"{{{WSSE}}}KeyIdentifier" and kind in _DIGESTS:
        holder = trust.holder(certificate_octets(_token(security)), now)
        if octets_in(named) != _DIGESTS[kind](holder.certificate):
            raise PeerError("the KeyIdentifier is not that of the BinarySecurityToken in this header")
        return holder
    raise PeerError(f"the signature refers to its key in a way that is not accepted: name it {ACCEPTED}")


def _by_data(data: Element, security: Element, trust: Trust, now: datetime) -> Holder:
    """Whose certificate stands in X509Data, or in the token whose issuer and number stand there."""
    certificates, serials = data.findall(_CERTIFICATE), data.findall(_SERIAL)
    if len(certificates) > 1 or not (certificates or serials):
        raise PeerError(f"X509Data names no one certificate: name it {ACCEPTED}")
    holder = trust.holder(certificate_octets(certificates[0] if certificates else _token(security)), now)
    if not all(_is_serial_of(one, holder.certificate) for one in serials):
        raise PeerError("the X509IssuerSerial is not that of the certificate")
    return holder


def _token(security: Element) -> Element:
    """The one certificate token of the header; a second one would leave open which is meant."""
    tokens = security.findall(_TOKEN)
    if len(tokens) != 1:
        raise PeerError(
            f"there are {len(tokens)} elements for the certificate token; one BinarySecurityToken is expected"
        )
    if tokens[0].get("ValueType") != X509_V3:
        raise PeerError("the signature refers to no X.509 certificate in this header")
    return tokens[0]


def _is_serial_of(issuer_serial: Element, certificate: x509.Certificate) -> bool:
    number = text_in(issuer_serial, f"{{{DS}}}X509SerialNumber")
    issuer = text_in(issuer_serial, f"{{{DS}}}X509IssuerName")
    return is_serial(number, certificate) and is_like(issuer, certificate.issuer)


def _subject_key(certificate: x509.Certificate) -> bytes:
    """The identifier in the certificate, or that of RFC 5280 (4.2.1.2) where it has none."""
    try:
        return certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    except x509.ExtensionNotFound:
        return x509.SubjectKeyIdentifier.from_public_key(certificate.public_key()).digest


def _thumbprint(certificate: x509.Certificate) -> bytes:
    return certificate.fingerprint(SHA1())  # noqa: S303  # it only points: the certificate itself proves


_DIGESTS: Mapping[str | None, Callable[[x509.Certificate], bytes]] = {
    X509_KEY_IDENTIFIER: _subject_key,
    THUMBPRINT: _thumbprint,
}
"""What points at a certificate, by the ValueType of a KeyIdentifier."""
