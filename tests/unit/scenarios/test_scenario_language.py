"""The scenario language: every mistake in a file is one error that names the file and says what to do."""

from collections.abc import Mapping
from typing import Any

import pytest
from tests.unit.scenarios.stage_play import ADMIT, document, scenario

from generale.driver.setup import FacilityType
from generale.protocol.errors import UsageError
from generale.scenarios.catalogue import parse, sources
from generale.scenarios.language import read_scenario

NAME = "month/clean-month"
TEXT = sources()[NAME].decode()


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        pytest.param(document(colour="red"), "colour", id="unknown word"),
        pytest.param(document(story={"en": "Only English."}), "story.nl", id="no Dutch story"),
        pytest.param(document(verifies=[]), "verifies", id="verifies nothing"),
        pytest.param(document(facilities={}), "facilities", id="no facility"),
        pytest.param(document(timeline=[]), "timeline", id="nothing happens"),
        pytest.param(document(name="something"), "name", id="a name without family"),
        pytest.param(document(begins="noon"), "'noon' is not a moment", id="no moment to begin"),
        pytest.param(document({}), "step 1 has 0 words", id="an empty step"),
        pytest.param(document({"sync": None}), "step 1 has 0 words", id="a word without value"),
        pytest.param(
            document({"sync": True, "observe": True}), "step 1 has 2 words", id="two words in a step"
        ),
        pytest.param(document({"dance": True}), "timeline.0.dance", id="unknown word in a step"),
        pytest.param(document({"sync": False}), "timeline.0.sync", id="not to do something"),
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
            document({"behave": {"kind": "refuse", "resident": "carl"}}),
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
        pytest.param(document({"advance": "soon"}), "'soon' is not a length of time", id="no span"),
        pytest.param(document({"leap": "M"}), "'M' is not a moment", id="a month instead of a moment"),
        pytest.param(
            document({"tell": {"bill_month": {"facility": "home", "month": "May"}}}),
            "'May' is not a month",
            id="no month",
        ),
        pytest.param(document({"behave": {"kind": "explode"}}), "behave.kind", id="unknown behaviour"),
        pytest.param([], "the file", id="a list"),
        pytest.param(None, "the file", id="nothing"),
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
        pytest.param(TEXT.replace("2019-04-01", "2019-13-01", 1), "", id="a date that no calendar has"),
        pytest.param("!!python/object:os.system x", " line 1", id="a tag that makes objects"),
        pytest.param("!!int x", "", id="a number that is none"),
        pytest.param("!!timestamp x", "", id="a date that is none"),
        pytest.param("&a {x: *a}", " line 1", id="a loop"),
        pytest.param("[1]: 2", " line 1", id="a list for a key"),
        pytest.param("- " * 3000, "", id="too deep"),
    ],
)
def test_what_is_no_yaml_names_the_file_and_gives_a_hint(text: str, where: str) -> None:
    with pytest.raises(UsageError, match=f"^{NAME}:{where}.*is not YAML$") as caught:
        parse(text.encode(), NAME)

    assert caught.value.hint


def test_bytes_that_are_no_text_are_no_yaml() -> None:
    with pytest.raises(UsageError, match="is not YAML"):
        parse(b"name: \xff", NAME)


@pytest.mark.parametrize(
    "step",
    [
        pytest.param({"behave": {"kind": "refuse", "resident": "anna"}}, id="a refusal without control"),
        pytest.param(
            {
                "tell": {
                    "import_history": {
                        "facility": "home",
                        "residents": [{"resident": "anna", "stay_type": "rob", "start": "D-9", "end": "D-3"}],
                    }
                }
            },
            id="an end without reason",
        ),
        pytest.param({"behave": {"kind": "cut", "count": 0}}, id="a behaviour that never works"),
    ],
)
@pytest.mark.xfail(reason="the language takes steps that the player cannot play as they stand")
def test_a_step_that_cannot_be_played_as_it_stands_is_a_mistake(step: Mapping[str, Any]) -> None:
    with pytest.raises(UsageError):
        scenario(step)


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
