"""Which superfluous plays are played all the same, and what the power of the suite is."""

import pytest

from generale.conformance.detection import UNCONSULTED_PERCENT, Kill, differing, power, unconsulted_sample
from generale.conformance.engine import play, rehearse
from generale.conformance.plan import Plan
from generale.conformance.plays_judged import check_results
from generale.refvendor.defects import DEFECTS

NAMES = sorted(DEFECTS)
CONSULTED = {
    "first/scenario": frozenset(NAMES[:10]),
    "second/scenario": frozenset(NAMES[10:]),
    "third/scenario": frozenset[str](),
}


def kill(defect: str, requirement: str, *, killed: bool) -> Kill:
    """One row of a kill matrix."""
    return Kill(
        defect=defect, requirement=requirement, check="CK", code="x", killed=killed, noise=(), scenarios=()
    )


def test_the_share_that_is_promised_is_played_and_never_where_the_switch_is_consulted() -> None:
    sample = unconsulted_sample(CONSULTED, seed=1)

    possible = sum(len(NAMES) - len(known) for known in CONSULTED.values())
    assert len(sample) * 100 >= possible * UNCONSULTED_PERCENT
    assert len(set(sample)) == len(sample)
    assert all(name not in CONSULTED[scenario] for name, scenario in sample)


def test_the_sample_follows_the_seed() -> None:
    assert unconsulted_sample(CONSULTED, seed=1) == unconsulted_sample(CONSULTED, seed=1)
    assert unconsulted_sample(CONSULTED, seed=1) != unconsulted_sample(CONSULTED, seed=2)


def test_power_is_the_share_of_the_defects_of_a_requirement_that_are_killed() -> None:
    kills = [
        kill("a", "RQ-1", killed=True),
        kill("b", "RQ-1", killed=False),
        kill("c", "RQ-2", killed=True),
    ]

    assert power(kills) == {"RQ-1": 0.5, "RQ-2": 1.0}


@pytest.mark.parametrize("workers", [1, 2])
def test_a_defect_that_changes_what_is_seen_is_named_and_one_that_does_not_is_not(workers: int) -> None:
    scenario = "admission/one-admission-accepted"
    shown, hidden = "admission-day-late", "two-months-everywhere"

    assert differing([(shown, scenario), (hidden, scenario)], 1, workers) == (shown,)


@pytest.mark.parametrize("defect", ["", "admission-day-late", "admission-forgotten"])
@pytest.mark.parametrize("security", ["off", "full"])
def test_plays_of_which_no_bundle_is_made_are_judged_as_a_bundle_is(defect: str, security: str) -> None:
    plan = Plan(defect=defect, security=security, scenarios=("admission/one-admission-accepted",))

    assert check_results(*play(plan), plan.requirement_set) == rehearse(plan).judgement.checks
