"""Two runs of one product compared: fixed only where it was tried again, new, and still there."""

import pytest

from generale.results.comparison import Comparison, compared
from generale.results.verdicts import (
    CheckResult,
    EvidenceKind,
    Finding,
    Judgement,
    RequirementResult,
    ScenarioResult,
    Verdict,
)

SCENARIO = "month/clean-month"


def finding(code: str) -> Finding:
    return Finding(code=code, message="", scenario=SCENARIO, event=1, expected="1", received="2")


def judgement(
    *codes: str, verdict: Verdict = Verdict.PASS, reason: str = "", played: bool = True
) -> Judgement:
    """A run of one check in one scenario, which found these codes or else came to this verdict."""
    told = Verdict.FAIL if codes else verdict
    check = CheckResult(
        check="CK-ADM-01",
        requirements=("RQ-ADM-01",),
        verdict=told,
        evidence=EvidenceKind.WIRE,
        occasions=1,
        findings=tuple(map(finding, codes)),
    )
    scenario = ScenarioResult(scenario=SCENARIO, verdict=told, completed=not reason, events=1, reason=reason)
    row = RequirementResult(requirement="RQ-ADM-01", verdict=told, checks=("CK-ADM-01",))
    return Judgement(
        verdict=told,
        exit_code=0,
        partial=False,
        counts={},
        requirements=(row,),
        scenarios=(scenario,) if played else (),
        checks=(check,),
    )


def codes(found: Comparison) -> dict[str, list[str]]:
    return {name: [one.finding.code for one in group] for name, group in found.groups if group}


@pytest.mark.parametrize(
    ("old", "now", "expected"),
    [
        pytest.param(judgement("a"), judgement(), {"fixed": ["a"]}, id="fixed"),
        pytest.param(judgement(), judgement("a"), {"new": ["a"]}, id="new"),
        pytest.param(judgement("a"), judgement("a", "a"), {"still": ["a"]}, id="still, and twice is once"),
        pytest.param(
            judgement("a", "b"),
            judgement("b", "c"),
            {"fixed": ["a"], "still": ["b"], "new": ["c"]},
            id="another code of the same check",
        ),
        pytest.param(judgement("a"), judgement(played=False), {"untried": ["a"]}, id="not played now"),
        pytest.param(
            judgement("a"), judgement(reason="stuck"), {"untried": ["a"]}, id="not played to its end"
        ),
        pytest.param(
            judgement("a"), judgement(verdict=Verdict.NOT_VERIFIED), {"untried": ["a"]}, id="no occasion now"
        ),
        pytest.param(
            judgement("a"), judgement(verdict=Verdict.HARNESS_ERROR), {"untried": ["a"]}, id="our own fault"
        ),
        pytest.param(judgement(), judgement(), {}, id="nothing before, nothing now"),
    ],
)
def test_a_failure_goes_into_one_group(
    old: Judgement, now: Judgement, expected: dict[str, list[str]]
) -> None:
    assert codes(compared(old, now)) == expected


def test_a_requirement_with_another_verdict_is_named_with_both() -> None:
    assert compared(judgement("a"), judgement()).changed == {"RQ-ADM-01": ("fail", "pass")}
    assert compared(judgement("a"), judgement("b")).changed == {}
