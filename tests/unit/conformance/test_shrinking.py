"""Which failure is made smaller, and that what is kept is the very file that failed last."""

import pytest
import yaml
from tests.unit.results.test_comparison import finding, judgement

from generale.conformance.shrinking import failure_of, shrink
from generale.protocol.errors import UsageError
from generale.results.comparison import Failure
from generale.results.verdicts import Judgement
from generale.scenarios.catalogue import parse, sources

SCENARIO = "month/clean-month"
FAILURE = Failure(check="CK-ADM-01", requirements=("RQ-ADM-01",), finding=finding("a"))


class Vendor:
    """Fails with ``a`` where bert moves in and somebody's month is billed; remembers what it played."""

    def __init__(self, code: str = "a") -> None:
        self.code = code
        self.played: list[bytes] = []

    def __call__(self, source: bytes) -> Judgement:
        self.played.append(source)
        told = [step.tell for step in parse(source, SCENARIO).timeline if step.tell]
        moved_in = any(one.admit and one.admit.resident == "bert" for one in told)
        return judgement(*[self.code] * (moved_in and any(one.bill_month for one in told)))


def test_what_is_kept_is_the_file_that_failed_last() -> None:
    vendor = Vendor()

    found = shrink(sources()[SCENARIO], FAILURE, vendor)

    document = yaml.safe_load(found.source)
    assert [next(iter(step["tell"])) for step in document["timeline"]] == ["admit", "bill_month"]
    assert list(document["residents"]) == ["bert"]
    assert document["verifies"] == ["RQ-ADM-01"]
    assert (found.after, found.plays, found.is_minimal) == (2, len(vendor.played), True)
    assert found.before > found.after
    assert found.ratio == round(2 / found.before, 4)
    assert vendor(found.source).checks[0].findings


def test_what_fails_with_another_code_is_another_failure() -> None:
    assert shrink(sources()[SCENARIO], FAILURE, Vendor("b")).source == b""


def test_when_the_plays_are_used_up_what_was_found_still_fails() -> None:
    vendor = Vendor()

    found = shrink(sources()[SCENARIO], FAILURE, vendor, most=3)

    assert (len(vendor.played), found.plays, found.is_minimal) == (3, 3, False)
    assert vendor(found.source).checks[0].findings


def test_a_candidate_that_cannot_be_played_does_not_fail() -> None:
    vendor = Vendor()

    def play(source: bytes) -> Judgement:
        if len(parse(source, SCENARIO).timeline) == 2:
            raise UsageError("no such thing")
        return vendor(source)

    assert shrink(sources()[SCENARIO], FAILURE, play).after == 3


def test_the_shortest_scenario_in_which_it_failed_is_taken() -> None:
    assert failure_of(judgement("a", "b"), "CK-ADM-01", "", {SCENARIO: 9}).finding.code == "a"
    assert failure_of(judgement("a"), "RQ-ADM-01", SCENARIO, {SCENARIO: 9}).check == "CK-ADM-01"


@pytest.mark.parametrize(
    ("name", "scenario", "said"),
    [
        pytest.param("CK-XXX-01", "", "there is no check 'CK-XXX-01'", id="no such check"),
        pytest.param("CK-REF-03", "", "CK-REF-03 did not fail in the bundle", id="did not fail"),
        pytest.param("CK-ADM-01", "month/short-stay", "did not fail in month/short-stay", id="not there"),
    ],
)
def test_a_check_that_did_not_fail_is_a_mistake_that_names_those_that_did(
    name: str, scenario: str, said: str
) -> None:
    with pytest.raises(UsageError, match=said) as raised:
        failure_of(judgement("a"), name, scenario, {SCENARIO: 9, "month/short-stay": 5})

    assert raised.value.hint == "these failed: CK-ADM-01"
