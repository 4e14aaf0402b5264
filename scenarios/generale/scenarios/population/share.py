"""Parts of a whole by their shares: as near to each share as whole numbers can be."""

from collections.abc import Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


def apportioned(shares: Sequence[float], total: int) -> list[int]:
    """Whole numbers that make the total, by the largest remainder; of equal ones the first comes first."""
    whole = sum(shares)
    exact = [total * share / whole if whole else total / len(shares) for share in shares]
    counts = [int(one) for one in exact]
    by_remainder = sorted(range(len(shares)), key=lambda n: (counts[n] - exact[n], n))
    for place in by_remainder[: total - sum(counts)]:
        counts[place] += 1
    return counts


def dealt(chance: Random, things: Sequence[T], shares: Sequence[float], total: int) -> list[T]:
    """So many of these things, each as often as its share says, in a random order."""
    counts = apportioned(shares, total)
    hands = [thing for thing, count in zip(things, counts, strict=True) for _ in range(count)]
    chance.shuffle(hands)
    return hands
