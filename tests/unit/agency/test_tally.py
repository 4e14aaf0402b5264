"""Recoveries are counted once each, by group, fund and month, and the sums are those of the file."""

from collections import defaultdict
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from tests.unit.agency.tables_by_hand import RECOVERIES, published_rows, recoveries

from generale.agency.account import account
from generale.agency.reading import own_readings
from generale.agency.recovery import read_recoveries
from generale.agency.tally import Tally, grouped, tally
from generale.protocol.money import Euro

DAY = date(2020, 3, 4)

ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "group": st.sampled_from("12"),
            "zorgkas": st.sampled_from(["Zorgkas A", "Zorgkas B", "Zorgkas C"]),
            "amount_eur": st.integers(1, 10**9).map(lambda cents: f"{cents // 100}.{cents % 100:02d}"),
            "letter_date": st.dates(date(2019, 1, 1), DAY).map(str),
        }
    ).flatmap(
        lambda row: st.dates(date.fromisoformat(row["letter_date"]), DAY).flatmap(
            lambda day: st.sampled_from([{**row, "repaid_date": ""}, {**row, "repaid_date": str(day)}])
        )
    ),
    min_size=1,
    max_size=25,
)


def told(counted: Tally) -> tuple[object, ...]:
    """Number, amount, and the days of the repaid and the open, as they can be worked out by hand."""
    return (
        counted.number,
        str(counted.amount),
        *(
            (part.number, str(part.amount), part.fewest_days, part.most_days)
            for part in (counted.repaid, counted.open)
        ),
    )


def by_hand(rows: list[dict[str, str]]) -> tuple[object, ...]:
    """The same from the text of the file, by ``Decimal`` and ``date`` alone."""

    def cents(row: dict[str, str]) -> Decimal:
        text = row["amount_eur"]
        return Decimal(text.replace(".", "").replace(",", ".") if "," in text else text)

    def days(row: dict[str, str]) -> int:
        first = date.fromisoformat(row["letter_date"].split("|")[0])
        return ((date.fromisoformat(row["repaid_date"]) if row["repaid_date"] else DAY) - first).days

    parts = []
    for part in ([r for r in rows if r["repaid_date"]], [r for r in rows if not r["repaid_date"]]):
        ran = sorted(days(row) for row in part)
        least, most = (ran[0], ran[-1]) if ran else (None, None)
        parts.append((len(part), f"{sum(map(cents, part), Decimal(0)):.2f}", least, most))
    return (len(rows), f"{sum(map(cents, rows), Decimal(0)):.2f}", *parts)


def test_the_published_table_has_its_totals_to_the_cent() -> None:
    total = account(read_recoveries(RECOVERIES), own_readings()).total

    assert told(total) == (33, "688537.14", (7, "93212.18", 7, 51), (26, "595324.96", 6, 160))
    assert told(total) == by_hand([dict(row) for row in published_rows()])


def test_the_published_table_by_group_fund_and_month_is_what_its_text_adds_up_to() -> None:
    expected: dict[tuple[str, str, str], list[dict[str, str]]] = defaultdict(list)
    for row in published_rows():
        expected[row["group"], row["zorgkas"], row["letter_date"][:7]].append(dict(row))
    found = {
        (str(group.number), fund.name, month.month): told(month.tally)
        for group in account(read_recoveries(RECOVERIES), own_readings()).groups
        for fund in group.funds
        for month in fund.months
    }

    assert found == {key: by_hand(rows) for key, rows in expected.items()}
    assert len(found) == 11


@given(ROWS)
def test_any_table_is_counted_as_its_text_adds_up(rows: list[dict[str, str]]) -> None:
    assert told(tally(recoveries(*rows).recoveries, DAY)) == by_hand(rows)


@given(ROWS)
def test_every_recovery_stands_in_one_month_and_sums_are_those_of_their_parts(
    rows: list[dict[str, str]],
) -> None:
    table = recoveries(*rows)

    groups = grouped(table.recoveries, DAY)

    funds = [fund for group in groups for fund in group.funds]
    months = [month for fund in funds for month in fund.months]
    assert sorted(one.line for month in months for one in month.recoveries) == [
        one.line for one in table.recoveries
    ]
    for group in groups:
        assert group.tally.amount == Euro.total([fund.tally.amount for fund in group.funds])
        assert group.tally.open.number == sum(fund.tally.open.number for fund in group.funds)
    for fund in funds:
        assert fund.tally.amount == Euro.total([month.tally.amount for month in fund.months])
        assert fund.tally.number == sum(len(month.recoveries) for month in fund.months)
    assert [group.number for group in groups] == sorted({one.group for one in table.recoveries})
