"""Scenarios told to a person: nothing of the language is without its sentence, and no sentence has a gap."""

import re

import pytest

from generale.protocol.messages import Outcome
from generale.protocol.profile import standard_profile
from generale.scenarios.cast import cast_of
from generale.scenarios.catalogue import library
from generale.scenarios.instructions import LANGUAGES, Instructions, instructions, sentences
from generale.scenarios.language import Behave, Step, Tell, Wait
from generale.simulator.advancing import MoneyDeed
from generale.simulator.behaviour import Kind

PROFILE = standard_profile()


def told(name: str, lang: str = "en", seed: int = 1) -> Instructions:
    """A scenario of the library in one language."""
    scenario = library()[name]
    return instructions(scenario, cast_of(scenario, PROFILE, seed, scenario.anchor), PROFILE, lang)


def test_every_sentence_stands_in_every_language() -> None:
    for section, words in sentences().items():
        for word, said in words.items():
            assert set(said) == set(LANGUAGES), f"{section}.{word}"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_sentences_of_a_word_take_the_same_values(lang: str) -> None:
    for section, words in sentences().items():
        for word, said in words.items():
            gaps = [set(re.findall(r"{(\w+)}", str(said[one]))) for one in ("en", lang)]
            assert gaps[0] == gaps[1], f"{section}.{word}"


def test_everything_that_can_be_told_or_happen_has_its_sentence() -> None:
    assert set(Tell.model_fields) <= set(sentences()["tell"])
    assert {kind.value for kind in Kind} <= set(sentences()["behave"])
    assert {deed.value for deed in MoneyDeed} <= set(sentences()["fund"])
    assert {outcome.value for outcome in Outcome} <= set(sentences()["word"])
    assert set(Step.model_fields) - {"tell", "wait", "behave", "fund"} <= set(sentences()["step"])
    assert set(Wait.model_fields) <= set(sentences()["step"])
    assert set(sentences()["only"]) <= set(Behave.model_fields)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", library())
def test_each_step_of_each_scenario_is_told(name: str, lang: str) -> None:
    scenario, found = library()[name], told(name, lang)

    assert len(found.steps) == len(scenario.timeline)
    for step in found.steps:
        assert step.who
        assert step.what
        for text in (step.what, *step.details):
            assert not re.search(r"[{}]|None|  |\b[DM][+-]?\d*[ /]\d\d", text), text


def test_who_follows_the_instructions_enters_what_a_machine_would() -> None:
    name = "month/short-stay"
    scenario = library()[name]
    cast = cast_of(scenario, PROFILE, 7, scenario.anchor)

    found = told(name, seed=7)

    anna = cast.residents["anna"].person
    assert [row[1] for row in found.residents[1:]] == [one.person.insz for one in cast.residents.values()]
    assert found.residents[1][0] == f"anna: {anna.given_name} {anna.family_name}"
    assert (
        found.steps[0].what
        == "At centre, enter the admission of anna: short stay, since Thursday 2 May 2019, 10:00."
    )


def test_what_is_entered_wrongly_is_told_resident_by_resident() -> None:
    found = told("history/one-bad-message-among-many", "nl")

    clara = next(one for one in found.steps[1].details if one.startswith("clara:"))
    assert clara.endswith("Voer met opzet in wat fout is: geboortedatum 3 april 1929.")
    assert len(found.steps[1].details) == 20
