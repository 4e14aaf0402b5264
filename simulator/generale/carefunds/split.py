"""An advance split over the care funds in whole units: nothing is lost, nothing is made.

That advances were split in whole units shows in published recoveries, whose amounts stand as small whole
numbers; what the units were is not public, so the key is the profile's.
"""

from collections.abc import Mapping

from generale.protocol.advance import SplitKey
from generale.protocol.errors import OurError
from generale.protocol.ids import FundNumber
from generale.protocol.money import Euro


def split_over_funds(
    amount: Euro, residents: Mapping[FundNumber, int], places: int, key: SplitKey
) -> Mapping[FundNumber, Euro]:
    """What each fund pays of an advance; ``residents`` tells how many of them are members of each fund.

    A fund without a unit pays nothing, and is not named. Cents that no unit divides go to the largest
    remainders. ``OurError`` where nobody is a member of a fund, so that nobody could pay.
    """
    units = residents if key is SplitKey.HEADS else apportioned(places, residents)
    cents = apportioned(amount.cents, units)
    return {fund: Euro(cents[fund]) for fund in sorted(cents) if cents[fund]}


def apportioned(whole: int, weights: Mapping[FundNumber, int]) -> Mapping[FundNumber, int]:
    """A number of units in proportion to whole weights, by the largest remainder; the parts make the whole.

    Of equal remainders the lower fund number comes first. ``OurError`` where there is no weight, or where
    one lies below zero.
    """
    total = sum(weights.values())
    if total <= 0 or min(weights.values()) < 0 or whole < 0:
        raise OurError(f"{whole} units cannot be split by {dict(weights)}")
    parts = {fund: whole * weight // total for fund, weight in weights.items()}
    remainders = sorted(weights, key=lambda fund: (-(whole * weights[fund] % total), fund))
    for fund in remainders[: whole - sum(parts.values())]:
        parts[fund] += 1
    return parts
