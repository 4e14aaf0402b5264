"""Amounts stand as small whole numbers where one unit gives each of them to the cent."""

from math import gcd

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generale.agency.ratio import MOST_OF_THE_SMALLEST, MOST_UNITS, whole_ratio
from generale.protocol.money import Euro


@pytest.mark.parametrize(
    ("amounts", "expected"),
    [
        (["9752.70", "68268.90", "29258.10", "58516.20"], (1, 7, 3, 6)),
        (["1609.11", "1340.93"], (6, 5)),
        (["3555.90", "14223.60", "16001.55"], (2, 8, 9)),
        (["6266.56", "5890.50", "45664.96"], None),
        (["100.00"], None),
        (["100.00", "100.00"], None),
        (["100.00", "100.00", "200.00"], (1, 1, 2)),
        (["0.01", "2.01"], None),
        ([], None),
    ],
)
def test_a_ratio_is_found_or_not(amounts: list[str], expected: tuple[int, ...] | None) -> None:
    assert whole_ratio([Euro.parse(one) for one in amounts]) == expected


@given(
    st.integers(50_000, 5_000_000),
    st.lists(st.integers(1, MOST_OF_THE_SMALLEST), min_size=2, max_size=6, unique=True),
)
def test_what_was_split_in_whole_units_is_found(unit: int, shares: list[int]) -> None:
    common = gcd(*shares)

    found = whole_ratio([Euro(unit * one) for one in shares])

    assert found == tuple(one // common for one in shares)


@given(st.lists(st.integers(1, 10**7).map(Euro), min_size=2, max_size=5))
def test_a_ratio_gives_every_amount_to_the_cent(amounts: list[Euro]) -> None:
    found = whole_ratio(amounts)

    if found is not None:
        unit = sum(one.cents for one in amounts) / sum(found)
        assert max(found) <= MOST_UNITS
        assert all(
            abs(one.cents - unit * number) <= 1 + max(found) / 2
            for one, number in zip(amounts, found, strict=True)
        )
