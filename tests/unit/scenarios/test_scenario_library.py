"""The library of scenarios: complete in both languages, true to the register, and the same at every play."""

import pytest
from tests.unit.scenarios.stage_play import ended, events, play

from generale.conformance.register import register, set_dates
from generale.protocol.digest import digest_of_files
from generale.results.events import EventType, digest, read_transcript, write_transcript
from generale.rules.engine import rule_sets
from generale.scenarios.catalogue import digest_of, entry, library, sources
from generale.scenarios.language import Scenario

NAMES = tuple(library())
REGISTER = {row.id for day in set_dates() for row in register(day)}


@pytest.fixture(params=NAMES)
def acted(request: pytest.FixtureRequest) -> Scenario:
    """Each scenario of the library."""
    return library()[request.param]


def test_the_library_is_there_in_the_order_of_its_names() -> None:
    assert list(NAMES) == sorted(sources())
    assert len(NAMES) >= 14


def test_every_scenario_tells_its_story_in_dutch_and_in_english(acted: Scenario) -> None:
    for words in (acted.title, acted.story):
        assert words.en.strip()
        assert words.nl.strip()
        assert words.en != words.nl


def test_every_scenario_verifies_requirements_that_exist_each_once(acted: Scenario) -> None:
    assert set(acted.verifies) <= REGISTER
    assert len(set(acted.verifies)) == len(acted.verifies)


def test_every_scenario_is_played_under_a_rule_set_that_exists(acted: Scenario) -> None:
    assert acted.rule_set in {one.effective for one in rule_sets()}


def test_every_rule_set_is_played() -> None:
    assert {one.rule_set for one in library().values()} == {one.effective for one in rule_sets()}


def test_everybody_in_the_cast_has_a_part(acted: Scenario) -> None:
    said = str([step.model_dump(exclude_none=True) for step in acted.timeline])

    assert [role for role in (*acted.residents, *acted.facilities) if f"'{role}'" not in said] == []


def test_every_requirement_is_verified_by_a_scenario() -> None:
    verified = {number for one in library().values() for number in one.verifies}

    assert {row.id for day in set_dates() for row in register(day) if not row.excuse} <= verified


def test_the_digest_says_which_files_were_played() -> None:
    first, second = NAMES[:2]

    assert digest_of([entry(first)]) == digest_of_files({f"{first}.yaml": sources()[first]})
    assert digest_of([entry(first), entry(second)]) == digest_of([entry(second), entry(first)])
    several = ((first,), (second,), (first, second))
    assert len({digest_of(map(entry, names)) for names in several}) == 3


def test_the_reference_vendor_plays_every_scenario_to_its_end_and_twice_alike(acted: Scenario) -> None:
    first, second = play(acted), play(acted)

    assert dict(ended(first)) == {"completed": True, "reason": ""}
    assert {wait.data["met"] for wait in events(first, EventType.WAIT_ENDED)} <= {True}
    transcript = write_transcript(first.events)
    assert transcript == write_transcript(second.events)
    assert first.evidence == second.evidence
    assert tuple(read_transcript(transcript)) == first.events


def test_the_transcript_is_numbered_and_its_evidence_is_what_its_name_says(acted: Scenario) -> None:
    part = play(acted)

    assert [event.seq for event in part.events] == list(range(1, len(part.events) + 1))
    assert {event.scenario for event in part.events} == {acted.name}
    assert {event.evidence for event in part.events if event.evidence} <= set(part.evidence)
    assert all(digest(raw) == name for name, raw in part.evidence.items())


def test_another_seed_plays_with_other_people(acted: Scenario) -> None:
    assert write_transcript(play(acted, seed=1).events) != write_transcript(play(acted, seed=2).events)
