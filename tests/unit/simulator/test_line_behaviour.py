"""The line as a scenario switches it: cut before receipt, for some messages only, and short pages."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from tests.unit.simulator.open_house import ADA, BEA, CLARA, Vendor, end_of_stay, invoice, origin_of, post_of
from tests.unit.simulator.sample_house import admission

from generale.protocol.errors import UsageError
from generale.protocol.genericasync import (
    Blob,
    Confirm,
    Get,
    GetResponse,
    Query,
    ResultMajor,
    request_envelope,
    write_envelope,
)
from generale.protocol.profile import standard_profile
from generale.results.events import EventType
from generale.simulator.behaviour import Behaviour, Kind
from generale.simulator.mailbox_service import SHORT_PAGE
from generale.simulator.simulator import Simulator
from generale.simulator.sqlite_journal import SqliteJournal


@pytest.fixture
def vendor() -> Vendor:
    """A vendor whose rehearsal has begun."""
    return Vendor()


@pytest.mark.parametrize(
    ("service", "blob"),
    [
        pytest.param("admissions", admission(ADA), id="an admission"),
        pytest.param("invoices", invoice(ADA), id="an invoice file"),
    ],
)
def test_a_line_cut_before_receipt_leaves_nothing_behind(vendor: Vendor, service: str, blob: Blob) -> None:
    vendor.rehearsal.behave(Behaviour(kind=Kind.CUT_BEFORE_RECEIPT, service=service))

    lost = vendor.ask(service, post_of(blob))

    assert lost is None
    assert not vendor.rehearsal.received
    assert not vendor.events(EventType.ACKNOWLEDGED)
    assert [event.data for event in vendor.events(EventType.RESPONSE)] == [{"cut": True}]
    again = vendor.post(blob)
    assert (again.result_major, again.result_minor) == (ResultMajor.SUCCESS, "")


def deliver(vendor: Vendor, blob: Blob, reference: str) -> None:
    """Post a message, whatever becomes of it."""
    body = post_of(blob, reference)
    vendor.send("admissions", write_envelope(request_envelope(body, message_id=f"urn:message:{reference}")))


LINE = [
    Kind.CUT,
    Kind.CUT_BEFORE_RECEIPT,
    Kind.UNAVAILABLE,
    Kind.FAULT,
    Kind.FAILURE_TACK,
    Kind.FORGED_TACK,
    Kind.WARNING_TACK,
]


@pytest.mark.parametrize("kind", LINE, ids=str)
@pytest.mark.parametrize(
    ("behaviour", "other"),
    [
        pytest.param(Behaviour(kind=Kind.CUT, message="EndOfStay"), admission(ADA), id="one kind"),
        pytest.param(Behaviour(kind=Kind.CUT, insz=ADA), admission(BEA), id="one resident"),
    ],
)
def test_trouble_on_the_line_can_be_meant_for_some_messages_only(
    vendor: Vendor, kind: Kind, behaviour: Behaviour, other: Blob
) -> None:
    mine = replace(behaviour, kind=kind, code="INPUT_ERROR")
    vendor.rehearsal.behave(mine)

    deliver(vendor, other, "R1")
    deliver(vendor, replace(other, content=b"no message"), "R2")
    left_alone = vendor.rehearsal.world.behaviours.active
    deliver(vendor, end_of_stay(ADA), "R3")

    assert left_alone == (mine,)
    assert not vendor.rehearsal.world.behaviours.active


def test_trouble_that_is_meant_for_one_message_stays_used_up_after_a_restart(tmp_path: Path) -> None:
    with closing(SqliteJournal(tmp_path / "s")) as journal:
        vendor = Vendor(simulator=Simulator(standard_profile(), journal=journal))
        vendor.rehearsal.behave(Behaviour(kind=Kind.CUT, message="EndOfStay", insz=ADA))
        vendor.rehearsal.behave(Behaviour(kind=Kind.CUT, message="EndOfStay", insz=BEA))
        deliver(vendor, end_of_stay(BEA), "R1")
        left = vendor.rehearsal.world.behaviours.active
    with closing(SqliteJournal(tmp_path / "s")) as journal:
        found = Simulator(standard_profile(), journal=journal).rehearsals["open-house"]

    assert [one.insz for one in left] == [ADA]
    assert found.world.behaviours.active == left


def crowd(vendor: Vendor, count: int) -> None:
    """Let so many replies wait."""
    vendor.rehearsal.behave(Behaviour(kind=Kind.ANSWER_TWICE, count=count - 3))
    for place, insz in enumerate((ADA, BEA, CLARA), start=1):
        vendor.post(admission(insz), f"R{place}")
    vendor.later(2)


@pytest.mark.parametrize(
    ("waiting", "asked", "given"),
    [
        pytest.param(6, 100, SHORT_PAGE, id="asks for all"),
        pytest.param(6, 4, 4, id="asks for few"),
        pytest.param(5, 100, 5, id="few wait"),
    ],
)
def test_a_short_page_holds_five_replies_however_many_are_asked_for(
    vendor: Vendor, waiting: int, asked: int, given: int
) -> None:
    crowd(vendor, waiting)
    vendor.rehearsal.behave(Behaviour(kind=Kind.SHORT_PAGE, operation="get", count=1000))

    page = vendor.get(query=Query(max=asked))

    assert len(page) == given


def test_what_a_short_page_left_out_is_on_the_next_one(vendor: Vendor) -> None:
    crowd(vendor, 6)
    vendor.rehearsal.behave(Behaviour(kind=Kind.SHORT_PAGE, operation="get"))

    names = vendor.names("admissions")
    vendor.ask("admissions", Confirm(origin=origin_of(), references=names))
    rest = vendor.names("admissions")

    assert (len(names), len(rest)) == (5, 1)
    assert not vendor.rehearsal.world.behaviours.active


def test_a_short_page_holds_five_acknowledgements_as_well(vendor: Vendor) -> None:
    vendor.rehearsal.behave(Behaviour(kind=Kind.SHORT_PAGE, operation="get"))
    for place in range(6):
        vendor.post(admission(ADA), f"R{place}")
    vendor.later(2)

    answer = vendor.ask("admissions", Get(origin=origin_of(), tack_query=Query()))

    assert isinstance(answer, GetResponse)
    assert (len(answer.tacks), answer.tack_count) == (5, 5)


@pytest.mark.parametrize(
    "behaviour",
    [
        pytest.param(Behaviour(kind=Kind.SHORT_PAGE), id="a page for posts"),
        pytest.param(Behaviour(kind=Kind.CUT_BEFORE_RECEIPT, operation="get"), id="a get received"),
    ],
)
def test_trouble_that_cannot_come_at_that_operation_is_a_mistake(
    vendor: Vendor, behaviour: Behaviour
) -> None:
    with pytest.raises(UsageError) as mistake:
        vendor.rehearsal.behave(behaviour)

    assert mistake.value.hint
    assert not vendor.rehearsal.world.behaviours.active
