"""Each control of a change of stay type, with messages that pass and messages that fail with it alone."""

from dataclasses import replace
from datetime import date

import pytest
from tests.unit.rules.test_admission_controls import (
    ADMISSION,
    HOME,
    INSZ,
    LEFT,
    NEW,
    OTHER_NIHII,
    RULES,
    STAY,
    STAYING,
    TAKEN_OVER,
    Case,
    at,
    sent,
    world,
)

from generale.protocol.ids import Insz
from generale.protocol.messages import ChangeOfStayType, Outcome, StayType
from generale.protocol.profile import standard_profile
from generale.rules.counting import type_on
from generale.rules.facts import TypeChange

OTHER_TYPE = StayType.RVT if STAY.stay_type is StayType.ROB else StayType.ROB
CHANGE = ChangeOfStayType(facility=HOME.hco, insz=INSZ, stay_type=OTHER_TYPE, start=at(5, 12))
MOVED = replace(STAY, changes=(TypeChange(start=at(5, 12), stay_type=OTHER_TYPE),))
PAST = (sent("A1", ADMISSION),)
CHANGED = world(MOVED, past=PAST)
TOLD = world(MOVED, past=(*PAST, sent("C1", CHANGE)))
BACK = replace(CHANGE, stay_type=STAY.stay_type)
MISTYPED = Insz(f"{INSZ[:-1]}{(int(INSZ[-1]) + 1) % 10}")

PASSES: list[Case] = [
    ("HX-CHG-01", "own number", CHANGE, STAYING),
    ("HX-CHG-02", "right check digits", CHANGE, STAYING),
    ("HX-CHG-03", "in an accepted stay", CHANGE, STAYING),
    ("HX-CHG-03", "before the stay ended, told late", CHANGE, LEFT),
    ("HX-CHG-03", "in the last hours before a takeover", replace(CHANGE, start=at(5, 15, 23)),
     world(TAKEN_OVER, past=PAST)),
    ("HX-CHG-04", "at the moment of receipt", replace(CHANGE, start=STAYING.received), STAYING),
    ("HX-CHG-05", "the other type of a care home", CHANGE, STAYING),
    ("HX-CHG-06", "back to the first type", replace(BACK, start=at(5, 13)), CHANGED),
    ("HX-CHG-07", "a minute after the change that is known", replace(BACK, start=at(5, 12, 11)), CHANGED),
    ("HX-CHG-08", "accepted once for a stay that is no more", CHANGE,
     world(STAY, past=(*PAST, sent("C1", CHANGE)))),
]  # fmt: skip

FAILS: list[Case] = [
    ("HX-CHG-01", "somebody else's number", CHANGE, replace(STAYING, sender=OTHER_NIHII)),
    ("HX-CHG-02", "a digit typed wrongly", replace(CHANGE, insz=MISTYPED), STAYING),
    ("HX-CHG-03", "no stay", CHANGE, NEW),
    ("HX-CHG-03", "before the stay", replace(CHANGE, start=at(5, 9)), STAYING),
    ("HX-CHG-03", "after the stay", replace(CHANGE, start=at(5, 21)), LEFT),
    ("HX-CHG-03", "after a takeover", replace(CHANGE, start=at(5, 16)), world(TAKEN_OVER, past=PAST)),
    ("HX-CHG-04", "tomorrow", replace(CHANGE, start=at(6, 2)), STAYING),
    ("HX-CHG-05", "short stay in a care home", replace(CHANGE, stay_type=StayType.CVK), STAYING),
    ("HX-CHG-06", "the same type", BACK, STAYING),
    ("HX-CHG-07", "before the change that is known", replace(CHANGE, start=at(5, 11)), CHANGED),
    ("HX-CHG-07", "at the same moment to the other type", BACK, CHANGED),
    ("HX-CHG-08", "told twice", CHANGE, TOLD),
    ("HX-CHG-08", "told twice before it is decided", CHANGE,
     world(STAY, past=(*PAST, replace(sent("C1", CHANGE), outcome=Outcome.PENDING)))),
]  # fmt: skip


def name(case: Case) -> str:
    return f"{case[0]} {case[1]}"


@pytest.mark.parametrize("case", PASSES, ids=name)
def test_a_change_that_keeps_a_control_passes(case: Case) -> None:
    assert RULES.judge(case[2], case[3]) == ()


@pytest.mark.parametrize("case", FAILS, ids=name)
def test_a_change_that_breaks_a_control_fails_with_that_control_alone(case: Case) -> None:
    findings = RULES.judge(case[2], case[3])

    assert [finding.control for finding in findings] == [case[0]]
    assert all(finding.expected and finding.received for finding in findings)


@pytest.mark.parametrize("cases", [PASSES, FAILS], ids=["passes", "fails"])
def test_every_control_of_changes_has_an_example_on_each_side(cases: list[Case]) -> None:
    controls = {row.id for row in RULES.rows.values() if row.family == "change_of_stay_type"}

    assert {case[0] for case in cases} == controls


@pytest.mark.parametrize(
    ("hour", "minute", "before", "first"),
    [(11, 59, 12, 12), (12, 0, 12, 13), (12, 1, 12, 13), (0, 0, 0, 13), (23, 59, 24, 12)],
)
def test_a_changed_type_counts_from_its_own_day_on_where_the_hour_is_early_enough(
    hour: int, minute: int, before: int, first: int
) -> None:
    counting = replace(standard_profile().counting, new_type_before=before)
    moment = at(5, 12).replace(hour=hour, minute=minute)
    stay = replace(STAY, changes=(TypeChange(start=moment, stay_type=OTHER_TYPE),))

    days = [day for day in range(10, 20) if type_on(stay, counting, date(2019, 5, day)) is OTHER_TYPE]
    assert days == list(range(first, 20))


def test_of_two_changes_on_one_day_the_last_that_counts_on_a_day_holds() -> None:
    changes = (
        TypeChange(start=at(5, 12, 8), stay_type=OTHER_TYPE),
        TypeChange(start=at(5, 12, 16), stay_type=STAY.stay_type),
    )
    stay, counting = replace(STAY, changes=changes), standard_profile().counting

    types = [type_on(stay, counting, date(2019, 5, day)) for day in (11, 12, 13)]
    assert types == [STAY.stay_type, OTHER_TYPE, STAY.stay_type]
