"""The double-entry book of one fund about one house, in cents: a deed debits one account and credits another.

Which two stands in one table. So the accounts add up to zero after every posting, whatever happened.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from generale.protocol.errors import OurError
from generale.protocol.money import ZERO, Euro


class Account(StrEnum):
    """An account in the book of the fund; what the house owes is a debit, what the fund owes a credit."""

    BANK = "bank"
    CARE = "care"
    """Accepted bills, net of credit notes."""
    TO_SET_OFF = "to-set-off"
    """Paid and not yet earned: advances, and what credit notes gave back."""
    CLAIMED = "claimed"
    """Claimed back by letter and not repaid."""
    OWED = "owed"
    """Accepted and not yet paid or set off."""
    OVERPAID = "overpaid"
    """Repaid beyond what was claimed."""


class Deed(StrEnum):
    """What is booked."""

    ADVANCE = "advance"
    ACCEPTED = "accepted"
    CREDITED = "credited"
    SET_OFF = "set-off"
    """An accepted amount is deducted from advances."""
    PAYMENT = "payment"
    CLAIM = "claim"
    SET_OFF_CLAIM = "set-off-claim"
    """An accepted amount is deducted from what was claimed by letter."""
    REPAYMENT = "repayment"
    OVERPAYMENT = "overpayment"
    REFUND = "refund"


POSTINGS: Mapping[Deed, tuple[Account, Account]] = MappingProxyType(
    {
        Deed.ADVANCE: (Account.TO_SET_OFF, Account.BANK),
        Deed.ACCEPTED: (Account.CARE, Account.OWED),
        Deed.CREDITED: (Account.TO_SET_OFF, Account.CARE),
        Deed.SET_OFF: (Account.OWED, Account.TO_SET_OFF),
        Deed.PAYMENT: (Account.OWED, Account.BANK),
        Deed.CLAIM: (Account.CLAIMED, Account.TO_SET_OFF),
        Deed.SET_OFF_CLAIM: (Account.OWED, Account.CLAIMED),
        Deed.REPAYMENT: (Account.BANK, Account.CLAIMED),
        Deed.OVERPAYMENT: (Account.BANK, Account.OVERPAID),
        Deed.REFUND: (Account.OVERPAID, Account.BANK),
    }
)
"""Which account a deed debits, and which it credits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """One deed; ``year`` is that of the care for which money went to and fro."""

    day: date
    deed: Deed
    year: int
    amount: Euro


class Book:
    """The postings in their order, and what stands on the accounts."""

    def __init__(self) -> None:
        self._postings: list[Posting] = []
        self._balances: dict[tuple[Account, int], Euro] = {}
        self._done: dict[Deed, Euro] = {}

    def post(self, posting: Posting) -> None:
        """Book a deed; ``OurError`` where its amount is not above zero."""
        if posting.amount <= ZERO:
            raise OurError(f"{posting.amount} is no amount of a deed: {posting.deed}")
        debit, credit = POSTINGS[posting.deed]
        self._add(debit, posting.year, posting.amount)
        self._add(credit, posting.year, -posting.amount)
        self._done[posting.deed] = self.done(posting.deed) + posting.amount
        self._postings.append(posting)

    @property
    def postings(self) -> tuple[Posting, ...]:
        """Every posting, in order."""
        return tuple(self._postings)

    @property
    def years(self) -> Sequence[int]:
        """The years of care for which something was booked, in order."""
        return sorted({year for _, year in self._balances})

    def done(self, deed: Deed) -> Euro:
        """The sum of what was booked under a deed."""
        return self._done.get(deed, ZERO)

    def on(self, account: Account, year: int) -> Euro:
        """Debits less credits of an account for the care of a year."""
        return self._balances.get((account, year), ZERO)

    def total(self, account: Account) -> Euro:
        """Debits less credits of an account, all years together."""
        return Euro.total([sum_ for (one, _), sum_ in self._balances.items() if one is account])

    def _add(self, account: Account, year: int, amount: Euro) -> None:
        self._balances[account, year] = self.on(account, year) + amount
