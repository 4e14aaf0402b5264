"""Amounts: whole cents, read strictly, rounded once and half up."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generale.protocol.errors import PeerError
from generale.protocol.money import ZERO, Euro

AMOUNTS = st.builds(Euro, st.integers(-(10**12), 10**12))


@pytest.mark.parametrize(
    ("text", "cents"),
    [("0", 0), ("12", 1200), ("12.5", 1250), ("12.05", 1205), ("-0.07", -7), ("1234567.89", 123456789)],
)
def test_an_amount_is_read_to_the_cent(text: str, cents: int) -> None:
    assert Euro.parse(text) == Euro(cents)


@pytest.mark.parametrize(
    "text",
    ["", "12,50", "12.505", "1e3", "1_000", " 12", "NaN", "Infinity", "EUR 12", "1.", "--1", "1E+5000"],
)
def test_what_is_no_amount_in_whole_cents_is_refused(text: str) -> None:
    with pytest.raises(PeerError):
        Euro.parse(text)


@pytest.mark.parametrize(
    ("rate", "days", "amount"),
    [
        ("61.345", 1, "61.35"),
        ("61.345", 2, "122.69"),
        ("61.344", 1, "61.34"),
        ("0.005", 1, "0.01"),
        ("0.115", 3, "0.35"),
        ("64.35", 0, "0.00"),
        ("61.345", -1, "-61.35"),
    ],
)
def test_a_rate_becomes_an_amount_rounded_once_and_half_up(rate: str, days: int, amount: str) -> None:
    assert str(Euro.of_rate(Decimal(rate), days)) == amount


@given(AMOUNTS)
def test_an_amount_is_written_as_it_is_read(amount: Euro) -> None:
    assert Euro.parse(str(amount)) == amount


@given(AMOUNTS, AMOUNTS, AMOUNTS)
def test_amounts_are_added_without_loss(one: Euro, two: Euro, three: Euro) -> None:
    assert one + two - two == one
    assert one + -one == ZERO
    assert Euro.total([one, two, three]) == one + (two + three)
    assert (one < two) == (one.cents < two.cents)


def test_the_total_of_nothing_is_zero() -> None:
    assert Euro.total([]) == ZERO


@given(cents=st.integers(1, 10**5), days=st.integers(0, 366))
def test_a_rate_in_whole_cents_is_never_rounded(cents: int, days: int) -> None:
    assert Euro.of_rate(Decimal(cents).scaleb(-2), days) == Euro(cents * days)


@given(st.fractions(min_value=-(10**9), max_value=10**9))
def test_what_is_exact_is_rounded_to_the_nearest_cent_and_halves_away_from_zero(exact: Fraction) -> None:
    rounded = Euro.rounded(exact)

    assert abs(rounded.cents - exact * 100) <= Fraction(1, 2)
    assert Euro.rounded(-exact) == -rounded
    if abs(rounded.cents - exact * 100) == Fraction(1, 2):
        assert abs(rounded.cents) > abs(exact * 100)
