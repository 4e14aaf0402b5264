"""What happened in a scenario, as rows of a sequence: messages between lanes, notes, leaps of the clock.

Long scenarios are cut: what the findings rest on is always shown, and what is left out is counted.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from generale.reports.catalogue import Words
from generale.reports.event_label import detail, label
from generale.results.events import Event, EventType, Party

LANES: tuple[Party, ...] = (Party.PLAYER, Party.VENDOR, Party.PLATFORM, Party.FUND)
"""One lane per party, from left to right."""

MOST_ROWS = 400
"""The most events of one scenario that are shown (project-defined)."""

MOST_ROWS_OF_ALL = 3000
"""The most events of all scenarios together, so that a report stays one file that opens (project-defined)."""

LEAST_ROWS = 12
"""Every scenario shows at least so many of its events (project-defined)."""

_AROUND = 4
_LEAP = timedelta(hours=1)


class RowKind(StrEnum):
    """How a row is drawn."""

    MESSAGE = "message"
    NOTE = "note"
    LEAP = "leap"
    GAP = "gap"


_REPLIES = frozenset(
    {EventType.RESPONSE, EventType.TOLD_ANSWERED, EventType.OBSERVED, EventType.ACKNOWLEDGED}
)
"""Events that answer another; they are drawn with a dashed line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row: an event, a leap of the clock, or a gap where events are left out."""

    kind: RowKind
    text: str
    number: int = 0
    day: str = ""
    """Given where it is another than in the row before."""

    time: str = ""
    sender: str = ""
    receiver: str = ""
    detail: str = ""
    evidence: str = ""
    lanes: tuple[int, int] = (0, 0)
    is_reply: bool = False
    problem: str = ""
    """Anchor of the problem that rests on this event."""


def shares(sizes: Mapping[str, int], failing: frozenset[str]) -> Mapping[str, int]:
    """How many rows each scenario may show: those with findings first, the others what is left."""
    left = MOST_ROWS_OF_ALL - LEAST_ROWS * len(sizes)
    given: dict[str, int] = {}
    for name in sorted(sizes, key=lambda one: one not in failing):
        more = min(max(min(sizes[name], MOST_ROWS) - LEAST_ROWS, 0), max(left, 0))
        given[name] = LEAST_ROWS + more
        left -= more
    return given


def sequence(
    events: Sequence[Event], anchors: Mapping[int, str], words: Words, most: int = MOST_ROWS
) -> tuple[Row, ...]:
    """The rows of one scenario; ``anchors`` names the problem that rests on an event, by its number."""
    kept = _kept(events, anchors, most)
    return tuple(_rows(events, kept, anchors, words))


def _kept(events: Sequence[Event], anchors: Mapping[int, str], most: int) -> Sequence[int]:
    """The places of the events to show: those of findings and their neighbours, then from the beginning."""
    if len(events) <= most:
        return range(len(events))
    failing = [place for place, event in enumerate(events) if event.seq in anchors]
    wanted = dict.fromkeys(failing[:most])
    for place in failing[:most]:
        wanted.update(dict.fromkeys(range(max(place - _AROUND, 0), min(place + _AROUND, len(events)))))
    for place in range(len(events)):
        if len(wanted) >= most:
            break
        wanted.setdefault(place)
    return sorted(list(wanted)[:most])


def _rows(
    events: Sequence[Event], kept: Sequence[int], anchors: Mapping[int, str], words: Words
) -> Iterator[Row]:
    before: Event | None = None
    expected = 0
    for place in kept:
        event = events[place]
        if place > expected:
            yield Row(kind=RowKind.GAP, text=words.count("sequence.left-out", place - expected))
        elif before and (leap := _leap(before.at, event.at)):
            yield Row(kind=RowKind.LEAP, text=_duration(leap, words))
        yield _row(event, before if place == expected else None, anchors, words)
        before, expected = event, place + 1
    if expected < len(events):
        yield Row(kind=RowKind.GAP, text=words.count("sequence.left-out", len(events) - expected))


def _row(event: Event, before: Event | None, anchors: Mapping[int, str], words: Words) -> Row:
    lanes = tuple(LANES.index(Party(one)) for one in (event.sender, event.receiver) if one in LANES)
    start, end = (lanes * 2)[:2] if lanes else (0, 0)
    day, _, clock = event.at.partition("T")
    return Row(
        kind=RowKind.NOTE if start == end else RowKind.MESSAGE,
        text=label(event, words),
        number=event.seq,
        day=day[:10] if before is None or not before.at.startswith(day) else "",
        time=clock[:8],
        sender=event.sender,
        receiver=event.receiver,
        detail=detail(event),
        evidence=event.evidence,
        lanes=(start, end),
        is_reply=event.type in _REPLIES,
        problem=anchors.get(event.seq, ""),
    )


def _leap(before: str, after: str) -> timedelta | None:
    """How far the clock leapt between two events; nothing for less than an hour."""
    try:
        passed = datetime.fromisoformat(after) - datetime.fromisoformat(before)
    except (ValueError, TypeError):
        return None
    return passed if passed >= _LEAP else None


def _duration(passed: timedelta, words: Words) -> str:
    """A duration in its two largest units."""
    hours, seconds = divmod(passed.seconds, 3600)
    parts = (("days", passed.days), ("hours", hours), ("minutes", seconds // 60))
    told = [words.count(f"sequence.{unit}", number) for unit, number in parts if number]
    return words("sequence.later", time=" ".join(told[:2]))
