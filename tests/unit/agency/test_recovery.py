"""A table of recoveries is read row by row, and every mistake in it is told with its line and column."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.agency.tables_by_hand import RECOVERIES, ROW, published_rows, recoveries, table

from generale.agency.recovery import PUBLISHED_DAY, DaySource, read_recoveries
from generale.protocol.errors import UsageError
from generale.protocol.money import Euro

MISTAKES = [
    ("group", "3", "'3' is no group"),
    ("group", "", "is no group"),
    ("zorgkas", "", "it is empty"),
    ("facility", " ", "it is empty"),
    ("hco_list", "", "is not a facility number"),
    ("hco_list", "123456", "is not a facility number"),
    ("hco_list", "3709 en 20006", "is not a facility number"),
    ("hco_list", "3709|3709", "stands twice"),
    ("hco_list", "|".join(["3709"] * 9), "more than 5 in one cell"),
    ("amount_eur", "1.234", "may be thousands or decimals"),
    ("letter_date", "", "is not a date"),
    ("letter_date", "05/03/2019", "is not a date"),
    ("letter_date", "2020-01-21|2019-11-28", "not in the order"),
    ("letter_date", "2019-11-28|2019-11-28", "not in the order"),
    ("letter_date", "2020-03-05", "lies after 2020-03-04"),
    ("repaid_date", "2019-03-04", "lies before the first letter"),
    ("repaid_date", "2020-03-05", "lies after 2020-03-04"),
    ("repaid_date", "Nog geen", "is not a date"),
]


@pytest.mark.parametrize(("column", "text", "said"), MISTAKES)
def test_a_mistake_is_told_with_its_line_and_column(column: str, text: str, said: str) -> None:
    with pytest.raises(UsageError) as refused:
        read_recoveries(table({}, {column: text}))

    assert str(refused.value).startswith(f"line 3, column {column}: ")
    assert said in str(refused.value)
    assert refused.value.hint


def test_a_row_is_read_with_its_numbers_letters_and_repayment() -> None:
    (one,) = recoveries(
        {
            "hco_list": "3709|20006",
            "letter_date": "2019-11-28|2020-01-21",
            "repaid_date": "2020-02-01",
            "amount_eur": "1340,93",
        }
    ).recoveries

    assert (one.line, one.group, one.fund, one.facility) == (2, 1, ROW["zorgkas"], ROW["facility"])
    assert one.numbers == ("3709", "20006")
    assert one.letters == (date(2019, 11, 28), date(2020, 1, 21))
    assert one.amount == Euro(134_093)
    assert one.month == "2019-11"


def test_every_row_of_the_published_table_is_read_as_it_stands_there() -> None:
    read = read_recoveries(RECOVERIES).recoveries

    assert [
        {
            "as_of": "2020-03-04",
            "group": str(one.group),
            "zorgkas": one.fund,
            "facility": one.facility,
            "hco_list": "|".join(one.numbers),
            "amount_eur": f"{one.amount}".replace(".", ","),
            "letter_date": "|".join(map(str, one.letters)),
            "repaid_date": str(one.repaid or ""),
        }
        for one in read
    ] == [{**row, "amount_eur": row["amount_eur"].replace(".", "")} for row in published_rows()]


@given(st.dates(date(2019, 1, 1), date(2020, 3, 4)), st.integers(0, 400))
def test_days_end_at_the_repayment_or_at_the_day_of_the_table(letter: date, later: int) -> None:
    day = date.fromordinal(letter.toordinal() + later)
    (waiting,) = read_recoveries(table({"letter_date": str(letter)}), day).recoveries
    (repaid,) = read_recoveries(
        table({"letter_date": str(letter), "repaid_date": str(day)}), date(2022, 1, 1)
    ).recoveries

    assert waiting.days(day) == repaid.days(date(2022, 1, 1)) == later


@pytest.mark.parametrize(
    ("rows", "given_day", "expected"),
    [
        ([{}], None, (PUBLISHED_DAY, DaySource.ASSUMED)),
        ([{"as_of": "2019-12-31"}], None, (date(2019, 12, 31), DaySource.FILE)),
        ([{"as_of": "2019-12-31"}], date(2021, 1, 1), (date(2021, 1, 1), DaySource.OPTION)),
        ([{}], date(2021, 1, 1), (date(2021, 1, 1), DaySource.OPTION)),
    ],
    ids=["nobody tells", "the file tells", "the option goes first", "the option tells"],
)
def test_the_day_is_that_of_the_option_the_file_or_the_published_table(
    rows: list[dict[str, str]], given_day: date | None, expected: tuple[date, DaySource]
) -> None:
    read = read_recoveries(table(*rows), given_day)

    assert (read.as_of, read.day_source) == expected


@pytest.mark.parametrize("second", ["2020-01-01", "", "today"])
def test_a_table_has_one_day(second: str) -> None:
    with pytest.raises(UsageError, match="line 3, column as_of: "):
        read_recoveries(table({"as_of": "2019-12-31"}, {"as_of": second}))
