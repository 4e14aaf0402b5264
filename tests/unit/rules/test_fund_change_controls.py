"""Each control of a change of care fund, with changes that pass and changes that fail with it alone."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import pytest

from generale.protocol.clock import BRUSSELS
from generale.protocol.ids import FundNumber, Hco, Insz, Nihii, Reference, Sex
from generale.protocol.messages import EndReason, FundChangeNotice, StayType
from generale.rules.engine import rule_set
from generale.rules.facts import FacilityRecord, FundMove, StayRecord

RULES = rule_set(date(2019, 4, 1))
FORMER, NEW = FundNumber.parse("810"), FundNumber.parse("820")
INSZ = Insz.synthetic(date(1938, 2, 14), Sex.WOMAN)
HOME = FacilityRecord(
    hco=Hco.parse("1001"), nihii=Nihii.of_serial(710001), type="wzc", valid_from=date(2010, 1, 1)
)
STAY = StayRecord(
    facility=HOME.hco,
    insz=INSZ,
    stay_type=StayType.ROB,
    start=datetime(2019, 5, 2, 10, tzinfo=BRUSSELS),
    fund=FORMER,
    admission=Reference.parse("A1"),
)
LEFT_ON = datetime(2019, 12, 31, 10, tzinfo=BRUSSELS)
LEFT = replace(STAY, end=LEFT_ON, reason=EndReason.DEPARTURE)
NEW_YEAR = date(2020, 1, 1)
NOTICE = FundChangeNotice(facility=HOME.hco, insz=INSZ, former_fund=FORMER, fund=NEW, start=NEW_YEAR)
EARLIER = FundMove(former=NEW, fund=FORMER, start=date(2019, 1, 1))
SAME = FundMove(former=FORMER, fund=NEW, start=NEW_YEAR)


@dataclass(frozen=True, kw_only=True)
class Known:
    """What the platform knows of one resident and one home."""

    received: datetime = datetime(2019, 12, 10, 9, tzinfo=BRUSSELS)
    record: FacilityRecord = HOME
    lived: tuple[StayRecord, ...] = (STAY,)
    moved: tuple[FundMove, ...] = ()

    def facility(self, hco: Hco) -> FacilityRecord | None:
        return self.record if hco == self.record.hco else None

    def fund_on(self, insz: Insz, _day: date) -> FundNumber | None:
        return FORMER if insz == INSZ else None

    def stays(self, insz: Insz) -> Sequence[StayRecord]:
        return self.lived if insz == INSZ else ()

    def moves(self, _insz: Insz) -> Sequence[FundMove]:
        return self.moved


Case = tuple[str, str, FundChangeNotice, Known]

PASSES: list[Case] = [
    ("HX-FCH-01", "a number that ends on that day", NOTICE,
     Known(record=replace(HOME, valid_until=NEW_YEAR))),
    ("HX-FCH-02", "new year", NOTICE, Known()),
    ("HX-FCH-03", "who leaves on that day", NOTICE,
     Known(lived=(replace(LEFT, end=LEFT_ON.replace(2020, 1, 1)),))),
    ("HX-FCH-04", "their own fund", NOTICE, Known()),
    ("HX-FCH-05", "after another", NOTICE, Known(moved=(EARLIER,))),
    ("HX-FCH-06", "a year ahead", NOTICE, Known(received=datetime(2019, 1, 1, tzinfo=BRUSSELS))),
    ("HX-FCH-06", "long past", NOTICE, Known(received=datetime(2021, 3, 1, tzinfo=BRUSSELS))),
]  # fmt: skip

FAILS: list[Case] = [
    ("HX-FCH-01", "an unknown number", replace(NOTICE, facility=Hco.parse("1002")), Known()),
    ("HX-FCH-01", "a number that has ended", NOTICE,
     Known(record=replace(HOME, valid_until=date(2019, 12, 31)))),
    ("HX-FCH-02", "the second", replace(NOTICE, start=date(2020, 1, 2)), Known()),
    ("HX-FCH-02", "the first of another month", replace(NOTICE, start=date(2020, 2, 1)), Known()),
    ("HX-FCH-03", "nobody", NOTICE, Known(lived=())),
    ("HX-FCH-03", "who left the day before", NOTICE, Known(lived=(LEFT,))),
    ("HX-FCH-04", "a third fund", replace(NOTICE, former_fund=FundNumber.parse("830")), Known()),
    ("HX-FCH-05", "told twice", NOTICE, Known(moved=(SAME,))),
    ("HX-FCH-06", "a day too early", NOTICE, Known(received=datetime(2018, 12, 31, tzinfo=BRUSSELS))),
]  # fmt: skip


@pytest.mark.parametrize("case", PASSES, ids=lambda case: f"{case[0]} {case[1]}")
def test_a_right_change_passes(case: Case) -> None:
    assert RULES.judge_fund_change(case[2], case[3]) == ()


@pytest.mark.parametrize("case", FAILS, ids=lambda case: f"{case[0]} {case[1]}")
def test_a_wrong_change_fails_with_one_control(case: Case) -> None:
    (finding,) = RULES.judge_fund_change(case[2], case[3])

    assert finding.control == case[0]
    assert finding.expected != finding.received


@pytest.mark.parametrize("cases", [PASSES, FAILS], ids=["passes", "fails"])
def test_every_control_has_an_example_on_each_side(cases: list[Case]) -> None:
    controls = {row.id for row in RULES.rows.values() if row.family == "fund_change"}

    assert {case[0] for case in cases} == controls
