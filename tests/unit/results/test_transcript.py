"""The transcript: one event a line, read as it was written, and every line that is none named."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generale.results.events import (
    Event,
    EventType,
    Party,
    digest,
    event_from_line,
    read_transcript,
    write_transcript,
)

TEXTS = st.text(st.characters(codec="utf-8"), max_size=20)
DATA: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
EVENTS = st.builds(
    Event,
    seq=st.integers(1, 10**6),
    scenario=st.from_regex(r"[a-z]+/[a-z]+", fullmatch=True),
    type=st.sampled_from(EventType),
    at=st.just("2019-04-01T08:00:00+02:00"),
    sender=st.sampled_from([party.value for party in Party]),
    receiver=st.sampled_from(["", *(party.value for party in Party)]),
    ids=st.dictionaries(TEXTS, TEXTS, max_size=3),
    data=st.dictionaries(TEXTS, DATA, max_size=3),
    evidence=st.sampled_from(["", digest(b"bytes")]),
)
EVENT = Event(seq=1, scenario="a/b", type=EventType.CLOCK, at="2019-04-01T08:00:00+02:00", sender="player")


@given(EVENTS)
def test_an_event_is_read_as_it_was_written(event: Event) -> None:
    line = event.to_line()

    assert event_from_line(line) == event
    assert event_from_line(line).to_line() == line
    assert "\n" not in line


@given(st.lists(EVENTS, max_size=5))
def test_a_transcript_is_read_as_it_was_written(events: list[Event]) -> None:
    raw = write_transcript(events)

    assert list(read_transcript(raw)) == events
    assert raw.count(b"\n") == len(events)


def test_what_is_empty_does_not_stand_in_a_line() -> None:
    assert json.loads(EVENT.to_line()) == {
        "seq": 1,
        "scenario": "a/b",
        "type": "clock",
        "at": "2019-04-01T08:00:00+02:00",
        "from": "player",
    }


@pytest.mark.parametrize("mark", ["\x85", "\u2028", "\u2029", "\x0b", "\x1e"], ids=ascii)
def test_a_line_ends_only_where_it_was_ended(mark: str) -> None:
    event = replace(EVENT, data={"note": f"one{mark}two"})

    assert list(read_transcript(write_transcript([event, EVENT]))) == [event, EVENT]


def test_an_empty_transcript_has_no_events() -> None:
    assert list(read_transcript(b"")) == []


def test_the_last_line_need_not_be_ended() -> None:
    assert list(read_transcript(EVENT.to_line().encode())) == [EVENT]


def test_the_order_of_ids_does_not_change_a_line() -> None:
    one, other = ({"b": "2", "a": "1"}, {"a": "1", "b": "2"})

    assert (
        Event(seq=1, scenario="", type=EventType.CLOCK, at="", sender="", ids=one).to_line()
        == Event(seq=1, scenario="", type=EventType.CLOCK, at="", sender="", ids=other).to_line()
    )


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("", id="nothing"),
        pytest.param("{", id="half"),
        pytest.param("[]", id="a list"),
        pytest.param("{}", id="no keys"),
        pytest.param(EVENT.to_line().replace('"clock"', '"dance"'), id="unknown type"),
        pytest.param(EVENT.to_line().replace('"seq":1', '"seq":"one"'), id="no number"),
        pytest.param(EVENT.to_line().replace('"seq":1', '"seq":[]'), id="a list for a number"),
        pytest.param(EVENT.to_line()[:-1] + ',"ids":[]}', id="a list for ids"),
        pytest.param(EVENT.to_line()[:-1] + ',"data":3}', id="a number for data"),
    ],
)
def test_a_line_that_is_no_event_is_named_by_its_number(line: str) -> None:
    raw = f"{EVENT.to_line()}\n{line}\n".encode()

    with pytest.raises(ValueError, match=r"^transcript line 2: "):
        list(read_transcript(raw))


def test_the_name_of_evidence_is_its_digest() -> None:
    assert digest(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
