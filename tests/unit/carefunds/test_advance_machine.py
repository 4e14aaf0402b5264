"""Whatever happens between two funds and one house, in whatever order: both books balance to the cent."""

from datetime import date, timedelta

from hypothesis import assume, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from generale.carefunds.advance_account import AdvanceAccount, HouseEvent, HouseState
from generale.carefunds.advance_ledger import AdvanceLedger
from generale.carefunds.posting import Account, Deed
from generale.carefunds.recovery import Recovery, RecoveryReason, RecoveryState
from generale.protocol.calendar import CareMonth
from generale.protocol.ids import FundNumber, Hco
from generale.protocol.money import ZERO, Euro
from generale.protocol.profile import standard_profile

FUNDS = tuple(FundNumber.parse(number) for number in ("810", "850"))
HOUSE = Hco.parse("3166")
YEARS = (2019, 2020)
FUND = st.sampled_from(FUNDS)
MONTH = st.builds(CareMonth, st.sampled_from(YEARS), st.integers(1, 12))
AMOUNT = st.integers(1, 10_000).map(Euro)
TERMS = standard_profile().advances
LATE = (RecoveryState.OVERDUE, RecoveryState.REMINDED)
OPEN = (RecoveryState.CLAIMED, *LATE)


class Told:
    """What went to and fro with one fund, added up beside its books."""

    def __init__(self) -> None:
        self.advances = self.payments = self.repayments = self.accepted = ZERO
        self.advanced_months: set[CareMonth] = set()
        self.settled_years: set[int] = set()

    @property
    def balance(self) -> Euro:
        """Advances and payments, less repayments and what was accepted net of credits."""
        return self.advances + self.payments - self.repayments - self.accepted


class AdvancesMachine(RuleBasedStateMachine):
    """Two funds and one house, day by day."""

    def __init__(self) -> None:
        super().__init__()
        assert TERMS is not None
        self.day = date(2019, 1, 1)
        self.ledgers = {fund: AdvanceLedger(fund, TERMS) for fund in FUNDS}
        self.told = {fund: Told() for fund in FUNDS}

    def account(self, fund: FundNumber) -> AdvanceAccount:
        """The account of the house at a fund."""
        return self.ledgers[fund].account(HOUSE)

    def standing(self, *states: RecoveryState) -> list[tuple[FundNumber, Recovery]]:
        """The recoveries of both funds that stand so."""
        return [
            (fund, one)
            for fund in FUNDS
            for one in self.account(fund).recoveries(self.day)
            if one.state in states
        ]

    @initialize(cents=st.lists(st.integers(1, 10_000), max_size=3))
    def both_funds_advance(self, cents: list[int]) -> None:
        for fund in FUNDS:
            for place, one in enumerate(cents):
                self.an_advance_is_paid(fund, CareMonth(2019, 1 + place), Euro(one))

    @rule(days=st.integers(1, 40))
    def days_pass(self, days: int) -> None:
        self.day += timedelta(days=days)

    @rule(fund=FUND, month=MONTH, amount=AMOUNT)
    def an_advance_is_paid(self, fund: FundNumber, month: CareMonth, amount: Euro) -> None:
        account, told = self.account(fund), self.told[fund]
        assume(account.state is HouseState.ADVANCED)
        assume(month not in told.advanced_months and month.year not in told.settled_years)

        account.advance(self.day, month, amount)

        told.advances += amount
        told.advanced_months.add(month)

    @rule(fund=FUND, month=MONTH, amount=AMOUNT)
    def a_bill_is_accepted(self, fund: FundNumber, month: CareMonth, amount: Euro) -> None:
        result = self.account(fund).accept(self.day, month, amount)

        assert result.set_off + result.owed == amount
        self.told[fund].accepted += amount

    @rule(fund=FUND, month=MONTH, amount=AMOUNT)
    def a_credit_note_is_accepted(self, fund: FundNumber, month: CareMonth, amount: Euro) -> None:
        self.account(fund).credit(self.day, month, amount)

        self.told[fund].accepted -= amount

    @rule(fund=FUND)
    def what_is_owed_is_paid(self, fund: FundNumber) -> None:
        self.told[fund].payments += self.account(fund).pay(self.day)

        assert self.account(fund).owed == ZERO

    @rule(fund=FUND, event=st.sampled_from(HouseEvent))
    def the_house_leaves_or_stops(self, fund: FundNumber, event: HouseEvent) -> None:
        account = self.account(fund)
        assume(
            account.state is HouseState.ADVANCED
            or (account.state is HouseState.LEFT and event is HouseEvent.STOPPED)
        )

        account.live(event)

    @rule(fund=FUND, years=st.sets(st.sampled_from(YEARS), min_size=1))
    def years_are_settled(self, fund: FundNumber, years: set[int]) -> None:
        account, before = self.account(fund), self.account(fund).balance

        recovery = self.ledgers[fund].claim(HOUSE, self.day, years, reason(account))

        self.told[fund].settled_years |= years
        assert account.balance == before
        assert all(account.book.on(Account.TO_SET_OFF, year) == ZERO for year in years)
        assert recovery is None or recovery.amount > ZERO

    @precondition(lambda self: self.standing(*OPEN))
    @rule(data=st.data())
    def a_second_letter_is_sent_for_one_debt(self, data: st.DataObject) -> None:
        fund, recovery = data.draw(st.sampled_from(self.standing(*OPEN)))
        before = self.account(fund).book.postings

        self.account(fund).send_again(self.day, recovery.reference)

        assert self.account(fund).book.postings == before

    @precondition(lambda self: self.standing(*LATE))
    @rule(data=st.data())
    def a_reminder_is_sent(self, data: st.DataObject) -> None:
        fund, recovery = data.draw(st.sampled_from(self.standing(*LATE)))

        self.account(fund).remind(self.day, recovery.reference)

    @precondition(lambda self: self.standing(*OPEN))
    @rule(data=st.data())
    def what_is_open_is_repaid(self, data: st.DataObject) -> None:
        fund, recovery = data.draw(st.sampled_from(self.standing(*OPEN)))

        self.repaid(fund, recovery, recovery.still_open)

    @precondition(lambda self: self.standing(*RecoveryState))
    @rule(data=st.data(), amount=AMOUNT)
    def the_house_repays_less_or_more(self, data: st.DataObject, amount: Euro) -> None:
        fund, recovery = data.draw(st.sampled_from(self.standing(*RecoveryState)))

        self.repaid(fund, recovery, amount)

    def repaid(self, fund: FundNumber, recovery: Recovery, amount: Euro) -> None:
        """Repay an amount, whatever is open."""
        after = self.account(fund).repay(self.day, recovery.reference, amount)

        self.told[fund].repayments += amount
        assert owed_on(recovery) - owed_on(after) == amount

    @precondition(lambda self: self.standing(RecoveryState.OVERPAID))
    @rule(data=st.data())
    def what_was_too_much_is_given_back(self, data: st.DataObject) -> None:
        fund, recovery = data.draw(st.sampled_from(self.standing(RecoveryState.OVERPAID)))

        self.told[fund].payments += self.account(fund).refund(self.day, recovery.reference)

    @invariant()
    def every_book_adds_up_to_zero(self) -> None:
        for fund in FUNDS:
            assert Euro.total([self.account(fund).book.total(one) for one in Account]) == ZERO

    @invariant()
    def every_balance_is_what_went_to_and_fro_with_that_fund_alone(self) -> None:
        for fund in FUNDS:
            assert self.account(fund).balance == self.told[fund].balance

    @invariant()
    def no_account_stands_on_its_wrong_side(self) -> None:
        for fund in FUNDS:
            book = self.account(fund).book
            for year in YEARS:
                left, owed = book.on(Account.TO_SET_OFF, year), -book.on(Account.OWED, year)
                assert min(left, owed) == ZERO
                assert book.on(Account.CLAIMED, year) >= ZERO >= book.on(Account.OVERPAID, year)
                assert not (owed > ZERO and book.on(Account.CLAIMED, year) > ZERO)

    @invariant()
    def the_recoveries_are_what_stands_in_the_book(self) -> None:
        for fund in FUNDS:
            book, recoveries = self.account(fund).book, self.account(fund).recoveries(self.day)
            assert book.total(Account.CLAIMED) == Euro.total([one.still_open for one in recoveries])
            assert -book.total(Account.OVERPAID) == Euro.total([one.overpaid for one in recoveries])
            assert book.done(Deed.CLAIM) == Euro.total([one.amount for one in recoveries])
            assert book.done(Deed.CLAIM) <= book.done(Deed.ADVANCE) + book.done(Deed.CREDITED)
            for one in recoveries:
                assert one.still_open == ZERO or one.overpaid == ZERO
                assert (one.state is RecoveryState.OVERPAID) == (one.overpaid > ZERO)
                assert (one.state in (RecoveryState.REPAID, RecoveryState.OVERPAID)) == (
                    one.still_open == ZERO
                )

    def teardown(self) -> None:
        """In the end every fund claims, is repaid, gives back and pays: nothing is left on either side."""
        for fund in FUNDS:
            account = self.account(fund)
            self.ledgers[fund].claim(HOUSE, self.day, YEARS, reason(account))
            for _, one in list(self.ledgers[fund].open_recoveries(self.day)):
                account.repay(self.day, one.reference, one.still_open)
            for one in account.recoveries(self.day):
                if one.state is RecoveryState.OVERPAID:
                    account.refund(self.day, one.reference)
            account.pay(self.day)
            assert account.balance == ZERO
            assert all(account.book.total(one) == ZERO for one in set(Account) - {Account.BANK, Account.CARE})


def owed_on(recovery: Recovery) -> Euro:
    """What the house owes on a recovery; below zero where the fund owes."""
    return recovery.still_open - recovery.overpaid


def reason(account: AdvanceAccount) -> RecoveryReason:
    """Why a house that stands so is claimed from."""
    return RecoveryReason.STOPPED if account.state is HouseState.STOPPED else RecoveryReason.YEAR_BILLED


AdvancesMachine.TestCase.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)
TestAdvances = AdvancesMachine.TestCase
