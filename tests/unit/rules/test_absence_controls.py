"""Each control of an absence and of its end, with messages that pass and messages that fail with it alone."""

from dataclasses import replace
from datetime import date

import pytest
from tests.unit.rules.test_admission_controls import (
    ADMISSION,
    ENDED,
    HOME,
    INSZ,
    LEFT,
    NEW,
    OTHER,
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

from generale.protocol.messages import Absence, AbsenceReason, EndOfAbsence
from generale.protocol.profile import Counting, DayRule, standard_profile
from generale.rules.counting import is_away
from generale.rules.facts import Away

ABSENCE = Absence(facility=HOME.hco, insz=INSZ, reason=AbsenceReason.HOSPITAL, start=at(5, 12))
SHORT = replace(ABSENCE, end=at(5, 14))
RETURN = EndOfAbsence(facility=HOME.hco, insz=INSZ, end=at(5, 14))
PAST = (sent("A1", ADMISSION),)
AWAY = replace(STAY, absences=(Away(start=at(5, 12)),))
GONE = world(AWAY, past=PAST)
BACK = world(replace(STAY, absences=(Away(start=at(5, 12), end=at(5, 14)),)), past=PAST)
GONE_AND_LEFT = world(replace(ENDED, absences=AWAY.absences), past=LEFT.past)

PASSES: list[Case] = [
    ("HX-ABS-01", "own number", ABSENCE, STAYING),
    ("HX-ABS-02", "in an accepted stay", ABSENCE, STAYING),
    ("HX-ABS-02", "in the last hours before a takeover", replace(ABSENCE, start=at(5, 15, 23)),
     world(TAKEN_OVER, past=PAST)),
    ("HX-ABS-03", "at the moment of receipt", replace(ABSENCE, start=STAYING.received), STAYING),
    ("HX-ABS-04", "an hour later", replace(ABSENCE, end=at(5, 12, 11)), STAYING),
    ("HX-ABS-05", "from the moment of the return on", replace(ABSENCE, start=at(5, 14)), BACK),
    ("HX-ABS-05", "before an absence that was told earlier", replace(
        ABSENCE, start=at(5, 11), end=at(5, 12)), BACK),
    ("HX-ABS-06", "back before the stay ended", replace(ABSENCE, end=at(5, 19)), LEFT),
    ("HX-ABS-07", "own number", RETURN, GONE),
    ("HX-ABS-08", "who is away", RETURN, GONE),
    ("HX-ABS-09", "an hour after leaving", replace(RETURN, end=at(5, 12, 11)), GONE),
    ("HX-ABS-10", "at the moment of receipt", replace(RETURN, end=GONE.received), GONE),
    ("HX-ABS-11", "before the stay ended, told late", RETURN, GONE_AND_LEFT),
]  # fmt: skip

FAILS: list[Case] = [
    ("HX-ABS-01", "somebody else's number", ABSENCE, replace(STAYING, sender=OTHER_NIHII)),
    ("HX-ABS-02", "no stay", ABSENCE, NEW),
    ("HX-ABS-02", "before the stay", replace(ABSENCE, start=at(5, 9)), STAYING),
    ("HX-ABS-02", "elsewhere", replace(ABSENCE, facility=OTHER.hco), replace(STAYING, sender=OTHER_NIHII)),
    ("HX-ABS-02", "after a takeover", replace(ABSENCE, start=at(5, 16)), world(TAKEN_OVER, past=PAST)),
    ("HX-ABS-03", "tomorrow", replace(ABSENCE, start=at(6, 2)), STAYING),
    ("HX-ABS-04", "back at once", replace(ABSENCE, end=ABSENCE.start), STAYING),
    ("HX-ABS-05", "away already", replace(ABSENCE, start=at(5, 13)), GONE),
    ("HX-ABS-05", "around another absence", replace(ABSENCE, start=at(5, 11), end=at(5, 15)), BACK),
    ("HX-ABS-06", "never back", ABSENCE, LEFT),
    ("HX-ABS-06", "back after the stay ended", replace(ABSENCE, end=at(5, 21)), LEFT),
    ("HX-ABS-07", "somebody else's number", RETURN, replace(GONE, sender=OTHER_NIHII)),
    ("HX-ABS-08", "nobody is away", RETURN, STAYING),
    ("HX-ABS-08", "back already", RETURN, BACK),
    ("HX-ABS-09", "before leaving", replace(RETURN, end=at(5, 11)), GONE),
    ("HX-ABS-10", "tomorrow", replace(RETURN, end=at(6, 2)), GONE),
    ("HX-ABS-11", "after the stay ended", replace(RETURN, end=at(5, 21)), GONE_AND_LEFT),
]  # fmt: skip


def name(case: Case) -> str:
    return f"{case[0]} {case[1]}"


@pytest.mark.parametrize("case", PASSES, ids=name)
def test_an_absence_that_keeps_a_control_passes(case: Case) -> None:
    assert RULES.judge(case[2], case[3]) == ()


@pytest.mark.parametrize("case", FAILS, ids=name)
def test_an_absence_that_breaks_a_control_fails_with_that_control_alone(case: Case) -> None:
    findings = RULES.judge(case[2], case[3])

    assert [finding.control for finding in findings] == [case[0]]
    assert all(finding.expected and finding.received and finding.field for finding in findings)


@pytest.mark.parametrize("cases", [PASSES, FAILS], ids=["passes", "fails"])
def test_every_control_of_absences_has_an_example_on_each_side(cases: list[Case]) -> None:
    controls = {row.id for row in RULES.rows.values() if row.family == "absence"}

    assert {case[0] for case in cases} == controls


STANDARD = standard_profile().counting
ALL_PAID = replace(STANDARD, away_day=DayRule.COUNTS)
NONE_PAID = replace(STANDARD, leaving_day=DayRule.NEVER, returning_day=DayRule.NEVER)


@pytest.mark.parametrize(
    ("counting", "unpaid"), [(STANDARD, [13]), (ALL_PAID, []), (NONE_PAID, [12, 13, 14])]
)
def test_the_days_of_an_absence_are_left_out_by_the_counting_table(
    counting: Counting, unpaid: list[int]
) -> None:
    stay = replace(STAY, absences=(Away(start=at(5, 12), end=at(5, 14)),))

    assert [day for day in range(10, 20) if is_away(stay, counting, date(2019, 5, day))] == unpaid


def test_an_absence_that_lasts_leaves_out_every_day_from_the_next_on() -> None:
    assert not is_away(AWAY, STANDARD, date(2019, 5, 12))
    assert is_away(AWAY, STANDARD, date(2019, 12, 31))


def test_who_is_back_on_the_same_day_was_not_absent() -> None:
    stay = replace(STAY, absences=(Away(start=at(5, 12, 9), end=at(5, 12, 20)),))

    assert not is_away(stay, NONE_PAID, date(2019, 5, 12))
