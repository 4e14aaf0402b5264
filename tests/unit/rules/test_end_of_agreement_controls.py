"""Each control of the end of an agreement, with messages that pass and messages that fail with it alone."""

from dataclasses import replace
from datetime import date

import pytest
from tests.unit.rules.test_admission_controls import (
    ENDED,
    HOME,
    INSZ,
    LEFT,
    NEW,
    OTHER_NIHII,
    RULES,
    STAYING,
    Case,
    sent,
    world,
)

from generale.protocol.ids import Insz
from generale.protocol.messages import AgreementEndReason, EndOfAgreement, EndReason

END = EndOfAgreement(
    facility=HOME.hco, insz=INSZ, last_day=date(2019, 5, 25), reason=AgreementEndReason.RESIDENT
)
BY_DEATH = replace(END, reason=AgreementEndReason.DEATH)
DIED = world(replace(ENDED, reason=EndReason.DEATH), past=LEFT.past)
OVER = world(replace(ENDED, agreement_until=date(2019, 5, 25)), past=(*LEFT.past, sent("B1", END)))
MISTYPED = Insz(f"{INSZ[:-1]}{(int(INSZ[-1]) + 1) % 10}")

PASSES: list[Case] = [
    ("HX-AGR-01", "own number", END, LEFT),
    ("HX-AGR-02", "right check digits", END, LEFT),
    ("HX-AGR-03", "while the stay lasts", END, STAYING),
    ("HX-AGR-04", "on the last day of the stay", replace(END, last_day=date(2019, 5, 20)), LEFT),
    ("HX-AGR-05", "who died", BY_DEATH, DIED),
    ("HX-AGR-05", "who died, and the facility ended it",
     replace(END, reason=AgreementEndReason.FACILITY), DIED),
    ("HX-AGR-06", "told once", END, LEFT),
]  # fmt: skip

FAILS: list[Case] = [
    ("HX-AGR-01", "somebody else's number", END, replace(LEFT, sender=OTHER_NIHII)),
    ("HX-AGR-02", "a digit typed wrongly", replace(END, insz=MISTYPED), LEFT),
    ("HX-AGR-03", "no stay", END, NEW),
    ("HX-AGR-03", "before the stay", replace(END, last_day=date(2019, 5, 1)), STAYING),
    ("HX-AGR-04", "the eve of leaving", replace(END, last_day=date(2019, 5, 19)), LEFT),
    ("HX-AGR-05", "who left", BY_DEATH, LEFT),
    ("HX-AGR-06", "told twice", END, OVER),
    ("HX-AGR-06", "another day", replace(END, last_day=date(2019, 5, 28)), OVER),
]  # fmt: skip


def name(case: Case) -> str:
    return f"{case[0]} {case[1]}"


@pytest.mark.parametrize("case", PASSES, ids=name)
def test_an_end_of_agreement_that_keeps_a_control_passes(case: Case) -> None:
    assert RULES.judge(case[2], case[3]) == ()


@pytest.mark.parametrize("case", FAILS, ids=name)
def test_an_end_of_agreement_that_breaks_a_control_fails_with_that_control_alone(case: Case) -> None:
    findings = RULES.judge(case[2], case[3])

    assert [finding.control for finding in findings] == [case[0]]
    assert all(finding.expected and finding.received and finding.field for finding in findings)


@pytest.mark.parametrize("cases", [PASSES, FAILS], ids=["passes", "fails"])
def test_every_control_of_ends_of_agreements_has_an_example_on_each_side(cases: list[Case]) -> None:
    controls = {row.id for row in RULES.rows.values() if row.family == "end_of_agreement"}

    assert {case[0] for case in cases} == controls
