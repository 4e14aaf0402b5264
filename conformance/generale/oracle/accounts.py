"""The accounts of the oracle: what each fund and each house owe each other, by what was told.

A house is a facility number here, and has an account at each fund: nothing is netted between them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from generale.oracle.invariant import Invariant
from generale.protocol.calendar import CareMonth
from generale.protocol.money import ZERO, Euro

Owed: TypeAlias = tuple[Invariant, str, str]
"""Which invariant, what was expected, and what was found."""


@dataclass(slots=True)
class _Claim:
    """A recovery: for which years, and what of it is open by our reckoning and by what the fund said."""

    years: range
    open: Euro
    told: Euro
    overpaid: Euro = ZERO


@dataclass(slots=True)
class Account:
    """One house at one fund. Above zero in ``balance`` the house owes, below it the fund."""

    balance: Euro = ZERO
    left: dict[int, Euro] = field(default_factory=dict)
    """What was advanced or credited for care of a year, and neither set off nor claimed."""
    _months: set[CareMonth] = field(default_factory=set)
    _claims: dict[str, _Claim] = field(default_factory=dict)

    def advanced(self, month: CareMonth, amount: Euro) -> Iterator[Owed]:
        """An advance was paid."""
        if month in self._months:
            yield Invariant.ADVANCED_ONCE, f"a month that was not advanced before {month}", f"{month} again"
        self._months.add(month)
        self.left[month.year] = self.left.get(month.year, ZERO) + amount
        self.balance += amount

    def accepted(self, year: int, amount: Euro) -> None:
        """A statement accepts so much: below zero, and left to set off, where it credits more."""
        self.balance -= amount
        if amount < ZERO:
            self.left[year] = self.left.get(year, ZERO) - amount

    def paid(self, year: int, amount: Euro, *, is_in_order: bool) -> Iterator[Owed]:
        """A file of that year was paid, after what was set off of it was told."""
        self.balance += amount
        left = self.left.get(year, ZERO)
        if is_in_order and left > ZERO:
            yield Invariant.SET_OFF_FIRST, f"no payment while {left} of {year} can be set off", str(amount)

    def set_off(self, year: int, amount: Euro) -> Iterator[Owed]:
        """So much of a file of that year was set off: of advances first, then of what was claimed."""
        part = min(amount, self.left.get(year, ZERO))
        self.left[year] = self.left.get(year, ZERO) - part
        rest = amount - part
        for claim in self._claims.values():
            if year in claim.years:
                part = min(rest, claim.open)
                claim.open, claim.told, rest = claim.open - part, claim.told - part, rest - part
        if rest > ZERO:
            yield Invariant.SET_OFF_OF_ITS_OWN, f"at most {amount - rest} for {year}", str(amount)

    def claimed(self, notice: str, years: range, amount: Euro, *, is_in_order: bool) -> Iterator[Owed]:
        """A letter claims what is left of these years."""
        left = Euro.total([sum_ for year, sum_ in self.left.items() if year in years])
        if is_in_order and amount != left:
            yield Invariant.CLAIMED_AS_LEFT, str(left), str(amount)
        self.left |= dict.fromkeys(years, ZERO)
        self._claims[notice] = _Claim(years, amount, amount)

    def told_open(self, notice: str, told: Euro | None) -> Iterator[Owed]:
        """Whether a notice is one that was claimed, and what the fund says is open of it."""
        claim = self._claims.get(notice)
        if claim is None:
            yield Invariant.REPAID_AS_CLAIMED, "a notice by which this fund claimed from this house", notice
        elif told is not None:
            claim.told = told
            if told != claim.open:
                yield Invariant.REPAID_AS_CLAIMED, f"{claim.open} open", f"{told} open"

    def repaid(self, notice: str, amount: Euro, told: Euro | None) -> Iterator[Owed]:
        """Money came in under a notice."""
        self.balance -= amount
        claim = self._claims.get(notice)
        if claim is not None:
            part = min(amount, claim.open)
            claim.open, claim.overpaid = claim.open - part, claim.overpaid + amount - part
        yield from self.told_open(notice, told)

    def refunded(self, notice: str, amount: Euro) -> Iterator[Owed]:
        """The fund gives back what was repaid too much."""
        self.balance += amount
        claim = self._claims.get(notice)
        overpaid = ZERO if claim is None else claim.overpaid
        if amount != overpaid:
            yield Invariant.REPAID_AS_CLAIMED, f"{overpaid} repaid too much", f"{amount} given back"
        if claim is not None:
            claim.overpaid = ZERO

    def agrees(self, told: Euro) -> Iterator[Owed]:
        """The balance as the fund tells it."""
        if told != self.balance:
            yield Invariant.BALANCE_AGREES, str(self.balance), str(told)

    def at_the_end(self) -> Iterator[Owed]:
        """What of an account that knew an advance is not zero, though its fund has nothing left to claim."""
        is_open = any(claim.told != ZERO or claim.overpaid != ZERO for claim in self._claims.values())
        is_left = any(sum_ != ZERO for sum_ in self.left.values())
        if self._months and not is_open and not is_left and self.balance != ZERO:
            yield Invariant.ZERO_AT_THE_END, str(ZERO), str(self.balance)
