"""Amounts, percentages, counts and days are read as they are meant, or refused where that cannot be known."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generale.agency.amount import MOST, amount_in, count_in, day_in, percentage_in
from generale.agency.sheet import Cell
from generale.protocol.errors import UsageError
from generale.protocol.money import Euro

CENTS = st.integers(min_value=1, max_value=MOST.cents)

AMOUNTS = [
    ("14223,60", 1_422_360),
    ("16.001,55", 1_600_155),
    ("1234.56", 123_456),
    ("1340,93", 134_093),
    ("16,001.55", 1_600_155),
    ("1.234.567,89", 123_456_789),
    ("1.234.567", 123_456_700),
    ("1,234,567", 123_456_700),
    ("342", 34_200),
    ("3555,9", 355_590),
    ("3.555,9", 355_590),
    ("0.01", 1),
    ("007.50", 750),
    ("10000000", 1_000_000_000),
]

NO_AMOUNTS = [
    *("1.234", "1,234", "999.000", "12,345"),
    *("", "0", "0,00", "-5.00", "+5.00", "€ 5", "5 EUR", "1 234,56", "1e5", "0x10", "nan", "5.", ".5", ","),
    *("12.34.56", "1.23,45", "1.2345,67", "1234.567,89", "1,234,56", "1.234,567", "12345.678", "0.001,55"),
    *("1..234,00", "1.234.56", "١٢٣٤", "１２３", "10000000.01", "10.000.000,01", "9" * 100),
]


def cell(text: str) -> Cell:
    return Cell(text, 7, "amount_eur")


@pytest.mark.parametrize(("text", "cents"), AMOUNTS)
def test_an_amount_is_read(text: str, cents: int) -> None:
    assert amount_in(cell(text)) == Euro(cents)


@pytest.mark.parametrize("text", NO_AMOUNTS)
def test_what_is_no_amount_or_may_be_two_is_refused_with_line_and_column(text: str) -> None:
    with pytest.raises(UsageError, match="line 7, column amount_eur: ") as refused:
        amount_in(cell(text))

    assert refused.value.hint


@pytest.mark.parametrize("text", ["1.234", "12,345"])
def test_the_hint_for_an_ambiguous_amount_can_be_read(text: str) -> None:
    with pytest.raises(UsageError, match="may be thousands or decimals") as refused:
        amount_in(cell(text))

    whole = refused.value.hint.split()[1].rstrip(",")
    assert amount_in(cell(whole)) == Euro(int(text.replace(".", "").replace(",", "")) * 100)


@given(CENTS, st.sampled_from([("", "."), ("", ","), (".", ","), (",", ".")]))
def test_every_amount_is_read_back_from_every_way_to_write_it(cents: int, marks: tuple[str, str]) -> None:
    group, point = marks
    text = f"{cents // 100:,}".replace(",", group) + f"{point}{cents % 100:02d}"

    assert amount_in(cell(text)) == Euro(cents)


@given(st.text(alphabet="0123456789.,", max_size=12))
def test_a_text_of_digits_and_marks_has_at_most_one_meaning(text: str) -> None:
    try:
        amount = amount_in(cell(text))
    except UsageError:
        return

    digits = text.replace(".", "").replace(",", "")
    assert int(digits) in (amount.cents, amount.cents // 10, amount.cents // 100)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("1.34", "1.34"), ("1,34%", "1.34"), ("18,70 %", "18.70"), ("0", "0"), ("100", "100")],
)
def test_a_percentage_keeps_its_decimals(text: str, expected: str) -> None:
    assert str(percentage_in(cell(text))) == expected


@pytest.mark.parametrize("text", ["", "100.01", "999", "-1", "1.34 %%", "1.23456", "1.2.3", "x"])
def test_what_is_no_percentage_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="line 7, column"):
        percentage_in(cell(text))


@given(st.integers(0, 9_999_999))
def test_a_count_is_read(number: int) -> None:
    assert count_in(cell(str(number))) == number


@pytest.mark.parametrize("text", ["", "1.520", "-1", "1,0", "12345678", "٣"])
def test_what_is_no_count_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="line 7, column"):
        count_in(cell(text))


def test_a_day_is_read_in_one_order_alone() -> None:
    assert day_in(cell("2019-03-05")) == date(2019, 3, 5)
    for text in ("05/03/2019", "2019-3-5", "20190305", "2019-02-29", ""):
        with pytest.raises(UsageError, match="line 7, column"):
            day_in(cell(text))


def test_the_largest_amount_is_what_the_page_says() -> None:
    assert Decimal(str(MOST)) == 10_000_000
