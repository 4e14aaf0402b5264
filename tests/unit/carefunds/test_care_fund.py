"""A care fund settles invoice files: examples, and what holds for any files in any order."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.carefunds.house import HOUSE

from generale.carefunds.fund import Forced
from generale.carefunds.ledger import Ledger, structured_communication
from generale.carefunds.life import FileState, Shipment
from generale.carefunds.register import Register, Tariff
from generale.carefunds.settlement import SettlementResult
from generale.protocol.calendar import days_between
from generale.protocol.errors import OurError
from generale.protocol.flatfile.invoice import Bill, BillKind, InvoiceFile, Line, PreviousBill
from generale.protocol.ids import FundNumber, Hco, Insz
from generale.protocol.messages import EndReason, StayType
from generale.protocol.money import ZERO, Euro
from generale.rules.findings import Finding

MONTH = HOUSE.file(
    HOUSE.bill(HOUSE.ada, HOUSE.line(1, 31)), HOUSE.bill(HOUSE.bob, HOUSE.line(1, 31), number=2)
)
WHIM = Finding(control="HX-INV-10", field="first_day", expected="an accepted stay", received="a whim")
FORCED = Forced(finding=WHIM)


def controls(result: SettlementResult) -> list[str]:
    """Every control that a settlement tells, file first."""
    bills = [finding for bill in result.bills for finding in bill.findings]
    lines = [finding for bill in result.bills for line in bill.lines for finding in line.findings]
    return [finding.control for finding in (*result.findings, *bills, *lines)]


def test_a_right_file_is_accepted_booked_and_paid() -> None:
    fund = HOUSE.open_fund()

    result = fund.settle(MONTH, HOUSE.record, HOUSE.received)

    assert controls(result) == []
    assert result.state is FileState.SETTLED
    assert result.accepted == MONTH.amount
    assert result.payment is not None
    assert result.payment.amount == MONTH.amount
    assert result.payment.ordered == date(2019, 6, 3)
    assert fund.payments == (result.payment,)
    assert fund.ledger.days(HOUSE.ada) == set(MONTH.month.days())
    assert fund.ledger.amount(HOUSE.ada) == Euro.of_rate(HOUSE.rate, 31)
    assert fund.state(Shipment.of(MONTH)) is FileState.SETTLED


def test_what_was_advanced_for_the_year_is_deducted_from_what_is_accepted() -> None:
    fund = HOUSE.open_fund()
    assert fund.advances is not None
    account = fund.advances.account(HOUSE.record.hco)
    account.advance(date(2019, 5, 2), MONTH.month, Euro(100_00))

    result = fund.settle(MONTH, HOUSE.record, HOUSE.received)

    assert result.accepted == MONTH.amount
    assert result.payment is not None
    assert result.payment.amount == MONTH.amount - Euro(100_00)
    assert result.set_off == Euro(100_00)
    assert account.balance == ZERO


def test_what_is_wholly_set_off_is_settled_without_a_payment() -> None:
    fund = HOUSE.open_fund()
    assert fund.advances is not None
    account = fund.advances.account(HOUSE.record.hco)
    account.advance(date(2019, 5, 2), MONTH.month, MONTH.amount + Euro(1))

    result = fund.settle(MONTH, HOUSE.record, HOUSE.received)

    assert (result.state, result.accepted) == (FileState.SETTLED, MONTH.amount)
    assert (result.payment, result.set_off) == (None, MONTH.amount)
    assert fund.payments == ()
    assert account.balance == Euro(1)


def test_only_the_line_that_is_wrong_is_refused() -> None:
    fund = HOUSE.open_fund()
    wrong = replace(HOUSE.line(16, 31), amount=Euro(1))
    file = HOUSE.file(HOUSE.bill(HOUSE.ada, HOUSE.line(1, 15), wrong))

    result = fund.settle(file, HOUSE.record, HOUSE.received)

    assert controls(result) == ["HX-INV-13"]
    assert [line.accepted for line in result.bills[0].lines] == [True, False]
    assert result.accepted == HOUSE.line(1, 15).amount
    assert result.refused == Euro(1)


def test_a_finding_on_the_file_refuses_everything_and_pays_nothing() -> None:
    fund = HOUSE.open_fund()

    result = fund.settle(MONTH, None, HOUSE.received)

    assert controls(result) == ["HX-INV-01"]
    assert result.state is FileState.REFUSED
    assert result.refused == MONTH.amount
    assert result.payment is None
    assert fund.ledger.total == Euro(0)


def test_a_sending_number_is_used_once_and_the_first_file_stands() -> None:
    fund = HOUSE.open_fund()
    fund.settle(MONTH, HOUSE.record, HOUSE.received)

    second = fund.settle(MONTH, HOUSE.record, HOUSE.received)

    assert controls(second) == ["HX-INV-02"]
    assert second.state is FileState.REFUSED
    assert fund.state(Shipment.of(MONTH)) is FileState.SETTLED


def test_a_technically_refused_file_keeps_its_sending_number() -> None:
    fund = HOUSE.open_fund()
    shipment = Shipment.of(MONTH)
    fund.refuse_technically(shipment)
    fund.refuse_technically(shipment)
    assert fund.state(shipment) is FileState.REFUSED_TECHNICALLY

    result = fund.settle(MONTH, HOUSE.record, HOUSE.received)

    assert controls(result) == []
    assert fund.state(shipment) is FileState.SETTLED


def test_a_technical_refusal_under_a_used_number_changes_nothing() -> None:
    fund = HOUSE.open_fund()
    fund.settle(MONTH, HOUSE.record, HOUSE.received)

    fund.refuse_technically(Shipment.of(MONTH))

    assert fund.state(Shipment.of(MONTH)) is FileState.SETTLED


@pytest.mark.parametrize(
    ("day", "accepted"), [(3, [False, True]), (20, [True, False]), (None, [False, False])]
)
def test_a_scenario_can_have_one_line_of_a_bill_refused(day: int | None, accepted: list[bool]) -> None:
    bill = HOUSE.bill(HOUSE.ada, HOUSE.line(1, 15), HOUSE.line(16, 31))
    forced = Forced(finding=WHIM, day=date(MONTH.month.year, MONTH.month.month, day) if day else None)

    result = HOUSE.open_fund().settle(HOUSE.file(bill), HOUSE.record, HOUSE.received, lambda _bill: forced)

    (judged,) = result.bills
    assert [line.accepted for line in judged.lines] == accepted
    assert judged.findings == (() if day else (WHIM,))
    assert judged.is_refused


def test_a_scenario_can_have_one_bill_refused_which_is_then_billed_again() -> None:
    fund = HOUSE.open_fund()
    first = fund.settle(
        MONTH, HOUSE.record, HOUSE.received, lambda bill: FORCED if bill.insz == HOUSE.ada else None
    )
    again = replace(
        MONTH.bills[0],
        kind=BillKind.REBILL,
        previous=PreviousBill(number=1, sending_number=1, fund=820, month=MONTH.month),
    )

    second = fund.settle(HOUSE.file(again, number=2), HOUSE.record, HOUSE.received)

    assert controls(first) == ["HX-INV-10"]
    assert [bill.is_refused for bill in first.bills] == [True, False]
    assert controls(second) == []
    assert fund.ledger.total == MONTH.amount


def test_a_credit_note_of_a_refused_bill_is_refused_and_leaves_the_other_bills_of_its_person() -> None:
    fund = HOUSE.open_fund()
    whim = fund.settle(MONTH, HOUSE.record, HOUSE.received, lambda bill: FORCED)
    former = PreviousBill(number=1, sending_number=1, fund=820, month=MONTH.month)
    again = replace(MONTH.bills[0], number=2, kind=BillKind.REBILL, previous=former)
    back = replace(
        again,
        number=1,
        kind=BillKind.CREDIT,
        lines=tuple(replace(one, days=-one.days, amount=-one.amount) for one in again.lines),
    )

    result = fund.settle(HOUSE.file(back, again, number=2), HOUSE.record, HOUSE.received)

    assert all(bill.is_refused for bill in whim.bills)
    assert [bill.is_refused for bill in result.bills] == [True, False]
    assert controls(result) == ["HX-INV-20"]
    assert fund.ledger.total == again.amount


def test_a_rebill_of_a_bill_that_was_paid_is_refused() -> None:
    fund = HOUSE.open_fund()
    fund.settle(MONTH, HOUSE.record, HOUSE.received)
    again = replace(
        MONTH.bills[0],
        kind=BillKind.REBILL,
        previous=PreviousBill(number=1, sending_number=1, fund=820, month=MONTH.month),
    )

    result = fund.settle(HOUSE.file(again, number=2), HOUSE.record, HOUSE.received)

    assert controls(result) == ["HX-INV-05", "HX-INV-15"]


def test_a_day_settled_under_the_old_number_is_not_paid_under_the_new_one() -> None:
    fund = HOUSE.open_fund()
    fund.settle(MONTH, HOUSE.record, HOUSE.received)
    new = replace(HOUSE.record, hco=Hco.parse("1002"), nihii=HOUSE.record.nihii)
    fund.note_facility(new, [Tariff(stay_type=StayType.RVT, since=date(2019, 1, 1), per_day=HOUSE.rate)])
    continued = replace(HOUSE.stay(HOUSE.ada, "A1"), facility=new.hco, from_takeover=date(2019, 5, 16))
    fund.note_stay(continued)
    boundary = HOUSE.file(HOUSE.bill(HOUSE.ada, HOUSE.line(16, 16)), number=2)

    assert controls(fund.settle(boundary, new, HOUSE.received)) == ["HX-INV-15"]


def test_short_stay_that_was_paid_counts_in_whatever_house_it_was() -> None:
    fund = HOUSE.open_fund()
    short = replace(HOUSE.stay(HOUSE.ada, "A1"), stay_type=StayType.CVK)
    fund.note_stay(short)
    tariff = Tariff(stay_type=StayType.CVK, since=date(2019, 1, 1), per_day=HOUSE.rate)
    fund.note_facility(HOUSE.record, [tariff])
    fund.note_short_stay(HOUSE.ada, days_between(date(2019, 2, 1), date(2019, 3, 31)))

    def settled(first: int, last: int, number: int) -> list[str]:
        line = replace(HOUSE.line(first, last), code="0990032")
        file = HOUSE.file(HOUSE.bill(HOUSE.ada, line), number=number)
        return controls(fund.settle(file, HOUSE.record, HOUSE.received))

    assert settled(1, 30, 1) == []
    assert settled(31, 31, 2) == []
    assert settled(31, 31, 3) == ["HX-INV-15"]
    fund.note_short_stay(HOUSE.bob, days_between(date(2019, 2, 1), date(2019, 4, 30)))
    fund.note_stay(replace(HOUSE.stay(HOUSE.bob, "A2"), stay_type=StayType.CVK))
    line = replace(HOUSE.line(1, 2), code="0990032")
    late = HOUSE.file(HOUSE.bill(HOUSE.bob, line), number=4)
    assert controls(fund.settle(late, HOUSE.record, HOUSE.received)) == ["HX-INV-18", "HX-INV-19"]


def test_a_stay_that_is_noted_again_replaces_what_was_noted() -> None:
    fund = HOUSE.open_fund()
    stay = HOUSE.stay(HOUSE.ada, "A1")
    fund.note_stay(replace(stay, end=HOUSE.received - timedelta(days=10), reason=EndReason.DEPARTURE))

    assert controls(fund.settle(MONTH, HOUSE.record, HOUSE.received)) == ["HX-INV-10", "HX-INV-11"]


def test_a_stay_that_went_to_another_fund_or_person_is_no_longer_paid_here() -> None:
    for stay in (
        replace(HOUSE.stay(HOUSE.ada, "A1"), fund=FundNumber.parse("830")),
        replace(HOUSE.stay(HOUSE.ada, "A1"), insz=HOUSE.bob),
    ):
        fund = HOUSE.open_fund()
        fund.note_stay(stay)

        assert controls(fund.settle(MONTH, HOUSE.record, HOUSE.received)) == ["HX-INV-10"]


def test_a_membership_has_a_first_and_a_last_day() -> None:
    fund = HOUSE.open_fund()
    fund.join(HOUSE.ada, date(2019, 1, 1), date(2019, 12, 31))

    days = [date(2018, 12, 31), date(2019, 1, 1), date(2019, 12, 31), date(2020, 1, 1)]

    assert [fund.is_member(HOUSE.ada, day) for day in days] == [False, True, True, False]


def test_a_tariff_holds_from_its_date_until_the_next() -> None:
    register = Register()
    tariffs = [
        Tariff(stay_type=StayType.ROB, since=date(2019, 7, 1), per_day=HOUSE.rate * 2),
        Tariff(stay_type=StayType.ROB, since=date(2019, 1, 1), per_day=HOUSE.rate),
    ]
    register.note_tariffs(HOUSE.record.hco, tariffs)

    days = [date(2018, 12, 31), date(2019, 6, 30), date(2019, 7, 1)]
    rates = [register.rate(HOUSE.record.hco, StayType.ROB, day) for day in days]

    assert rates == [None, HOUSE.rate, HOUSE.rate * 2]
    assert register.rate(HOUSE.record.hco, StayType.CVK, days[2]) is None


def test_a_file_of_another_fund_is_our_error() -> None:
    with pytest.raises(OurError, match="a file for fund 830 came to fund 820"):
        HOUSE.open_fund().settle(replace(MONTH, fund=830), HOUSE.record, HOUSE.received)


def test_the_ledger_never_books_a_day_twice() -> None:
    ledger = Ledger()
    ledger.book(HOUSE.ada, [date(2019, 5, 1)], Euro(1))

    with pytest.raises(OurError, match="2019-05-01 is settled already"):
        ledger.book(HOUSE.ada, [date(2019, 5, 1)], Euro(1))


@given(serial=st.integers(0, 9_999_999))
def test_a_structured_communication_carries_the_remainder_by_97(serial: int) -> None:
    text = structured_communication(FundNumber.parse("820"), serial)

    digits = "".join(filter(str.isdigit, text))
    assert len(text) == 20
    assert digits[:10] == f"820{serial:07d}"
    assert int(digits[10:]) == (int(digits[:10]) % 97 or 97)


def test_a_structured_communication_follows_the_public_rule() -> None:
    assert structured_communication(FundNumber.parse("010"), 8_068_171) == "+++010/8068/17183+++"
    with pytest.raises(OurError, match="seven digits"):
        structured_communication(FundNumber.parse("010"), 10_000_000)


@st.composite
def lines(draw: st.DrawFn) -> Line:
    """A line of some days of May; one in four asks a wrong amount."""
    first = draw(st.integers(1, 31))
    line = HOUSE.line(first, draw(st.integers(first, 31)))
    return draw(st.sampled_from([line, line, line, replace(line, amount=Euro(5))]))


previous = st.builds(
    PreviousBill,
    number=st.integers(1, 3),
    sending_number=st.integers(1, 4),
    fund=st.just(820),
    month=st.just(MONTH.month),
)


@st.composite
def bills(draw: st.DrawFn) -> Bill:
    """A bill of one of the residents, new or billed again, right or wrong."""
    insz: Insz = draw(st.sampled_from([HOUSE.ada, HOUSE.bob]))
    own = draw(st.lists(lines(), min_size=1, max_size=3))
    bill = HOUSE.bill(insz, *own, number=draw(st.integers(1, 3)))
    former = draw(st.none() | previous)
    return bill if former is None else replace(bill, kind=BillKind.REBILL, previous=former)


files = st.builds(
    lambda some, number: HOUSE.file(*some, number=number),
    st.lists(bills(), min_size=1, max_size=3),
    st.integers(1, 4),
)


@settings(max_examples=60, deadline=None)
@given(sent=st.lists(files, max_size=6).flatmap(st.permutations), whims=st.integers(0, 3))
def test_whatever_comes_in_whatever_order_no_day_is_accepted_twice(
    sent: list[InvoiceFile], whims: int
) -> None:
    fund = HOUSE.open_fund()
    seen: set[tuple[str, date]] = set()

    results = [
        fund.settle(file, HOUSE.record, HOUSE.received, lambda bill: FORCED if bill.number == whims else None)
        for file in sent
    ]

    for result in results:
        assert result.asked == result.accepted + result.refused
        assert (result.payment.amount if result.payment else Euro(0)) == result.accepted
        for bill in result.bills:
            for line in (one.line for one in bill.lines if one.accepted):
                days = {(bill.bill.insz, day) for day in days_between(line.first, line.last)}
                assert not days & seen
                seen |= days
    assert {day for insz, day in seen if insz == HOUSE.ada} == fund.ledger.days(HOUSE.ada)
    assert Euro.total([payment.amount for payment in fund.payments]) == fund.ledger.total
    assert fund.ledger.total == Euro.total([result.accepted for result in results])
    assert len({payment.communication for payment in fund.payments}) == len(fund.payments)


def test_a_stay_that_is_withdrawn_is_no_longer_paid_unless_it_was_noted_otherwise_since() -> None:
    fund, stay = HOUSE.open_fund(), HOUSE.stay(HOUSE.ada, "A1")
    fund.withdraw_stay(replace(stay, start=HOUSE.received))
    assert controls(fund.settle(MONTH, HOUSE.record, HOUSE.received)) == []

    fund = HOUSE.open_fund()
    fund.withdraw_stay(stay)
    assert controls(fund.settle(MONTH, HOUSE.record, HOUSE.received)) == ["HX-INV-10"]
