"""A decision by itself: what holds, and where it contradicts itself."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from tests.unit.conformance.test_message_family_check import PROFILE, check, remarks
from tests.unit.protocol.message_examples import EXAMPLES, FIRST_FUND

from generale.protocol.messages import ControlResult, Decision, Outcome

ACCEPTED, REFUSED = (
    next(one for _, one, _ in EXAMPLES if isinstance(one, Decision) and one.outcome is outcome)
    for outcome in (Outcome.ACCEPTED, Outcome.REFUSED)
)
REFUSING = (ControlResult(control="HX-ADM-04", text="Het INSZ klopt niet."),)
BREAKS = [
    pytest.param(REFUSED, {"fund": FIRST_FUND}, "Zorgkas", "weigering noemt geen", id="refused with a fund"),
    pytest.param(ACCEPTED, {"controls": REFUSING}, "Controle", "controle die weigert", id="accepted by it"),
    pytest.param(ACCEPTED, {"rule_set": date(2019, 4, 2)}, "Regelset", "die bestaat", id="an unknown set"),
]


@pytest.mark.parametrize(("decision", "changes", "place", "rule"), BREAKS)
def test_a_decision_that_contradicts_itself_is_told(
    decision: Decision, changes: dict[str, Any], place: str, rule: str
) -> None:
    (remark,) = remarks(check(PROFILE.write(replace(decision, **changes))))

    assert place in remark.place
    assert rule in remark.rule_nl


@pytest.mark.parametrize(
    "decision", [ACCEPTED, REFUSED, replace(ACCEPTED, fund=None, start=None, category=None)]
)
def test_a_decision_that_agrees_with_itself_holds(decision: Decision) -> None:
    assert remarks(check(PROFILE.write(decision))) == []
