"""``generale check`` says in Dutch what it expects and finds, and leaves what a message says as it is."""

import re

import pytest
from tests.unit.conformance.test_answer_check import BROKEN as ANSWERS
from tests.unit.conformance.test_invoice_check import LINKS
from tests.unit.conformance.test_message_check import check, remarks
from tests.unit.conformance.test_message_family_check import BROKEN as FAMILIES
from tests.unit.conformance.test_zone_check import CASES
from tests.unit.protocol.message_examples import EXAMPLES

from generale.cli.check import text
from generale.conformance.message_rung import Remark
from generale.conformance.message_words import in_dutch, phrases, told_in_dutch

ENGLISH = re.compile(
    r"\b(the|at|or|and|an|with|from|to|nothing|none|given|digits|behind|value|where|woman)\b"
)
ADMISSION = next(raw for name, _, raw in EXAMPLES if name == "admission")
BROKEN: list[bytes] = [
    ADMISSION.replace(b">V<", b">M<"),
    ADMISSION.replace(b">V<", b">X<"),
    ADMISSION.replace(b"<Geslacht>V</Geslacht>", b""),
    *(raw for raw, _, _ in (*ANSWERS.values(), *LINKS.values())),
    *(raw for case in FAMILIES if isinstance(raw := case.values[0], bytes)),
    *(failing() for _, failing, _, _ in CASES.values()),
]


@pytest.mark.parametrize("raw", BROKEN)
def test_what_is_expected_and_found_is_dutch(raw: bytes) -> None:
    found = remarks(check(raw))

    assert found
    for remark in found:
        expected, received = told_in_dutch(remark)
        assert not ENGLISH.search(expected), expected
        assert not ENGLISH.search(received), received


@pytest.mark.parametrize(
    ("english", "dutch"),
    [
        ("woman", "vrouw"),
        ("at the latest 2019-06-03", "ten laatste 2019-06-03"),
        ("at most a year after 2019-12-10", "hoogstens een jaar na 2019-12-10"),
        ("1 January, 2020 or 2021", "1 januari, 2020 of 2021"),
        ("810, 820 or 830", "810, 820 of 830"),
        ("30 from 2019-05-01 to 2019-05-31", "30 van 2019-05-01 tot en met 2019-05-31"),
        ("2019-05-01 to 2019-05-03 (3 days)", "2019-05-01 tot en met 2019-05-03 (3 dagen)"),
        ("given where fund is left out", "ingevuld waar fund weggelaten is"),
        ("0100000", "0100000"),
        ("", ""),
    ],
)
def test_a_phrase_of_ours_is_put_in_dutch_and_a_value_is_not(english: str, dutch: str) -> None:
    assert in_dutch(english) == dutch


def test_what_a_message_says_is_never_put_in_other_words() -> None:
    remark = Remark(place="", rule="", expected="a value", received="at the latest or not")

    assert told_in_dutch(remark) == ("een waarde", "at the latest or not")


def test_every_phrase_keeps_what_stands_in_it() -> None:
    for pattern, dutch in phrases():
        assert pattern.groups == dutch.count("{}"), dutch


def test_the_ladder_shows_the_dutch_words() -> None:
    found = check(BROKEN[0])

    assert "verwacht   vrouw" in text(found, "nl")
    assert "expected   woman" in text(found, "en")
