"""The term of deliberation."""

from datetime import datetime, timedelta

import pytest

from generale.protocol.clock import parse_instant
from generale.rules.engine import rule_sets
from generale.rules.pending import Deliberation

BEGUN = parse_instant("2021-07-31T09:00")


@pytest.mark.parametrize(
    ("now", "months", "expected"),
    [
        pytest.param(parse_instant("2021-09-30T08:59"), 2, [], id="a minute before the term ends"),
        pytest.param(parse_instant("2021-09-30T09:00"), 2, ["HX-PND-01"], id="when the term has passed"),
        pytest.param(BEGUN + timedelta(days=4000), None, [], id="no term in this rule set"),
    ],
)
def test_a_message_may_be_pending_until_its_term_has_passed(
    now: datetime, months: int | None, expected: list[str]
) -> None:
    deliberation = Deliberation(begun=BEGUN, now=now, months=months)

    findings = rule_sets()[0].judge_deliberation(deliberation)

    assert [finding.control for finding in findings] == expected
