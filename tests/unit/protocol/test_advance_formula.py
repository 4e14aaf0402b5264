"""The advance of a month: the published formula, and that of day care from September 2019 on."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generale.protocol.advance import (
    AdvanceFormula,
    AdvanceTerms,
    Beds,
    PaidDays,
    Recognised,
    advance_of_month,
    read_part,
)
from generale.protocol.calendar import CareMonth
from generale.protocol.errors import OurError
from generale.protocol.money import Euro
from generale.protocol.profile import standard_profile


def of_the_standard_profile() -> AdvanceTerms:
    """The terms that the standard profile has."""
    terms = standard_profile().advances
    assert terms is not None
    return terms


TERMS = of_the_standard_profile()
MAY, AUGUST, SEPTEMBER = CareMonth(2019, 5), CareMonth(2019, 8), CareMonth(2019, 9)
HOUSE = Recognised(type="wzc", beds=(Beds(places=30, per_day=Decimal("68.44")),))
DAY_CARE = Recognised(
    type="dvc", beds=(Beds(places=15, per_day=Decimal("50.00")),), opening_days=5, occupancy=Decimal("0.80")
)
PARTS = st.integers(1, 10_000).map(lambda part: Decimal(part).scaleb(-4))


@pytest.mark.parametrize(
    ("facility", "month", "amount"),
    [
        pytest.param(HOUSE, MAY, "58516.20", id="a care home: 68.44 x 30 x 28.5"),
        pytest.param(
            replace(HOUSE, beds=(*HOUSE.beds, Beds(places=10, per_day=Decimal("71.005")))),
            MAY,
            "78752.63",
            id="two rates, rounded once",
        ),
        pytest.param(replace(HOUSE, type="cvk", beds=()), MAY, "0.00", id="no places"),
        pytest.param(DAY_CARE, AUGUST, "21375.00", id="day care as the others until August: 50 x 15 x 28.5"),
        pytest.param(DAY_CARE, SEPTEMBER, "12857.14", id="by opening and its own from September"),
        pytest.param(replace(DAY_CARE, opening_days=7), SEPTEMBER, "18000.00", id="open all week"),
        pytest.param(replace(DAY_CARE, opening_days=6), SEPTEMBER, "15428.57", id="open six days"),
    ],
)
def test_the_advance_of_a_month(facility: Recognised, month: CareMonth, amount: str) -> None:
    assert advance_of_month(facility, month, TERMS) == Euro.parse(amount)


@pytest.mark.parametrize(("open_on", "days"), [(5, 21), (6, 25), (7, 30)])
def test_opening_days_can_be_those_of_the_month_itself(open_on: int, days: int) -> None:
    counted = AdvanceFormula(
        types=frozenset({"dvc"}),
        since=date(2019, 9, 1),
        days=PaidDays.OPENING_DAYS,
        occupancy=None,
        share=Decimal("1.00"),
    )
    terms = replace(TERMS, formulas=(counted,))

    advance = advance_of_month(replace(DAY_CARE, opening_days=open_on), SEPTEMBER, terms)

    assert advance == Euro.parse(f"{600 * days}.00")


def test_nothing_is_advanced_before_the_first_formula_or_to_another_type() -> None:
    assert advance_of_month(HOUSE, CareMonth(2018, 12), TERMS) is None
    assert advance_of_month(replace(HOUSE, type="elsewhere"), MAY, TERMS) is None


def test_an_occupancy_of_its_own_must_be_known() -> None:
    with pytest.raises(OurError, match="dvc for 2019-09 takes its own occupancy"):
        advance_of_month(replace(DAY_CARE, occupancy=None), SEPTEMBER, TERMS)


def test_the_newest_formula_of_a_month_holds() -> None:
    first = TERMS.formulas[0]
    raised = replace(first, since=date(2019, 4, 1), share=Decimal("0.5"))
    terms = AdvanceTerms(formulas=(raised, first), split=TERMS.split, repay_days=30)

    assert advance_of_month(HOUSE, CareMonth(2019, 3), terms) == Euro.parse("58516.20")
    assert advance_of_month(HOUSE, MAY, terms) == Euro.parse("29258.10")


@given(
    cents=st.integers(1, 20_000),
    places=st.integers(0, 500),
    occupancy=PARTS,
    share=PARTS,
    month=st.integers(1, 12),
)
def test_an_advance_lies_within_half_a_cent_of_the_formula(
    cents: int, places: int, occupancy: Decimal, share: Decimal, month: int
) -> None:
    formula = replace(TERMS.formulas[0], occupancy=occupancy, share=share)
    house = Recognised(type="wzc", beds=(Beds(places=places, per_day=Decimal(cents).scaleb(-2)),))

    advance = advance_of_month(house, CareMonth(2019, month), replace(TERMS, formulas=(formula,)))

    exact = Fraction(cents) * places * 30 * Fraction(occupancy) * Fraction(share)
    assert advance is not None
    assert abs(advance.cents - exact) <= Fraction(1, 2)


@pytest.mark.parametrize("text", ["", "0", "1", "0.0", "1.01", "2.0", "0,95", "0.95000", "-0.5", ".5", "0.٣"])
def test_a_part_is_above_zero_and_at_most_one(text: str) -> None:
    with pytest.raises(ValueError, match="is no part above 0 and up to 1"):
        read_part(text)
