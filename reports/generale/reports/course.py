"""The courses of all scenarios, each cut to its share of the page."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from generale.reports.catalogue import Words
from generale.reports.sequence import Row, sequence, shares
from generale.results.bundle import Bundle

_NO_LETTER = re.compile(r"[^\w-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What happened in one scenario."""

    scenario: str
    anchor: str
    count: int
    is_failing: bool
    rows: tuple[Row, ...]


def course_anchor(scenario: str) -> str:
    """The name of a scenario's place in a page: ``scenario-month-clean-month``."""
    return f"scenario-{_NO_LETTER.sub('-', scenario)}"


def courses(bundle: Bundle, anchors: Mapping[int, str], words: Words) -> Iterator[Course]:
    """The course of each scenario; ``anchors`` names the card that rests on an event, by its number."""
    parts = dict(bundle.scenario_events())
    failing = frozenset(name for name, events in parts.items() if any(one.seq in anchors for one in events))
    share = shares({name: len(events) for name, events in parts.items()}, failing)
    for name, events in parts.items():
        yield Course(
            scenario=name,
            anchor=course_anchor(name),
            count=len(events),
            is_failing=name in failing,
            rows=sequence(events, anchors, words, share[name]),
        )
