"""Advances of one house at one fund, told as it happened: set-off, opt-out, stop, letters, repayments."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from generale.carefunds.advance_account import Accepted, AdvanceAccount, HouseEvent
from generale.carefunds.advance_ledger import AdvanceLedger, advances_by_fund
from generale.carefunds.posting import Account, Book, Deed, Posting
from generale.carefunds.recovery import RecoveryReason, RecoveryState
from generale.protocol.advance import AdvanceTerms, Beds, Recognised, SplitKey
from generale.protocol.calendar import CareMonth
from generale.protocol.errors import OurError
from generale.protocol.ids import Communication, FundNumber, Hco
from generale.protocol.money import ZERO, Euro
from generale.protocol.profile import standard_profile

CM, OZ = FundNumber.parse("810"), FundNumber.parse("850")
HOUSE = Hco.parse("3166")
JANUARY, FEBRUARY, NEXT_YEAR = CareMonth(2019, 1), CareMonth(2019, 2), CareMonth(2020, 1)
EARLY, LATE = date(2019, 2, 1), date(2020, 2, 18)
REFERENCE = Communication.of_digits("8509000001")


def advanced(*amounts: int) -> AdvanceAccount:
    """An account with advances, in cents, for the months of 2019 from January on."""
    account = AdvanceAccount(30)
    for place, cents in enumerate(amounts):
        account.advance(EARLY, JANUARY.shifted(place), Euro(cents))
    return account


def claimed(*amounts: int) -> AdvanceAccount:
    """The same after the house stopped and all was claimed back."""
    account = advanced(*amounts)
    account.live(HouseEvent.STOPPED)
    account.claim(LATE, {2019}, RecoveryReason.STOPPED, REFERENCE)
    return account


def test_accepted_amounts_are_deducted_from_advances_and_the_rest_is_paid() -> None:
    account = advanced(1000)

    assert account.accept(EARLY, JANUARY, Euro(700)) == Accepted(set_off=Euro(700), owed=ZERO)
    assert account.accept(EARLY, FEBRUARY, Euro(700)) == Accepted(set_off=Euro(300), owed=Euro(400))
    assert account.balance == Euro(-400)
    assert account.pay(EARLY) == Euro(400)
    assert account.balance == ZERO


def test_an_advance_of_another_year_is_not_touched() -> None:
    account = advanced(1000)

    assert account.accept(LATE, NEXT_YEAR, Euro(700)) == Accepted(set_off=ZERO, owed=Euro(700))


def test_a_credit_note_makes_what_was_settled_open_again() -> None:
    account = advanced(1000)
    account.accept(EARLY, JANUARY, Euro(1000))

    account.credit(LATE, JANUARY, Euro(250))
    recovery = account.claim(LATE, {2019}, RecoveryReason.YEAR_BILLED, REFERENCE)

    assert recovery is not None
    assert recovery.amount == Euro(250)


def test_who_opted_out_gets_no_advance_and_is_claimed_from_when_the_year_is_billed() -> None:
    account = advanced(1000, 1000)
    account.accept(EARLY, JANUARY, Euro(1200))

    account.live(HouseEvent.OPTED_OUT)
    recovery = account.claim(LATE, {2019}, RecoveryReason.YEAR_BILLED, REFERENCE)

    assert recovery is not None
    assert (recovery.first_month, recovery.last_month) == (JANUARY, FEBRUARY)
    assert (recovery.amount, recovery.due) == (Euro(800), date(2020, 3, 19))
    with pytest.raises(OurError, match="no advance for 2020-01 to a house that is left"):
        account.advance(LATE, NEXT_YEAR, Euro(1))


def test_a_year_that_was_billed_in_full_claims_nothing_and_gets_no_advance_any_more() -> None:
    account = advanced(1000)
    account.accept(EARLY, JANUARY, Euro(1500))

    assert account.claim(LATE, {2019}, RecoveryReason.YEAR_BILLED, REFERENCE) is None
    with pytest.raises(OurError, match="no advance for 2019-02"):
        account.advance(LATE, FEBRUARY, Euro(1))


def test_two_letters_for_one_debt_that_are_both_paid_give_one_back() -> None:
    account = claimed(1000)
    account.send_again(date(2020, 4, 1), REFERENCE)

    account.repay(date(2020, 4, 2), REFERENCE, Euro(1000))
    twice = account.repay(date(2020, 4, 3), REFERENCE, Euro(1000))

    assert (twice.state, twice.overpaid, account.balance) == (RecoveryState.OVERPAID, Euro(1000), Euro(-1000))
    assert account.refund(date(2020, 4, 9), REFERENCE) == Euro(1000)
    assert account.balance == ZERO
    assert account.book.done(Deed.CLAIM) == Euro(1000)


def test_a_late_repayment_in_parts_ends_with_more_than_was_open() -> None:
    account = claimed(1000)

    account.remind(date(2020, 4, 1), REFERENCE)
    part = account.repay(date(2020, 5, 1), REFERENCE, Euro(300))
    rest = account.repay(date(2020, 6, 1), REFERENCE, Euro(750))

    assert (part.state, part.still_open) == (RecoveryState.REMINDED, Euro(700))
    assert (rest.state, rest.overpaid) == (RecoveryState.OVERPAID, Euro(50))


def test_a_bill_that_comes_after_the_letter_is_set_off_against_it() -> None:
    account = claimed(1000)

    assert account.accept(LATE, JANUARY, Euro(400)) == Accepted(set_off=Euro(400), owed=ZERO)
    (recovery,) = account.recoveries(LATE)
    assert (recovery.state, recovery.still_open) == (RecoveryState.CLAIMED, Euro(600))


def test_one_fund_claims_while_another_owes() -> None:
    terms = standard_terms()
    funds = {fund: AdvanceLedger(fund, terms) for fund in (CM, OZ)}
    funds[OZ].account(HOUSE).advance(EARLY, JANUARY, Euro(1000))
    funds[CM].account(HOUSE).accept(EARLY, JANUARY, Euro(900))

    recovery = funds[OZ].claim(HOUSE, LATE, {2019}, RecoveryReason.YEAR_BILLED)
    none = funds[CM].claim(HOUSE, LATE, {2019}, RecoveryReason.YEAR_BILLED)

    assert none is None
    assert recovery is not None
    assert list(funds[OZ].open_recoveries(LATE)) == [(HOUSE, recovery)]
    assert recovery.reference == REFERENCE
    assert [fund.account(HOUSE).balance for fund in funds.values()] == [Euro(-900), Euro(1000)]


def test_all_numbers_of_a_house_share_one_account() -> None:
    ledger, other = AdvanceLedger(OZ, standard_terms()), Hco.parse("19641")
    ledger.note_house([HOUSE, other])

    ledger.account(other).advance(EARLY, JANUARY, Euro(1000))

    assert ledger.account(HOUSE).balance == Euro(1000)
    with pytest.raises(OurError, match="3166 has an account of its own already"):
        ledger.note_house([other, HOUSE])


def test_the_advance_of_a_month_reaches_every_fund_by_its_members() -> None:
    house = Recognised(type="wzc", beds=(Beds(places=18, per_day=Decimal("65.85")),))

    parts = advances_by_fund(house, JANUARY, standard_terms(), {CM: 11, OZ: 8})

    assert standard_terms().split is SplitKey.HEADS
    assert parts == {CM: Euro.parse("19557.45"), OZ: Euro.parse("14223.60")}
    assert advances_by_fund(house, CareMonth(2018, 1), standard_terms(), {CM: 11}) == {}


@pytest.mark.parametrize(
    ("what", "said"),
    [
        pytest.param(lambda one: one.advance(EARLY, JANUARY, Euro(1)), "no advance", id="a month twice"),
        pytest.param(lambda one: one.repay(LATE, REFERENCE, Euro(1)), "nothing was claimed", id="no claim"),
        pytest.param(lambda one: one.repay(LATE, REFERENCE, ZERO), "is no repayment", id="nothing repaid"),
        pytest.param(lambda one: one.refund(LATE, REFERENCE), "nothing was claimed", id="no refund"),
        pytest.param(lambda one: one.accept(LATE, JANUARY, Euro(-1)), "no amount of a deed", id="below zero"),
        pytest.param(
            lambda one: one.claim(LATE, {2019}, RecoveryReason.STOPPED, REFERENCE),
            "not claimed from because stopped",
            id="it did not stop",
        ),
    ],
)
def test_what_the_process_does_not_know_is_our_error(
    what: Callable[[AdvanceAccount], object], said: str
) -> None:
    account = advanced(1000)
    before = account.book.postings

    with pytest.raises(OurError, match=said):
        what(account)

    assert account.book.postings == before


def test_a_reference_claims_one_debt_only() -> None:
    account = claimed(1000)

    with pytest.raises(OurError, match="claims something else"):
        account.claim(LATE, {2020}, RecoveryReason.STOPPED, REFERENCE)


@pytest.mark.parametrize("deed", Deed)
def test_a_deed_moves_its_amount_from_one_account_to_another(deed: Deed) -> None:
    book = Book()

    book.post(Posting(day=EARLY, deed=deed, year=2019, amount=Euro(5)))

    assert sorted(book.total(account).cents for account in Account) == [-5, 0, 0, 0, 0, 5]


def standard_terms() -> AdvanceTerms:
    """The terms of the standard profile."""
    terms = standard_profile().advances
    assert terms is not None
    return terms
