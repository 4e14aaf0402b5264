"""Whether amounts stand to one another as small whole numbers: the trace of a split in whole units."""

from collections.abc import Sequence
from fractions import Fraction

from generale.protocol.money import Euro

MOST_OF_THE_SMALLEST = 20
"""How many units the smallest amount has at most (project-defined)."""

MOST_UNITS = 200
"""How many units an amount has at most (project-defined)."""

_HALF_A_CENT = Fraction(1, 2)


def whole_ratio(amounts: Sequence[Euro]) -> tuple[int, ...] | None:
    """The smallest whole numbers in proportion to the amounts, to the cent; None where there are none."""
    if len(set(amounts)) < 2:
        return None
    least = min(amounts).cents
    for units in range(1, MOST_OF_THE_SMALLEST + 1):
        numbers = tuple(round(Fraction(one.cents * units, least)) for one in amounts)
        if max(numbers) <= MOST_UNITS and _one_unit_gives(amounts, numbers):
            return numbers
    return None


def _one_unit_gives(amounts: Sequence[Euro], numbers: Sequence[int]) -> bool:
    """Whether some unit, so many times, comes within half a cent of every amount."""
    pairs = list(zip(amounts, numbers, strict=True))
    lowest = max((one.cents - _HALF_A_CENT) / number for one, number in pairs)
    highest = min((one.cents + _HALF_A_CENT) / number for one, number in pairs)
    return lowest <= highest
