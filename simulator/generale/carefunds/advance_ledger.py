"""The advances of one fund: an account for each house, and the numbers under which it claims back.

A house has one account for all of its facility numbers. Another fund has a ledger of its own, so that nothing
is netted between them.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date

from generale.carefunds.advance_account import AdvanceAccount
from generale.carefunds.ledger import structured_communication
from generale.carefunds.recovery import Recovery, RecoveryReason
from generale.carefunds.split import split_over_funds
from generale.protocol.advance import AdvanceTerms, Recognised, advance_of_month
from generale.protocol.calendar import CareMonth
from generale.protocol.errors import OurError
from generale.protocol.ids import FundNumber, Hco
from generale.protocol.money import ZERO, Euro

_FIRST_RECOVERY = 9_000_000
"""Serials of recoveries, from here on; those of payments lie below (project-defined)."""


class AdvanceLedger:
    """The accounts of every house at one fund; without terms only credit notes stand on them."""

    def __init__(self, fund: FundNumber, terms: AdvanceTerms | None) -> None:
        self._fund = fund
        self._repay_days = terms.repay_days if terms else 0
        self._first: dict[Hco, Hco] = {}
        self._accounts: dict[Hco, AdvanceAccount] = {}
        self._claims = 0

    def note_house(self, numbers: Sequence[Hco]) -> None:
        """Note that these numbers are one house; ``OurError`` where one but the first has had an account."""
        first, *others = numbers
        taken = [number for number in others if number in self._accounts]
        if taken:
            raise OurError(f"{taken[0]} has an account of its own already")
        self._first |= dict.fromkeys(others, first)

    def account(self, number: Hco) -> AdvanceAccount:
        """The account of the house that has this number; a new one where there is none."""
        house = self._first.get(number, number)
        if house not in self._accounts:
            self._accounts[house] = AdvanceAccount(self._repay_days)
        return self._accounts[house]

    def claim(
        self, number: Hco, day: date, years: Collection[int], reason: RecoveryReason
    ) -> Recovery | None:
        """Claim what is left of these years under the next number; None, and no number, where nothing is."""
        reference = structured_communication(self._fund, _FIRST_RECOVERY + self._claims + 1)
        recovery = self.account(number).claim(day, years, reason, reference)
        self._claims += recovery is not None
        return recovery

    def open_recoveries(self, day: date) -> Iterator[tuple[Hco, Recovery]]:
        """What of its claims is not repaid on a day, by the first number of the house."""
        for house, account in self._accounts.items():
            for recovery in account.recoveries(day):
                if recovery.still_open > ZERO:
                    yield house, recovery


def advances_by_fund(
    facility: Recognised, month: CareMonth, terms: AdvanceTerms, residents: Mapping[FundNumber, int]
) -> Mapping[FundNumber, Euro]:
    """What each fund advances a facility for a month; nobody anything where no formula holds.

    ``residents`` tells how many of them are members of each fund.
    """
    amount = advance_of_month(facility, month, terms)
    return {} if amount is None else split_over_funds(amount, residents, facility.places, terms.split)
