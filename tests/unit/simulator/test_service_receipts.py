"""Later acknowledgements in the mailbox: asked for, confirmed, and what a message needs that was lost."""

from dataclasses import replace

import pytest
from tests.unit.simulator.open_house import (
    ADA,
    BEA,
    FIRST_FUND,
    SECOND_FUND,
    Vendor,
    invoice,
    origin_of,
    state_of,
)
from tests.unit.simulator.sample_house import admission

from generale.protocol.genericasync import (
    Confirm,
    ConfirmResponse,
    Fault,
    Get,
    GetResponse,
    Query,
    ResultMajor,
    SoaCode,
    TAck,
    tack_is_genuine,
)
from generale.protocol.profile import UnknownKeys, standard_profile
from generale.results.events import EventType
from generale.simulator.behaviour import Behaviour, Kind
from generale.simulator.pick_up import NOT_PICKED_UP
from generale.simulator.service import DUPLICATE, REFERENCE_REUSED

ORIGIN = origin_of()
STRICT = replace(standard_profile(), unknown_keys=UnknownKeys.FAULT)


def tacks(vendor: Vendor, service: str = "admissions", get: Get | None = None) -> tuple[TAck, ...]:
    """The acknowledgements that wait."""
    answer = vendor.ask(service, get or Get(origin=ORIGIN))
    assert isinstance(answer, GetResponse)
    assert answer.tack_count == len(answer.tacks)
    assert answer.msg_count == len(answer.messages)
    return answer.tacks


def two_taken_over() -> Vendor:
    """A vendor with two admissions that were picked up and decided."""
    vendor = Vendor()
    for place, insz in enumerate((ADA, BEA), start=1):
        vendor.post(admission(insz), f"R{place}")
    vendor.later(2)
    return vendor


def test_what_was_taken_over_is_acknowledged_a_second_time() -> None:
    vendor = Vendor()
    first = vendor.post(admission(ADA))
    assert tacks(vendor) == ()

    vendor.later(2)

    (tack,) = tacks(vendor)
    assert (tack.result_major, tack.input_reference) == (ResultMajor.SUCCESS, "R1")
    assert tack_is_genuine(tack, admission(ADA).content)
    assert tack.reference not in ("", first.reference)
    assert tack.issuer.endswith(":000")


def test_a_silent_platform_still_takes_a_message_over() -> None:
    vendor = Vendor()
    vendor.rehearsal.behave(Behaviour(kind=Kind.SILENCE, after=3600))
    vendor.post(admission(ADA))

    vendor.later(2)

    assert len(tacks(vendor)) == 1
    assert vendor.get() == ()


def test_a_file_is_taken_over_by_its_fund() -> None:
    vendor = Vendor()
    vendor.admit(ADA, BEA)
    vendor.post(invoice(ADA, fund=FIRST_FUND), "I1")
    vendor.post(invoice(BEA, fund=SECOND_FUND, number=2), "I2")
    vendor.later(4)
    mine = Get(origin=ORIGIN, include_ios=(str(SECOND_FUND),))

    assert [one.input_reference for one in tacks(vendor, "invoices")] == ["I1", "I2"]
    assert [one.input_reference for one in tacks(vendor, "invoices", mine)] == ["I2"]
    answer = vendor.ask("invoices", mine)
    assert isinstance(answer, GetResponse)
    assert {one.input_reference for one in answer.messages} == {"I2"}
    assert len(answer.messages) == 2


@pytest.mark.parametrize(
    ("query", "found"),
    [
        pytest.param(Query(), ["R1", "R2"], id="everything"),
        pytest.param(Query(max=1), ["R1"], id="a page"),
        pytest.param(Query(max=0), [], id="a page of nothing"),
        pytest.param(Query(included=False), [], id="none asked for"),
        pytest.param(Query(names=("WZC-OPNAME",)), ["R1", "R2"], id="of admissions"),
        pytest.param(Query(names=("WZC-EINDE",)), [], id="of other messages"),
    ],
)
def test_acknowledgements_are_given_as_they_are_asked_for(query: Query, found: list[str]) -> None:
    vendor = two_taken_over()

    given = tacks(vendor, get=Get(origin=ORIGIN, tack_query=query, message_query=Query(included=False)))

    assert [one.input_reference for one in given] == found


@pytest.mark.parametrize("way", ["reference", "content"])
def test_an_acknowledgement_that_is_confirmed_is_not_given_again(way: str) -> None:
    vendor = two_taken_over()
    first, second = tacks(vendor)
    replies = vendor.names("admissions")

    answer = vendor.ask(
        "admissions",
        Confirm(origin=ORIGIN, tack_references=(first.reference, "unknown"))
        if way == "reference"
        else Confirm(origin=ORIGIN, tack_contents=(first.value, b"unknown")),
    )

    assert isinstance(answer, ConfirmResponse)
    assert tacks(vendor) == (second,)
    assert vendor.names("admissions") == replies
    assert [event.ids["tack"] for event in vendor.events(EventType.CONFIRMED)] == [first.reference]


def test_a_confirmation_of_nothing_is_taken() -> None:
    vendor = two_taken_over()
    before = state_of(vendor.rehearsal)

    assert isinstance(vendor.ask("admissions", Confirm(origin=ORIGIN)), ConfirmResponse)
    assert state_of(vendor.rehearsal) == before


UNKNOWN = {
    "a reference": Confirm(origin=ORIGIN, references=("P000000001", "unknown")),
    "a hash": Confirm(origin=ORIGIN, references=("P000000001",), hashes=(b"unknown",)),
    "a reference of an acknowledgement": Confirm(
        origin=ORIGIN, references=("P000000001",), tack_references=("unknown",)
    ),
    "a value of an acknowledgement": Confirm(
        origin=ORIGIN, references=("P000000001",), tack_contents=(b"unknown",)
    ),
}


@pytest.mark.parametrize("what", UNKNOWN)
def test_a_profile_may_refuse_a_confirmation_of_what_does_not_wait(what: str) -> None:
    vendor = Vendor(profile=STRICT)
    vendor.post(admission(ADA))
    vendor.later(2)
    names = vendor.names("admissions")
    before = state_of(vendor.rehearsal)

    known = Confirm(origin=ORIGIN, references=names)
    refused = vendor.ask("admissions", UNKNOWN[what])

    assert isinstance(refused, Fault)
    assert refused.code == SoaCode.INVALID_CONTENT
    assert state_of(vendor.rehearsal) == before
    assert isinstance(vendor.ask("admissions", known), ConfirmResponse)
    assert vendor.names("admissions") == ()


@pytest.mark.parametrize("service", ["admissions", "invoices"])
def test_a_message_that_is_not_taken_over_must_be_sent_again(service: str) -> None:
    vendor = Vendor()
    vendor.admit(ADA)
    blob = admission(BEA) if service == "admissions" else invoice(ADA)
    vendor.rehearsal.behave(Behaviour(kind=Kind.NOT_PICKED_UP, service=service))
    assert vendor.post(blob).result_major is ResultMajor.SUCCESS
    assert vendor.post(blob).result_minor == DUPLICATE

    vendor.later(10)

    failed = tacks(vendor, service)[-1]
    assert (failed.result_major, failed.result_minor) == (ResultMajor.FAILURE, NOT_PICKED_UP)
    assert tack_is_genuine(failed, blob.content)
    assert vendor.get(service) == ()
    assert vendor.rehearsal.world.pick_ups.lost == {(ORIGIN.nihii[:8], "R1")}
    (event,) = vendor.events(EventType.NOT_PICKED_UP)
    assert (event.ids["reference"], event.ids["tack"]) == ("R1", failed.reference)

    other = replace(blob, content=blob.content + b" ")
    assert vendor.post(other).result_minor == REFERENCE_REUSED
    again = vendor.post(blob)
    vendor.later(10)

    assert (again.result_major, again.result_minor) == (ResultMajor.SUCCESS, "")
    assert vendor.post(blob).result_minor == DUPLICATE
    assert {one.input_reference for one in vendor.get(service)} == {"R1"}
