"""The security token service: who gets an assertion, and that it opens the door."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from tests.unit.simulator.open_house import HOME
from tests.unit.simulator.sample_house import BEGINS
from tests.unit.simulator.test_guard import OWN, PERSON, PKI, SecuredVendor, asserted, sealed

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
from generale.protocol.transport import HttpRequest, HttpResponse
from generale.results.events import EventType
from generale.simulator.simulator import STS_PATH

IDENTITY = care_home(HOME.nihii, HOME.name)


def query(
    signer: Signer | None, change: tuple[bytes, bytes] = (b"", b""), *, age: timedelta = timedelta()
) -> bytes:
    """A signed query for an assertion."""
    raw = write_token_request(IDENTITY, request_id="_q1", now=BEGINS)
    raw = raw.replace(*change) if change[0] else raw
    return secured(raw, created=BEGINS - age, unique="q1", signer=signer)


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
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_query_gets_a_fault_that_is(case: str) -> None:
    make, code = REFUSED[case]

    response = asked(SecuredVendor(), make())
    body = read_envelope(response.body).body

    assert response.status == 500
    assert isinstance(body, Fault)
    assert body.code == code


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
