"""Which amounts the formula of the advances explains: rate per day × places × 30 × occupancy × share.

Neither rates nor places stand in the table, nor how an advance was split over the funds. So the test is
weak: an amount fits where some rate in whole cents, times some whole number, gives it to the cent. How many
amounts fit by chance is counted as well.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from generale.agency.reading import Reading
from generale.agency.recovery import Recovery
from generale.protocol.money import Euro

RATES = range(4_000, 9_001)
"""Rates per day that are held possible, in cents: 40 to 90 euro (project-defined; no list is public)."""

_MOST_COUNTED = 1 << 20
"""How many products of one size are counted at most (project-defined)."""


@dataclass(frozen=True, slots=True)
class Fit:
    """A way to get an amount: ``product`` is rate × places; each pair of the two gives it."""

    reading: str
    product: Euro
    rounded: bool
    pairs: tuple[tuple[Euro, int], ...]


def fits(recovery: Recovery, tried: Sequence[Reading]) -> tuple[Fit, ...]:
    """The readings that give this amount, of those that hold on the day of its first letter."""
    found = (fit(recovery.amount, one) for one in tried if one.holds_on(recovery.letters[0]))
    return tuple(one for one in found if one is not None)


def fit(amount: Euro, reading: Reading) -> Fit | None:
    """How a reading gives this amount, rounded half up to the cent as amounts are; None where it does not."""
    # The only product that can: the next one gives as many cents more as the reading pays days.
    product = round(amount.cents / reading.days)
    exact = reading.days * product
    if Euro.rounded(exact / 100) != amount:
        return None
    pairs = _pairs(product)
    return Fit(reading.name, Euro(product), exact.denominator != 1, pairs) if pairs else None


def chance(amount: Euro, reading: Reading) -> float:
    """The share of all whole-cent amounts of about this size that the reading would explain.

    Of about this size: their products lie between the same two powers of two.
    """
    size = round(amount.cents / reading.days).bit_length()
    return _share_possible(size) / float(reading.days)


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
