"""Each control of a withdrawal, with messages that pass and messages that fail with it alone."""

from dataclasses import replace
from datetime import date

import pytest
from tests.unit.rules.test_admission_controls import (
    ADMISSION,
    CORRECTED,
    CORRECTION,
    ELSEWHERE,
    END,
    ENDED,
    HOME,
    INSZ,
    LEFT,
    NEW,
    NEXT,
    OTHER,
    REFUSED,
    RULES,
    STAY,
    STAYING,
    YOUNG,
    Case,
    at,
    sent,
    world,
)

from generale.protocol.ids import Reference
from generale.protocol.messages import Outcome, Withdrawal

WITHDRAWAL = Withdrawal(facility=HOME.hco, withdraws=Reference.parse("A1"), insz=INSZ)
OF_THE_END = replace(WITHDRAWAL, withdraws=Reference.parse("E1"))
OF_THE_CORRECTION = replace(WITHDRAWAL, withdraws=Reference.parse("C1"))
WITHDRAWN = world(past=(sent("A1", ADMISSION, None, withdrawn=True), sent("W1", WITHDRAWAL)))
CORRECTION_REFUSED = world(STAY, past=(sent("A1", ADMISSION), sent("C1", CORRECTION, Outcome.REFUSED)))

PASSES: list[Case] = [
    ("HX-WDR-01", "of an accepted admission", WITHDRAWAL, STAYING),
    ("HX-WDR-01", "of an admission that nobody has decided on", WITHDRAWAL,
     world(past=(sent("A1", ADMISSION, None),))),
    ("HX-WDR-01", "of a pending admission", WITHDRAWAL,
     world(past=(sent("A1", ADMISSION, Outcome.PENDING),))),
    ("HX-WDR-01", "of a refused admission", WITHDRAWAL, REFUSED),
    ("HX-WDR-02", "of this facility", WITHDRAWAL, STAYING),
    ("HX-WDR-02", "with the right number after a refusal", WITHDRAWAL, world(past=(
        sent("A1", replace(ADMISSION, facility=OTHER.hco), Outcome.REFUSED),))),
    ("HX-WDR-03", "the wrong person who was told", replace(WITHDRAWAL, insz=YOUNG), world(
        replace(STAY, insz=YOUNG), past=(sent("A1", replace(ADMISSION, insz=YOUNG)),))),
    ("HX-WDR-04", "of what was told anew", replace(WITHDRAWAL, withdraws=Reference.parse("A2")), world(
        replace(STAY, admission=Reference.parse("A2")),
        past=(sent("A1", ADMISSION, None, withdrawn=True), sent("A2", ADMISSION)))),
    ("HX-WDR-05", "of the accepted correction", OF_THE_CORRECTION, CORRECTED),
    ("HX-WDR-05", "of the admission whose correction was refused", WITHDRAWAL, CORRECTION_REFUSED),
    ("HX-WDR-06", "of an end, whose admission stays", OF_THE_END, LEFT),
    ("HX-WDR-06", "of a second admission, after a first that ended",
     replace(WITHDRAWAL, withdraws=Reference.parse("A2")),
     world(ENDED, NEXT, past=(*LEFT.past, sent("A2", replace(ADMISSION, start=NEXT.start))))),
    ("HX-WDR-07", "of the last end, after a stay elsewhere", OF_THE_END,
     world(replace(ELSEWHERE, end=at(5, 1)), ENDED, past=LEFT.past)),
    ("HX-WDR-07", "of an end that was refused", OF_THE_END, world(
        replace(STAY, end=at(5, 18)), NEXT, past=(sent("A1", ADMISSION), sent("E1", END, Outcome.REFUSED)))),
]  # fmt: skip

FAILS: list[Case] = [
    ("HX-WDR-01", "unknown", WITHDRAWAL, NEW),
    ("HX-WDR-01", "of a withdrawal", replace(WITHDRAWAL, withdraws=Reference.parse("W1")), WITHDRAWN),
    ("HX-WDR-01", "of a correction of a withdrawal", OF_THE_CORRECTION, world(past=(
        sent("A1", WITHDRAWAL), sent("C1", CORRECTION, Outcome.PENDING)))),
    ("HX-WDR-02", "another facility", replace(WITHDRAWAL, facility=OTHER.hco), STAYING),
    ("HX-WDR-03", "another person", replace(WITHDRAWAL, insz=YOUNG), STAYING),
    ("HX-WDR-04", "a second time", WITHDRAWAL, WITHDRAWN),
    ("HX-WDR-05", "an admission that was corrected", WITHDRAWAL, CORRECTED),
    ("HX-WDR-05", "a refused correction", OF_THE_CORRECTION, CORRECTION_REFUSED),
    ("HX-WDR-06", "before its end", WITHDRAWAL, LEFT),
    ("HX-WDR-07", "the resident came back", OF_THE_END, world(ENDED, NEXT, past=LEFT.past)),
    ("HX-WDR-07", "the resident moved elsewhere at that hour", OF_THE_END,
     world(ENDED, replace(ELSEWHERE, start=END.end), past=LEFT.past)),
]  # fmt: skip


def name(case: Case) -> str:
    return f"{case[0]} {case[1]}"


@pytest.mark.parametrize("case", PASSES, ids=name)
def test_a_withdrawal_that_keeps_a_control_passes(case: Case) -> None:
    assert RULES.judge(case[2], case[3]) == ()


@pytest.mark.parametrize("case", FAILS, ids=name)
def test_a_withdrawal_that_breaks_a_control_fails_with_that_control_alone(case: Case) -> None:
    findings = RULES.judge(case[2], case[3])

    assert [finding.control for finding in findings] == [case[0]]
    assert all(finding.expected and finding.received and finding.field for finding in findings)


@pytest.mark.parametrize("cases", [PASSES, FAILS], ids=["passes", "fails"])
def test_every_control_of_a_withdrawal_has_an_example_on_each_side(cases: list[Case]) -> None:
    controls = {row.id for row in RULES.rows.values() if row.family == "withdrawal"}

    assert {case[0] for case in cases} == controls


def test_what_was_withdrawn_may_be_told_anew() -> None:
    assert RULES.judge(ADMISSION, WITHDRAWN) == ()


def test_a_withdrawal_that_is_sent_a_year_late_is_judged_by_the_same_controls() -> None:
    late = replace(LEFT, received=at(6, 1).replace(year=2020))

    assert [one.control for one in RULES.judge(WITHDRAWAL, late)] == ["HX-WDR-06"]
    assert RULES.on(date(2020, 6, 1)).rows["HX-WDR-06"].since == date(2019, 4, 1)
