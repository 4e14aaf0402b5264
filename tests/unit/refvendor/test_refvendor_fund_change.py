"""Changes of care fund at the reference vendor: of which fund a day of a stay is."""

from datetime import date

import pytest
from tests.unit.refvendor.fake_platform import ANNA, BERTA, HCO, at

from generale.driver.stimuli import Person
from generale.protocol.ids import FundNumber
from generale.protocol.messages import FundChangeNotice, StayType
from generale.refvendor.dossier import Facts, Stay
from generale.refvendor.membership import FundChanges
from generale.refvendor.switches import Switches

FIRST, SECOND, THIRD = (FundNumber(number) for number in ("810", "820", "830"))
NEW_YEAR, NEXT_YEAR = date(2020, 1, 1), date(2021, 1, 1)


def stay(who: Person = ANNA) -> Stay:
    return Stay(
        facility=HCO,
        entered_as=who.insz,
        facts=Facts(resident=who, stay_type=StayType.ROB, start=at(1)),
    )


def told(defect: str = "") -> FundChanges:
    """Anna goes on twice; the later change is told first."""
    changes = FundChanges(Switches(defect))
    for former, fund, start in ((SECOND, THIRD, NEXT_YEAR), (FIRST, SECOND, NEW_YEAR)):
        changes.take(
            FundChangeNotice(facility=HCO, insz=ANNA.insz, former_fund=former, fund=fund, start=start)
        )
    return changes


@pytest.mark.parametrize(
    ("day", "decided", "fund"),
    [
        (date(2019, 12, 31), FIRST, FIRST),
        (NEW_YEAR, FIRST, SECOND),
        (date(2020, 12, 31), FIRST, SECOND),
        (NEXT_YEAR, FIRST, THIRD),
        (NEXT_YEAR, SECOND, THIRD),
        (NEW_YEAR, THIRD, THIRD),
    ],
)
def test_each_change_leads_on_from_the_fund_of_before(
    day: date, decided: FundNumber, fund: FundNumber
) -> None:
    assert told().fund_on(stay(), decided, day) == fund


def test_nobody_else_changes() -> None:
    assert told().fund_on(stay(BERTA), FIRST, NEXT_YEAR) == FIRST


def test_days_stand_apart_for_each_fund() -> None:
    days = [date(2019, 12, 31), NEW_YEAR, date(2020, 1, 2)]

    assert list(told().by_fund(stay(), FIRST, days)) == [(FIRST, days[:1]), (SECOND, days[1:])]


def test_who_writes_the_new_fund_over_the_former_one_bills_it_for_every_day() -> None:
    wrong = told("new-fund-billed-for-all-days")

    assert wrong.fund_on(stay(), FIRST, date(2019, 12, 31)) == THIRD


def test_who_keeps_to_the_decision_never_bills_another_fund() -> None:
    wrong = told("former-fund-billed-after-the-change")

    assert wrong.fund_on(stay(), FIRST, NEXT_YEAR) == FIRST
