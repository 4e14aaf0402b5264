"""Controls that a later rule set adds, with messages that pass and messages that fail with it alone."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from tests.unit.rules.test_admission_controls import (
    ADMISSION,
    BORN,
    CORRECTION,
    END,
    END_CORRECTION,
    HOME,
    LEFT,
    NAMELESS,
    STAYING,
    YOUNG,
    World,
)
from tests.unit.rules.test_insurance_controls import Registry, question

from generale.protocol.clock import BRUSSELS
from generale.protocol.ids import Insz, Sex
from generale.protocol.messages import EndReason, InsuranceQuestion
from generale.rules.engine import rule_sets
from generale.rules.facts import Original

RULES = rule_sets()[-1]
BIS, MAN = Insz.synthetic(BORN, Sex.WOMAN, bis=True), Insz.synthetic(BORN, Sex.MAN)
SUMMER = datetime(2021, 8, 2, 12, tzinfo=BRUSSELS)


def in_summer(world: World) -> World:
    """A world two years later, in which everybody is insured."""
    return replace(world, received=SUMMER, insured=frozenset({ADMISSION.insz, BIS, MAN, YOUNG, NAMELESS}))


def staying(start: datetime) -> World:
    """A stay that began then."""
    (stay,) = STAYING.past_stays
    return in_summer(replace(STAYING, past_stays=(replace(stay, start=start),)))


SUMMERLY = replace(ADMISSION, start=datetime(2021, 7, 15, 10, tzinfo=BRUSSELS))
"""Moved in on a Thursday; the Wednesday after it is a public holiday."""


def told(day: int, hour: int, minute: int = 0) -> World:
    """A world in July 2021 in which the notice term runs."""
    home = replace(HOME, valid_until=None, notice_from=date(2021, 1, 1))
    received = datetime(2021, 7, day, hour, minute, tzinfo=BRUSSELS)
    return replace(World(), registry=(home,), received=received)


MOVED_IN = datetime(2019, 6, 20, 10, tzinfo=BRUSSELS)
Case = tuple[str, str, Original, World]
PASSES: list[Case] = [
    ("HX-END-07", "a death at the start", replace(END, end=MOVED_IN, reason=EndReason.DEATH),
     staying(MOVED_IN)),
    ("HX-END-07", "a minute later", replace(END, end=MOVED_IN.replace(minute=1)), staying(MOVED_IN)),
    ("HX-END-07", "at the start, before the rule", replace(END, end=MOVED_IN.replace(day=18)),
     staying(MOVED_IN.replace(day=18))),
    ("HX-ADM-15", "at the minute of moving in", SUMMERLY, told(23, 10)),
    ("HX-ADM-15", "on the last evening, moved in before the rule", replace(
        SUMMERLY, start=datetime(2021, 6, 30, 10, tzinfo=BRUSSELS)), told(7, 23)),
    ("HX-COR-08", "the same number", CORRECTION, in_summer(STAYING)),
    ("HX-COR-08", "another number of the same person", replace(CORRECTION, insz=BIS), in_summer(STAYING)),
    ("HX-COR-08", "a number that carries nothing", replace(CORRECTION, insz=NAMELESS), in_summer(STAYING)),
    ("HX-COR-08", "wholly replaced", replace(
        CORRECTION, insz=MAN, family_name="B", given_name="C", birth_date=BORN, sex=Sex.MAN),
     in_summer(STAYING)),
]  # fmt: skip
FAILS: list[Case] = [
    ("HX-END-07", "a departure at the start", replace(END, end=MOVED_IN), staying(MOVED_IN)),
    ("HX-ADM-15", "a minute later", SUMMERLY, told(23, 10, 1)),
    ("HX-COR-08", "another date of birth", replace(END_CORRECTION, insz=YOUNG), in_summer(LEFT)),
    ("HX-COR-08", "another sex", replace(END_CORRECTION, insz=MAN), in_summer(LEFT)),
]
QUESTIONS: list[tuple[str, InsuranceQuestion, list[str]]] = [
    ("of today", replace(question(), day=SUMMER.date()), []),
    ("of tomorrow", replace(question(), day=date(2021, 8, 3)), ["HX-INS-03"]),
]


@pytest.mark.parametrize("case", PASSES, ids=lambda case: f"{case[0]} {case[1]}")
def test_a_message_that_keeps_a_later_control_passes(case: Case) -> None:
    assert [one.control for one in RULES.judge(case[2], case[3])] == []


@pytest.mark.parametrize("case", FAILS, ids=lambda case: f"{case[0]} {case[1]}")
def test_a_message_that_breaks_a_later_control_is_told_so(case: Case) -> None:
    findings = RULES.judge(case[2], case[3])

    (finding,) = [one for one in findings if one.control == case[0]]
    assert finding.expected != finding.received
    assert {one.control for one in findings} - {case[0]} <= {"HX-END-03"}


@pytest.mark.parametrize("case", QUESTIONS, ids=lambda case: case[0])
def test_a_question_is_about_a_day_that_has_come(case: tuple[str, InsuranceQuestion, list[str]]) -> None:
    findings = RULES.judge_question(case[1], replace(Registry(), received=SUMMER))

    assert [one.control for one in findings] == case[2]


def test_before_the_control_a_question_may_be_about_any_day() -> None:
    assert rule_sets()[0].judge_question(replace(question(), day=date(2030, 1, 1)), Registry()) == ()


def test_every_control_that_a_later_set_adds_has_an_example_on_each_side() -> None:
    added = {
        control
        for one in rule_sets()
        if one.amendment
        for control, row in one.amendment.added.items()
        if row.family not in ("insurance", "dependency")
    }

    assert {case[0] for case in PASSES} == added
    assert {case[0] for case in FAILS} == added
