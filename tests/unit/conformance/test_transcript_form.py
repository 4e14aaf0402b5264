"""The form of a transcript: what the judge could stumble over, or walk towards, is named by its line."""

from collections.abc import Mapping
from dataclasses import replace
from time import perf_counter
from typing import Any

import pytest

from generale.conformance.engine import rehearse
from generale.conformance.history import History
from generale.conformance.peace import is_quiet
from generale.conformance.plan import Plan
from generale.conformance.transcript_form import form_faults
from generale.protocol.profile import standard_profile
from generale.results.bundle import Bundle
from generale.results.events import Event, EventType


@pytest.fixture(scope="module")
def played() -> Bundle:
    return rehearse(Plan(scenarios=("month/clean-month", "refusal/invoice-refused-and-rebilled")))


def _altered(events: tuple[Event, ...], kind: EventType, data: Mapping[str, Any]) -> tuple[list[Event], int]:
    """The transcript with other data in the first event of a type that has it, and its line."""
    place = next(
        place for place, one in enumerate(events) if one.type is kind and data.keys() <= one.data.keys()
    )
    altered = [*events]
    altered[place] = replace(events[place], data={**events[place].data, **data})
    return altered, place + 1


def test_a_transcript_that_was_played_has_the_form(played: Bundle) -> None:
    assert list(form_faults(played.events)) == []


@pytest.mark.parametrize(
    ("kind", "data", "word"),
    [
        (EventType.SCENARIO_BEGUN, {"rule_set": "soon"}, "not a date"),
        (EventType.SCENARIO_BEGUN, {"clock": "sundial"}, "sundial"),
        (EventType.SCENARIO_BEGUN, {"verifies": "RQ-ADM-01"}, "a list is expected"),
        (EventType.SCENARIO_BEGUN, {"verifies": [[]]}, "a text is expected"),
        (EventType.SCENARIO_BEGUN, {"set_up": {}}, "is missing"),
        (EventType.SCENARIO_BEGUN, {"residents": {"anna": 5}}, "an object is expected"),
        (EventType.SCENARIO_ENDED, {"completed": "yes"}, "bool is expected"),
        (EventType.TOLD, {"do": "dance"}, "'do' must be one of"),
        (EventType.TOLD, {"start": "0001-01-01T00:00:00+00:00"}, "outside the years"),
        (EventType.TOLD, {"month": "9999-12"}, "outside the years"),
        (EventType.TOLD_ANSWERED, {"taken": 1}, "bool is expected"),
        (EventType.OBSERVED, {"facilities": [5]}, "an object is expected"),
        (EventType.WAIT_BEGUN, {"awaited": "nobody"}, "nobody"),
        (EventType.RESPONSE, {"status": []}, "int is expected"),
        (EventType.REQUEST, {"headers": "text"}, "an object is expected"),
        (EventType.REPLIED, {"io": None}, "a text is expected"),
    ],
)
def test_data_of_another_kind_is_named_with_its_line(
    played: Bundle, kind: EventType, data: Mapping[str, Any], word: str
) -> None:
    events, line = _altered(played.events, kind, data)

    (fault,) = form_faults(events)

    assert fault.startswith(f"transcript.jsonl line {line}: ")
    assert word in fault


def test_what_an_event_cannot_be_without_is_missed(played: Bundle) -> None:
    for kind in (EventType.REQUEST, EventType.REPLIED):
        place = next(place for place, one in enumerate(played.events) if one.type is kind)
        bare = [*played.events]
        bare[place] = replace(bare[place], evidence="")
        assert list(form_faults(bare)) == [f"transcript.jsonl line {place + 1}: 'evidence' is missing"]
        bare[place] = replace(bare[place], ids={})
        assert "is missing" in next(form_faults(bare))


@pytest.mark.parametrize(
    "at", ["9999-12-31T12:00:00+02:00", "0001-01-01T00:00:00+02:00", "1899-12-31T23:00:00+00:00", "noon", ""]
)
def test_a_time_in_which_no_rehearsal_lies_is_refused(played: Bundle, at: str) -> None:
    last = replace(played.events[-1], at=at)

    (fault,) = form_faults([*played.events[:-1], last])

    assert fault.startswith(f"transcript.jsonl line {len(played.events)}: ")


def test_time_goes_back_between_scenarios_and_never_within_one(played: Bundle) -> None:
    first = played.events[0]
    next_day = replace(first, at=first.at.replace(first.at[:10], "2250-01-01"))

    assert "line 2: 'at' goes back in time within month/clean-month" in next(
        form_faults([next_day, *played.events[1:]])
    )
    other = replace(next_day, scenario="another/one")
    assert list(form_faults([other, *played.events])) == []


def test_the_hour_that_comes_twice_in_october_is_no_step_back() -> None:
    event = Event(seq=1, scenario="a/b", type=EventType.SCENARIO_ENDED, at="", sender="player")
    twice = [replace(event, at=at) for at in ("2019-10-27T02:30:00+02:00", "2019-10-27T02:10:00+01:00")]

    assert list(form_faults(twice)) == []
    assert list(form_faults(twice[::-1])) != []


def test_who_asks_whether_all_is_billed_at_the_end_of_time_has_an_answer_soon(played: Bundle) -> None:
    """The work is bounded by what was billed, whatever the transcript says of the time."""
    parts = dict(played.scenario_events())
    events = [
        replace(one, at="9999-12-30T12:00:00+01:00") if one.type is EventType.OBSERVED else one
        for one in parts["month/clean-month"]
    ]
    history = History.of(events, played.evidence, standard_profile())
    begun = perf_counter()

    quiet = [is_quiet(history, hco, seen) for seen in history.observations for hco in history.facilities]

    assert perf_counter() - begun < 2
    assert not any(quiet)
