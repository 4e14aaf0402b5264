"""Each control of a dependency assessment, with messages that pass and messages that fail with it alone."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from tests.unit.rules.assessment_by_hand import SEVERE, SLIGHT, assessment
from tests.unit.rules.test_admission_controls import (
    ADMISSION,
    BORN,
    ENDED,
    HOME,
    INSZ,
    NAMELESS,
    NIHII,
    OTHER,
    OTHER_NIHII,
    RULES,
    STAY,
    World,
    at,
    sent,
    world,
)

from generale.protocol.clock import BRUSSELS
from generale.protocol.ids import Hco, Insz, Reference
from generale.protocol.messages import Assessment, Category, Outcome
from generale.rules.engine import rule_sets
from generale.rules.facts import AssessedRecord, FacilityRecord

STAYING, LEFT = world(STAY), world(ENDED)
RIGHT = assessment(HOME.hco, INSZ, date(2019, 5, 12), washing=SEVERE)
DEMENT = replace(RIGHT, dementia=True, diagnosed=date(2018, 11, 30), time=SLIGHT)
WRONG_NUMBER = Insz.parse("38021400000")
ENDING = FacilityRecord(
    hco=Hco.parse("1001"), nihii=NIHII, type="wzc", valid_from=date(2019, 5, 1), valid_until=date(2019, 5, 14)
)
HEIR = replace(HOME, hco=Hco.parse("1003"), valid_from=date(2019, 5, 15), valid_until=None)

SUMMER = replace(HOME, valid_until=None, notice_from=date(2021, 1, 1))
FIRST = AssessedRecord(
    facility=HOME.hco,
    insz=INSZ,
    reference=Reference.parse("I1"),
    assessed=date(2019, 5, 12),
    category=Category.A,
    start=datetime(2019, 5, 12, tzinfo=BRUSSELS),
)
CHANGED = replace(RIGHT, assessed=date(2021, 7, 15))


def told(day: int, hour: int = 12, *, first: bool = False, registry: FacilityRecord = SUMMER) -> World:
    """A moment in July 2021 at which a change of category is told, or a first assessment."""
    received = datetime(2021, 7, day, hour, tzinfo=BRUSSELS)
    known = () if first else (FIRST,)
    return replace(STAYING, received=received, registry=(registry,), assessed=known)


Case = tuple[str, str, Assessment, World]
PASSES: list[Case] = [
    ("HX-IND-01", "known", RIGHT, STAYING),
    ("HX-IND-02", "on the last day of a number", replace(RIGHT, assessed=ENDING.valid_until or BORN),
     replace(world(replace(STAY, until_takeover=ENDING.valid_until)), registry=(ENDING, HEIR))),
    ("HX-IND-02", "before the first day of a number", replace(RIGHT, assessed=date(2019, 4, 30)), STAYING),
    ("HX-IND-03", "sent by itself", RIGHT, STAYING),
    ("HX-IND-04", "right check number", RIGHT, STAYING),
    ("HX-IND-05", "a stay that is over", RIGHT, LEFT),
    ("HX-IND-06", "sixty days before", replace(RIGHT, assessed=date(2019, 3, 11)), STAYING),
    ("HX-IND-06", "before moving in, though the stay counts later", replace(
        RIGHT, assessed=date(2019, 3, 11)), world(replace(STAY, start=at(5, 20), moved_in=at(5, 10)))),
    ("HX-IND-07", "on the day of the end", replace(RIGHT, assessed=date(2019, 5, 20)), LEFT),
    ("HX-IND-07", "before coming back", replace(RIGHT, assessed=date(2019, 5, 24)),
     world(ENDED, replace(STAY, start=at(5, 25), admission=Reference.parse("A2")))),
    ("HX-IND-08", "today", replace(RIGHT, assessed=date(2019, 6, 1)), STAYING),
    ("HX-IND-09", "refused before", RIGHT, world(STAY, past=(sent("I1", RIGHT, Outcome.REFUSED),))),
    ("HX-IND-09", "other scores on the same day", RIGHT,
     world(STAY, past=(sent("I1", replace(RIGHT, dressing=SEVERE)),))),
    ("HX-IND-10", "with its date", DEMENT, STAYING),
    ("HX-IND-11", "on the day", replace(DEMENT, diagnosed=DEMENT.assessed), STAYING),
    ("HX-IND-12", "on the day of birth", replace(DEMENT, diagnosed=BORN), STAYING),
    ("HX-IND-12", "a number without a date", replace(DEMENT, insz=NAMELESS, diagnosed=date(1900, 1, 1)),
     world(replace(STAY, insz=NAMELESS))),
    ("HX-IND-13", "insured from moving in on", replace(RIGHT, assessed=date(2019, 3, 20)), STAYING),
    ("HX-IND-14", "slightly disoriented", DEMENT, STAYING),
    ("HX-IND-14", "not the diagnosis but the body", replace(
        DEMENT, time=RIGHT.time, dressing=SEVERE, moving=SEVERE, toilet=SEVERE, eating=SEVERE), STAYING),
    ("HX-IND-15", "on the last day", CHANGED, told(23, 23)),
    ("HX-IND-15", "the first of a stay", CHANGED, told(26, first=True)),
    ("HX-IND-15", "where no term runs", CHANGED, told(26, registry=replace(SUMMER, notice_from=None))),
    ("HX-IND-15", "before the term runs", CHANGED,
     told(26, registry=replace(SUMMER, notice_from=date(2021, 7, 16)))),
    ("HX-IND-15", "made before the rule", replace(CHANGED, assessed=date(2021, 6, 30)), told(26)),
    ("HX-IND-15", "refused in time and sent again", CHANGED, replace(told(26), past=(replace(
        sent("I2", CHANGED, Outcome.REFUSED), received=datetime(2021, 7, 16, tzinfo=BRUSSELS)),))),
]  # fmt: skip
FAILS: list[Case] = [
    ("HX-IND-01", "unknown", RIGHT, replace(STAYING, registry=(OTHER,))),
    ("HX-IND-02", "after its last day", replace(RIGHT, assessed=date(2019, 5, 15)),
     replace(STAYING, registry=(ENDING,))),
    ("HX-IND-02", "received before its first day", RIGHT,
     replace(STAYING, registry=(replace(HOME, valid_from=date(2019, 6, 2)),))),
    ("HX-IND-03", "another number", RIGHT, replace(STAYING, sender=OTHER_NIHII)),
    ("HX-IND-04", "wrong check number", replace(RIGHT, insz=WRONG_NUMBER),
     replace(world(replace(STAY, insz=WRONG_NUMBER)), insured=frozenset({WRONG_NUMBER}))),
    ("HX-IND-05", "no stay", RIGHT, World()),
    ("HX-IND-05", "a stay elsewhere", RIGHT, world(replace(STAY, facility=OTHER.hco))),
    ("HX-IND-06", "sixty-one days before", replace(RIGHT, assessed=date(2019, 3, 10)), STAYING),
    ("HX-IND-07", "the day after the end", replace(RIGHT, assessed=date(2019, 5, 21)), LEFT),
    ("HX-IND-08", "tomorrow", replace(RIGHT, assessed=date(2019, 6, 2)), STAYING),
    ("HX-IND-08", "when no calendar goes on", replace(RIGHT, assessed=date.max),
     replace(STAYING, registry=(replace(HOME, valid_until=None, notice_from=date(2019, 5, 1)),))),
    ("HX-IND-09", "accepted", RIGHT, world(STAY, past=(sent("I1", RIGHT),))),
    ("HX-IND-09", "undecided", RIGHT, world(STAY, past=(sent("I1", RIGHT, None),))),
    ("HX-IND-10", "without its date", replace(DEMENT, diagnosed=None), STAYING),
    ("HX-IND-10", "without a diagnosis", replace(DEMENT, dementia=False), STAYING),
    ("HX-IND-11", "the day after", replace(DEMENT, diagnosed=date(2019, 5, 13)), STAYING),
    ("HX-IND-12", "before birth", replace(DEMENT, diagnosed=date(1938, 2, 13)), STAYING),
    ("HX-IND-13", "not insured", RIGHT, replace(STAYING, insured=frozenset())),
    ("HX-IND-14", "in no way disoriented", replace(DEMENT, time=RIGHT.time), STAYING),
    ("HX-IND-15", "the day after the last", CHANGED, told(24, 0)),
]  # fmt: skip


def name(case: Case) -> str:
    return f"{case[0]} {case[1]}"


@pytest.mark.parametrize("case", PASSES, ids=name)
def test_an_assessment_that_keeps_a_control_passes(case: Case) -> None:
    _, _, message, facts = case

    assert rule_sets()[-1].judge(message, facts) == ()


@pytest.mark.parametrize("case", FAILS, ids=name)
def test_an_assessment_that_breaks_a_control_fails_with_that_control_alone(case: Case) -> None:
    control, _, message, facts = case

    findings = rule_sets()[-1].judge(message, facts)

    assert [finding.control for finding in findings] == [control]
    assert all(finding.expected and finding.received and finding.field for finding in findings)


@pytest.mark.parametrize("cases", [PASSES, FAILS], ids=["passes", "fails"])
def test_every_control_of_an_assessment_has_an_example_on_each_side(cases: list[Case]) -> None:
    rows = rule_sets()[-1].rows.values()

    assert {case[0] for case in cases} == {row.id for row in rows if row.family == "dependency"}


def test_no_control_of_an_assessment_needs_another_one_to_have_passed() -> None:
    order = list(rule_sets()[-1].rows)
    for _, _, message, _ in PASSES + FAILS:
        for _, _, _, facts in [*PASSES, *FAILS]:
            found = [order.index(one.control) for one in rule_sets()[-1].judge(message, facts)]
            assert found == sorted(found)


def test_a_late_change_is_accepted_from_the_day_on_which_it_was_told_from_july_2021_on() -> None:
    late = told(26, 10)

    findings = rule_sets()[-1].judge(CHANGED, late)

    assert rule_sets()[-1].outcome(findings) is Outcome.ACCEPTED
    assert [one.start for one in findings] == [datetime(2021, 7, 26, tzinfo=BRUSSELS)]
    assert RULES.judge(replace(CHANGED, assessed=date(2019, 5, 14)), replace(late, received=at(6, 1))) == ()


def test_an_assessment_behind_a_refused_admission_is_refused_for_that_alone() -> None:
    refused = world(past=(sent("A1", ADMISSION, Outcome.REFUSED),))

    assert [one.control for one in RULES.judge(replace(RIGHT, assessed=date.max), refused)] == ["HX-SEQ-01"]


def test_nothing_waits_for_the_repair_of_a_refused_assessment() -> None:
    behind = world(STAY, past=(sent("I1", RIGHT, Outcome.REFUSED),))

    assert RULES.judge(replace(RIGHT, dressing=SEVERE), behind) == ()
