"""Verdicts: one order, the heaviest wins, and nothing empty is green."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generale.results.verdicts import ExitCode, Verdict, exit_code, worst

VERDICTS = st.lists(st.sampled_from(Verdict), min_size=1)


def test_the_order_is_the_one_that_everybody_uses() -> None:
    assert sorted(Verdict, key=lambda verdict: verdict.weight) == [
        Verdict.NOT_APPLICABLE,
        Verdict.PASS,
        Verdict.WAIVED,
        Verdict.WARN,
        Verdict.INCONCLUSIVE,
        Verdict.NOT_VERIFIED,
        Verdict.FAIL,
        Verdict.HARNESS_ERROR,
    ]


def test_of_nothing_nothing_is_verified() -> None:
    assert worst([]) is Verdict.NOT_VERIFIED


@given(VERDICTS, VERDICTS)
def test_the_heaviest_wins_however_verdicts_are_grouped(some: list[Verdict], others: list[Verdict]) -> None:
    assert worst([*some, *others]) is worst([worst(some), worst(others)]) is worst([*others, *some])
    assert worst(some).weight == max(one.weight for one in some)


@pytest.mark.parametrize(
    ("verdict", "whole", "part"),
    [
        (Verdict.NOT_APPLICABLE, 11, 11),
        (Verdict.PASS, 0, 11),
        (Verdict.WAIVED, 0, 11),
        (Verdict.WARN, 0, 11),
        (Verdict.INCONCLUSIVE, 11, 11),
        (Verdict.NOT_VERIFIED, 11, 11),
        (Verdict.FAIL, 10, 10),
        (Verdict.HARNESS_ERROR, 30, 30),
    ],
)
def test_a_part_of_a_run_is_at_best_not_fully_verified(verdict: Verdict, whole: int, part: int) -> None:
    assert exit_code(verdict) == whole
    assert exit_code(verdict, partial=True) == part


def test_exit_codes_are_all_different_and_fit_a_process() -> None:
    assert len({code.value for code in ExitCode}) == len(ExitCode)
    assert all(0 <= code <= 255 for code in ExitCode)
    assert all(lighter.value < heavier.value for lighter, heavier in pairwise(ExitCode))
