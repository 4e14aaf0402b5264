"""What is told of a country: no blocked month where that cannot be known yet."""

from datetime import date

import pytest

from generale.protocol.calendar import CareMonth
from generale.protocol.ids import Hco
from generale.scenarios.transition.figures import FacilityFigures, HouseFigures, MonthFigures
from generale.scenarios.transition.national import National, months_between


def country(first: date, last: date) -> National:
    """One facility of which nothing is settled."""
    months = months_between(first, last)
    facility = FacilityFigures(Hco("9990"), "wzc", first, months={one: MonthFigures(due=1) for one in months})
    national = National(months)
    national.add(HouseFigures(house="H00001", facilities={facility.hco: facility}))
    return national


@pytest.mark.parametrize(
    ("month", "last", "told"),
    [
        ("2019-11", date(2019, 12, 31), True),
        ("2019-12", date(2020, 1, 31), True),
        ("2020-01", date(2020, 2, 29), False),
        ("2020-03", date(2020, 4, 30), True),
        ("2020-04", date(2020, 4, 30), False),
    ],
)
def test_whether_a_month_is_blocked_is_told_thirty_days_after_its_end(
    month: str, last: date, told: bool
) -> None:
    table = country(date(2019, 10, 1), last).document(())["table"]
    blocked = {row["month"]: row["blocked"] for row in table}

    assert blocked[str(CareMonth.parse(month))] == (1 if told else None)
