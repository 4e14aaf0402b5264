"""The split over the funds: whole units, the largest remainder, nothing lost and nothing made."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generale.carefunds.split import apportioned, split_over_funds
from generale.protocol.advance import SplitKey
from generale.protocol.errors import OurError
from generale.protocol.ids import FundNumber
from generale.protocol.money import Euro

CM, NEUTRAL, SM, LM = (FundNumber.parse(number) for number in ("810", "820", "830", "840"))
WEIGHTS = st.dictionaries(
    st.sampled_from([CM, NEUTRAL, SM, LM]), st.integers(0, 200), min_size=1, max_size=4
).filter(lambda weights: any(weights.values()))


def test_heads_are_units_of_which_each_costs_the_same() -> None:
    parts = split_over_funds(Euro.parse("33781.05"), {LM: 2, SM: 8, CM: 9}, 18, SplitKey.HEADS)

    assert parts == {CM: Euro.parse("16001.55"), SM: Euro.parse("14223.60"), LM: Euro.parse("3555.90")}


def test_places_go_in_whole_to_the_largest_remainder() -> None:
    parts = split_over_funds(Euro.parse("100.00"), {CM: 5, NEUTRAL: 3, SM: 1}, 4, SplitKey.PLACES)

    assert parts == {CM: Euro.parse("50.00"), NEUTRAL: Euro.parse("25.00"), SM: Euro.parse("25.00")}


def test_of_equal_remainders_the_lower_number_comes_first() -> None:
    assert apportioned(1, {SM: 1, CM: 1}) == {SM: 0, CM: 1}


def test_a_fund_without_a_unit_is_not_named() -> None:
    assert split_over_funds(Euro(100), {CM: 3, SM: 0}, 9, SplitKey.HEADS) == {CM: Euro(100)}


@given(whole=st.integers(0, 10**9), weights=WEIGHTS)
def test_the_parts_make_the_whole_and_lie_within_one_unit_of_their_share(
    whole: int, weights: dict[FundNumber, int]
) -> None:
    parts, total = apportioned(whole, weights), sum(weights.values())

    assert sum(parts.values()) == whole
    assert all(abs(parts[fund] * total - whole * weight) < total for fund, weight in weights.items())


@given(
    cents=st.integers(0, 10**9),
    weights=WEIGHTS,
    places=st.integers(1, 300),
    key=st.sampled_from(SplitKey),
)
def test_a_split_loses_and_makes_no_cent_in_whatever_order_the_funds_stand(
    cents: int, weights: dict[FundNumber, int], places: int, key: SplitKey
) -> None:
    parts = split_over_funds(Euro(cents), weights, places, key)

    assert Euro.total(list(parts.values())) == Euro(cents)
    assert all(part.cents > 0 for part in parts.values())
    assert parts == split_over_funds(Euro(cents), dict(reversed(weights.items())), places, key)


@pytest.mark.parametrize("weights", [{}, {CM: 0}, {CM: 2, SM: -1}])
def test_what_nobody_can_pay_is_our_error(weights: dict[FundNumber, int]) -> None:
    with pytest.raises(OurError, match="100 units cannot be split"):
        apportioned(100, weights)
