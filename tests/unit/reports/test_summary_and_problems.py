"""What a run says in one sentence, and which findings are one problem."""

from dataclasses import replace

import pytest

from generale.reports.catalogue import Words
from generale.reports.finding_text import finding_texts
from generale.reports.problem import problems
from generale.reports.replay import MAX_PLAN_BYTES, replay_command
from generale.reports.summary import Standing, standing, summary
from generale.results.bundle import Bundle, BundleError, render_json, render_judgement
from generale.results.verdicts import Verdict


@pytest.mark.parametrize(
    ("verdict", "partial", "expected"),
    [
        (Verdict.PASS, False, Standing.CONFORMS),
        (Verdict.WARN, False, Standing.CONFORMS),
        (Verdict.WAIVED, False, Standing.CONFORMS),
        (Verdict.PASS, True, Standing.NOT_VERIFIED),
        (Verdict.NOT_APPLICABLE, False, Standing.NOT_VERIFIED),
        (Verdict.INCONCLUSIVE, False, Standing.NOT_VERIFIED),
        (Verdict.NOT_VERIFIED, False, Standing.NOT_VERIFIED),
        (Verdict.FAIL, False, Standing.DOES_NOT_CONFORM),
        (Verdict.FAIL, True, Standing.DOES_NOT_CONFORM),
        (Verdict.HARNESS_ERROR, False, Standing.NOT_JUDGED),
    ],
)
def test_the_standing_follows_from_the_verdict(
    verdict: Verdict, partial: bool, expected: Standing, sample: Bundle
) -> None:
    assert standing(replace(sample.judgement, verdict=verdict, partial=partial)) is expected


def test_the_sentence_names_product_version_and_set(sample: Bundle) -> None:
    told = summary(sample, Words("en"))

    assert told.sentence == "Voorbeeldpakket 4.2 does not conform to requirement set r1-2019, because:"


def test_the_blockers_are_the_failures_and_then_what_was_not_verified(sample: Bundle) -> None:
    blockers = summary(sample, Words("en")).blockers

    assert [blocker.verdict for blocker in blockers] == [
        Verdict.FAIL,
        Verdict.FAIL,
        Verdict.FAIL,
        Verdict.NOT_VERIFIED,
        Verdict.INCONCLUSIVE,
    ]
    assert blockers[3].requirements == ("RQ-SEC-01", "RQ-TAK-01", "RQ-TAK-02")


def test_a_partial_run_says_so_although_everything_passed(sample: Bundle) -> None:
    judgement = replace(sample.judgement, verdict=Verdict.PASS, partial=True, checks=(), requirements=())
    told = summary(
        sample.with_files({"verdicts.json": render_judgement(judgement), "requirements.json": b"[]"}),
        Words("en"),
    )

    assert told.standing is Standing.NOT_VERIFIED
    assert [blocker.text for blocker in told.blockers] == [Words("en")("report.partial")]


def test_a_requirement_without_a_result_was_not_verified(sample: Bundle) -> None:
    bare = replace(sample.judgement, requirements=())
    told = summary(sample.with_files({"verdicts.json": render_judgement(bare)}), Words("nl"))

    assert {row.result.verdict for row in told.rows} == {Verdict.NOT_VERIFIED}


def test_findings_of_one_check_and_code_are_one_problem(sample: Bundle) -> None:
    found = problems(sample.judgement, sample.requirements)

    assert [(one.lead.code, len(one.findings)) for one in found] == [
        ("CK-ADM-01.start-differs", 3),
        ("CK-ICO-03.amount-differs", 1),
        ("CK-TRA-01.new-reference", 1),
        ("CK-WOR-02.not-named", 1),
    ]
    assert [one.number for one in found] == [1, 2, 3, 4]


def test_findings_of_one_cause_are_one_problem_whatever_check_found_them(sample: Bundle) -> None:
    checks = tuple(
        replace(check, findings=tuple(replace(one, cause="a wrong clock") for one in check.findings))
        for check in sample.judgement.checks
    )
    (problem,) = problems(replace(sample.judgement, checks=checks), sample.requirements)

    assert problem.verdict is Verdict.FAIL
    assert len(problem.findings) == 6
    assert len(problem.requirements) == 4


def test_texts_come_from_the_bundle_and_else_from_the_finding(sample: Bundle) -> None:
    finding = problems(sample.judgement, sample.requirements)[1].lead
    bare = Bundle({name: raw for name, raw in sample.files.items() if name != "texts.json"})

    assert finding_texts(sample, "nl").headline(finding).startswith("Het bedrag van een lijn")
    assert finding_texts(sample, "nl").detail(finding) == finding.message
    assert finding_texts(sample, "en").cause(finding).startswith("The rate is held")
    assert finding_texts(bare, "nl").headline(finding) == finding.message
    assert finding_texts(bare, "nl").detail(finding) == finding_texts(bare, "nl").cause(finding) == ""


@pytest.mark.parametrize("document", [[], {"a": "b"}, 3])
def test_texts_of_another_form_are_an_error_of_the_bundle(sample: Bundle, document: object) -> None:
    with pytest.raises(BundleError, match=r"texts\.json"):
        finding_texts(sample.with_files({"texts.json": render_json(document)}), "nl")


@pytest.mark.parametrize(
    ("plan", "vendor"),
    [
        (b'vendor = "py:voorbeeld:Pakket"', "py:voorbeeld:Pakket"),
        (b'vendor = "cmd:run it; rm -r x"', "'cmd:run it; rm -r x'"),
        (b"vendor = 3", "…"),
        (b'vendor = "long"\n#' + b"x" * MAX_PLAN_BYTES, "…"),
        (b"\xff not toml", "…"),
        (b"", "…"),
    ],
)
def test_the_replay_command_is_quoted_for_a_shell(sample: Bundle, plan: bytes, vendor: str) -> None:
    command = replay_command(sample.with_files({"plan.toml": plan}), "a/b $(x)")

    assert command == f"generale certify --vendor {vendor} --scenario 'a/b $(x)' --seed 42"
