"""The bundle: believed only where names, sizes, format and digests are right, for it may be a stranger's."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generale.results import bundle as bundle_module
from generale.results.bundle import Bundle, BundleError, render_json, render_judgement
from generale.results.events import Event, EventType, digest, write_transcript
from generale.results.form import to_json
from generale.results.identity import FORMAT, RunIdentity
from generale.results.requirement import Requirement
from generale.results.verdicts import (
    Blame,
    CheckResult,
    EvidenceKind,
    Finding,
    Judgement,
    RequirementResult,
    ScenarioResult,
    Verb,
    Verdict,
)

RUN = RunIdentity(
    suite="s",
    requirement_set="2019-04-01",
    scenarios="d",
    profile="p",
    plan="q",
    pki="",
    seed=1,
    clock="virtual",
    product="Fake",
    product_version="1",
    door="python",
    partial=False,
    environment={"python": "3.11"},
    scenarios_left_out={},
)
REQUIREMENT = Requirement(
    id="RQ-X-01",
    chapter="x",
    verb=Verb.MUST,
    text_en="a",
    text_nl="b",
    keeps_en="c",
    keeps_nl="d",
    breaks_en="e",
    breaks_nl="f",
    source="project-defined",
    since="2019-04-01",
)
FINDING = Finding(
    code="wrong", message="m", scenario="a/b", event=1, expected="1", received="2", blame=Blame.VENDOR
)
JUDGEMENT = Judgement(
    verdict=Verdict.FAIL,
    exit_code=10,
    partial=False,
    counts={"fail": 1},
    requirements=(RequirementResult(requirement="RQ-X-01", verdict=Verdict.FAIL, checks=("x",), power=1.0),),
    scenarios=(ScenarioResult(scenario="a/b", verdict=Verdict.FAIL, completed=True, events=2),),
    checks=(
        CheckResult(
            check="x",
            requirements=("RQ-X-01",),
            verdict=Verdict.FAIL,
            evidence=EvidenceKind.WIRE,
            occasions=1,
            findings=(FINDING,),
        ),
    ),
)


def event(seq: int, scenario: str) -> Event:
    """Something that happened."""
    return Event(seq=seq, scenario=scenario, type=EventType.CLOCK, at="2019", sender="player")


EVENTS = (event(1, "a/b"), event(2, "c/d"), event(3, "a/b"))
FILES = {
    "run.json": render_json(to_json(RUN)),
    "requirements.json": render_json([to_json(REQUIREMENT)]),
    "verdicts.json": render_judgement(JUDGEMENT),
    "transcript.jsonl": write_transcript(EVENTS),
    f"evidence/{digest(b'bytes')}": b"bytes",
}


def test_a_bundle_gives_back_what_was_put_in() -> None:
    whole = Bundle(FILES)

    assert whole.run == RUN
    assert whole.requirements == (REQUIREMENT,)
    assert whole.judgement == JUDGEMENT
    assert whole.events == EVENTS
    assert whole.evidence(digest(b"bytes")) == b"bytes"
    assert render_judgement(whole.judgement) == FILES["verdicts.json"]


def test_the_transcript_falls_into_scenarios_in_order_of_appearance() -> None:
    parts = list(Bundle(FILES).scenario_events())

    assert parts == [("a/b", (EVENTS[0], EVENTS[2])), ("c/d", (EVENTS[1],))]


def test_files_are_added_or_replaced_in_another_bundle() -> None:
    whole = Bundle(FILES)

    other = whole.with_files({"report.html": b"<html>", "verdicts.json": b"{}"})

    assert (other.part("report.html"), other.part("verdicts.json")) == (b"<html>", b"{}")
    assert whole.files == FILES


@pytest.mark.parametrize(
    "name",
    [
        "", "/etc/passwd", "../run.json", "a/../b", "a//b", "a/", ".hidden", "a/.hidden", "a\\b", "c:run",
        "a b", "run.json\n", "é", "a/b/c/d/e/f/g/h", "-rf", "~/x", "a\0b",
    ],
)  # fmt: skip
def test_a_name_that_leads_elsewhere_is_refused(name: str) -> None:
    with pytest.raises(BundleError, match="is not a name for a file of a bundle"):
        Bundle({name: b""})


@given(st.text(max_size=20))
def test_a_name_is_taken_only_when_it_stays_in_the_folder(name: str) -> None:
    try:
        Bundle({name: b""})
    except BundleError:
        return
    assert name.isascii()
    assert not name.startswith(("/", ".", "-"))
    assert all(part not in ("", ".", "..") for part in name.split("/"))


def test_a_file_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle_module, "MAX_FILE_BYTES", 3)

    Bundle({"small": b"123"})
    with pytest.raises(BundleError, match="'large' is larger than 3 bytes"):
        Bundle({"large": b"1234"})


def changed(name: str, **changes: Any) -> Mapping[str, bytes]:
    """One document with other values."""
    return {name: render_json({**json.loads(FILES[name]), **changes})}


@pytest.mark.parametrize(
    ("change", "part", "problem"),
    [
        pytest.param({"run.json": b"{"}, "run", "run.json is not JSON", id="no JSON"),
        pytest.param({"run.json": b"[" * 100_000}, "run", "run.json is not JSON", id="too deep"),
        pytest.param({"run.json": b"\xff"}, "run", "run.json is not JSON", id="no text"),
        pytest.param({"run.json": b"[]"}, "run", f"not of format {FORMAT}", id="a list"),
        pytest.param(
            changed("run.json", format=FORMAT + 1), "run", f"not of format {FORMAT}", id="a later one"
        ),
        pytest.param(changed("run.json", format=True), "run", "run.json: ", id="a truth for a format"),
        pytest.param(
            changed("run.json", seed="1"), "run", "run.json: int is expected", id="a text for a number"
        ),
        pytest.param(changed("run.json", seed=None), "run", "run.json: int is expected", id="nothing"),
        pytest.param(
            changed("run.json", secret=1), "run", "'secret' is unknown or missing", id="unknown key"
        ),
        pytest.param(
            changed("run.json", environment=[]), "run", "dict is expected", id="a list for a mapping"
        ),
        pytest.param({"requirements.json": b"{}"}, "requirements", "is not a list", id="no list"),
        pytest.param({"requirements.json": b"[{}]"}, "requirements", "unknown or missing", id="empty row"),
        pytest.param({"requirements.json": b"[3]"}, "requirements", "dict is expected", id="no row"),
        pytest.param(
            changed("verdicts.json", verdict="splendid"), "judgement", "verdicts.json: ", id="no verdict"
        ),
        pytest.param(
            changed("verdicts.json", verdict=[]), "judgement", "verdicts.json: ", id="a list of none"
        ),
        pytest.param(changed("verdicts.json", checks={}), "judgement", "list is expected", id="no checks"),
        pytest.param({"transcript.jsonl": b"{}\n"}, "events", "transcript line 1", id="no event"),
        pytest.param({"transcript.jsonl": b"[" * 100_000}, "events", "levels deep", id="a line too deep"),
        pytest.param({"texts.json": b"[]"}, "texts", "texts.json: dict is expected", id="texts in a list"),
        pytest.param(
            {"texts.json": b'{"a": {"message_en": 5}}'}, "texts", "str is expected", id="a number for a text"
        ),
        pytest.param({"kill-matrix.json": b"[1]"}, "power", "is not an object", id="a list for a matrix"),
        *(
            pytest.param(
                {"kill-matrix.json": b'{"power": {"RQ-ADM-01": %s}}' % share},
                "power",
                "kill-matrix.json",
                id=f"a power of {share[:9].decode()}",
            )
            for share in (b"7.5", b"-1", b"NaN", b"1e999", b"1" + b"0" * 400, b"true", b"null", b'"1"')
        ),
        pytest.param({"preflight.json": b'[{"check": []}]'}, "preflight", "Looked", id="half a look"),
        pytest.param({"run.json": b'{"format": 1, "format": 1}'}, "run", "stands twice", id="a key twice"),
        pytest.param(
            {"transcript.jsonl": b'{"seq": 1, "seq": 1}'},
            "events",
            "stands twice",
            id="a key twice in a line",
        ),
        pytest.param({"transcript.jsonl": b"\xff"}, "events", "decode", id="a transcript that is no text"),
    ],
)
def test_a_part_that_is_not_what_it_should_be_is_refused(
    change: Mapping[str, bytes], part: str, problem: str
) -> None:
    whole = Bundle({**FILES, **change})

    with pytest.raises(BundleError, match=problem):
        getattr(whole, part)


@pytest.mark.parametrize("part", ["run", "requirements", "judgement", "events"])
def test_a_part_that_is_missing_is_named(part: str) -> None:
    with pytest.raises(BundleError, match="the bundle has no "):
        getattr(Bundle({}), part)


def test_evidence_is_believed_only_when_its_bytes_give_its_name() -> None:
    name = digest(b"bytes")

    with pytest.raises(BundleError, match="is not what its name says"):
        Bundle({f"evidence/{name}": b"other bytes"}).evidence(name)
    with pytest.raises(BundleError, match="the bundle has no evidence/"):
        Bundle({}).evidence(name)


def test_a_document_is_written_for_people_and_always_the_same() -> None:
    assert render_json({"é": [1]}) == '{\n "é": [\n  1\n ]\n}\n'.encode()


@pytest.mark.parametrize("value", [{1}, b"x", object()], ids=["set", "bytes", "object"])
def test_what_has_no_json_form_is_an_error_of_type(value: object) -> None:
    with pytest.raises(TypeError, match="has no JSON form"):
        to_json(value)


def test_a_whole_number_is_taken_for_a_fraction() -> None:
    document = json.loads(FILES["verdicts.json"])
    document["requirements"][0]["power"] = 1

    assert Bundle({"verdicts.json": render_json(document)}).judgement == JUDGEMENT
