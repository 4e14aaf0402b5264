"""What a scenario can make of invoice files: refused technically, as a whole, or bill by bill."""

from datetime import date

import pytest
from tests.unit.simulator.open_house import (
    ADA,
    BEA,
    CLARA,
    FIRST_FUND,
    SECOND_FUND,
    Vendor,
    invoice,
)

from generale.protocol.flatfile import read_refusal, read_settlement
from generale.protocol.ids import FundNumber
from generale.results.events import EventType
from generale.simulator.behaviour import Behaviour, Kind, Subject

SUBJECT = Subject(service="admissions", operation="post", message="Admission", insz=ADA, fund=FIRST_FUND)


@pytest.fixture
def vendor() -> Vendor:
    """A vendor whose rehearsal has begun."""
    return Vendor()


def test_refuse_file_makes_one_file_be_refused_technically(vendor: Vendor) -> None:
    vendor.admit(ADA, CLARA)
    vendor.rehearsal.behave(Behaviour(kind=Kind.REFUSE_FILE))
    vendor.post(invoice(ADA), "I1")
    vendor.later(4)
    vendor.post(invoice(ADA), "I2")
    vendor.later(4)

    assert vendor.kinds()[2:] == ["920999", "931000", "920900"]
    refusal = read_refusal(vendor.get("invoices")[0].blob.content)
    assert [error.zone for error in refusal.errors] == ["302"]
    assert vendor.events(EventType.PAID)[0].data["amount"] == "643.50"


@pytest.mark.parametrize(
    ("behaviour", "paid"),
    [
        pytest.param(Behaviour(kind=Kind.REFUSE_BILL, control="HX-INV-10"), ["643.50", "643.50"], id="one"),
        pytest.param(
            Behaviour(kind=Kind.REFUSE_BILL, control="HX-INV-10", insz=CLARA), ["643.50", "643.50"], id="hers"
        ),
        pytest.param(
            Behaviour(kind=Kind.REFUSE_BILL, control="HX-INV-10", count=2, fund=FIRST_FUND),
            ["643.50"],
            id="all",
        ),
        pytest.param(
            Behaviour(kind=Kind.REFUSE_BILL, control="HX-INV-10", fund=SECOND_FUND), ["1287.00"], id="theirs"
        ),
        pytest.param(
            Behaviour(kind=Kind.REFUSE_BILL, control="HX-INV-10", service="invoices"),
            ["643.50", "643.50"],
            id="with its service",
        ),
        pytest.param(
            Behaviour(kind=Kind.REFUSE_BILL, control="HX-INV-10", day=date(2019, 4, 10)),
            ["643.50", "643.50"],
            id="of a day",
        ),
    ],
)
def test_refuse_bill_refuses_bills_whatever_they_say(
    vendor: Vendor, behaviour: Behaviour, paid: list[str]
) -> None:
    vendor.admit(ADA, BEA, CLARA)
    vendor.rehearsal.behave(behaviour)
    vendor.post(invoice(ADA, CLARA), "I1")
    vendor.post(invoice(BEA, fund=SECOND_FUND), "I2")
    vendor.later(4)

    assert [event.data["amount"] for event in vendor.events(EventType.PAID)] == paid
    assert vendor.rehearsal.world.behaviours.active == ()


def test_refuse_bill_waits_for_a_bill_with_a_line_of_its_day(vendor: Vendor) -> None:
    vendor.admit(ADA)
    vendor.rehearsal.behave(Behaviour(kind=Kind.REFUSE_BILL, control="HX-INV-10", day=date(2019, 4, 11)))
    vendor.post(invoice(ADA), "I1")
    vendor.later(4)

    assert [event.data["amount"] for event in vendor.events(EventType.PAID)] == ["643.50"]
    assert len(vendor.rehearsal.world.behaviours.active) == 1


@pytest.mark.parametrize(
    ("fund", "kinds"),
    [(FIRST_FUND, ["931000", "920900"]), (FundNumber.parse("850"), ["931000", "920099"])],
    ids=["settles", "judges whole files"],
)
def test_block_file_refuses_a_file_as_a_whole(vendor: Vendor, fund: FundNumber, kinds: list[str]) -> None:
    vendor.rehearsal.behave(Behaviour(kind=Kind.BLOCK_FILE, control="HX-INV-01", fund=fund))
    vendor.post(invoice(ADA, fund=fund), "I1")
    vendor.later(4)

    assert vendor.kinds() == kinds
    assert vendor.events(EventType.PAID) == []


@pytest.mark.parametrize(
    ("fund", "kinds"),
    [("830", ["931000", "920099"]), ("850", ["931000", "920099"]), (FIRST_FUND, ["931000", "920900"])],
    ids=["all tolerated otherwise", "few tolerated otherwise", "no file judged as a whole"],
)
def test_tolerate_nothing_refuses_a_file_for_one_error(vendor: Vendor, fund: str, kinds: list[str]) -> None:
    number = FundNumber.parse(fund)
    vendor.rehearsal.behave(Behaviour(kind=Kind.TOLERATE_NOTHING, fund=number))
    vendor.rehearsal.behave(Behaviour(kind=Kind.REFUSE_BILL, control="HX-INV-10"))
    vendor.post(invoice(*[ADA] * 30, fund=number), "I1")
    vendor.later(4)

    assert vendor.kinds() == kinds


def test_errors_that_a_fund_tolerates_are_told_before_it_settles(vendor: Vendor) -> None:
    vendor.rehearsal.behave(Behaviour(kind=Kind.REFUSE_BILL, control="HX-INV-10", count=1))
    vendor.post(invoice(ADA, fund=FundNumber.parse("830")), "I1")
    vendor.later(4)
    assert vendor.kinds() == ["931000", "920098"]
    vendor.later(2)

    assert vendor.kinds() == ["931000", "920098", "920900"]


def test_refuse_file_can_be_meant_for_one_fund(vendor: Vendor) -> None:
    vendor.rehearsal.behave(Behaviour(kind=Kind.REFUSE_FILE, fund=SECOND_FUND))
    vendor.post(invoice(ADA), "I1")
    vendor.post(invoice(BEA, fund=SECOND_FUND), "I2")
    vendor.later(2)

    assert vendor.kinds() == ["931000", "920999"]


def test_sparse_answer_settles_the_same_with_less(vendor: Vendor) -> None:
    vendor.admit(ADA, CLARA)
    vendor.rehearsal.behave(Behaviour(kind=Kind.REFUSE_BILL, control="HX-INV-10", insz=CLARA))
    vendor.rehearsal.behave(Behaviour(kind=Kind.SPARSE_ANSWER))
    vendor.post(invoice(ADA, CLARA), "I1")
    vendor.later(4)

    content = vendor.get("invoices")[1].blob.content
    settlement = read_settlement(content)
    assert (len(content) - 677) % 800 == 799
    assert [one.index for one in settlement.records] == [5]
    assert str(settlement.accepted) == vendor.events(EventType.PAID)[0].data["amount"] == "643.50"
