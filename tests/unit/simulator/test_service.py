"""The services as a vendor meets them: what is taken in, and what is refused and changes nothing."""

from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.protocol.message_examples import EXAMPLES
from tests.unit.simulator.open_house import (
    ADA,
    BEA,
    CLARA,
    HEIR,
    HOME,
    Vendor,
    invoice,
    origin_of,
    post_of,
    state_of,
)
from tests.unit.simulator.sample_house import BEGINS, admission

from generale.protocol.flatfile import Acknowledgement, write_acknowledgement
from generale.protocol.genericasync import (
    Blob,
    Confirm,
    ConfirmResponse,
    Fault,
    Get,
    Query,
    Request,
    ResultMajor,
    SoaCode,
    answer_envelope,
    read_envelope,
    request_envelope,
    tack_is_genuine,
    write_envelope,
)
from generale.protocol.ids import Reference
from generale.protocol.messages import FROM_FACILITY, Decision, InsuranceQuestion, Message, Outcome
from generale.protocol.profile import INVOICE_NAME, standard_profile
from generale.results.events import EventType, digest
from generale.rules.facts import Original
from generale.simulator.behaviour import Behaviour, Kind
from generale.simulator.service import DUPLICATE, INVALID_CONTENT, REFERENCE_REUSED

GOOD = admission(ADA)
DECISION = Blob(
    content=standard_profile().write(
        Decision(
            facility=HOME.hco,
            about=Reference.parse("R0"),
            outcome=Outcome.ACCEPTED,
            decided=BEGINS,
            rule_set=BEGINS.date(),
        )
    ),
    message_name="WZC-BESLISSING",
)
ANSWER_FILE = Blob(
    content=write_acknowledgement(Acknowledgement(reference="1", fund_reference="1")),
    message_name=INVOICE_NAME,
    content_type="text/plain",
)
BEFORE_ALL_TIME = replace(
    GOOD,
    content=GOOD.content.replace(BEGINS.isoformat().encode(), b"0001-01-01T00:00:00+14:00"),
)


@pytest.fixture
def vendor() -> Vendor:
    """A vendor whose rehearsal has begun, with one message received and one reply waiting."""
    vendor = Vendor()
    vendor.post(admission(CLARA), "R0")
    vendor.later(2)
    return vendor


def fault_of(vendor: Vendor, raw: bytes, service: str = "admissions") -> Fault:
    """The fault that answers these bytes."""
    answer = vendor.send(service, raw)
    assert answer is not None
    assert answer.status == 500
    body = read_envelope(answer.body).body
    assert isinstance(body, Fault)
    return body


def test_a_message_is_acknowledged_once_it_is_kept(vendor: Vendor) -> None:
    tack = vendor.post(GOOD)

    assert tack.result_major is ResultMajor.SUCCESS
    assert (tack.result_minor, tack.input_reference) == ("", "R1")
    assert tack_is_genuine(tack, GOOD.content)
    received = vendor.events(EventType.ACKNOWLEDGED)[-1]
    assert received.evidence == digest(GOOD.content)
    assert dict(received.ids) == {
        "reference": "R1",
        "facility": HOME.nihii,
        "service": "admissions",
        "name": "WZC-OPNAME",
    }


def test_the_same_content_again_under_the_same_reference_is_received_already(vendor: Vendor) -> None:
    vendor.post(GOOD)
    before = state_of(vendor.rehearsal)

    again = vendor.post(GOOD)

    assert (again.result_major, again.result_minor) == (ResultMajor.SUCCESS, DUPLICATE)
    assert state_of(vendor.rehearsal) == before
    vendor.later(2)
    assert [one.about for one in vendor.decisions()] == ["R0", "R1"]


@pytest.mark.parametrize(
    ("blob", "reference", "service", "minor"),
    [
        pytest.param(admission(BEA), "R0", "admissions", REFERENCE_REUSED, id="other content, old reference"),
        pytest.param(replace(GOOD, content=b"no XML"), "R1", "admissions", INVALID_CONTENT, id="not XML"),
        pytest.param(
            replace(GOOD, content=b"<Opname/>"), "R1", "admissions", INVALID_CONTENT, id="not by the schema"
        ),
        pytest.param(
            replace(GOOD, content=GOOD.content[:-9]), "R1", "admissions", INVALID_CONTENT, id="cut off"
        ),
        pytest.param(
            replace(GOOD, message_name="WZC-EINDE"), "R1", "admissions", INVALID_CONTENT, id="another's name"
        ),
        pytest.param(replace(GOOD, message_name="X"), "R1", "admissions", INVALID_CONTENT, id="no such name"),
        pytest.param(BEFORE_ALL_TIME, "R1", "admissions", INVALID_CONTENT, id="before all time"),
        pytest.param(DECISION, "R1", "admissions", INVALID_CONTENT, id="a decision"),
        pytest.param(invoice(ADA), "R1", "admissions", INVALID_CONTENT, id="a file among the admissions"),
        pytest.param(GOOD, "R1", "invoices", INVALID_CONTENT, id="an admission among the invoices"),
        pytest.param(
            replace(invoice(ADA), content=b"920000"), "R1", "invoices", INVALID_CONTENT, id="no file"
        ),
        pytest.param(ANSWER_FILE, "R1", "invoices", INVALID_CONTENT, id="an answer sent in as a file"),
    ],
)
def test_what_cannot_be_taken_in_gets_a_failure_and_changes_nothing(
    vendor: Vendor, blob: Blob, reference: str, service: str, minor: str
) -> None:
    before = state_of(vendor.rehearsal)

    tack = vendor.post(blob, reference, service=service)

    assert (tack.result_major, tack.result_minor) == (ResultMajor.FAILURE, minor)
    assert tack.result_message
    assert tack_is_genuine(tack, blob.content)
    assert state_of(vendor.rehearsal) == before
    assert len(vendor.events(EventType.ACKNOWLEDGED)) == 1


OTHERS = [case for case in EXAMPLES if not isinstance(case[1], Original | InsuranceQuestion)]


@pytest.mark.parametrize(("message", "raw"), [case[1:] for case in OTHERS], ids=[case[0] for case in OTHERS])
def test_a_message_that_nobody_processes_gets_a_failure_that_says_so_and_changes_nothing(
    vendor: Vendor, message: Message, raw: bytes
) -> None:
    binding = standard_profile().bindings[type(message)]
    told = {
        True: f"messages of kind {type(message).__name__} are not processed by this platform yet",
        False: f"a message of kind {type(message).__name__} comes from the platform and cannot be sent in",
    }
    before = state_of(vendor.rehearsal)

    service = binding.service if isinstance(message, FROM_FACILITY) else "admissions"
    tack = vendor.post(Blob(content=raw, message_name=binding.message_name), "R7", service=service)

    assert (tack.result_major, tack.result_minor) == (ResultMajor.FAILURE, INVALID_CONTENT)
    assert tack.result_message.startswith(told[isinstance(message, FROM_FACILITY)])
    assert state_of(vendor.rehearsal) == before


def test_a_message_at_the_wrong_service_gets_a_failure_that_names_the_right_one(vendor: Vendor) -> None:
    before = state_of(vendor.rehearsal)

    tack = vendor.post(GOOD, "R7", service="insurance")

    assert tack.result_major is ResultMajor.FAILURE
    assert tack.result_message == "a message of kind Admission goes to the service 'admissions'"
    assert state_of(vendor.rehearsal) == before


ORIGIN = origin_of()
WITHOUT_ACCESS = {
    "no RIZIV number": (replace(ORIGIN, nihii="12345678000"), SoaCode.NO_ACCESS),
    "an unknown facility": (origin_of(HEIR), SoaCode.NO_ACCESS),
    "a wrong password": (replace(ORIGIN, licence_password="guessed"), SoaCode.NOT_AUTHENTICATED),
    "a wrong user name": (replace(ORIGIN, licence_username="somebody"), SoaCode.NOT_AUTHENTICATED),
}


@pytest.mark.parametrize("who", WITHOUT_ACCESS)
@pytest.mark.parametrize("operation", ["post", "get", "confirm"])
def test_who_has_no_access_gets_a_fault_and_changes_nothing(vendor: Vendor, who: str, operation: str) -> None:
    origin, code = WITHOUT_ACCESS[who]
    before = state_of(vendor.rehearsal)
    bodies: dict[str, Request] = {
        "post": post_of(GOOD, origin=origin),
        "get": Get(origin=origin),
        "confirm": Confirm(origin=origin, references=vendor.names("admissions")),
    }

    answer = vendor.ask("admissions", bodies[operation])

    assert isinstance(answer, Fault)
    assert answer.code == code
    assert state_of(vendor.rehearsal) == before


def test_a_reference_that_is_none_gets_a_fault(vendor: Vendor) -> None:
    before = state_of(vendor.rehearsal)

    answer = vendor.ask("admissions", post_of(GOOD, "on two\nlines"))

    assert isinstance(answer, Fault)
    assert answer.code == SoaCode.INVALID_CONTENT
    assert state_of(vendor.rehearsal) == before


UNREADABLE = {
    "nothing": (b"", SoaCode.MALFORMED),
    "no XML": (b"hello", SoaCode.MALFORMED),
    "no envelope": (b"<a/>", SoaCode.NOT_SOAP),
    "an answer": (
        write_envelope(answer_envelope(ConfirmResponse(), message_id="urn:message:1")),
        SoaCode.NOT_WSDL,
    ),
}


@pytest.mark.parametrize("what", UNREADABLE)
def test_what_is_no_request_gets_a_fault_and_changes_nothing(vendor: Vendor, what: str) -> None:
    raw, code = UNREADABLE[what]
    vendor.rehearsal.behave(Behaviour(kind=Kind.UNAVAILABLE))
    before = state_of(vendor.rehearsal)

    assert fault_of(vendor, raw).code == code
    assert state_of(vendor.rehearsal) == before
    request = vendor.events(EventType.REQUEST)[-1]
    assert request.ids["operation"] == "unreadable"
    assert vendor.rehearsal.evidence.get(request.evidence, b"") == raw


ENVELOPE = write_envelope(request_envelope(post_of(GOOD, "R0"), message_id="urn:message:1"))


@settings(max_examples=60, deadline=None)
@given(place=st.integers(0, len(ENVELOPE) - 1), byte=st.integers(0, 255), cut=st.booleans())
def test_a_damaged_post_is_answered_and_never_taken_in_twice(place: int, byte: int, cut: bool) -> None:
    vendor = Vendor()
    vendor.post(admission(CLARA), "R0")
    before = state_of(vendor.rehearsal)
    damaged = ENVELOPE[:place] if cut else ENVELOPE[:place] + bytes([byte]) + ENVELOPE[place + 1 :]

    answer = vendor.send("admissions", damaged)

    assert answer is not None
    assert answer.status in (200, 500)
    if len(vendor.events(EventType.ACKNOWLEDGED)) == 1:
        assert state_of(vendor.rehearsal) == before


def waiting(vendor: Vendor) -> tuple[str, ...]:
    """Three more replies for the home, four in all."""
    for place, insz in enumerate((ADA, BEA), start=1):
        vendor.post(admission(insz), f"R{place}")
    vendor.rehearsal.behave(Behaviour(kind=Kind.ANSWER_TWICE))
    vendor.later(2)
    return vendor.names("admissions")


@pytest.mark.parametrize(
    ("query", "places"),
    [
        pytest.param(Query(), slice(None), id="everything"),
        pytest.param(Query(max=2), slice(2), id="a page"),
        pytest.param(Query(max=0), slice(0), id="a page of nothing"),
        pytest.param(Query(names=("WZC-BESLISSING",)), slice(None), id="by name"),
        pytest.param(Query(names=(INVOICE_NAME,)), slice(0), id="by another name"),
        pytest.param(Query(included=False), slice(0), id="no messages asked for"),
    ],
)
def test_a_mailbox_gives_what_is_asked_for(vendor: Vendor, query: Query, places: slice) -> None:
    names = waiting(vendor)

    got = vendor.get(query=query)

    assert tuple(one.blob.reference for one in got) == names[places]


def test_a_delivery_says_what_it_answers_and_how_it_can_be_confirmed(vendor: Vendor) -> None:
    (delivery,) = vendor.get()

    assert (delivery.input_reference, delivery.output_reference) == ("R0", delivery.blob.reference)
    assert delivery.blob.hash_value == sha256(delivery.blob.content).digest()
    assert delivery.blob.message_name == "WZC-BESLISSING"


@pytest.mark.parametrize("way", ["reference", "hash"])
def test_what_is_confirmed_is_not_delivered_again(vendor: Vendor, way: str) -> None:
    names = waiting(vendor)
    first = vendor.get()[0].blob
    by_reference = Confirm(origin=ORIGIN, references=(names[0], "unknown"))
    by_hash = Confirm(origin=ORIGIN, hashes=(first.digest, b"unknown"))

    answer = vendor.ask("admissions", by_reference if way == "reference" else by_hash)

    assert isinstance(answer, ConfirmResponse)
    assert vendor.names("admissions") == names[1:]
    assert [event.ids["reply"] for event in vendor.events(EventType.CONFIRMED)] == [names[0]]


def test_a_confirmation_at_another_service_removes_nothing(vendor: Vendor) -> None:
    names = vendor.names("admissions")

    vendor.ask("invoices", Confirm(origin=ORIGIN, references=names))

    assert vendor.names("admissions") == names


def test_an_exchange_stands_in_the_log_as_request_and_response(vendor: Vendor) -> None:
    vendor.ask("admissions", post_of(GOOD))

    request, response = vendor.events(EventType.REQUEST)[-1], vendor.events(EventType.RESPONSE)[-1]
    assert request.ids["exchange"] == response.ids["exchange"]
    assert dict(request.ids) == {
        "exchange": request.ids["exchange"],
        "operation": "post",
        "service": "admissions",
        "facility": HOME.nihii,
        "reference": "R1",
    }
    assert response.data == {"status": 200}
    assert b"postResponse" in vendor.rehearsal.evidence[response.evidence]


def test_only_headers_that_mean_something_stand_in_the_log(vendor: Vendor) -> None:
    headers = {"soapaction": '"a"', "content-type": "text/xml", "date": "today", "authorization": "secret"}

    vendor.send("admissions", ENVELOPE, headers)

    assert vendor.events(EventType.REQUEST)[-1].data["headers"] == {
        "content-type": "text/xml",
        "soapaction": '"a"',
    }
