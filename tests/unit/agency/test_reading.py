"""Readings of the formula come from a file of few words, and every mistake in it is told."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.agency.tables_by_hand import recoveries

from generale.agency.evidence import evidence
from generale.agency.reading import own_readings, read_readings
from generale.protocol.calendar import CareMonth
from generale.protocol.errors import UsageError
from generale.protocol.profile import standard_profile

GOOD = """[ours]
since = 2019-01-01
until = 2019-12-31
occupancy = "0.90"
share = "0.95"
source = "a letter"
"""

MISTAKES = [
    ("", "0 readings, from 1 to 10"),
    ("[", "this is not TOML"),
    ("x = " + "1" * 5_000, "this is not TOML"),
    ("".join(f"[r{n}]\n" for n in range(11)), "11 readings, from 1 to 10"),
    ("published = 3", "published: it has not the keys"),
    (GOOD.replace("[ours]", "['=x']"), "'=x' is no name"),
    (GOOD.replace("share", "part"), "ours: it has not the keys"),
    (GOOD + "more = 1", "ours: it has not the keys"),
    (GOOD.replace("2019-01-01", "'2019-01-01'"), "ours: since is no day"),
    (GOOD.replace("2019-01-01", "2019-01-01T10:00:00"), "ours: since is no day"),
    (GOOD.replace("2019-12-31", "2018-12-31"), "ours: until lies before since"),
    (GOOD.replace('"0.90"', "0.9"), "ours: occupancy is no part"),
    (GOOD.replace('"0.90"', '"0.00"'), "ours: occupancy is no part"),
    (GOOD.replace('"0.90"', '"1.01"'), "ours: occupancy is no part"),
    (GOOD.replace('"0.95"', '"0,95"'), "ours: share is no part"),
    (GOOD.replace('"0.90"', '"0.10"'), "ours: occupancy × share is less than 0.10"),
    (GOOD.replace('"a letter"', '""'), "ours: source is no line"),
    (GOOD.replace('"a letter"', r'"\u001b[31m"'), "ours: source is no line"),
]


def test_a_reading_is_read_with_its_days() -> None:
    (one,) = read_readings(GOOD.encode())

    assert one.days == Fraction(513, 20)
    assert (one.since, one.until, one.source) == (date(2019, 1, 1), date(2019, 12, 31), "a letter")
    assert one.holds_on(date(2019, 12, 31))
    assert not one.holds_on(date(2020, 1, 1))


@pytest.mark.parametrize(("text", "said"), MISTAKES)
def test_a_mistake_in_a_file_of_readings_is_told(text: str, said: str) -> None:
    with pytest.raises(UsageError) as refused:
        read_readings(text.encode())

    assert str(refused.value).startswith(said)
    assert refused.value.hint


@given(st.text(max_size=60))
def test_no_text_does_more_than_be_read_or_refused(text: str) -> None:
    with pytest.raises(UsageError):
        read_readings(text.encode("utf-8", "surrogatepass"))


def test_other_readings_explain_other_amounts() -> None:
    table = recoveries({"amount_eur": "9752.70", "letter_date": "2019-09-26"}, {"amount_eur": "25650.00"})

    ours = evidence(table.recoveries, read_readings(GOOD.encode()))

    assert {line: fit.reading for line, fit in evidence(table.recoveries, own_readings()).fits.items()} == {
        2: "published",
        3: "published",
    }
    assert list(ours.fits) == [3]


def test_the_first_of_our_own_readings_has_the_parameters_of_the_standard_profile() -> None:
    terms = standard_profile().advances
    published = own_readings()[0]

    formula = terms.formula("wzc", CareMonth.of(published.since)) if terms else None

    assert formula is not None
    assert (formula.occupancy, formula.share) == (published.occupancy, published.share)
