"""What stands on a failure card beside the problem: the comparison, the exhibits, the replay."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from generale.reports.difference import differing
from generale.reports.exhibit import Exhibit, exhibits
from generale.reports.line import Piece
from generale.reports.problem import Problem
from generale.reports.replay import replay_command
from generale.reports.story import Story
from generale.reports.summary import Summary
from generale.results.bundle import Bundle

MOST_CARDS = 80
"""How many problems get a card (project-defined)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One problem, ready to be shown."""

    problem: Problem
    headline: str
    detail: str
    cause: str
    expected: tuple[Piece, ...]
    received: tuple[Piece, ...]
    exhibits: tuple[Exhibit, ...]
    replay: str


def cards(bundle: Bundle, events: Story, told: Summary) -> Iterator[Card]:
    """The cards of the heaviest problems."""
    for problem in told.problems[:MOST_CARDS]:
        lead = problem.lead
        yield Card(
            problem=problem,
            headline=told.texts.headline(lead),
            detail=told.texts.detail(lead),
            cause=told.texts.cause(lead),
            expected=differing(lead.expected, lead.received),
            received=differing(lead.received, lead.expected),
            exhibits=exhibits(bundle, events, lead),
            replay=replay_command(bundle, lead.scenario),
        )


def anchors(events: Story, told: Summary) -> Mapping[int, str]:
    """The card that rests on an event, by the number of the event; the heaviest where there are several.

    A finding on what a message holds also marks the request that carried the message.
    """
    found: dict[int, str] = {}
    for problem in told.problems[:MOST_CARDS]:
        for finding in problem.findings:
            event = events.by_number.get(finding.event)
            carrier = events.carrier(event) if event else None
            for one in (event, carrier):
                if one is not None:
                    found.setdefault(one.seq, problem.anchor)
    return found
