"""The formula explains an amount where a rate and a whole number give it to the cent, and only then."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.agency.tables_by_hand import RECOVERIES, recoveries

from generale.agency.evidence import evidence
from generale.agency.formula import RATES, chance, fit
from generale.agency.reading import own_readings
from generale.agency.recovery import read_recoveries
from generale.protocol.money import Euro

PUBLISHED, BEFORE = own_readings()

READINGS = pytest.mark.parametrize("reading", own_readings(), ids=lambda one: one.name)


def by_hand(cents: int, factor: Decimal) -> set[tuple[int, int]]:
    """Every rate and whole number that give an amount, found by trying them all with ``Decimal``."""
    found = set()
    for rate in RATES:
        for places in {int(Decimal(cents) / (rate * factor)) + step for step in (0, 1)}:
            if places and (rate * places * factor).quantize(Decimal(1), ROUND_HALF_UP) == cents:
                found.add((rate, places))
    return found


def test_the_readings_are_thirty_days_of_a_part_of_the_house() -> None:
    assert [(one.name, one.days) for one in own_readings()] == [
        ("published", Fraction(57, 2)),
        ("before-the-raise", 27),
    ]
    assert PUBLISHED.until is None


@given(st.integers(RATES[0], RATES[-1]), st.integers(1, 400), st.sampled_from([PUBLISHED, BEFORE]))
def test_every_amount_that_the_formula_gives_is_explained(rate: int, places: int, reading: object) -> None:
    assert reading in (PUBLISHED, BEFORE)
    one = PUBLISHED if reading is PUBLISHED else BEFORE
    factor = Decimal("28.5") if one is PUBLISHED else Decimal(27)
    amount = Euro(int((rate * places * factor).quantize(Decimal(1), ROUND_HALF_UP)))

    found = fit(amount, one)

    assert found is not None
    assert (Euro(rate), places) in found.pairs
    assert found.rounded is (rate * places * factor % 1 != 0)


@given(st.integers(1, 8_000_000))
def test_an_amount_is_explained_by_what_trying_every_rate_finds(cents: int) -> None:
    found = fit(Euro(cents), PUBLISHED)

    pairs = set() if found is None else {(rate.cents, places) for rate, places in found.pairs}
    assert pairs == by_hand(cents, Decimal("28.5"))


@READINGS
@pytest.mark.parametrize("size", [13, 15, 17])
def test_the_chance_is_the_share_of_amounts_that_fit(reading: object, size: int) -> None:
    one = PUBLISHED if reading is PUBLISHED else BEFORE
    first, last = (int(one.days * (1 << bits)) for bits in (size - 1, size))
    sample = Random(1).sample(range(first, last), 20_000)
    fitting = sum(fit(Euro(cents), one) is not None for cents in sample)

    assert chance(Euro((first + last) // 2), one) == pytest.approx(fitting / len(sample), abs=0.004)


def test_no_small_amount_can_fit_and_the_largest_is_counted_soon() -> None:
    assert chance(Euro(1), PUBLISHED) == 0
    assert 0.005 < chance(Euro(1_000_000_000), PUBLISHED) < 0.03


def test_the_published_table_is_explained_as_far_as_it_is_and_no_further() -> None:
    table = read_recoveries(RECOVERIES)

    found = evidence(table.recoveries, own_readings())

    facility = {one.line: one.facility.casefold() for one in table.recoveries}
    by_reading = {
        one.reading.name: sorted(facility[line] for part in one.by_facility for line in part.fits)
        for one in found.by_reading
    }
    assert by_reading == {
        "published": ["home select"] * 2 + ["residentie anemoon"] * 4,
        "before-the-raise": ["home eksterveld"] * 3,
    }
    assert [(one.tried, one.number) for one in found.by_reading] == [(33, 6), (3, 3)]
    assert len(found.unexplained(table.recoveries)) == 24
    assert 0.5 < found.by_reading[0].by_chance < 0.8


def test_one_rate_explains_all_of_a_facility_or_none_does() -> None:
    found = evidence(read_recoveries(RECOVERIES).recoveries, own_readings())

    rates = {
        part.facility.name: [str(rate) for rate in part.common_rates]
        for one in found.by_reading
        for part in one.by_facility
    }
    assert rates == {
        "Home Select": [],
        "RESIDENTIE ANEMOON": ["68.44", "85.55"],
        "Home Eksterveld": ["65.85"],
    }


@pytest.mark.parametrize(
    ("letter", "explained_by"),
    [
        ("2018-12-31", None),
        ("2019-01-01", "before-the-raise"),
        ("2019-03-14", "before-the-raise"),
        ("2019-03-15", None),
    ],
)
def test_an_assumption_is_tried_for_the_days_of_letters_that_it_names(
    letter: str, explained_by: str | None
) -> None:
    table = recoveries({"amount_eur": "3555.90", "letter_date": letter})

    found = evidence(table.recoveries, own_readings()).fits.get(2)

    assert (found.reading if found else None) == explained_by


@pytest.mark.parametrize(("rate", "possible"), [(3999, False), (4000, True), (9000, True), (9001, False)])
def test_a_rate_from_40_to_90_euro_is_held_possible(rate: int, possible: bool) -> None:
    found = fit(Euro(rate * 27), BEFORE)

    pairs = found.pairs if found else ()
    assert ((Euro(rate), 1) in pairs) is possible


def test_an_amount_that_both_readings_give_counts_for_the_published_one() -> None:
    both = Euro(60_00 * 27 * 19)
    assert fit(both, BEFORE) is not None
    assert fit(both, PUBLISHED) is not None

    found = evidence(
        recoveries({"amount_eur": str(both), "letter_date": "2019-02-01"}).recoveries, own_readings()
    )

    assert [one.number for one in found.by_reading] == [1, 0]


def test_every_reading_says_where_it_comes_from_and_since_when() -> None:
    assert all(one.source and one.since == date(2019, 1, 1) for one in own_readings())
    assert BEFORE.source == "project-defined"
