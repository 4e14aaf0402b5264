"""Requests that go to the wrong place or say two things at once are refused, and change nothing."""

from dataclasses import replace
from typing import Any

import pytest
from tests.unit.simulator.open_house import ADA, BEA, HOME, Vendor, origin_of, post_of, state_of
from tests.unit.simulator.sample_house import admission

from generale.protocol.genericasync import (
    Action,
    Addressing,
    Confirm,
    Encryption,
    Envelope,
    Fault,
    Get,
    GetResponse,
    PartyId,
    Query,
    Request,
    Scheme,
    SoaCode,
    enterprise,
    read_envelope,
    request_envelope,
    write_envelope,
)
from generale.protocol.transport import HttpResponse
from generale.results.events import EventType

GOOD = post_of(admission(ADA))
ORIGIN = origin_of()
PLAIN = request_envelope(GOOD, message_id="urn:message:1")
NOBODY = "http://www.w3.org/2005/08/addressing/none"
ELSEWHERE = "http://127.0.0.1:1/answers"


def answer_to(vendor: Vendor, envelope: Envelope, soap_action: str | None = None) -> tuple[HttpResponse, Any]:
    """What comes back, as bytes and as an envelope."""
    headers = {} if soap_action is None else {"soapaction": soap_action}
    response = vendor.send("admissions", write_envelope(envelope), headers)
    assert response is not None
    return response, read_envelope(response.body)


def addressed(**addresses: str | None) -> Envelope:
    """A right post with other addresses."""
    return replace(PLAIN, addressing=replace(PLAIN.addressing, **addresses))


@pytest.mark.parametrize(
    "to",
    [
        None,
        "",
        "urn:nip:destination:io:810",
        "urn:nip:destination:io:000",
        "urn:nip:destination:io:MULTICAST",
        "http://127.0.0.1:8080/open-house/admissions/v1",
        "https://services.example/admissions",
        "http://www.w3.org/2005/08/addressing/anonymous",
    ],
)
@pytest.mark.parametrize(
    "soap_action", [None, "", '""', Action.POST, f'"{Action.POST}"', f' "{Action.POST}" ']
)
def test_a_post_is_taken_in_at_every_right_address(to: str | None, soap_action: str | None) -> None:
    _, answer = answer_to(Vendor(), addressed(to=to), soap_action)

    assert answer.addressing.action == Action.POST_RESPONSE
    assert answer.addressing.relates_to == "urn:message:1"
    assert answer.addressing.message_id


@pytest.mark.parametrize("to", [None, "urn:nip:destination:io:810", "urn:nip:destination:io:MULTICAST"])
@pytest.mark.parametrize(("include", "found"), [("000", 1), ("810", 0)])
def test_an_admission_is_picked_up_and_decided_by_the_platform_to_whatever_fund_it_went(
    to: str | None, include: str, found: int
) -> None:
    vendor = Vendor()
    answer_to(vendor, addressed(to=to))
    vendor.later(2)

    answer = vendor.ask("admissions", Get(origin=ORIGIN, include_ios=(include,)))

    assert isinstance(answer, GetResponse)
    assert (len(answer.tacks), len(answer.messages)) == (found, found)
    assert all(one.issuer == "urn:generale:io:000" for one in answer.tacks)


def test_a_client_of_the_oldest_description_is_served() -> None:
    _, answer = answer_to(Vendor(), addressed(action="urn:be:cin:nip:async:generic:post"))

    assert answer.addressing.action == Action.POST_RESPONSE


def test_a_client_without_addresses_is_served() -> None:
    _, answer = answer_to(Vendor(), Envelope(addressing=Addressing(), body=GOOD))

    assert answer.addressing.action == Action.POST_RESPONSE
    assert answer.addressing.relates_to is None


WRONG: dict[str, tuple[Envelope, str, SoaCode]] = {
    "no such fund": (addressed(to="urn:nip:destination:io:999"), "", SoaCode.INVALID_CONTENT),
    "no number": (addressed(to="urn:nip:destination:io:"), "", SoaCode.INVALID_CONTENT),
    "another kind of destination": (addressed(to="urn:x:810"), "", SoaCode.INVALID_CONTENT),
    "a number alone": (addressed(to="810"), "", SoaCode.INVALID_CONTENT),
    "the action of another operation": (addressed(action=Action.GET), "", SoaCode.NOT_WSDL),
    "the action of the answer": (addressed(action=Action.POST_RESPONSE), "", SoaCode.NOT_WSDL),
    "an empty action": (addressed(action=""), "", SoaCode.NOT_WSDL),
    "another SOAPAction": (PLAIN, f'"{Action.GET}"', SoaCode.NOT_WSDL),
    "another SOAPAction without quotes": (PLAIN, Action.CONFIRM, SoaCode.NOT_WSDL),
    "the short action of another operation": (
        addressed(action="urn:be:cin:nip:async:generic:get"),
        "",
        SoaCode.NOT_WSDL,
    ),
    "an unknown SOAPAction": (PLAIN, '"urn:x"', SoaCode.NOT_WSDL),
    "answers elsewhere": (addressed(reply_to=ELSEWHERE), "", SoaCode.NOT_WSDL),
    "answers to nobody": (addressed(reply_to=NOBODY), "", SoaCode.NOT_WSDL),
    "faults elsewhere": (addressed(fault_to=ELSEWHERE), "", SoaCode.NOT_WSDL),
    "less than nothing": (
        request_envelope(Get(origin=ORIGIN, message_query=Query(max=-1)), message_id="urn:message:1"),
        "",
        SoaCode.INVALID_CONTENT,
    ),
    "less than no acknowledgements": (
        request_envelope(Get(origin=ORIGIN, tack_query=Query(max=-1)), message_id="urn:message:1"),
        "",
        SoaCode.INVALID_CONTENT,
    ),
    "a fund that is none": (
        request_envelope(Get(origin=ORIGIN, include_ios=("810", "8100")), message_id="urn:message:1"),
        "",
        SoaCode.INVALID_CONTENT,
    ),
    "sealed content": (
        replace(PLAIN, body=replace(GOOD, blob=replace(GOOD.blob, encryption=Encryption.TO_ENCRYPT))),
        "",
        SoaCode.INVALID_CONTENT,
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_contradicts_itself_gets_a_fault_that_relates_and_changes_nothing(what: str) -> None:
    envelope, soap_action, code = WRONG[what]
    vendor = Vendor()
    before = state_of(vendor.rehearsal)

    response, answer = answer_to(vendor, envelope, soap_action)

    assert response.status == 500
    assert isinstance(answer.body, Fault)
    assert answer.body.code == code
    fault_action = Action.GET_FAULT if isinstance(envelope.body, Get) else Action.POST_FAULT
    assert (answer.addressing.action, answer.addressing.relates_to) == (fault_action, "urn:message:1")
    assert state_of(vendor.rehearsal) == before
    assert vendor.events(EventType.REQUEST)[-1].ids["facility"] == HOME.nihii


def test_a_body_that_cannot_be_read_gets_a_fault_that_relates_to_it() -> None:
    raw = write_envelope(PLAIN).replace(b"IsTest>false", b"IsTest>maybe")

    response = Vendor().send("admissions", raw)

    assert response is not None
    answer = read_envelope(response.body).addressing
    assert (answer.action, answer.relates_to) == (Action.POST_FAULT, "urn:message:1")


PERSON = PartyId(scheme=Scheme.SSIN, value="31050200044")
CLAIMS = {
    "the enterprise of the registry": (enterprise(HOME.enterprise), None, True),
    "the facility itself": (PartyId(scheme=Scheme.NIHII, value=HOME.nihii.padded), None, True),
    "another enterprise": (enterprise("0999999922"), None, False),
    "a person as an organisation": (PERSON, None, False),
    "a person": (None, PERSON, False),
}


@pytest.mark.parametrize("what", CLAIMS)
@pytest.mark.parametrize("operation", ["post", "get", "confirm"])
def test_a_facility_belongs_to_its_enterprise(what: str, operation: str) -> None:
    organisation, person, is_right = CLAIMS[what]
    origin = replace(ORIGIN, organisation=organisation, person=person)
    bodies: dict[str, Request] = {
        "post": post_of(admission(ADA), origin=origin),
        "get": Get(origin=origin),
        "confirm": Confirm(origin=origin),
    }

    answer = Vendor().ask("admissions", bodies[operation])

    assert isinstance(answer, Fault) is not is_right
    if isinstance(answer, Fault):
        assert answer.code == SoaCode.NO_ACCESS


def test_what_is_out_of_the_ordinary_stands_in_the_log() -> None:
    vendor = Vendor()
    sealed = replace(GOOD.blob, encryption=Encryption.FOR_IO, etk=b"\x30\x01x")
    vendor.ask("admissions", replace(GOOD, blob=sealed, is_test=True, nip_reference="N1", xades=b"<s/>"))
    vendor.ask(
        "admissions", Get(origin=replace(ORIGIN, site_id="01"), reference="Q1", reply_to_etk=b"\x30\x01y")
    )
    vendor.ask("admissions", Get(origin=ORIGIN))

    post, get, plain = (event.data for event in vendor.events(EventType.REQUEST))

    assert post["said"]["encryption"] == "encryptedForKnownIO"
    assert set(post["said"]) == {"test", "nip_reference", "xades", "encryption", "etk"}
    assert set(get["said"]) == {"site_id", "query_reference", "reply_to_etk"}
    assert "said" not in plain


def test_the_reference_of_the_platform_comes_back_with_what_answers() -> None:
    vendor = Vendor()
    vendor.ask("admissions", replace(GOOD, nip_reference="N1"))
    vendor.post(admission(BEA), "R2")
    vendor.later(2)

    assert [one.nip_reference for one in vendor.get()] == ["N1", None]
