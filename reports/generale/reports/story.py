"""The transcript as a story: every event by its number, and which event goes with which."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from generale.results.events import Event, EventType

_Key = tuple[str, EventType, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """The events of a run, ready to be looked up; made by ``story``."""

    by_number: Mapping[int, Event]
    _first: Mapping[_Key, Event]
    _told_before: Mapping[int, Event]
    _posted: Mapping[tuple[str, str], Event]

    def counterpart(self, event: Event) -> Event | None:
        """The event that a reader wants beside this one: the answer of a request, the reply to a message."""
        match event.type:
            case EventType.REQUEST:
                return self._get(event, EventType.RESPONSE, "exchange")
            case EventType.RESPONSE:
                return self._get(event, EventType.REQUEST, "exchange")
            case EventType.ACKNOWLEDGED:
                reply = self._get(event, EventType.REPLIED, "reference")
                return reply or self._get(event, EventType.DECIDED, "reference")
            case EventType.REPLIED:
                return self._get(event, EventType.ACKNOWLEDGED, "about")
            case EventType.DECIDED:
                return self._get(event, EventType.ACKNOWLEDGED, "reference")
            case EventType.OBSERVED:
                return self._told_before.get(event.seq)
            case _:
                return None

    def carrier(self, event: Event) -> Event | None:
        """The request that carried an acknowledged message."""
        if event.type is not EventType.ACKNOWLEDGED:
            return None
        return self._posted.get((event.scenario, event.ids.get("reference", "")))

    def _get(self, event: Event, kind: EventType, name: str) -> Event | None:
        return self._first.get((event.scenario, kind, event.ids.get(name, "")))


_NAMES: Mapping[EventType, str] = MappingProxyType(
    {
        EventType.REQUEST: "exchange",
        EventType.RESPONSE: "exchange",
        EventType.ACKNOWLEDGED: "reference",
        EventType.REPLIED: "about",
        EventType.DECIDED: "reference",
    }
)
"""The id by which an event of a type is found."""


def story(events: Iterable[Event]) -> Story:
    """Put the events of a transcript in order for looking up; the first of several is found."""
    by_number: dict[int, Event] = {}
    first: dict[_Key, Event] = {}
    told_before: dict[int, Event] = {}
    posted: dict[tuple[str, str], Event] = {}
    told: dict[str, Event] = {}
    for event in events:
        by_number[event.seq] = event
        if event.type in _NAMES and event.ids.get(_NAMES[event.type]):
            first.setdefault((event.scenario, event.type, event.ids[_NAMES[event.type]]), event)
        if event.type is EventType.REQUEST and event.ids.get("reference"):
            posted.setdefault((event.scenario, event.ids["reference"]), event)
        if event.type is EventType.TOLD and event.ids.get("operation") == "act":
            told[event.scenario] = event
        if event.type is EventType.OBSERVED and event.scenario in told:
            told_before[event.seq] = told[event.scenario]
    return Story(by_number=by_number, _first=first, _told_before=told_before, _posted=posted)
