"""How a signature names its key: the ways of toolkits that are read, and those that say too little."""

import base64

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA1
from lxml import etree
from tests.unit.security.sample_security import (
    FACILITY,
    FORGED,
    NIHII,
    NOW,
    OTHER_FACILITY,
    by_certificate,
    sealed,
    verifier,
)

from generale.protocol.genericasync import EnvelopeError, SoaCode
from generale.protocol.security import Credential, Level
from generale.protocol.security.distinguished_name import written_name
from generale.protocol.security.vocabulary import DS, THUMBPRINT, WSSE, X509_KEY_IDENTIFIER, X509_V3

WITHOUT, BESIDE = False, True
"""Whether a BinarySecurityToken stands in the header."""


def text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def certificate(one: Credential = FACILITY) -> str:
    return f"<ds:X509Certificate>{text(one.der)}</ds:X509Certificate>"


def serial(one: Credential = FACILITY, name: str = "") -> str:
    issuer = (name or one.certificate.issuer.rfc4514_string()).replace('"', "&quot;")
    return (
        f"<ds:X509IssuerSerial><ds:X509IssuerName>{issuer}</ds:X509IssuerName>"
        f"<ds:X509SerialNumber>{one.certificate.serial_number}</ds:X509SerialNumber></ds:X509IssuerSerial>"
    )


def data(*inside: str) -> str:
    return f"<ds:X509Data>{''.join(inside)}</ds:X509Data>"


def key_identifier(kind: str, raw: bytes) -> str:
    return f'<wsse:KeyIdentifier ValueType="{kind}">{text(raw)}</wsse:KeyIdentifier>'


def subject_key(one: Credential = FACILITY) -> bytes:
    return x509.SubjectKeyIdentifier.from_public_key(one.certificate.public_key()).digest


def thumbprint(one: Credential = FACILITY) -> bytes:
    return one.certificate.fingerprint(SHA1())


def named_by(reference: str, *, has_token: bool, signer: Credential = FACILITY) -> bytes:
    """A signed message whose SecurityTokenReference holds this, with or without its token."""
    root = etree.fromstring(sealed(by_certificate(signer)))
    (token,) = root.iterfind(f".//{{{WSSE}}}BinarySecurityToken")
    (own,) = root.iterfind(f".//{{{WSSE}}}SecurityTokenReference")
    if not has_token:
        parent = token.getparent()
        assert parent is not None
        parent.remove(token)
    own.clear()
    wrapped = etree.fromstring(f'<a xmlns:ds="{DS}" xmlns:wsse="{WSSE}">{reference}</a>')
    own.extend(list(wrapped))
    return etree.tostring(root)


READ: dict[str, tuple[str, bool]] = {
    "the certificate in X509Data": (data(certificate()), WITHOUT),
    "issuer and number beside it, as zeep writes them": (data(serial(), certificate()), WITHOUT),
    "the certificate in a KeyIdentifier": (key_identifier(X509_V3, FACILITY.der), WITHOUT),
    "X509Data beside a token": (data(certificate()), BESIDE),
    "issuer and number of the token": (data(serial()), BESIDE),
    "an issuer as Java writes it": (
        data(serial(name=written_name(FACILITY.certificate.issuer))),
        BESIDE,
    ),
    "the key identifier of the token": (key_identifier(X509_KEY_IDENTIFIER, subject_key()), BESIDE),
    "the thumbprint of the token": (key_identifier(THUMBPRINT, thumbprint()), BESIDE),
}
REFUSED: dict[str, tuple[str, bool, str]] = {
    "issuer and number alone": (data(serial()), WITHOUT, "0 elements for the certificate token"),
    "a key identifier alone": (
        key_identifier(X509_KEY_IDENTIFIER, subject_key()),
        WITHOUT,
        "0 elements for the certificate token",
    ),
    "a thumbprint alone": (key_identifier(THUMBPRINT, thumbprint()), WITHOUT, "0 elements for the"),
    "the number of another": (data(serial(OTHER_FACILITY), certificate()), WITHOUT, "is not that of the"),
    "the issuer of another": (data(serial(name="CN=x"), certificate()), WITHOUT, "is not that of the"),
    "a thumbprint of another": (
        key_identifier(THUMBPRINT, thumbprint(OTHER_FACILITY)),
        BESIDE,
        "not that of",
    ),
    "a key of another": (
        key_identifier(X509_KEY_IDENTIFIER, subject_key(OTHER_FACILITY)),
        BESIDE,
        "not that of",
    ),
    "the certificate of another": (data(certificate(OTHER_FACILITY)), BESIDE, "fit the key"),
    "the certificate of a stranger": (data(certificate(FORGED)), WITHOUT, "not issued"),
    "two certificates": (
        data(certificate(), certificate(OTHER_FACILITY)),
        WITHOUT,
        "names no one certificate",
    ),
    "an empty X509Data": (data(), BESIDE, "names no one certificate"),
    "a name alone": (data("<ds:X509SubjectName>CN=x</ds:X509SubjectName>"), BESIDE, "names no one"),
    "a name of a key": ("<ds:KeyName>me</ds:KeyName>", BESIDE, "by a Reference to a BinarySecurityToken"),
    "an unknown kind": (key_identifier("urn:x", b"x"), BESIDE, "by a Reference to a BinarySecurityToken"),
    "a certificate that is none": (key_identifier(X509_V3, b"x"), WITHOUT, "cannot be read"),
}


@pytest.mark.parametrize("way", READ)
def test_a_key_is_known_by_whatever_names_its_certificate(way: str) -> None:
    reference, has_token = READ[way]

    seal = verifier().seal(named_by(reference, has_token=has_token), Level.FULL, NOW)

    assert seal.identity.id == NIHII


@pytest.mark.parametrize("way", REFUSED)
def test_a_key_is_not_known_by_what_says_too_little_or_names_another(way: str) -> None:
    reference, has_token, reason = REFUSED[way]

    with pytest.raises(EnvelopeError) as refused:
        verifier().seal(named_by(reference, has_token=has_token), Level.FULL, NOW)

    assert refused.value.fault.code == SoaCode.NOT_AUTHENTICATED
    assert reason in refused.value.fault.message
