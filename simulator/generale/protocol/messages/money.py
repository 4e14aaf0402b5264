"""Money between a care fund and a facility, as the fund tells it. Project-defined.

Every amount is positive; the kind of message says which way the money goes.
"""

from dataclasses import dataclass
from datetime import date

from generale.protocol.calendar import CareMonth
from generale.protocol.ids import FundNumber, Hco, Reference
from generale.protocol.money import Euro


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """A fund has paid what it accepted of an invoice file; ``sending_number`` is that of the file."""

    facility: Hco
    fund: FundNumber
    payment: Reference
    month: CareMonth
    sending_number: int
    paid: date
    amount: Euro


@dataclass(frozen=True, slots=True, kw_only=True)
class Advance:
    """A fund has paid an advance for a care month."""

    facility: Hco
    fund: FundNumber
    payment: Reference
    month: CareMonth
    paid: date
    amount: Euro


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryNotice:
    """A fund claims advances of some care months back, by registered letter of the day ``sent``."""

    facility: Hco
    fund: FundNumber
    notice: Reference
    first_month: CareMonth
    last_month: CareMonth
    sent: date
    due: date
    amount: Euro


@dataclass(frozen=True, slots=True, kw_only=True)
class Repayment:
    """A fund has received money back from a facility, on the notice that it names."""

    facility: Hco
    fund: FundNumber
    notice: Reference
    received: date
    amount: Euro
