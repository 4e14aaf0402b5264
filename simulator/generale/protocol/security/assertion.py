"""SAML 1.1 holder-of-key assertions: what the security token service says of the holder of a key.

An assertion is issued, read and verified here. What was verified once is remembered by its digest until
it is no longer valid: a care home shows the same one for a day.
"""

import base64
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from cryptography import x509
from lxml import etree

from generale.protocol.base64_binary import octets_of
from generale.protocol.clock import utc
from generale.protocol.errors import PeerError
from generale.protocol.genericasync.element import Element, add
from generale.protocol.security.certificate import Credential, Holder, Trust
from generale.protocol.security.distinguished_name import is_name, written_name
from generale.protocol.security.signature import (
    PublicKey,
    Reference,
    canonical,
    enveloping_part,
    read_signature,
    sign,
    text_in,
    usable_key,
)
from generale.protocol.security.subject import CertifiedIdentity
from generale.protocol.security.timestamp import instant_text, read_instant
from generale.protocol.security.vocabulary import (
    CERTIFIED,
    DS,
    ENVELOPED,
    EXC_C14N,
    HOLDER_OF_KEY,
    IDENTIFICATION,
    RECOGNISED_HOLDER,
    SAML,
    STS_ISSUER,
    X509_PKI,
    X509_SUBJECT_NAME,
    nihii_attribute,
    recognised_attribute,
)

VALIDITY = timedelta(hours=24)
"""How long an assertion of the eHealth platform holds."""
HEAD_START = timedelta(minutes=5)
"""How long before its issue it already holds, for clocks that are slow."""

MOST_REMEMBERED = 10_000
"""Assertions that are remembered at once: more than there are care homes (project-defined)."""

KIND = "retirement"
"""The kind of organisation that a care home is."""


def _saml(name: str) -> str:
    return f"{{{SAML}}}{name}"


@dataclass(frozen=True, slots=True, order=True)
class Attribute:
    """An attribute of an assertion: its name, and the namespace that says who vouches for it."""

    name: str
    namespace: str


NUMBER = Attribute(nihii_attribute(KIND), IDENTIFICATION)
"""The number of a care home."""
HOLDER_NUMBER = Attribute(nihii_attribute(KIND, of_holder=True), IDENTIFICATION)
"""The number of the care home that holds the certificate."""
CERTIFIED_NUMBER = Attribute(recognised_attribute(KIND, "nihii11"), CERTIFIED)
"""The number of a care home that is recognised, eleven digits."""
CERTIFIED_HOLDER_NUMBER = Attribute(nihii_attribute(KIND, of_holder=True), CERTIFIED)
"""The number of the recognised care home that holds the certificate."""
IS_RECOGNISED = Attribute(recognised_attribute(KIND, "boolean"), CERTIFIED)
"""Whether the care home is recognised."""
HOLDER_IS_RECOGNISED = Attribute(RECOGNISED_HOLDER, CERTIFIED)
"""Whether the holder of the certificate is a recognised organisation of any kind."""


def stated_of(identity: CertifiedIdentity, *, is_recognised: bool) -> Mapping[Attribute, str]:
    """What can be said of a care home: a number is certified only of one that is recognised."""
    recognised = "true" if is_recognised else "false"
    stated = {NUMBER: identity.id, HOLDER_NUMBER: identity.id}
    if is_recognised:
        stated |= {CERTIFIED_NUMBER: identity.id.ljust(11, "0"), CERTIFIED_HOLDER_NUMBER: identity.id}
    return {**stated, IS_RECOGNISED: recognised, HOLDER_IS_RECOGNISED: recognised}


@dataclass(frozen=True, slots=True, kw_only=True)
class Assertion:
    """A verified assertion: who holds the key, with which number, and from when until when."""

    id: str
    nihii: str
    holder: Holder
    since: datetime
    until: datetime

    @property
    def key(self) -> PublicKey:
        """The key that must sign the message."""
        return self.holder.key


def issue_assertion(
    holder: Credential | bytes,
    identity: CertifiedIdentity,
    *,
    sts: Credential,
    assertion_id: str,
    now: datetime,
    validity: timedelta = VALIDITY,
    stated: Mapping[Attribute, str] | None = None,
) -> bytes:
    """An assertion about a care home, signed by the STS; ``holder`` has the key (a certificate in DER).

    ``stated`` are its attributes with what they say; without them, the number of the identity.
    """
    certificate = holder.der if isinstance(holder, Credential) else holder
    if stated is None:
        stated = {NUMBER: identity.id, HOLDER_NUMBER: identity.id}
    root = etree.Element(_saml("Assertion"), nsmap={"saml": SAML, "ds": DS})
    attributes = {
        "MajorVersion": "1",
        "MinorVersion": "1",
        "AssertionID": assertion_id,
        "Issuer": STS_ISSUER,
        "IssueInstant": instant_text(now),
    }
    for key, value in attributes.items():
        root.set(key, value)
    since, until = instant_text(now - HEAD_START), instant_text(now + validity)
    add(root, _saml("Conditions"), attributes={"NotBefore": since, "NotOnOrAfter": until})
    how = {"AuthenticationInstant": instant_text(now), "AuthenticationMethod": X509_PKI}
    _add_subject(add(root, _saml("AuthenticationStatement"), attributes=how), certificate)
    statement = add(root, _saml("AttributeStatement"))
    _add_subject(statement, certificate)
    for one, value in stated.items():
        named = {"AttributeName": one.name, "AttributeNamespace": one.namespace}
        add(add(statement, _saml("Attribute"), attributes=named), _saml("AttributeValue"), value)
    reference = Reference(
        id=assertion_id, transforms=(ENVELOPED, EXC_C14N), digest=sha256(canonical(root)).digest()
    )
    key_info = add(sign(root, sts.key, [reference]), f"{{{DS}}}KeyInfo")
    _add_certificate(key_info, sts.der)
    return etree.tostring(root)


def _add_subject(statement: Element, certificate: bytes) -> None:
    subject = add(statement, _saml("Subject"))
    add_name(subject, x509.load_der_x509_certificate(certificate))
    confirmation = add(subject, _saml("SubjectConfirmation"))
    add(confirmation, _saml("ConfirmationMethod"), HOLDER_OF_KEY)
    _add_certificate(add(confirmation, f"{{{DS}}}KeyInfo"), certificate)


def add_name(subject: Element, certificate: x509.Certificate) -> None:
    """Name in a subject whom a certificate is about, and who issued it."""
    named = {"Format": X509_SUBJECT_NAME, "NameQualifier": written_name(certificate.issuer)}
    add(subject, _saml("NameIdentifier"), written_name(certificate.subject), named)


def require_name(subject: Element, certificate: x509.Certificate) -> None:
    """``PeerError`` where a subject does not name whom a certificate is about, or another issuer."""
    names = subject.findall(_saml("NameIdentifier"))
    if len(names) != 1 or len(names[0]) or names[0].get("Format") != X509_SUBJECT_NAME:
        raise PeerError(f"a subject has one NameIdentifier, of the format {X509_SUBJECT_NAME}")
    if not is_name((names[0].text or "").strip(), certificate.subject):
        raise PeerError("the NameIdentifier is not the subject of the certificate")
    qualifier = names[0].get("NameQualifier")
    if qualifier is not None and not is_name(qualifier, certificate.issuer):
        raise PeerError("the NameQualifier is not the issuer of the certificate")


def _add_certificate(key_info: Element, certificate: bytes) -> None:
    data = add(key_info, f"{{{DS}}}X509Data")
    add(data, f"{{{DS}}}X509Certificate", base64.b64encode(certificate).decode())


class Assertions:
    """Verifies assertions of one STS about holders that are trusted; remembers what was verified."""

    def __init__(
        self, trust: Trust, sts: x509.Certificate, *, skew: timedelta, most: int = MOST_REMEMBERED
    ) -> None:
        self._trust = trust
        self._sts = usable_key(sts.public_key())
        self._skew = skew
        self._most = most
        self._known: OrderedDict[bytes, Assertion] = OrderedDict()

    def __len__(self) -> int:
        return len(self._known)

    def verified(self, element: Element, now: datetime) -> Assertion:
        """What an assertion says; ``PeerError`` where it cannot be believed at this instant."""
        key = sha256(canonical(element)).digest()
        assertion = self._known.get(key)
        if assertion is None:
            assertion = self._read(element, now)
        self._require_valid(assertion, now)
        self._known[key] = assertion
        self._known.move_to_end(key)
        while len(self._known) > self._most:
            self._known.popitem(last=False)
        return assertion

    def _require_valid(self, assertion: Assertion, now: datetime) -> None:
        at = utc(now)
        if at + self._skew < utc(assertion.since) or at - self._skew >= utc(assertion.until):
            raise PeerError(
                f"the assertion holds from {instant_text(assertion.since)} to {instant_text(assertion.until)}"
            )
        if at >= utc(assertion.holder.until):
            raise PeerError("the certificate in the assertion has expired")

    def _read(self, element: Element, now: datetime) -> Assertion:
        if (element.get("MajorVersion"), element.get("MinorVersion")) != ("1", "1"):
            raise PeerError("the assertion is not one of SAML 1.1")
        if element.get("Issuer") != STS_ISSUER:
            raise PeerError(f"the assertion was not issued by {STS_ISSUER}")
        id_ = element.get("AssertionID") or ""
        signatures = element.findall(f"{{{DS}}}Signature")
        if not id_ or len(signatures) != 1:
            raise PeerError("the assertion has no id, or not one signature")
        signature = read_signature(signatures[0])
        if [reference.id for reference in signature.references] != [id_]:
            raise PeerError("the signature in the assertion is not over the assertion")
        signature.require_by(self._sts)
        signature.require_parts({id_: enveloping_part(element, signatures[0])})
        conditions = element.findall(_saml("Conditions"))
        if len(conditions) != 1:
            raise PeerError("the assertion has not one set of conditions")
        holder = self._trust.holder(_holder_certificate(element), now)
        for subject in element.findall(f"*/{_saml('Subject')}"):
            require_name(subject, holder.certificate)
        return Assertion(
            id=id_,
            nihii=_nihii(element),
            holder=holder,
            since=read_instant(conditions[0].get("NotBefore", "")),
            until=read_instant(conditions[0].get("NotOnOrAfter", "")),
        )


def _holder_certificate(element: Element) -> bytes:
    """The one certificate that every subject of an assertion holds the key of."""
    subjects = element.findall(f"*/{_saml('Subject')}")
    found: set[bytes] = set()
    for subject in subjects:
        confirmations = subject.findall(_saml("SubjectConfirmation"))
        methods = [text_in(one, _saml("ConfirmationMethod")) for one in confirmations]
        if methods != [HOLDER_OF_KEY]:
            raise PeerError("a subject of the assertion is not confirmed by the key that it holds")
        certificates = confirmations[0].findall(f"{{{DS}}}KeyInfo/{{{DS}}}X509Data/{{{DS}}}X509Certificate")
        found.update(certificate_octets(one) for one in certificates)
        if len(certificates) != 1:
            raise PeerError("a subject of the assertion has not one certificate")
    if len(found) != 1:
        raise PeerError("the assertion is not about the holder of one certificate")
    return found.pop()


def _nihii(element: Element) -> str:
    """The number that the STS gives the care home; all attributes that give it must agree.

    ``PeerError`` also where the STS says that it is not recognised.
    """
    stated = [
        (
            Attribute(one.get("AttributeName", ""), one.get("AttributeNamespace", "")),
            (value.text or "").strip(),
        )
        for one in element.findall(f"{_saml('AttributeStatement')}/{_saml('Attribute')}")
        for value in one.findall(_saml("AttributeValue"))
    ]
    if any(one in (IS_RECOGNISED, HOLDER_IS_RECOGNISED) and value != "true" for one, value in stated):
        raise PeerError("the assertion says that its subject is not recognised")
    numbers = (NUMBER, HOLDER_NUMBER, CERTIFIED_HOLDER_NUMBER)
    values = {value for one, value in stated if one in numbers}
    values |= {value.removesuffix("000") for one, value in stated if one == CERTIFIED_NUMBER}
    if len(values) != 1:
        raise PeerError(f"the assertion names {len(values)} care homes; one is expected")
    return values.pop()


def certificate_octets(element: Element) -> bytes:
    """The certificate in an element; ``PeerError`` where it is not base64."""
    try:
        return octets_of(element.text or "")
    except PeerError as error:
        raise PeerError(f"a certificate: {error}") from error
