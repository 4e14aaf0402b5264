"""A care fund takes credit notes: what was paid is owed back, and deducted from what it accepts next."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.carefunds.house import HOUSE

from generale.carefunds.accepted_bills import AcceptedBills
from generale.carefunds.advance_account import AdvanceAccount
from generale.carefunds.fund import CareFund
from generale.carefunds.ledger import Ledger
from generale.carefunds.settlement import SettlementResult
from generale.protocol.errors import OurError
from generale.protocol.flatfile.invoice import Bill, BillKind, PreviousBill
from generale.protocol.money import ZERO, Euro
from generale.protocol.profile import standard_profile

MONTH = HOUSE.file(
    HOUSE.bill(HOUSE.ada, HOUSE.line(1, 31)), HOUSE.bill(HOUSE.bob, HOUSE.line(1, 15), number=2)
)
FORMER = PreviousBill(number=1, sending_number=1, fund=820, month=MONTH.month)


def credit(first: int, last: int, *, number: int = 3) -> Bill:
    """A credit note of days of Ada's bill."""
    line = HOUSE.line(first, last)
    minus = replace(line, days=-line.days, amount=-line.amount)
    return replace(HOUSE.bill(HOUSE.ada, minus, number=number), kind=BillKind.CREDIT, previous=FORMER)


def settled(fund: CareFund, *bills: Bill, number: int) -> SettlementResult:
    return fund.settle(HOUSE.file(*bills, number=number), HOUSE.record, HOUSE.received)


def account(fund: CareFund) -> AdvanceAccount:
    return fund.accounts.account(HOUSE.record.hco)


@pytest.mark.parametrize("advances", [True, False], ids=["with advances", "without advances"])
def test_what_is_credited_is_owed_back_and_deducted_from_what_is_accepted_next(advances: bool) -> None:
    standard = standard_profile()
    fund = HOUSE.open_fund(standard if advances else replace(standard, advances=None))
    fund.settle(MONTH, HOUSE.record, HOUSE.received)
    back = credit(20, 31)

    result = settled(fund, back, number=2)

    assert (result.accepted, result.payment, result.set_off) == (back.amount, None, ZERO)
    assert account(fund).balance == -back.amount
    assert fund.ledger.days(HOUSE.ada) == {date(2019, 5, day) for day in range(1, 20)}

    after = settled(fund, HOUSE.bill(HOUSE.bob, HOUSE.line(16, 31), number=4), number=3)

    assert after.set_off == -back.amount
    assert after.payment is not None
    assert after.payment.amount == after.accepted + back.amount
    assert account(fund).balance == ZERO


def test_a_file_that_credits_and_bills_anew_pays_the_difference() -> None:
    fund = HOUSE.open_fund()
    fund.settle(MONTH, HOUSE.record, HOUSE.received)

    result = settled(
        fund, credit(1, 31), HOUSE.bill(HOUSE.ada, HOUSE.line(1, 19), number=4),
        HOUSE.bill(HOUSE.bob, HOUSE.line(16, 31), number=5), number=2,
    )  # fmt: skip

    assert [bill.is_refused for bill in result.bills] == [False, False, False]
    assert result.payment is not None
    assert result.payment.amount == result.accepted
    assert account(fund).balance == ZERO


def test_days_stay_paid_while_their_credit_note_is_refused() -> None:
    fund = HOUSE.open_fund()
    fund.settle(MONTH, HOUSE.record, HOUSE.received)
    wrong = replace(credit(1, 31), insz=HOUSE.bob)

    result = settled(fund, wrong, HOUSE.bill(HOUSE.ada, HOUSE.line(1, 19), number=4), number=2)

    assert [bill.is_refused for bill in result.bills] == [True, True]
    assert fund.ledger.days(HOUSE.ada) == set(MONTH.month.days())
    assert account(fund).balance == ZERO


def test_a_credited_stay_that_is_withdrawn_is_credited_all_the_same() -> None:
    fund = HOUSE.open_fund()
    fund.settle(MONTH, HOUSE.record, HOUSE.received)
    fund.withdraw_stay(HOUSE.stay(HOUSE.ada, "A1"))

    assert settled(fund, credit(1, 31), number=2).accepted == -Euro.of_rate(HOUSE.rate, 31)
    assert fund.ledger.amount(HOUSE.ada) == ZERO


Span = tuple[int, int]
SPANS = st.lists(
    st.tuples(st.integers(1, 31), st.integers(1, 31)).map(lambda one: (min(one), max(one))), max_size=6
)


@given(SPANS)
@settings(max_examples=40, deadline=None)
def test_whatever_is_credited_what_the_ledger_holds_is_what_was_paid_and_not_owed_back(
    spans: Sequence[Span],
) -> None:
    fund = HOUSE.open_fund()
    fund.settle(MONTH, HOUSE.record, HOUSE.received)
    for number, (first, last) in enumerate(spans, start=2):
        settled(fund, credit(first, last, number=number), number=number)

    paid = Euro.total([one.amount for one in fund.payments])

    assert fund.ledger.total == paid - account(fund).balance
    assert fund.ledger.amount(HOUSE.ada) >= ZERO


def test_the_books_take_nothing_back_that_they_do_not_hold() -> None:
    line = HOUSE.line(1, 2)

    with pytest.raises(OurError, match="2019-05-01 was not settled"):
        Ledger().credit(HOUSE.ada, [line.first], -line.amount)
    with pytest.raises(OurError, match="never accepted"):
        AcceptedBills().credit("0", FORMER, line)
