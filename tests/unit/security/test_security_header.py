"""The security header: what is proved by it, and everything that must refuse a message."""

import base64
import re
from collections.abc import Callable
from copy import deepcopy
from datetime import timedelta

import pytest
from lxml import etree
from tests.unit.security.sample_security import (
    CARE_HOME,
    EXPIRED,
    FACILITY,
    FORGED,
    NIHII,
    NOW,
    OTHER_FACILITY,
    REVOKED,
    STRANGE,
    by_assertion,
    by_certificate,
    envelope,
    sealed,
    verifier,
)

from generale.protocol.genericasync import EnvelopeError, SoaCode, read_envelope
from generale.protocol.security import Level, SignedParts, Signer
from generale.protocol.security.vocabulary import DS, WSSE, WSU

DAY = timedelta(days=1)
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"


def changed(raw: bytes, change: Callable[[etree._Element], None]) -> bytes:
    """A message that somebody tampered with on its way."""
    root = etree.fromstring(raw)
    change(root)
    return etree.tostring(root)


def found(root: etree._Element, path: str) -> etree._Element:
    """The one element at a path."""
    (element,) = root.findall(path)
    return element


SECURITY = f"{{{SOAP}}}Header/{{{WSSE}}}Security"
STAMP = f"{SECURITY}/{{{WSU}}}Timestamp"


@pytest.mark.parametrize("signer", [by_certificate(), by_assertion()], ids=["certificate", "assertion"])
@pytest.mark.parametrize("parts", SignedParts)
def test_a_signed_message_tells_who_signed_it_and_what(signer: Signer, parts: SignedParts) -> None:
    raw = sealed(Signer(credential=signer.credential, assertion=signer.assertion, parts=parts))

    seal = verifier().seal(raw, Level.FULL, NOW)

    assert seal.identity == CARE_HOME.__class__(type="NIHII-RETIREMENT", id=NIHII, name="DE PROEFNEMING")
    assert seal.signed == ({"Timestamp"} if parts is SignedParts.TIMESTAMP else {"Timestamp", "Body"})
    assert (seal.assertion.nihii if seal.assertion else NIHII) == NIHII


@pytest.mark.parametrize("name", ["Timestamp", "Body"])
@pytest.mark.parametrize("namespace", ["", "urn:x"])
def test_a_header_never_passes_for_another_part_by_its_name(name: str, namespace: str) -> None:
    root = etree.fromstring(envelope())
    tag = f"{{{namespace}}}{name}" if namespace else name
    etree.SubElement(found(root, f"{{{SOAP}}}Header"), tag).text = "whatever"
    signer = Signer(credential=FACILITY, parts=SignedParts.TIMESTAMP, headers=(tag,))

    seal = verifier().seal(sealed(signer, etree.tostring(root)), Level.FULL, NOW)

    assert seal.signed == {"Timestamp", f"{{{namespace}}}{name}"}
    assert seal.under, "the body is open, whatever a header is called"


def test_a_secured_message_is_still_the_same_message() -> None:
    assert read_envelope(sealed(by_assertion())) == read_envelope(envelope())


def test_the_same_message_at_the_same_time_gives_the_same_bytes() -> None:
    assert sealed(by_certificate()) == sealed(by_certificate())


def test_a_timestamp_is_enough_where_no_signature_is_asked_for() -> None:
    assert verifier().seal(sealed(), Level.TIMESTAMP, NOW).holder is None


def test_a_timestamp_need_not_say_when_it_expires_and_grows_old_all_the_same() -> None:
    raw = changed(sealed(), remove(f"{STAMP}/{{{WSU}}}Expires"))

    assert verifier().seal(raw, Level.TIMESTAMP, NOW).created == NOW
    with pytest.raises(EnvelopeError, match="older than 300 seconds"):
        verifier().seal(raw, Level.TIMESTAMP, NOW + timedelta(seconds=361))


@pytest.mark.parametrize("name", ["Created", "Expires"])
def test_an_instant_of_a_timestamp_is_not_left_empty(name: str) -> None:
    raw = changed(sealed(), change_text(f"{STAMP}/{{{WSU}}}{name}", " "))

    with pytest.raises(EnvelopeError, match="no instant"):
        verifier().seal(raw, Level.TIMESTAMP, NOW)


def wrap_body(root: etree._Element) -> None:
    """The signed body is put where nobody reads it, and another one in its place."""
    body = found(root, f"{{{SOAP}}}Body")
    fake = etree.fromstring(envelope(content=b"<forged/>")).find(f"{{{SOAP}}}Body")
    assert fake is not None
    found(fake, ".//{*}Detail").set("Id", "another")
    root.replace(body, fake)
    etree.SubElement(found(root, f"{{{SOAP}}}Header"), "{urn:x}Wrapper").append(body)


def wrap_body_with_its_id(root: etree._Element) -> None:
    """As before, and the new body bears the id of the signed one."""
    wrap_body(root)
    wrapped = found(root, f"{{{SOAP}}}Header/{{urn:x}}Wrapper/{{{SOAP}}}Body")
    found(root, f"{{{SOAP}}}Body").set(f"{{{WSU}}}Id", wrapped.get(f"{{{WSU}}}Id", ""))


def move_body(root: etree._Element) -> None:
    """The signed body becomes a header, to which a signature may refer, and another one takes its place."""
    body = found(root, f"{{{SOAP}}}Body")
    wrap_body(root)
    wrapper = found(root, f"{{{SOAP}}}Header/{{urn:x}}Wrapper")
    found(root, f"{{{SOAP}}}Header").replace(wrapper, body)


def wrap_timestamp(root: etree._Element) -> None:
    """The signed timestamp is hidden, and a younger one put in its place."""
    stamp, security = found(root, STAMP), found(root, SECURITY)
    young = etree.fromstring(sealed(created=NOW + 9 * DAY)).find(STAMP)
    assert young is not None
    young.set(f"{{{WSU}}}Id", "TS-young")
    security.replace(stamp, young)
    etree.SubElement(found(root, f"{{{SOAP}}}Header"), "{urn:x}Wrapper").append(stamp)


def second_timestamp(root: etree._Element) -> None:
    found(root, SECURITY).append(etree.fromstring(etree.tostring(found(root, STAMP))))


def second_security(root: etree._Element) -> None:
    etree.SubElement(found(root, f"{{{SOAP}}}Header"), f"{{{WSSE}}}Security")


def change_text(path: str, text: str) -> Callable[[etree._Element], None]:
    def change(root: etree._Element) -> None:
        found(root, path).text = text

    return change


def change_algorithm(name: str, algorithm: str) -> Callable[[etree._Element], None]:
    def change(root: etree._Element) -> None:
        for element in root.iterfind(f".//{{{DS}}}{name}"):
            element.set("Algorithm", algorithm)

    return change


def remove(path: str) -> Callable[[etree._Element], None]:
    def change(root: etree._Element) -> None:
        element = found(root, path)
        parent = element.getparent()
        assert parent is not None
        parent.remove(element)

    return change


def change_reference(uri: str) -> Callable[[etree._Element], None]:
    def change(root: etree._Element) -> None:
        for element in root.iterfind(f"{SECURITY}/{{{DS}}}Signature/{{{DS}}}SignedInfo/{{{DS}}}Reference"):
            element.set("URI", uri)

    return change


def add_transform(root: etree._Element) -> None:
    transforms = next(root.iterfind(f".//{{{DS}}}Transforms"))
    xslt = {"Algorithm": "http://www.w3.org/TR/1999/REC-xslt-19991116"}
    etree.SubElement(transforms, f"{{{DS}}}Transform", xslt)


def swap_key_id(root: etree._Element) -> None:
    found(root, f".//{{{WSSE}}}KeyIdentifier").text = "_another"


def repeat_reference(root: etree._Element) -> None:
    reference, *_ = root.findall(f".//{{{DS}}}SignedInfo/{{{DS}}}Reference")
    reference.addnext(deepcopy(reference))


def other_certificate(root: etree._Element) -> None:
    token = found(root, f"{SECURITY}/{{{WSSE}}}BinarySecurityToken")
    token.text = base64.b64encode(OTHER_FACILITY.der).decode()


def change_attribute(root: etree._Element) -> None:
    for value in root.iterfind(".//{*}AttributeValue"):
        value.text = "76000292"


ATTACKS: dict[str, tuple[Callable[[], bytes], str]] = {
    "no header at all": (envelope, "0 elements for the security header"),
    "no signature": (sealed, "0 elements for the signature"),
    "the body is wrapped": (lambda: changed(sealed(by_certificate()), wrap_body), "no part to be signed"),
    "the body is wrapped and its id taken": (
        lambda: changed(sealed(by_certificate()), wrap_body_with_its_id),
        "stands twice",
    ),
    "the body is moved": (lambda: changed(sealed(by_certificate()), move_body), "a Body stands"),
    "the same, by an assertion": (lambda: changed(sealed(by_assertion()), move_body), "a Body stands"),
    "an id stands twice among many": (
        lambda: sealed(by_certificate()).replace(
            b"</soap:Body>",
            b"".join(b'<a Id="%d"/>' % n for n in (*range(100_000), 99_999)) + b"</soap:Body>",
        ),
        "'99999' stands twice",
    ),
    "the timestamp is wrapped": (
        lambda: changed(sealed(by_certificate(parts=SignedParts.TIMESTAMP)), wrap_timestamp),
        "future",
    ),
    "two timestamps": (lambda: changed(sealed(by_certificate()), second_timestamp), "2 elements"),
    "two security headers": (lambda: changed(sealed(by_certificate()), second_security), "2 elements"),
    "the body is changed": (
        lambda: changed(sealed(by_certificate()), change_text(".//{*}InputReference", "R2")),
        "changed after it was signed",
    ),
    "the expiry is changed": (
        lambda: changed(
            sealed(by_certificate()), change_text(f".//{{{WSU}}}Expires", "2019-04-01T08:00:00Z")
        ),
        "changed after it was signed",
    ),
    "the signature is over the whole document": (
        lambda: changed(sealed(by_certificate()), change_reference("")),
        "no part of this message",
    ),
    "the signature is over something outside": (
        lambda: changed(sealed(by_certificate()), change_reference("http://127.0.0.1/x")),
        "no part of this message",
    ),
    "the signature is over the signature": (
        lambda: changed(sealed(by_certificate(parts=SignedParts.TIMESTAMP)), change_reference("#SIG-1")),
        "fit the key",
    ),
    "a weak digest": (
        lambda: changed(sealed(by_certificate()), change_algorithm("DigestMethod", f"{DS}sha1")),
        "not accepted",
    ),
    "a weak signature": (
        lambda: changed(sealed(by_certificate()), change_algorithm("SignatureMethod", f"{DS}rsa-sha1")),
        "not accepted",
    ),
    "a keyed hash for a signature": (
        lambda: changed(sealed(by_certificate()), change_algorithm("SignatureMethod", f"{DS}hmac-sha256")),
        "not accepted",
    ),
    "the method of another kind of key": (
        lambda: changed(
            sealed(by_certificate()),
            change_algorithm("SignatureMethod", "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"),
        ),
        "fit the key",
    ),
    "inclusive canonicalisation": (
        lambda: changed(
            sealed(by_certificate()),
            change_algorithm("CanonicalizationMethod", "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"),
        ),
        "not accepted",
    ),
    "a stylesheet among the transforms": (
        lambda: changed(sealed(by_certificate()), add_transform),
        "fit the key",
    ),
    "no key": (
        lambda: changed(sealed(by_certificate()), remove(f"{SECURITY}/{{{DS}}}Signature/{{{DS}}}KeyInfo")),
        "by whose key",
    ),
    "the same part twice": (
        lambda: changed(sealed(by_certificate()), repeat_reference),
        "the same part twice",
    ),
    "the certificate of another": (
        lambda: changed(sealed(by_certificate()), other_certificate),
        "fit the key",
    ),
    "a certificate of a strange authority": (lambda: sealed(by_certificate(FORGED)), "not issued"),
    "an expired certificate": (lambda: sealed(by_certificate(EXPIRED)), "not now"),
    "a revoked certificate": (lambda: sealed(by_certificate(REVOKED)), "revoked"),
    "an assertion of a strange STS": (
        lambda: sealed(by_assertion(sts=STRANGE.sts())),
        "fit the key",
    ),
    "an assertion about the key of another": (
        lambda: sealed(by_assertion(OTHER_FACILITY, about=FACILITY)),
        "fit the key",
    ),
    "an assertion with another number": (
        lambda: changed(sealed(by_assertion()), change_attribute),
        "changed after it was signed",
    ),
    "an assertion of the day before yesterday": (
        lambda: sealed(by_assertion(at=NOW - 2 * DAY)),
        "the assertion holds from",
    ),
    "an assertion of tomorrow": (lambda: sealed(by_assertion(at=NOW + DAY)), "the assertion holds from"),
    "an assertion about a revoked certificate": (lambda: sealed(by_assertion(REVOKED)), "revoked"),
    "another assertion is named": (
        lambda: changed(sealed(by_assertion()), swap_key_id),
        "not in this header",
    ),
    "an old message": (lambda: sealed(by_certificate(), created=NOW - DAY), "expired at"),
    "an old message that says it is valid for long": (
        lambda: sealed(by_certificate(), created=NOW - DAY, time_to_live=2 * DAY),
        "older than 300 seconds",
    ),
    "a message from the future": (lambda: sealed(by_certificate(), created=NOW + DAY), "future"),
    "a message that expires before it begins": (
        lambda: sealed(by_certificate(), time_to_live=-DAY),
        "expires before",
    ),
    "a message that never holds": (
        lambda: sealed(by_certificate(), time_to_live=timedelta()),
        "is created and expires at",
    ),
    "a namespace without canonical form": (
        lambda: sealed(by_certificate()).replace(b"http://www.w3.org/2005/08/addressing", b"addressing"),
        "canonical form",
    ),
    "an expiry at the end of all time": (
        lambda: changed(
            sealed(by_certificate()), change_text(f".//{{{WSU}}}Expires", "9999-12-31T23:59:59Z")
        ),
        "changed after it was signed",
    ),
    "a creation at the end of all time": (
        lambda: changed(
            sealed(),
            lambda root: (
                change_text(f".//{{{WSU}}}Created", "9999-12-31T23:59:58Z")(root),
                change_text(f".//{{{WSU}}}Expires", "9999-12-31T23:59:59Z")(root),
            )[0],
        ),
        "future",
    ),
    "a creation before all time": (
        lambda: changed(sealed(), change_text(f".//{{{WSU}}}Created", "0001-01-01T00:00:00Z")),
        "older than",
    ),
    "more prefixes than a message has": (
        lambda: sealed(by_certificate()).replace(
            b'<ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>',
            b'<ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#">'
            b'<InclusiveNamespaces xmlns="http://www.w3.org/2001/10/xml-exc-c14n#" PrefixList="'
            + b"p " * 1000
            + b'"/></ds:CanonicalizationMethod>',
        ),
        "prefixes are kept",
    ),
    "an expiry that was taken out": (
        lambda: changed(sealed(by_certificate()), remove(f"{STAMP}/{{{WSU}}}Expires")),
        "was changed",
    ),
    "no beginning": (
        lambda: changed(sealed(by_certificate()), remove(f"{STAMP}/{{{WSU}}}Created")),
        "does not say when",
    ),
}
"""What somebody does to a message, and what is said to it."""


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_hostile_message_is_refused_for_its_reason(attack: str) -> None:
    raw, reason = ATTACKS[attack]

    with pytest.raises(EnvelopeError, match=re.escape(reason)) as refused:
        verifier().seal(raw(), Level.FULL, NOW)

    assert refused.value.fault.code == SoaCode.NOT_AUTHENTICATED


@pytest.mark.parametrize(
    "attack", ["an old message", "a message from the future", "no beginning", "two timestamps"]
)
def test_a_timestamp_is_looked_at_where_nothing_is_signed(attack: str) -> None:
    raw, reason = ATTACKS[attack]

    with pytest.raises(EnvelopeError, match=re.escape(reason)):
        verifier().seal(raw(), Level.TIMESTAMP, NOW)
