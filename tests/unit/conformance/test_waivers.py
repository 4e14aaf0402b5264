"""A waiver covers what it names until its day, makes nothing green, and is stale if uncalled for."""

import json
import tomllib
from datetime import date
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from generale.conformance.engine import judged, rehearse
from generale.conformance.plan import Plan, read_plan
from generale.conformance.waivers import NONE, Waiver, Waivers, read_waivers, waivers_of, waivers_part
from generale.protocol.errors import UsageError
from generale.protocol.profile import standard_profile
from generale.results.bundle import Bundle, BundleError
from generale.results.verdicts import (
    ExitCode,
    Finding,
    Judgement,
    RequirementResult,
    Verdict,
    WaiverState,
    exit_code,
)

SET = "2019-04-01"
ROOT = Path(__file__).resolve().parents[3]
SCENARIO, CHECK, CODE, ROW = "month/clean-month", "CK-ADM-01", "admission-day-wrong", "RQ-ADM-01"
LAST = date(2027, 1, 31)
REASON, OWNER = "mended in 4.3", "release manager"
FINDING = Finding(code=CODE, message="", scenario=SCENARIO, event=1, expected="", received="")


def waiver(**named: str) -> Waiver:
    """A waiver that names this."""
    return Waiver(**named, reason=REASON, owner=OWNER, expires=LAST)


@pytest.fixture(scope="module")
def failed() -> Bundle:
    """A run in which an admission was sent with another day."""
    return rehearse(Plan(defect="admission-day-late", scenarios=(SCENARIO,)))


def judged_with(bundle: Bundle, *entries: Waiver, on: date = LAST) -> Judgement:
    """The judgement of a bundle that holds these waivers."""
    part = {"waivers.toml": waivers_part(entries, on)}
    return judged(bundle.with_files(part), standard_profile()).judgement


def row(judgement: Judgement) -> RequirementResult:
    """The result of the requirement that is broken."""
    return next(one for one in judgement.requirements if one.requirement == ROW)


@pytest.mark.parametrize(
    ("named", "covers"),
    [
        ({"requirement": ROW}, True),
        ({"requirement": "RQ-ADM-02"}, False),
        ({"check": CHECK, "code": CODE}, True),
        ({"check": CHECK, "code": "another"}, False),
        ({"check": "CK-ADM-02", "code": CODE}, False),
        ({"requirement": ROW, "scenario": SCENARIO}, True),
        ({"requirement": ROW, "scenario": "month/short-stay"}, False),
        ({"requirement": ROW, "check": CHECK, "code": CODE}, True),
        ({"requirement": "RQ-ADM-02", "check": CHECK, "code": CODE}, False),
    ],
)
def test_a_waiver_covers_what_it_names_and_nothing_else(named: dict[str, str], covers: bool) -> None:
    assert waiver(**named).covers(CHECK, ROW, FINDING) is covers


@pytest.mark.parametrize(
    ("entry", "on", "verdict", "state"),
    [
        (waiver(requirement=ROW), LAST, Verdict.WAIVED, WaiverState.USED),
        (waiver(check=CHECK, code=CODE), date(2020, 1, 1), Verdict.WAIVED, WaiverState.USED),
        (waiver(check=CHECK, code=CODE), date(2027, 2, 1), Verdict.FAIL, WaiverState.EXPIRED),
        (waiver(requirement="RQ-ADM-02"), LAST, Verdict.FAIL, WaiverState.UNTRIED),
        (waiver(requirement=ROW, scenario="month/short-stay"), LAST, Verdict.FAIL, WaiverState.UNTRIED),
    ],
)
def test_a_failure_is_waived_by_what_covers_it_and_holds(
    failed: Bundle, entry: Waiver, on: date, verdict: Verdict, state: WaiverState
) -> None:
    judgement = judged_with(failed, entry, on=on)

    assert row(failed.judgement).verdict is Verdict.FAIL
    assert row(judgement).verdict is verdict
    assert judgement.counts["waived"] == (verdict is Verdict.WAIVED)
    assert [one.state for one in judgement.waivers] == [state]
    by_check = {one.check: one.verdict for one in judgement.checks}
    played = {one.scenario: one.verdict for one in judgement.scenarios}
    assert by_check[CHECK] is verdict
    assert played[SCENARIO] is verdict


def test_what_is_waived_says_why_by_whom_and_until_when(failed: Bundle) -> None:
    judgement = judged_with(failed, waiver(requirement=ROW))

    assert row(judgement).reason == f"{REASON} ({OWNER}, {LAST})"
    assert judgement.waivers[0].findings == len(
        next(one.findings for one in failed.judgement.checks if one.check == CHECK)
    )


def test_a_waiver_for_one_requirement_leaves_the_others_as_they_are(failed: Bundle) -> None:
    before = {one.requirement: one.verdict for one in failed.judgement.requirements}
    after = {
        one.requirement: one.verdict for one in judged_with(failed, waiver(requirement=ROW)).requirements
    }

    assert {name for name in before if before[name] is not after[name]} == {ROW}


def test_without_waivers_the_verdicts_are_those_of_the_run(failed: Bundle) -> None:
    assert failed.part("waivers.toml") == NONE
    assert judged_with(failed) == failed.judgement
    assert failed.judgement.waivers == ()


def test_the_waivers_of_a_bundle_are_judged_on_the_day_of_its_run(failed: Bundle, tmp_path: Path) -> None:
    file = tmp_path / "waivers.toml"
    file.write_text(
        f'[[waiver]]\nrequirement = "{ROW}"\nreason = "é\\"\\n"\nowner = "{OWNER}"\nexpires = {LAST}\n',
        encoding="utf-8",
    )
    plan = Plan(defect="admission-day-late", scenarios=(SCENARIO,), waivers=str(file))

    bundle = rehearse(plan, today=LAST)
    file.unlink()

    assert waivers_of(bundle).judged_on == LAST
    assert row(bundle.judgement).verdict is Verdict.WAIVED
    assert judged(bundle, standard_profile()).part("verdicts.json") == bundle.part("verdicts.json")


@pytest.mark.parametrize(
    ("states", "partial", "stale"),
    [
        ((WaiverState.USED,), False, False),
        ((WaiverState.USED, WaiverState.UNUSED), False, True),
        ((WaiverState.EXPIRED,), False, True),
        ((WaiverState.UNTRIED,), True, False),
    ],
)
def test_one_that_expired_or_that_nothing_called_for_is_stale(
    states: tuple[WaiverState, ...], partial: bool, stale: bool
) -> None:
    is_stale = any(state.is_stale for state in states)

    assert is_stale is stale
    assert (exit_code(Verdict.WAIVED, stale=is_stale) is ExitCode.STALE_BASELINE) is stale
    assert exit_code(Verdict.FAIL, stale=is_stale) is ExitCode.NON_CONFORMING
    assert exit_code(Verdict.PASS, partial=True, stale=is_stale) is ExitCode.NOT_FULLY_VERIFIED


def test_an_unused_waiver_of_a_whole_run_is_unused_and_of_a_partial_one_untried() -> None:
    waivers = Waivers(entries=(waiver(requirement=ROW),), judged_on=LAST)

    assert [one.state for one in waivers.results((), partial=False)] == [WaiverState.UNUSED]
    assert [one.state for one in waivers.results((), partial=True)] == [WaiverState.UNTRIED]


MISTAKES = {
    "no reason": (f'requirement = "{ROW}"', "reason"),
    "a blank owner": (f'requirement = "{ROW}"\nreason = "r"\nowner = " "\nexpires = 2027-01-31', "owner"),
    "a day in quotes": (
        f'requirement = "{ROW}"\nreason = "r"\nowner = "o"\nexpires = "2027-01-31"',
        "a date without quotes",
    ),
    "nothing named": ('reason = "r"\nowner = "o"\nexpires = 2027-01-31', "a requirement, or a check"),
    "a check without a code": (
        f'check = "{CHECK}"\nreason = "r"\nowner = "o"\nexpires = 2027-01-31',
        "a requirement, or a check",
    ),
    "an unknown word": (
        f'requirement = "{ROW}"\nreason = "r"\nowner = "o"\nexpires = 2027-01-31\ncolour = "red"',
        "colour",
    ),
    "an unknown requirement": (
        'requirement = "RQ-ADM-99"\nreason = "r"\nowner = "o"\nexpires = 2027-01-31',
        "no requirement 'RQ-ADM-99'",
    ),
    "an unknown check": (
        'check = "CK-XXX-01"\ncode = "a"\nreason = "r"\nowner = "o"\nexpires = 2027-01-31',
        "no check 'CK-XXX-01'",
    ),
    "an unknown code": (
        f'check = "{CHECK}"\ncode = "a"\nreason = "r"\nowner = "o"\nexpires = 2027-01-31',
        "no code 'a'",
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_in_a_file_of_waivers_is_told(name: str, tmp_path: Path) -> None:
    text, said = MISTAKES[name]
    file = tmp_path / "waivers.toml"
    file.write_text(f"[[waiver]]\n{text}\n", encoding="utf-8")

    with pytest.raises(UsageError, match=said):
        read_plan(None, {"waivers": str(file)})


@pytest.mark.parametrize("raw", ["a = 1", "[[waiver]", "waiver = 3", "", "a = [1"])
def test_what_is_no_file_of_waivers_is_refused(raw: str, tmp_path: Path) -> None:
    file = tmp_path / "waivers.toml"
    file.write_text(raw, encoding="utf-8")

    with pytest.raises(UsageError):
        read_waivers(file, SET)


@pytest.mark.parametrize(
    "raw",
    [
        b"a = 1",
        b"\xff",
        b"judged_on = 2026-01-01",
        b"[[waiver]]\nrequirement = 'RQ-ADM-01'\nreason = 'r'\nowner = 'o'\nexpires = 2027-01-31\n",
        b"# " + b"x" * 200_000,
    ],
)
def test_waivers_of_a_bundle_that_are_none_make_it_no_bundle(failed: Bundle, raw: bytes) -> None:
    with pytest.raises(BundleError):
        waivers_of(failed.with_files({"waivers.toml": raw}))


def test_the_file_on_the_page_fits_its_schema_and_is_read(tmp_path: Path) -> None:
    page = (ROOT / "docs/how-to/waive-a-failure.md").read_text(encoding="utf-8")
    text = page.partition("```toml\n")[2].partition("```")[0]
    schema = json.loads((ROOT / "docs/reference/waivers.schema.json").read_text(encoding="utf-8"))
    file = tmp_path / "waivers.toml"
    file.write_text(text, encoding="utf-8")

    entries = read_waivers(file, SET)

    again = tomllib.loads(waivers_part(entries, LAST).decode())
    assert list(Draft202012Validator(schema).iter_errors(tomllib.loads(text))) == []
    assert list(Draft202012Validator(schema).iter_errors(again)) == []
    assert again["waiver"] == tomllib.loads(text)["waiver"]
    assert len(entries) == 2
