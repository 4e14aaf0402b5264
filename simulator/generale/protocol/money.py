"""Amounts of money: whole cents, one type, rounded once.

Rates per day are ``Decimal``, and what is computed from them is exact; ``Euro.of_rate`` and ``Euro.rounded``
make amounts of it, by one rule of rounding (half up, project-defined).
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from generale.protocol.errors import PeerError

_AMOUNT = re.compile(r"-?[0-9]{1,16}(\.[0-9]{1,2})?")


@dataclass(frozen=True, slots=True, order=True)
class Euro:
    """An amount in euro, held as whole cents; negative for a credit."""

    cents: int

    @classmethod
    def parse(cls, text: str) -> "Euro":
        """Read a decimal string with a point and at most two decimals, such as ``1234.50``."""
        if not _AMOUNT.fullmatch(text):
            raise PeerError(f"'{text[:40]}' is not an amount in whole cents")
        return cls(int(Decimal(text).scaleb(2)))

    @classmethod
    def of_rate(cls, rate: Decimal, days: int) -> "Euro":
        """The allowance for a number of days at a rate per day, rounded half up to the cent."""
        numerator, denominator = rate.as_integer_ratio()
        return cls(_half_up(100 * numerator * days, denominator))

    @classmethod
    def rounded(cls, exact: Fraction) -> "Euro":
        """An exact number of euro, rounded half up to the cent; below zero as far from it as above."""
        return cls(_half_up(100 * exact.numerator, exact.denominator))

    def __add__(self, other: "Euro") -> "Euro":
        return Euro(self.cents + other.cents)

    def __sub__(self, other: "Euro") -> "Euro":
        return Euro(self.cents - other.cents)

    def __neg__(self) -> "Euro":
        return Euro(-self.cents)

    def __str__(self) -> str:
        """The amount as a decimal string with a point, as it stands in JSON: ``-12.05``."""
        sign = "-" if self.cents < 0 else ""
        return f"{sign}{abs(self.cents) // 100}.{abs(self.cents) % 100:02d}"

    @classmethod
    def total(cls, amounts: "list[Euro] | tuple[Euro, ...]") -> "Euro":
        """The sum of amounts; zero where there are none."""
        return cls(sum(amount.cents for amount in amounts))


ZERO = Euro(0)
"""No money, in euro."""


def _half_up(numerator: int, denominator: int) -> int:
    whole = (2 * abs(numerator) + denominator) // (2 * denominator)
    return -whole if numerator < 0 else whole
