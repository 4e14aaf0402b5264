"""The suite is itself under test: every seeded defect is killed by the right check for the right reason."""

import json
from pathlib import Path

import pytest

from generale.conformance.detection import (
    Kill,
    KillMatrix,
    musts_without_power,
    play_defect,
    power,
    where_consulted,
)
from generale.conformance.engine import rehearse
from generale.conformance.fingerprint import proof_digest
from generale.conformance.judge import NOT_ENCRYPTED, NOT_SECURED
from generale.conformance.plan import Plan
from generale.refvendor.defects import DEFECTS
from generale.results.verdicts import Verdict

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def kills() -> list[Kill]:
    """Every defect in the one scenario in which it must show; `make prove` plays them wherever they can."""
    return [play_defect(name, (one.scenario,), seed=3) for name, one in sorted(DEFECTS.items())]


def test_every_defect_is_killed_by_the_named_check_and_code(kills: list[Kill]) -> None:
    assert {kill.defect: kill.reason for kill in kills if not kill.killed} == {}
    assert len(kills) == len(DEFECTS) >= 10


def test_every_must_has_full_power(kills: list[Kill]) -> None:
    assert musts_without_power(KillMatrix(kills=tuple(kills), power=power(kills)), "2019-04-01") == ()


def test_a_defect_fails_few_other_checks(kills: list[Kill]) -> None:
    assert sum(len(kill.noise) for kill in kills) / len(kills) < 2


@pytest.mark.parametrize("seed", [1, 2])
def test_the_reference_vendor_passes_everything(seed: int) -> None:
    judgement = rehearse(Plan(seed=seed)).judgement

    assert judgement.verdict is Verdict.PASS
    assert {
        row.requirement: row.reason for row in judgement.requirements if row.verdict is not Verdict.PASS
    } == {"RQ-SEC-02": NOT_SECURED, "RQ-SEC-03": NOT_ENCRYPTED, "RQ-SEC-05": NOT_SECURED}


def test_a_defect_changes_nothing_where_its_switch_is_not_consulted() -> None:
    consulted = where_consulted(seed=1)
    name = "takeover-as-move"
    scenario = next(one for one in consulted if name not in consulted[one])

    right = rehearse(Plan(scenarios=(scenario,)))
    wrong = rehearse(Plan(scenarios=(scenario,), defect=name))

    assert wrong.part("transcript.jsonl") == right.part("transcript.jsonl")


def test_the_committed_proof_is_of_this_code_and_everything_held() -> None:
    proof = json.loads((ROOT / "docs/reference/prove.json").read_text(encoding="utf-8"))

    assert proof["digest"] == proof_digest(), "stale: `make prove` makes it again"
    assert proof["seeds_without_a_failure"] == proof["seeds"] >= 20
    assert proof["survivors"] == []
    assert proof["http_gives_the_verdicts_of_in_process"] is True
