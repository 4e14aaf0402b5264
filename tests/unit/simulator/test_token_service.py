"""The security token service: who gets an assertion, and that it opens the door."""

import re
from base64 import b64encode
from collections.abc import Callable
from datetime import timedelta

import pytest
from tests.unit.simulator.open_house import HEIR, HOME
from tests.unit.simulator.sample_house import BEGINS
from tests.unit.simulator.test_guard import OTHER, OWN, PERSON, PKI, SecuredVendor, asserted, sealed

from generale.protocol.errors import PeerError
from generale.protocol.genericasync import Fault, PostResponse, SoaCode, read_envelope
from generale.protocol.security import (
    Credential,
    Level,
    SignedParts,
    Signer,
    care_home,
    read_token_response,
    secured,
    write_token_request,
)
from generale.protocol.security.distinguished_name import is_name, written_name
from generale.protocol.security.document import parse
from generale.protocol.transport import HttpRequest, HttpResponse
from generale.results.events import EventType
from generale.simulator.simulator import STS_PATH

IDENTITY = care_home(HOME.nihii, HOME.name)


OWN_NAME = HOME.nihii.encode()
CERTIFIED = "urn:be:fgov:certified-namespace:ehealth"
EHEALTH = "urn:be:fgov:ehealth:1.0:"
RECOGNISED = f"{EHEALTH}retirement:nihii-number:recognisedretirement:"
WRONG_PLACE = f'{RECOGNISED}boolean" AttributeNamespace="urn:be:fgov:identification-namespace'.encode()
KEY_OF_ANOTHER = (
    b'<ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>'
    + b64encode(OTHER.der)
    + b"</ds:X509Certificate></ds:X509Data></ds:KeyInfo></saml:SubjectConfirmation>"
)


def designators(*names: tuple[str, str]) -> Callable[[bytes], bytes]:
    """Asks for these attributes, each with its namespace, and for no others."""
    asked = "".join(
        f'<saml:AttributeDesignator AttributeName="{name}" AttributeNamespace="{namespace}"/>'
        for name, namespace in names
    )
    return lambda raw: re.sub(rb"(<saml:AttributeDesignator[^>]*/>)+", asked.encode(), raw)


def stated(vendor: SecuredVendor, raw: bytes) -> dict[tuple[str, str], str]:
    """What the assertion that comes back states, by name and namespace."""
    assertion = parse(read_token_response(asked(vendor, raw).body))
    return {
        (one.get("AttributeName", ""), one.get("AttributeNamespace", "")): "".join(map(str, one.itertext()))
        for one in assertion.iter("{urn:oasis:names:tc:SAML:1.0:assertion}Attribute")
    }


def query(
    signer: Signer | None,
    change: tuple[bytes, bytes] | Callable[[bytes], bytes] = (b"", b""),
    *,
    age: timedelta = timedelta(),
    unique: str = "q1",
) -> bytes:
    """A signed query for an assertion."""
    raw = write_token_request(OWN.certificate, request_id="_q1", now=BEGINS)
    raw = change(raw) if callable(change) else raw.replace(*change) if change[0] else raw
    return secured(raw, created=BEGINS - age, unique=unique, signer=signer)


def by(
    credential: Credential = OWN, parts: SignedParts = SignedParts.BODY, assertion: bytes | None = None
) -> Signer:
    """Signs with a certificate."""
    return Signer(credential=credential, parts=parts, assertion=assertion)


def asked(vendor: SecuredVendor, raw: bytes) -> HttpResponse:
    """The answer of the service."""
    url = f"{vendor.serving.address}/{vendor.rehearsal.name}/{STS_PATH}"
    response = vendor.serving(HttpRequest(url=url, body=raw))
    assert response is not None
    return response


def test_an_assertion_of_the_service_opens_the_door() -> None:
    vendor = SecuredVendor()

    assertion = read_token_response(asked(vendor, query(by())).body)
    answer = vendor.answer(sealed(assertion=assertion))

    assert isinstance(answer, PostResponse)


def test_the_answer_names_the_query() -> None:
    assert b'InResponseTo="_q1"' in asked(SecuredVendor(), query(by())).body


def test_query_and_answer_stand_in_the_log_as_they_travelled() -> None:
    vendor = SecuredVendor()
    raw = query(by())

    answer = asked(vendor, raw)

    sent, came = vendor.rehearsal.events[-2:]
    assert (sent.type, came.type) == (EventType.REQUEST, EventType.RESPONSE)
    assert sent.ids == came.ids == {"exchange": "1", "operation": "token", "service": "sts"}
    assert vendor.rehearsal.evidence[sent.evidence] == raw
    assert vendor.rehearsal.evidence[came.evidence] == answer.body
    assert came.data == {"status": 200}
    assert sent.data["url"].endswith("/sts")


def test_the_service_stands_among_the_addresses_where_everything_is_signed() -> None:
    signing, other = SecuredVendor(), SecuredVendor(Level.TIMESTAMP)

    assert signing.serving.addresses(signing.rehearsal)["sts"].endswith("/open-house/sts")
    assert "sts" not in other.serving.addresses(other.rehearsal)


REFUSED: dict[str, tuple[Callable[[], bytes], SoaCode]] = {
    "nothing": (lambda: b"", SoaCode.MALFORMED),
    "unsigned": (lambda: query(None), SoaCode.NOT_AUTHENTICATED),
    "stale": (lambda: query(by(), age=timedelta(hours=1)), SoaCode.NOT_AUTHENTICATED),
    "of a person": (lambda: query(by(PERSON)), SoaCode.NO_ACCESS),
    "revoked": (lambda: query(by(PKI.revoked[HOME.nihii])), SoaCode.NOT_AUTHENTICATED),
    "signed without its body": (lambda: query(by(parts=SignedParts.TIMESTAMP)), SoaCode.INVALID_CONTENT),
    "signed with an assertion": (
        lambda: query(by(assertion=asserted(OWN, IDENTITY))),
        SoaCode.INVALID_CONTENT,
    ),
    "no query": (lambda: query(by(), (b"AttributeQuery", b"AttributeGuess")), SoaCode.INVALID_CONTENT),
    "a bearer": (lambda: query(by(), (b"cm:holder-of-key", b"cm:bearer")), SoaCode.INVALID_CONTENT),
    "an unknown attribute": (lambda: query(by(), (b"nihii-number", b"shoe-size")), SoaCode.INVALID_CONTENT),
    "an attribute in a strange namespace": (
        lambda: query(by(), (b"urn:be:fgov:identification-namespace", b"urn:wrong")),
        SoaCode.INVALID_CONTENT,
    ),
    "an attribute in the other namespace": (
        lambda: query(by(), (f'{RECOGNISED}boolean" AttributeNamespace="{CERTIFIED}'.encode(), WRONG_PLACE)),
        SoaCode.INVALID_CONTENT,
    ),
    "of SAML 2": (lambda: query(by(), (b'MajorVersion="1"', b'MajorVersion="2"')), SoaCode.INVALID_CONTENT),
    "of SAML 1.0": (lambda: query(by(), (b'MinorVersion="1"', b'MinorVersion="0"')), SoaCode.INVALID_CONTENT),
    "about nobody": (lambda: query(by(), (b"saml:Subject>", b"saml:Object>")), SoaCode.INVALID_CONTENT),
    "not confirmed": (
        lambda: query(by(), (b"saml:ConfirmationMethod>", b"saml:Method>")),
        SoaCode.INVALID_CONTENT,
    ),
    "about nobody by name": (
        lambda: query(by(), (b"saml:NameIdentifier", b"saml:Identifier")),
        SoaCode.NO_ACCESS,
    ),
    "about another": (
        lambda: query(by(), (OWN_NAME, HEIR.nihii.encode())),
        SoaCode.NO_ACCESS,
    ),
    "about a name that is none": (
        lambda: query(by(), (OWN_NAME, b"&amp;,;")),
        SoaCode.NO_ACCESS,
    ),
    "about a name in another format": (
        lambda: query(by(), (b"nameid-format:X509SubjectName", b"nameid-format:unspecified")),
        SoaCode.NO_ACCESS,
    ),
    "about the holder of another issuer's certificate": (
        lambda: query(by(), (b'NameQualifier="', b'NameQualifier="CN=Other, ')),
        SoaCode.NO_ACCESS,
    ),
    "about the key of another": (
        lambda: query(by(), (b"</saml:SubjectConfirmation>", KEY_OF_ANOTHER)),
        SoaCode.NO_ACCESS,
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_query_gets_a_fault_that_is(case: str) -> None:
    make, code = REFUSED[case]

    response = asked(SecuredVendor(), make())
    body = read_envelope(response.body).body

    assert response.status == 500
    assert isinstance(body, Fault)
    assert body.code == code


NUMBERS = {
    (f"{EHEALTH}retirement:nihii-number", "urn:be:fgov:identification-namespace"): HOME.nihii,
    (
        f"{EHEALTH}certificateholder:retirement:nihii-number",
        "urn:be:fgov:identification-namespace",
    ): HOME.nihii,
}
CERTIFIED_NUMBERS = {
    (f"{RECOGNISED}nihii11", CERTIFIED): HOME.nihii.padded,
    (f"{EHEALTH}certificateholder:retirement:nihii-number", CERTIFIED): HOME.nihii,
}
WHETHER = (f"{RECOGNISED}boolean", f"{EHEALTH}certificateholder:recognisedorganization:boolean")


@pytest.mark.parametrize("wanted", [*NUMBERS, *CERTIFIED_NUMBERS, *((name, CERTIFIED) for name in WHETHER)])
def test_each_attribute_is_stated_of_a_home_that_the_registry_knows(wanted: tuple[str, str]) -> None:
    known = {**NUMBERS, **CERTIFIED_NUMBERS, **{(name, CERTIFIED): "true" for name in WHETHER}}

    assert stated(SecuredVendor(), query(by(), designators(wanted))) == {wanted: known[wanted]}


def test_who_asks_for_no_attribute_gets_all_that_can_be_stated() -> None:
    vendor = SecuredVendor()

    known = stated(vendor, query(by(), designators()))

    assert known == {**NUMBERS, **CERTIFIED_NUMBERS, **{(name, CERTIFIED): "true" for name in WHETHER}}
    raw = query(by(), designators(), unique="q2")
    assert isinstance(
        vendor.answer(sealed(assertion=read_token_response(asked(vendor, raw).body))), PostResponse
    )


def test_a_home_that_the_registry_does_not_know_is_not_said_to_be_recognised() -> None:
    vendor = SecuredVendor()
    raw = write_token_request(OTHER.certificate, request_id="_q1", now=BEGINS)
    whether, numbers = (
        secured(designators(*names)(raw), created=BEGINS, unique=unique, signer=by(OTHER))
        for unique, names in (("1", [(name, CERTIFIED) for name in WHETHER]), ("2", list(CERTIFIED_NUMBERS)))
    )

    assert set(stated(vendor, whether).values()) == {"false"}
    refused = read_envelope(asked(vendor, numbers).body).body
    assert isinstance(refused, Fault)
    assert refused.code == SoaCode.NO_ACCESS
    assert "cannot be certified" in refused.message


def test_the_assertion_names_the_subject_of_the_certificate_and_who_issued_it() -> None:
    answer = asked(SecuredVendor(), query(by())).body.decode()
    name = f'CN="NIHII-RETIREMENT={HOME.nihii}", OU="NIHII-RETIREMENT={HOME.nihii}"'

    identifiers = {
        ("".join(map(str, one.itertext())), one.get("NameQualifier"))
        for one in parse(answer.encode()).iter("{urn:oasis:names:tc:SAML:1.0:assertion}NameIdentifier")
    }

    assert len(identifiers) == 1
    text, issuer = identifiers.pop()
    assert text.startswith(name)
    assert is_name(text, OWN.certificate.subject)
    assert issuer == written_name(PKI.trust.authority.subject)


def test_a_query_is_answered_once() -> None:
    vendor = SecuredVendor()

    first, again = asked(vendor, query(by())), asked(vendor, query(by()))

    assert (first.status, again.status) == (200, 500)


def test_a_rehearsal_without_certificates_issues_nothing() -> None:
    vendor = SecuredVendor(Level.TIMESTAMP)
    assert vendor.serving.guard is not None
    vendor.serving.guard.pki = None

    assert asked(vendor, query(by())).status == 500


def test_an_answer_without_an_assertion_is_none() -> None:
    with pytest.raises(PeerError, match="not one assertion"):
        read_token_response(query(None))
