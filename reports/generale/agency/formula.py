"""Which amounts the formula of the advances explains: rate per day × places × 30 × occupancy × share.

Neither rates nor places stand in the table, nor how an advance was split over the funds. So the test is
weak: an amount fits where some rate in whole cents, times some whole number, gives it to the cent. How many
amounts fit by chance is counted as well.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

from generale.agency.recovery import Recovery
from generale.protocol.money import Euro

DAYS = 30
"""The days that an advance counts in every month (published formula)."""

RATES = range(4_000, 9_001)
"""Rates per day that are held possible, in cents: 40 to 90 euro (project-defined; no list is public)."""

_MOST_COUNTED = 1 << 20
"""How many products of one size are counted at most (project-defined)."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One set of parameters of the formula, and the days of the first letter for which it is tried."""

    name: str
    since: date
    until: date | None
    occupancy: Decimal
    share: Decimal
    source: str

    @property
    def days(self) -> Fraction:
        """How many days of one place an advance of a month pays."""
        return DAYS * Fraction(self.occupancy) * Fraction(self.share)

    def holds_on(self, day: date) -> bool:
        """Whether it is tried for a letter of this day."""
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Fit:
    """A way to get an amount: ``product`` is rate × places; each pair of the two gives it."""

    reading: str
    product: Euro
    rounded: bool
    pairs: tuple[tuple[Euro, int], ...]


@cache
def readings() -> Mapping[str, Reading]:
    """Every reading by its name; the first is the published formula."""
    raw = resources.files(__package__).joinpath("formula.toml").read_text("utf-8")
    table: dict[str, Any] = tomllib.loads(raw)
    return MappingProxyType(
        {
            name: Reading(
                name,
                row["since"],
                row.get("until"),
                Decimal(row["occupancy"]),
                Decimal(row["share"]),
                row["source"],
            )
            for name, row in table.items()
        }
    )


def fits(recovery: Recovery, tried: Sequence[Reading]) -> tuple[Fit, ...]:
    """The readings that give this amount, of those that hold on the day of its first letter."""
    found = (fit(recovery.amount, one) for one in tried if one.holds_on(recovery.letters[0]))
    return tuple(one for one in found if one is not None)


def fit(amount: Euro, reading: Reading) -> Fit | None:
    """How a reading gives this amount, rounded half up to the cent as amounts are; None where it does not."""
    # The only product that can: the next one is more than a day's worth of cents further.
    product = round(amount.cents / reading.days)
    exact = reading.days * product
    if _half_up(exact) != amount.cents:
        return None
    pairs = _pairs(product)
    return Fit(reading.name, Euro(product), exact.denominator != 1, pairs) if pairs else None


def chance(amount: Euro, reading: Reading) -> float:
    """The share of all whole-cent amounts of about this size that the reading would explain.

    Of about this size: their products lie between the same two powers of two.
    """
    size = round(amount.cents / reading.days).bit_length()
    return _share_possible(size) / float(reading.days)


def _half_up(exact: Fraction) -> int:
    return int(exact + Fraction(1, 2))


def _pairs(product: int) -> tuple[tuple[Euro, int], ...]:
    """Every rate that is held possible, with the whole number that makes the product of it."""
    places = range(max(1, -(-product // RATES[-1])), product // RATES[0] + 1)
    return tuple((Euro(product // one), one) for one in places if product % one == 0)


@cache
def _share_possible(size: int) -> float:
    """The share of the products of so many bits that a rate divides; of many the first are counted."""
    lowest = max(1, 1 << size >> 1)
    number = min(lowest, _MOST_COUNTED)
    marks = bytearray(number)
    for rate in RATES:
        first = -lowest % rate
        if first < number:
            marks[first::rate] = b"\1" * len(range(first, number, rate))
    return marks.count(1) / number
