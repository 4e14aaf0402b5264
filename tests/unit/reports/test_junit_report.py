"""``junit.xml``: what a build server must see, and never green where nothing was verified."""

import json
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from generale.reports import render_junit
from generale.results.bundle import Bundle, render_json, render_judgement
from generale.results.form import to_json
from generale.results.verdicts import Judgement, Verdict

OUTCOMES = [
    (Verdict.PASS, []),
    (Verdict.WARN, ["system-out"]),
    (Verdict.FAIL, ["failure"]),
    (Verdict.HARNESS_ERROR, ["error"]),
    (Verdict.NOT_VERIFIED, ["error"]),
    (Verdict.INCONCLUSIVE, ["error"]),
    (Verdict.NOT_APPLICABLE, ["skipped"]),
    (Verdict.WAIVED, ["skipped"]),
]


def with_judgement(sample: Bundle, judgement: Judgement) -> Bundle:
    """The sample with other verdicts."""
    return sample.with_files({"verdicts.json": render_judgement(judgement)})


def suites(bundle: Bundle) -> dict[str, ElementTree.Element]:
    """The suites of the file by their name."""
    return {str(one.get("name")): one for one in ElementTree.fromstring(render_junit(bundle))}


@pytest.mark.parametrize(("verdict", "expected"), OUTCOMES, ids=[one.value for one, _ in OUTCOMES])
def test_every_verdict_becomes_what_a_build_server_understands(
    sample: Bundle, verdict: Verdict, expected: list[str]
) -> None:
    first = replace(sample.judgement.requirements[0], verdict=verdict)
    judgement = replace(sample.judgement, requirements=(first,))
    case = suites(with_judgement(sample, judgement))["requirements"][0]

    assert (case.get("name"), case.get("classname")) == ("RQ-TRA-01", "transport")
    assert [part.tag for part in case] == expected


def test_the_counts_agree_with_the_cases(sample: Bundle) -> None:
    root = ElementTree.fromstring(render_junit(sample))
    for node in (root, *root):
        found = {tag: len(node.findall(f".//{tag}")) for tag in ("testcase", "failure", "error", "skipped")}

        assert {
            "testcase": int(node.get("tests", "")),
            "failure": int(node.get("failures", "")),
            "error": int(node.get("errors", "")),
            "skipped": int(node.get("skipped", "")),
        } == found


def test_what_was_not_verified_is_an_error_of_that_type_with_its_reason(sample: Bundle) -> None:
    (error,) = suites(sample)["requirements"].findall(".//testcase[@name='RQ-SEC-01']/error")

    assert error.get("type") == "not-verified"
    assert str(error.get("message")).startswith("The scenario takeover/")


@pytest.mark.parametrize("partial", [True, False], ids=["partial", "empty"])
def test_an_empty_or_partial_run_is_never_green(sample: Bundle, partial: bool) -> None:
    verdict = Verdict.PASS if partial else Verdict.NOT_VERIFIED
    bare = replace(
        sample.judgement, verdict=verdict, partial=partial, requirements=(), scenarios=(), checks=()
    )
    bundle = with_judgement(sample, bare).with_files({"requirements.json": b"[]"})
    root = ElementTree.fromstring(render_junit(bundle))

    assert root.get("errors") == "1"


def test_a_conforming_run_is_green(sample: Bundle) -> None:
    good = replace(sample.judgement, verdict=Verdict.PASS)

    assert list(suites(with_judgement(sample, good))["run"][0]) == []


def test_a_scenario_that_was_left_out_is_an_error(sample: Bundle) -> None:
    run = replace(sample.run, scenarios_left_out={"stay/nothing": "needs a settable clock"})
    (case,) = suites(sample.with_files({"run.json": render_json(to_json(run))}))["scenarios"].findall(
        "testcase[@name='stay/nothing']"
    )

    assert [part.tag for part in case] == ["error"]


def test_characters_that_xml_cannot_hold_are_removed(sample: Bundle) -> None:
    hostile = "\x00\x01<x>\ud800\uffff]]>&"
    verdicts = json.loads(sample.part("verdicts.json"))
    for result in verdicts["requirements"]:
        result["reason"] = hostile
    for check in verdicts["checks"]:
        for finding in check["findings"]:
            finding["received"] = hostile
    raw = render_junit(sample.with_files({"verdicts.json": json.dumps(verdicts).encode()}))

    assert "received: ␀␁<x>‹U+D800›‹U+FFFF›]]>&" in "".join(ElementTree.fromstring(raw).itertext())


def test_equal_bundles_give_equal_bytes(sample: Bundle) -> None:
    assert render_junit(sample) == render_junit(Bundle(dict(sample.files)))
