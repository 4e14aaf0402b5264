"""What must hold of the money in every run, and a place where it did not. All of it is project-defined."""

from dataclasses import dataclass
from enum import StrEnum


class Invariant(StrEnum):
    """A sentence that no run may make untrue."""

    KNOWN_FILE = "known-file"
    """Every answer to an invoice file, and every payment, is about a file that was received."""
    ONE_STATEMENT = "one-statement"
    """A file is settled once: a second statement says the same."""
    STATEMENT_ADDS_UP = "statement-adds-up"
    """What a statement asks, accepts and refuses are the sums of the lines of the file."""
    PAID_ONCE = "paid-once"
    """A day of a person is accepted once, whoever bills it, until it is credited."""
    INSIDE_A_STAY = "inside-a-stay"
    """Every accepted day lies in an accepted stay of that person under that number, of that type."""
    NOBODY_AWAY = "nobody-away"
    """No accepted day is one of an accepted absence that the counting table of the profile does not pay."""
    FUND_OF_THE_DAY = "fund-of-the-day"
    """A fund accepts days of its own members; after a change was told, only those on its own side of it."""
    RATE_OF_THE_DAY = "rate-of-the-day"
    """An accepted line costs its days times the rate of its type, to the cent."""
    CREDITED_BEFORE = "credited-before"
    """Only days that were accepted are credited, at most once, to whoever billed them."""
    CREDITED_AS_ACCEPTED = "credited-as-accepted"
    """A credit note gives back what its days cost when they were accepted, to the cent."""
    PAID_AS_ACCEPTED = "paid-as-accepted"
    """A fund pays what a statement accepts, less what it sets off, once, under the communication in it.

    It pays nothing for one that credits more than it accepts.
    """
    ADVANCED_ONCE = "advanced-once"
    """A fund advances a care month of a house once."""
    SET_OFF_OF_ITS_OWN = "set-off-of-its-own"
    """A fund sets off no more than it advanced that house for the year, or that was credited, and is left."""
    SET_OFF_FIRST = "set-off-first"
    """A fund pays nothing for care of a year while advances or credit notes of it are to be set off."""
    CLAIMED_AS_LEFT = "claimed-as-left"
    """A fund claims back what is left of its advances for the months that it names."""
    REPAID_AS_CLAIMED = "repaid-as-claimed"
    """What is repaid, reminded of and refunded was claimed before, and what stays open is what it says."""
    BALANCE_AGREES = "balance-agrees"
    """A balance that a fund tells is advances, payments and refunds, less repayments and what it accepted."""
    ZERO_AT_THE_END = "zero-at-the-end"
    """An account on which nothing is left to set off, claim or repay stands at zero."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """A place where an invariant does not hold."""

    invariant: Invariant
    scenario: str
    seq: int
    """The event at which it was seen; 0 where it is something that never came."""
    about: str
    """Facility and reference of the file, and the person or day where it is about one."""
    expected: str
    found: str
