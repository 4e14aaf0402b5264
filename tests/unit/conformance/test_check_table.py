"""The checks as a whole: none without its examples, its sentences and its requirement."""

import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from generale.conformance.checks import CHECKS
from generale.conformance.checks.detection import DETECTION
from generale.conformance.checks.text import codes, likely_cause_en, likely_cause_nl, message_en, message_nl
from generale.conformance.coverage import render_coverage
from generale.conformance.register import register, set_dates
from generale.results.verdicts import Blame, Verb

if TYPE_CHECKING:
    from tests.unit.conformance.conftest import Script

    Play = Callable[[Script], None]

ROWS = register(set_dates()[-1])
"""The rows of the newest set."""

CODES = {(one.id, code) for one in CHECKS for code in one.codes}


def tables(name: str) -> dict[Any, "Play"]:
    """A table of examples, from all test modules of this folder."""
    examples: dict[Any, Play] = {}
    for path in sorted(Path(__file__).parent.glob("test_check_*.py")):
        if path.name == Path(__file__).name:
            continue
        spec = importlib.util.spec_from_file_location(f"examples_{path.stem}", path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        examples |= getattr(module, name)
    return examples


KEEPS = tables("KEEPS")
"""By check: a history that gives it an occasion, and that no check finds anything in."""

BREAKS = tables("BREAKS")
"""By check and code: a history that must be found with that code."""


def test_every_check_has_a_history_that_passes() -> None:
    assert set(KEEPS) == {one.id for one in CHECKS}


def test_every_code_has_a_history_that_gives_it() -> None:
    assert set(BREAKS) == CODES


@pytest.mark.parametrize("number", KEEPS)
def test_a_history_that_keeps_the_requirement_is_an_occasion_and_nothing_else(
    number: str, script: "Script"
) -> None:
    KEEPS[number](script)

    occasions, findings = script.ask(number)

    assert occasions
    assert findings == []
    if not number.startswith("CK-SIM"):
        assert script.codes() == set()


@pytest.mark.parametrize(("number", "code"), BREAKS)
def test_a_history_that_breaks_the_requirement_is_found_and_blames_who_broke_it(
    number: str, code: str, script: "Script"
) -> None:
    BREAKS[number, code](script)

    _, findings = script.ask(number)

    assert code in {finding.code for finding in findings}
    blamed = Blame.SIMULATOR if number.startswith("CK-SIM") else Blame.VENDOR
    assert {finding.blame for finding in findings} == {blamed}


def test_every_requirement_has_a_check_or_an_excuse() -> None:
    checked = {row for one in CHECKS for row in one.disproves}

    assert [row.id for row in ROWS if row.id not in checked and not row.excuse] == []


def test_every_check_names_existing_requirements() -> None:
    named = {row for one in CHECKS for row in one.disproves}

    assert named <= {row.id for row in ROWS}


def test_the_newest_set_lists_every_check_that_disproves_a_row_of_it() -> None:
    known = {row.id for row in ROWS}
    disproving = {(row, one.id) for one in CHECKS for row in one.disproves if row in known}

    assert {(row.id, number) for row in ROWS for number in row.checks} == disproving


@pytest.mark.parametrize("set_date", set_dates())
def test_a_set_lists_only_checks_that_exist_and_disprove_the_row(set_date: str) -> None:
    disproving = {(row, one.id) for one in CHECKS for row in one.disproves}

    assert {(row.id, number) for row in register(set_date) for number in row.checks} <= disproving


def test_every_must_has_a_seeded_defect_that_its_check_gives_away() -> None:
    proven = {
        row for one in CHECKS if one.id in {check for check, _ in DETECTION.values()} for row in one.disproves
    }

    assert [row.id for row in ROWS if row.verb is Verb.MUST and row.id not in proven] == []


def test_the_table_of_detection_names_existing_checks_and_codes() -> None:
    assert set(DETECTION.values()) <= CODES


def test_no_two_checks_share_a_code() -> None:
    assert len(CODES) == len({code for _, code in CODES})


def test_every_code_has_its_sentences_and_no_sentence_is_left_over() -> None:
    assert codes() == {code for _, code in CODES}


@pytest.mark.parametrize("code", sorted(codes()))
def test_a_code_speaks_both_languages_in_whole_sentences(code: str) -> None:
    for speak in (message_en, message_nl, likely_cause_en, likely_cause_nl):
        sentence = speak(code)
        assert sentence[0].isupper() or sentence[0].isdigit()
        assert sentence.endswith(".")


def test_the_coverage_names_every_requirement_and_every_defect_once() -> None:
    text = render_coverage()

    assert all(text.count(f"| {row.id} |") == 1 for row in ROWS)
    assert all(text.count(f"{defect} (") == 1 for defect in DETECTION)
    assert text == render_coverage()
