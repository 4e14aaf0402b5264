"""The scenario language: every mistake in a file is one error that names the file and says what to do."""

from collections.abc import Mapping
from typing import Any

import pytest
from tests.unit.scenarios.stage_play import ADMIT, document, scenario

from generale.driver.setup import FacilityType
from generale.protocol.errors import UsageError
from generale.scenarios.catalogue import parse, sources
from generale.scenarios.reader import read_scenario

NAME = "month/clean-month"
TEXT = sources()[NAME].decode()


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        pytest.param(document(colour="red"), "colour", id="unknown word"),
        pytest.param(document(story={"en": "Only English."}), "story.nl", id="no Dutch story"),
        pytest.param(document(verifies=[]), "verifies", id="verifies nothing"),
        pytest.param(document(facilities={}), "facilities", id="no facility"),
        pytest.param(
            document(
                facilities={"home": {"type": "wzc", "tariffs": [{"stay_type": "rob", "per_day": "61"}]}}
            ),
            "facilities.home.tariffs.0.per_day",
            id="a tariff in whole euros",
        ),
        pytest.param(
            document(
                facilities={"home": {"type": "wzc", "tariffs": [{"stay_type": "rob", "per_day": 61.25}]}}
            ),
            "facilities.home.tariffs.0.per_day",
            id="a tariff as a floating-point number",
        ),
        pytest.param(document(timeline=[]), "timeline", id="nothing happens"),
        pytest.param(document(name="something"), "name", id="a name without family"),
        pytest.param(document(begins="noon"), "'noon' is not a moment", id="no moment to begin"),
        pytest.param(document({}), "step 1 has 0 words", id="an empty step"),
        pytest.param(document({"sync": None}), "step 1 has 0 words", id="a word without value"),
        pytest.param(
            document({"sync": True, "observe": True}), "step 1 has 2 words", id="two words in a step"
        ),
        pytest.param(
            document({"behave": {"kind": "fault", "code": "X", "count": True}}),
            "step 1: behave.count: ",
            id="a truth for a number",
        ),
        pytest.param(
            document({"behave": {"kind": "fault", "code": "X", "retry": 1}}),
            "step 1: behave.retry: ",
            id="a number for a truth",
        ),
        pytest.param(
            document({"behave": {"kind": "certificate-expired", "after": "1 hour"}}, security="full"),
            "without TLS no certificate is shown",
            id="a certificate without TLS",
        ),
        pytest.param(
            document({"behave": {"kind": "reply-stale", "operation": "get"}}),
            "without signatures no answer is spoiled",
            id="a spoiled answer without signatures",
        ),
        pytest.param(document(anchor=0), "anchor: 0 is not a day", id="a number for a day"),
        pytest.param(document(rule_set=True), "rule_set: True is not a day", id="a truth for a day"),
        pytest.param(document({"dance": True}), "step 1: dance: ", id="unknown word in a step"),
        pytest.param(document({"sync": False}), "step 1: sync: ", id="not to do something"),
        pytest.param(document({"tell": {}}), "step 1 has 0 words", id="told nothing"),
        pytest.param(document({"tell": {"admit": None}}), "step 1 has 0 words", id="told an empty word"),
        pytest.param(
            document(
                {"tell": {"admit": ADMIT["tell"]["admit"], "bill_month": {"facility": "home", "month": "M"}}}
            ),
            "step 1 has 2 words",
            id="told two things",
        ),
        pytest.param(
            document(ADMIT, {"tell": {"bill_month": {"facility": "house", "month": "M"}}}),
            "step 2: 'house' is not in the cast",
            id="unknown facility",
        ),
        pytest.param(
            document({"tell": {"take_over": {"facility": "home", "successor": "son", "first_day": "D"}}}),
            "step 1: 'son' is not in the cast",
            id="unknown successor",
        ),
        pytest.param(
            document({"wait": {"decision": {"of": "carl", "facility": "home"}}}),
            "step 1: 'carl' is not in the cast",
            id="a wait for a stranger",
        ),
        pytest.param(
            document({"wait": {"decision": {"of": ["anna", "carl"], "facility": "home"}}}),
            "step 1: 'carl' is not in the cast",
            id="a wait for a stranger among others",
        ),
        pytest.param(
            document({"behave": {"kind": "cut", "resident": "carl"}}),
            "step 1: 'carl' is not in the cast",
            id="a behaviour for a stranger",
        ),
        pytest.param(
            document(
                {
                    "tell": {
                        "import_history": {
                            "facility": "home",
                            "residents": [{"resident": "carl", "stay_type": "rob", "start": "D"}],
                        }
                    }
                }
            ),
            "step 1: 'carl' is not in the cast",
            id="a history with a stranger",
        ),
        pytest.param(document({"wait": {}}), "step 1 has 0 words", id="a wait for nothing"),
        pytest.param(
            document(
                {
                    "wait": {
                        "decision": {"of": "anna", "facility": "home"},
                        "replies": {"kind": "decision", "facility": "home"},
                    }
                }
            ),
            "step 1 has 2 words",
            id="a wait for two things",
        ),
        pytest.param(
            document({"advance": "soon"}), "step 1: advance: 'soon' is not a length of time", id="no span"
        ),
        pytest.param(
            document({"leap": "M"}), "step 1: leap: 'M' is not a moment", id="a month instead of a moment"
        ),
        pytest.param(
            document({"tell": {"bill_month": {"facility": "home", "month": "May"}}}),
            "step 1: tell.bill_month.month: 'May' is not a month",
            id="no month",
        ),
        pytest.param(
            document({"behave": {"kind": "explode"}}), "step 1: behave.kind: ", id="unknown behaviour"
        ),
        pytest.param([], "the file: it holds no scenario", id="a list"),
        pytest.param(None, "the file: it holds no scenario", id="nothing"),
    ],
)
def test_a_mistake_in_a_scenario_names_file_and_word_and_gives_a_hint(wrong: object, problem: str) -> None:
    name = str(wrong["name"]) if isinstance(wrong, dict) else "try/something"

    with pytest.raises(UsageError) as caught:
        read_scenario(wrong, name)

    assert str(caught.value).startswith(f"{name}: ")
    assert problem in str(caught.value)
    assert caught.value.hint
    assert "\n" not in str(caught.value)


def test_the_name_in_a_file_is_that_of_its_path() -> None:
    with pytest.raises(UsageError, match=r"other/thing: the name in the file is 'try/something'") as caught:
        read_scenario(document(), "other/thing")

    assert "family/name" in caught.value.hint


@pytest.mark.parametrize(
    ("text", "where"),
    [
        pytest.param("name: [", " line ", id="not closed"),
        pytest.param("name: a\n  b: c\n", " line 2", id="wrong indentation"),
        pytest.param(TEXT.replace("rule_set:", f"name: {NAME}\nrule_set:", 1), " line ", id="a key twice"),
        pytest.param("residents:\n  anna: {fund: '1', fund: '2'}\n", " line 2", id="a key twice inside"),
        pytest.param("1: a\n'1': b\n", " line 1", id="a key twice in two forms"),
        pytest.param("!!python/object:os.system x", " line 1", id="a tag that makes objects"),
        pytest.param("!!int x", "", id="a number that is none"),
        pytest.param("!!timestamp x", "", id="a date that is none"),
        pytest.param("&a {x: *a}", " line 1", id="a loop"),
        pytest.param("a: &a [x]\nb: *a\n", " line 2", id="an alias"),
        pytest.param("!!bool perhaps", "", id="a truth that is none"),
        pytest.param("!!int ''", "", id="a number without digits"),
        pytest.param("[1]: 2", " line 1", id="a list for a key"),
        pytest.param("- " * 3000, "", id="too deep"),
    ],
)
def test_what_is_no_yaml_names_the_file_and_gives_a_hint(text: str, where: str) -> None:
    with pytest.raises(UsageError, match=f"^{NAME}:{where or ' the file'}.*is not YAML$") as caught:
        parse(text.encode(), NAME)

    assert caught.value.hint


def test_a_date_that_no_calendar_has_is_named() -> None:
    with pytest.raises(UsageError, match=rf"^{NAME}: line \d+: there is no date 2019-13-01$") as caught:
        parse(TEXT.replace("2019-04-01", "2019-13-01", 1).encode(), NAME)

    assert "calendar" in caught.value.hint


@pytest.mark.parametrize(
    ("old", "new", "problem", "hint"),
    [
        (NAME, '"\\ud800"', r"\ud800 is half a character", "UTF-8"),
        ("residents:", '"a\\udfff":', r"\udfff is half a character", "UTF-8"),
        ("2019-04-01", "0x" + "f" * 5_000, "0xffffffffffffffffff\u2026 is too long for a number", "shorter"),
        ("2019-04-01", "1" + ":59" * 3_000, "1:59:59:59:59:59:59:\u2026 is too long for a number", "shorter"),
    ],
    ids=["half a value", "half a key", "hexadecimal", "of sixties"],
)
def test_what_no_text_and_no_number_can_hold_is_told_with_its_line(
    old: str, new: str, problem: str, hint: str
) -> None:
    line = TEXT[: TEXT.index(old)].count("\n") + 1

    with pytest.raises(UsageError) as caught:
        parse(TEXT.replace(old, new, 1).encode(), NAME)

    assert str(caught.value) == f"{NAME}: line {line}: {problem}"
    assert hint in caught.value.hint


def test_bytes_that_are_no_text_are_no_yaml() -> None:
    with pytest.raises(UsageError, match="is not YAML"):
        parse(b"name: \xff", NAME)


def behave(**words: Any) -> Mapping[str, Any]:
    """A behaviour as a step."""
    return {"behave": words}


def history(**words: Any) -> Mapping[str, Any]:
    """A history of one resident as a step."""
    anna = {"resident": "anna", "stay_type": "rob", "start": "D-9", **words}
    return {"tell": {"import_history": {"facility": "home", "residents": [anna]}}}


@pytest.mark.parametrize(
    ("step", "problem"),
    [
        pytest.param(behave(kind="refuse", resident="anna"), "refuse needs 'control'", id="refuse"),
        pytest.param(behave(kind="pend", after="2 days"), "pend needs 'control'", id="pend"),
        pytest.param(behave(kind="out-of-order"), "out-of-order needs 'control'", id="out of order"),
        pytest.param(behave(kind="refuse-bill", control=""), "refuse-bill needs 'control'", id="refuse bill"),
        pytest.param(behave(kind="accept-late"), "accept-late needs 'start'", id="accept late"),
        pytest.param(behave(kind="silence"), "silence needs 'after'", id="silence"),
        pytest.param(behave(kind="fault"), "fault needs 'code'", id="fault"),
        pytest.param(behave(kind="reject-outbound"), "reject-outbound needs 'after'", id="reject outbound"),
        pytest.param(behave(kind="fault", code="E1", shape="system"), "'E1' is no code of", id="SOA code"),
        pytest.param(behave(kind="fault", code="E1", retry=True), "cannot say whether", id="generic retry"),
        pytest.param(behave(kind="cut", shape="business"), "'cut' has no shape", id="shape"),
        pytest.param(behave(kind="cut", day="M-1/20"), "'cut' is of no line of a bill", id="day"),
        pytest.param(behave(kind="throttle"), "never happens to a post", id="throttle"),
        pytest.param(behave(kind="short-page"), "never happens to a post", id="short page"),
        pytest.param(
            behave(kind="cut-before-receipt", operation="confirm"),
            "never happens to a confirm",
            id="a cut confirmation",
        ),
        pytest.param(behave(kind="failure-tack", code="a b"), "'a b' is no code", id="code"),
        pytest.param(behave(kind="failure-tack", text="a\nb"), "is no text", id="text"),
        pytest.param(behave(kind="silence", after="99999 weeks"), "'99999 weeks' is too long", id="too long"),
        pytest.param(
            behave(kind="pend", control="HX-ADM-12", then="pending"), "behave.then: ", id="pending for ever"
        ),
        pytest.param(behave(kind="cut", count=0), "behave.count: ", id="a behaviour that never happens"),
        pytest.param(behave(kind="cut", count=1_000_001), "behave.count: ", id="a behaviour without end"),
        pytest.param(
            {"wait": {"replies": {"kind": "decision", "facility": "home", "count": 0}}},
            "wait.replies.count: ",
            id="a wait for no reply",
        ),
        pytest.param(history(end="D-3"), "an end and a reason stand together", id="an end without reason"),
        pytest.param(
            history(reason="death"), "an end and a reason stand together", id="a reason without end"
        ),
    ],
)
def test_a_step_that_cannot_be_played_is_a_mistake_that_names_file_and_step(
    step: Mapping[str, Any], problem: str
) -> None:
    with pytest.raises(UsageError) as caught:
        scenario(ADMIT, step)

    assert str(caught.value).startswith("try/something: step 2: ")
    assert problem in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.hint


@pytest.mark.parametrize(
    "step",
    [
        pytest.param(behave(kind="cut", count=1_000_000), id="a million times"),
        pytest.param(behave(kind="pend", control="HX-ADM-12"), id="judged again at once"),
        pytest.param(history(end="D-3", reason="death"), id="a stay that has ended"),
        pytest.param(history(), id="a stay that goes on"),
    ],
)
def test_a_step_that_can_be_played_is_taken(step: Mapping[str, Any]) -> None:
    assert len(scenario(ADMIT, step).timeline) == 2


def test_a_scenario_knows_what_a_product_must_offer_for_it() -> None:
    acted = scenario(ADMIT, ADMIT, {"tell": {"rebill": {"facility": "home", "month": "M"}}})

    assert acted.needs == ("admit", "rebill")
    assert acted.facility_types == (FacilityType.WZC,)


@pytest.mark.parametrize(
    ("step", "moves"),
    [({"sync": True}, False), ({"advance": "1 day"}, True), ({"leap": "D+1"}, True)],
    ids=["sync", "advance", "leap"],
)
def test_a_scenario_knows_whether_it_moves_the_clock(step: Mapping[str, Any], moves: bool) -> None:
    assert scenario(ADMIT, step).moves_clock is moves
