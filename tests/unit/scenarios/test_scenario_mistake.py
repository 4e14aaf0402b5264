"""A mistake in a scenario file is told in words of the language: what stands there, and what could."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from generale.protocol.errors import UsageError
from generale.scenarios.reader import read_scenario

GOOD: Mapping[str, Any] = {
    "name": "month/tried",
    "title": {"en": "Tried", "nl": "Beproefd"},
    "story": {"en": "A trial.", "nl": "Een proef."},
    "rule_set": "2019-04-01",
    "anchor": "2019-06-03",
    "verifies": ["RQ-ADM-01"],
    "facilities": {"home": {"type": "wzc"}},
    "residents": {"anna": {"fund": "810"}},
    "timeline": [{"sync": True}],
}

ADMIT = {"facility": "home", "resident": "anna", "stay_type": "rob", "start": "D 08:00"}
DECISION = {"facility": "home", "of": "anna"}


def step(**words: object) -> Mapping[str, object]:
    return {"timeline": [words]}


@pytest.mark.parametrize(
    ("words", "problem", "hint"),
    [
        ({"title": None, "titel": {}}, "titel: there is no such word", "did you mean 'title'?"),
        ({"xyz": 1}, "xyz: there is no such word", "known: name, title, story"),
        ({"title": None}, "title: is missing", "see docs"),
        ({"title": "Tried"}, 'title: words with their values are expected, not "Tried"', "known: en, nl"),
        ({"anchor": "2019-13-01"}, 'a day such as 2019-06-03 is expected, not "2019-13-01"', "see docs"),
        ({"verifies": "RQ-ADM-01"}, 'verifies: a list is expected, not "RQ-ADM-01"', "see docs"),
        ({"timeline": []}, "timeline: at least 1 entry is expected, not []", "see docs"),
        ({"security": "on"}, 'security: "on" is not known here', "known: off, full, tls"),
        ({"facilities": ["home"]}, "facilities: names with what belongs to them", "see docs"),
        ({"facilities": {"home": {"typ": "wzc"}}}, "facilities.home.typ: there is", "did you mean 'type'?"),
        (step(synk=True), "step 1: synk: there is no such word", "did you mean 'sync'?"),
        (step(sync=1), "step 1: sync: only true stands here", "write true"),
        (step(sync=False), "step 1: sync: only true stands here", "or leave the step out"),
        (step(tell={"admit": {**ADMIT, "begin": "D"}}), "tell.admit.begin: there is", "known: facility,"),
        (step(tell={"admit": {**ADMIT, "resident": 5}}), "a text is expected, not 5", "see docs"),
        (step(tell={"admit": {**ADMIT, "stay_type": "RVT"}}), '"RVT" is not known', "known: rob, rvt"),
        (step(behave={"kind": "rfuse"}), 'behave.kind: "rfuse" is not known', "did you mean 'refuse'?"),
        (step(behave={"kind": "cut", "count": 0}), "a number of 1 or more is expected, not 0", "see docs"),
        (step(behave={"kind": "cut", "count": "2"}), 'a whole number is expected, not "2"', "see docs"),
        (step(wait={"decision": {**DECISION, "of": 5}}), "wait.decision.of: a text is expected", "see docs"),
        (step(wait={"decision": {**DECISION, "off": 1}}), "wait.decision.off: there", "did you mean 'of'?"),
    ],
)
def test_what_does_not_fit_is_told_with_what_would(
    words: Mapping[str, object], problem: str, hint: str
) -> None:
    document = {word: value for word, value in {**GOOD, **words}.items() if value is not None}

    with pytest.raises(UsageError) as told:
        read_scenario(document, "month/tried")

    assert str(told.value).startswith("month/tried: ")
    assert problem in str(told.value)
    assert hint in told.value.hint


def test_a_long_value_is_not_repeated_whole() -> None:
    with pytest.raises(UsageError) as told:
        read_scenario({**GOOD, "anchor": "x" * 500}, "month/tried")

    assert len(str(told.value)) < 120


@pytest.mark.parametrize("document", [[], "text", None, 5])
def test_what_is_no_mapping_holds_no_scenario(document: Sequence[object] | str | int | None) -> None:
    with pytest.raises(UsageError, match="it holds no scenario"):
        read_scenario(document, "month/tried")


def test_the_scenario_that_is_spoilt_here_is_a_good_one() -> None:
    assert read_scenario(GOOD, "month/tried").name == "month/tried"
