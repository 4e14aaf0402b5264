"""The four layers of refusal, the throttle and the warning, as a scenario switches them on."""

from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from tests.unit.simulator.open_house import (
    ADA,
    BEA,
    CLARA,
    HEIR,
    Vendor,
    invoice,
    origin_of,
    post_of,
    state_of,
)
from tests.unit.simulator.sample_house import admission

from generale.protocol.errors import UsageError
from generale.protocol.genericasync import (
    Confirm,
    Fault,
    FaultKind,
    Get,
    GetResponse,
    PostResponse,
    Reject,
    RejectSide,
    Request,
    ResultMajor,
    SoaCode,
    is_reject,
    read_reject,
    tack_is_genuine,
)
from generale.protocol.profile import INVOICE_NAME, standard_profile
from generale.results.events import EventType
from generale.simulator.behaviour import Behaviour, Kind, Shape
from generale.simulator.refusal import REFUSED, WARNED
from generale.simulator.service import DUPLICATE
from generale.simulator.simulator import Simulator
from generale.simulator.sqlite_journal import SqliteJournal

INPUT_ERROR = Behaviour(kind=Kind.FAULT, code="INPUT_ERROR")


@pytest.fixture
def vendor() -> Vendor:
    """A vendor whose rehearsal has begun."""
    return Vendor()


def imposed(vendor: Vendor) -> list[str]:
    """What the log says of each answer that was imposed."""
    return [event.data.get("imposed", "") for event in vendor.events(EventType.RESPONSE)]


REQUESTS: dict[str, Request] = {
    "post": post_of(admission(ADA)),
    "get": Get(origin=origin_of()),
    "confirm": Confirm(origin=origin_of(), references=("P000000001",)),
}


@pytest.mark.parametrize("operation", REQUESTS)
def test_a_fault_stands_in_the_place_of_one_answer_and_nothing_is_received(
    vendor: Vendor, operation: str
) -> None:
    vendor.rehearsal.behave(Behaviour(kind=Kind.FAULT, code="INPUT_ERROR", operation=operation))

    fault = vendor.ask("admissions", REQUESTS[operation])

    assert isinstance(fault, Fault)
    assert (fault.kind, fault.code, fault.source) == (FaultKind.GENERIC, "INPUT_ERROR", "MYCARENET")
    assert [detail.code for detail in fault.details] == ["INPUT_ERROR"]
    assert not vendor.events(EventType.ACKNOWLEDGED)
    assert not vendor.events(EventType.CONFIRMED)
    assert not isinstance(vendor.ask("admissions", REQUESTS[operation]), Fault)
    assert imposed(vendor) == ["fault", ""]


@pytest.mark.parametrize("code", SoaCode)
@pytest.mark.parametrize("shape", [Shape.SYSTEM, Shape.BUSINESS])
def test_every_code_of_the_ehealth_platform_can_be_answered_in_both_shapes(
    vendor: Vendor, code: SoaCode, shape: Shape
) -> None:
    vendor.rehearsal.behave(
        Behaviour(kind=Kind.FAULT, shape=shape, code=code.value, retry=True, operation="get", text="maandag")
    )

    fault = vendor.ask("admissions", REQUESTS["get"])

    assert isinstance(fault, Fault)
    assert fault.kind is {Shape.SYSTEM: FaultKind.SYSTEM, Shape.BUSINESS: FaultKind.BUSINESS}[shape]
    assert (fault.code, fault.retry, fault.environment) == (code.value, True, "Simulation")
    assert fault.message == f"{code.meaning}: maandag"
    assert fault.translations == (("nl", code.meaning_nl),)
    assert fault.contact
    assert fault.ticket == "generale-1"


def test_where_nothing_is_said_the_code_tells_whether_to_try_again(vendor: Vendor) -> None:
    for code in (SoaCode.UNAVAILABLE, SoaCode.TEMPORARILY_UNAVAILABLE):
        vendor.rehearsal.behave(
            Behaviour(kind=Kind.FAULT, shape=Shape.SYSTEM, code=code.value, operation="get")
        )

    faults = [vendor.ask("admissions", REQUESTS["get"]) for _ in range(2)]

    assert [fault.retry for fault in faults if isinstance(fault, Fault)] == [False, True]


@pytest.mark.parametrize(("code", "minor"), [("", REFUSED), ("urn:x:late", "urn:x:late")])
def test_a_failure_acknowledgement_is_genuine_and_receives_nothing(
    vendor: Vendor, code: str, minor: str
) -> None:
    vendor.rehearsal.behave(Behaviour(kind=Kind.FAILURE_TACK, code=code))

    tack = vendor.post(admission(ADA))

    assert tack.result_major is ResultMajor.FAILURE
    assert (tack.result_minor, bool(tack.result_message)) == (minor, True)
    assert tack_is_genuine(tack, admission(ADA).content)
    assert not vendor.events(EventType.ACKNOWLEDGED)
    assert vendor.post(admission(ADA)).result_minor == ""
    assert imposed(vendor) == ["failure-tack", ""]


def test_a_forged_acknowledgement_says_success_and_receives_nothing(vendor: Vendor) -> None:
    vendor.rehearsal.behave(Behaviour(kind=Kind.FORGED_TACK))

    tack = vendor.post(admission(ADA))

    assert tack.result_major is ResultMajor.SUCCESS
    assert tack.input_reference == "R1"
    assert not tack_is_genuine(tack, admission(ADA).content)
    assert not vendor.events(EventType.ACKNOWLEDGED)


def test_a_warning_is_a_receipt_and_does_not_come_twice(vendor: Vendor) -> None:
    vendor.rehearsal.behave(Behaviour(kind=Kind.WARNING_TACK))

    tacks = [vendor.post(admission(ADA)) for _ in range(2)]

    assert [tack.result_major for tack in tacks] == [ResultMajor.SUCCESS] * 2
    assert [tack.result_minor for tack in tacks] == [WARNED, DUPLICATE]
    assert all(tack_is_genuine(tack, admission(ADA).content) for tack in tacks)
    assert len(vendor.events(EventType.ACKNOWLEDGED)) == 1


def rejects(vendor: Vendor, service: str = "admissions") -> list[Reject]:
    """The rejections in a mailbox."""
    contents = [one.blob.content for one in vendor.get(service)]
    return [read_reject(content) for content in contents if is_reject(content)]


def test_an_inbound_rejection_comes_in_the_place_of_a_decision(vendor: Vendor) -> None:
    vendor.rehearsal.behave(Behaviour(kind=Kind.REJECT_INBOUND, insz=BEA, code="NO_IO_ERROR", text="weg"))
    for place, insz in enumerate((ADA, BEA), start=1):
        vendor.post(admission(insz), f"R{place}")
    vendor.later(2)

    assert vendor.kinds() == ["decision", "reject-inbound"]
    (reject,) = rejects(vendor)
    assert (reject.side, reject.input_reference) == (RejectSide.INBOUND, "R2")
    assert (reject.fault.code, reject.fault.message) == ("NO_IO_ERROR", "weg")
    assert reject.origin.licence_password == ""
    assert reject.message_name == "WZC-OPNAME"
    assert len(vendor.events(EventType.DECIDED)) == 1
    assert {one.blob.message_name for one in vendor.get()} == {vendor.get()[0].blob.message_name}


def test_a_rejected_message_can_be_sent_again_under_a_new_reference(vendor: Vendor) -> None:
    vendor.rehearsal.behave(Behaviour(kind=Kind.REJECT_INBOUND))
    vendor.post(admission(ADA), "R1")
    vendor.later(2)
    vendor.post(admission(ADA), "R2")
    vendor.later(2)

    assert vendor.kinds() == ["reject-inbound", "decision"]


def test_an_invoice_file_can_be_rejected_as_well(vendor: Vendor) -> None:
    vendor.admit(ADA, CLARA)
    vendor.rehearsal.behave(Behaviour(kind=Kind.REJECT_INBOUND, service="invoices"))
    vendor.post(invoice(ADA), "I1")
    vendor.later(10)

    (reject,) = rejects(vendor, "invoices")
    assert reject.message_name == INVOICE_NAME
    assert reject.input_reference == "I1"
    assert not vendor.events(EventType.PAID)


def test_an_outbound_rejection_is_followed_by_the_answer_itself(vendor: Vendor) -> None:
    vendor.rehearsal.behave(Behaviour(kind=Kind.REJECT_OUTBOUND, after=3600))
    vendor.post(admission(ADA), "R1")
    vendor.later(2)

    (reject,) = rejects(vendor)
    assert (reject.side, reject.input_reference) == (RejectSide.OUTBOUND, "R1")
    assert reject.message_name == "WZC-BESLISSING"
    vendor.later(3600)
    assert vendor.kinds() == ["reject-outbound", "decision"]


def polls(vendor: Vendor, *pauses: int) -> list[bool]:
    """Whether a poll is answered, at once and then after each pause in seconds."""
    found: list[bool] = []
    for pause in (0, *pauses):
        vendor.later(pause)
        found.append(isinstance(vendor.ask("admissions", REQUESTS["get"]), GetResponse))
    return found


def test_a_poll_that_comes_too_soon_is_turned_away_and_makes_nobody_wait_longer(vendor: Vendor) -> None:
    vendor.rehearsal.behave(Behaviour(kind=Kind.THROTTLE, operation="get", count=10))

    assert polls(vendor, 29, 1, 29, 1) == [True, False, True, False, True]
    assert imposed(vendor) == ["", "throttle", "", "throttle", ""]


def test_the_throttle_is_for_each_service_and_is_off_unless_asked_for(vendor: Vendor) -> None:
    assert polls(vendor, 0) == [True, True]
    vendor.rehearsal.behave(Behaviour(kind=Kind.THROTTLE, operation="get", service="admissions"))

    fault = vendor.ask("admissions", REQUESTS["get"])

    assert isinstance(fault, Fault)
    assert "Not enough time" in fault.message
    assert "30 seconds" in fault.message
    assert isinstance(vendor.ask("invoices", REQUESTS["get"]), GetResponse)
    assert polls(vendor) == [True]


def test_who_may_not_ask_uses_no_refusal_up(vendor: Vendor) -> None:
    vendor.rehearsal.behave(INPUT_ERROR)

    stranger = vendor.ask("admissions", post_of(admission(ADA), origin=origin_of(HEIR)))

    assert isinstance(stranger, Fault)
    assert stranger.code == SoaCode.NO_ACCESS
    assert vendor.rehearsal.world.behaviours.active == (INPUT_ERROR,)


@pytest.mark.parametrize(
    "behaviour",
    [
        pytest.param(Behaviour(kind=Kind.FAULT), id="no code"),
        pytest.param(Behaviour(kind=Kind.FAULT, shape=Shape.SYSTEM, code="INPUT_ERROR"), id="no such code"),
        pytest.param(Behaviour(kind=Kind.FAULT, code="INPUT_ERROR", retry=True), id="a retry it cannot say"),
        pytest.param(Behaviour(kind=Kind.CUT, shape=Shape.SYSTEM), id="a shape without a fault"),
        pytest.param(Behaviour(kind=Kind.CUT, retry=False), id="a retry without a fault"),
        pytest.param(Behaviour(kind=Kind.FAILURE_TACK, code="no code"), id="a code with a space"),
        pytest.param(Behaviour(kind=Kind.WARNING_TACK, code="urn:%zz"), id="a code that is no address"),
        pytest.param(Behaviour(kind=Kind.THROTTLE), id="a throttle for posts"),
        pytest.param(Behaviour(kind=Kind.WARNING_TACK, text="\x00"), id="a text that XML cannot hold"),
    ],
)
def test_a_refusal_that_cannot_be_written_is_a_mistake_and_changes_nothing(
    vendor: Vendor, behaviour: Behaviour
) -> None:
    before = state_of(vendor.rehearsal)

    with pytest.raises(UsageError):
        vendor.rehearsal.behave(behaviour)

    assert state_of(vendor.rehearsal) == before


def test_a_message_after_a_warning_is_answered_as_always(vendor: Vendor) -> None:
    vendor.rehearsal.behave(Behaviour(kind=Kind.WARNING_TACK, text="laat"))

    first = vendor.ask("admissions", post_of(admission(ADA), "R1"))
    second = vendor.ask("admissions", post_of(admission(BEA), "R2"))

    assert isinstance(first, PostResponse)
    assert isinstance(second, PostResponse)
    assert (first.tack.result_message, second.tack.result_message) == ("laat", "")
    vendor.later(2)
    assert vendor.kinds() == ["decision", "decision"]


def test_refusals_that_were_used_up_or_are_under_way_survive_a_restart(tmp_path: Path) -> None:
    with closing(SqliteJournal(tmp_path / "s")) as journal:
        vendor = Vendor(simulator=Simulator(standard_profile(), journal=journal))
        for behaviour in (
            INPUT_ERROR,
            Behaviour(kind=Kind.WARNING_TACK),
            Behaviour(kind=Kind.REJECT_INBOUND, insz=ADA),
            Behaviour(kind=Kind.REJECT_OUTBOUND, insz=BEA, after=60),
        ):
            vendor.rehearsal.behave(behaviour)
        vendor.ask("admissions", post_of(admission(ADA)))
        vendor.post(admission(ADA), "R1")
        vendor.post(admission(BEA), "R2")
        left = state_of(vendor.rehearsal)
    with closing(SqliteJournal(tmp_path / "s")) as journal:
        found = Simulator(standard_profile(), journal=journal).rehearsals["open-house"]

        assert state_of(found) == left
        found.move_to(found.now() + timedelta(seconds=62))

    kinds = [event.ids["kind"] for event in found.events if event.type is EventType.REPLIED]
    assert kinds == ["reject-inbound", "reject-outbound", "decision"]
