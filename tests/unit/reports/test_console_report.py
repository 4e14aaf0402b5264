"""The end of a run on a terminal: readable at any width, with and without colour, and safe."""

import re
from dataclasses import replace

import pytest

from generale.reports import LANGUAGES, Language, render_console
from generale.reports.catalogue import Words
from generale.results.bundle import Bundle, render_json, render_judgement
from generale.results.form import to_json
from generale.results.verdicts import Verdict

COLOUR = re.compile("\x1b\\[[0-9;]*m")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [20, 60, 80, 120])
def test_no_line_is_wider_than_the_terminal(sample: Bundle, language: Language, width: int) -> None:
    lines = render_console(sample, language, width, colour=False).splitlines()
    long = [line for line in lines if len(line) > max(width, 40) and " " in line.strip()]

    assert [line for line in long if "generale certify" not in line] == []


def test_colour_changes_nothing_but_colour(sample: Bundle) -> None:
    plain, coloured = (render_console(sample, "en", 80, colour=colour) for colour in (False, True))

    assert "\x1b" not in plain
    assert COLOUR.sub("", coloured) == plain
    assert "\x1b[37;41;1m ✗ fail \x1b[0m" in coloured


def test_it_says_sentence_counts_findings_and_replay(sample: Bundle) -> None:
    text = render_console(sample, "en", 80, colour=False)
    squeezed = " ".join(text.split())

    assert "Voorbeeldpakket 4.2 does not conform to requirement set r1-2019, because:" in squeezed
    assert "3 × ✗ fail" in text
    assert "3 × ? not verified" in text
    assert "expected 2019-04-01T10:00:00+02:00 received 2019-04-02T10:00:00+02:00" in squeezed
    assert "month/clean-month, event 5, message " in squeezed
    assert "/Opname/Verblijf/Begin (+2 like it) at fault the product" in squeezed
    assert "generale certify --vendor py:voorbeeld:Pakket --scenario month/clean-month --seed 42" in text


def test_what_was_not_verified_stands_beside_what_failed_with_its_reason(sample: Bundle) -> None:
    lines = render_console(sample, "en", 100, colour=False).splitlines()

    assert any(re.match(r"   \? not verified +RQ-SEC-01 The scenario takeover/", line) for line in lines)
    assert any(re.match(r"   ✗ fail +RQ-TRA-01 When no answer came", line) for line in lines)


def test_a_conforming_run_is_short(sample: Bundle) -> None:
    requirements = tuple(
        replace(one, verdict=Verdict.PASS, reason="") for one in sample.judgement.requirements
    )
    good = replace(sample.judgement, verdict=Verdict.PASS, checks=(), requirements=requirements)
    text = render_console(
        sample.with_files({"verdicts.json": render_judgement(good)}), "nl", 80, colour=False
    )

    assert "Voorbeeldpakket 4.2 voldoet aan de vereisten r1-2019." in text
    assert "Bevindingen" not in text
    assert "generale certify" not in text


def test_a_stranger_can_neither_colour_nor_move_the_cursor(sample: Bundle) -> None:
    run = replace(sample.run, product="\x1b[2J\x1b[31mred\r\n\u202e", seed=1)
    text = render_console(sample.with_files({"run.json": render_json(to_json(run))}), "en", 80, colour=False)

    assert "\x1b" not in text
    assert "\r" not in text
    assert "\u202e" not in text


@pytest.mark.parametrize("verdict", Verdict)
def test_a_chapter_has_the_sign_of_the_worst_of_its_verdicts(sample: Bundle, verdict: Verdict) -> None:
    first, *rest = sample.judgement.requirements
    rows = (replace(first, verdict=verdict), *(replace(one, verdict=Verdict.PASS) for one in rest))
    judged = render_judgement(replace(sample.judgement, requirements=rows))
    text = render_console(sample.with_files({"verdicts.json": judged}), "en", 80, colour=False)
    signs = re.findall(r"^\S.*  (\S) \d+/\d+$", text, re.MULTILINE)

    mark, passed = (Words("en")(f"symbol.{one.value}") for one in (verdict, Verdict.PASS))
    assert len(signs) > 1
    if verdict.weight > Verdict.PASS.weight:
        assert (signs.count(mark), signs.count(passed)) == (1, len(signs) - 1)
    else:
        assert set(signs) == {passed}
