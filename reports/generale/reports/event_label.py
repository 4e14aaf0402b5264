"""What an event is called in a sequence: a few words, and in the table the ids and facts beneath them."""

import json
import re
from collections.abc import Mapping
from types import MappingProxyType

from generale.reports.catalogue import Words
from generale.reports.inert import flat, shortened
from generale.results.events import Event, EventType

_INSTANT = re.compile(r"^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)\S*$")
_LONGEST = 110
_LONGEST_DETAIL = 260

_FACTS: Mapping[EventType, tuple[str, ...]] = MappingProxyType(
    {
        EventType.SCENARIO_BEGUN: ("rule_set",),
        EventType.SCENARIO_ENDED: ("reason",),
        EventType.TOLD: ("operation", "do", "to"),
        EventType.TOLD_ANSWERED: ("problem", "taken", "note"),
        EventType.OBSERVED: (),
        EventType.WAIT_BEGUN: ("for", "awaited"),
        EventType.WAIT_ENDED: ("met",),
        EventType.CLOCK: ("to",),
        EventType.BEHAVIOUR: ("kind", "control", "old", "new"),
        EventType.CALLED: ("server_certificate",),
        EventType.REQUEST: ("operation", "service", "reference"),
        EventType.RESPONSE: ("operation", "status", "cut", "imposed"),
        EventType.ACKNOWLEDGED: ("name", "reference"),
        EventType.NOT_PICKED_UP: ("reference",),
        EventType.DECIDED: ("outcome", "reference"),
        EventType.REPLIED: ("kind", "about"),
        EventType.CONFIRMED: ("reply", "tack"),
        EventType.PAID: ("amount", "about"),
        EventType.ADVANCED: ("amount", "month", "fund"),
        EventType.SET_OFF: ("amount", "about"),
        EventType.CLAIMED: ("amount", "notice"),
        EventType.REMINDED: ("by", "notice"),
        EventType.REPAID: ("amount", "notice"),
        EventType.REFUNDED: ("amount", "notice"),
        EventType.HARNESS: ("problem",),
    }
)
"""Which ids and facts of an event stand behind its name, in this order."""


def label(event: Event, words: Words) -> str:
    """A few words for one event, such as ``Request: post admissions A0001``."""
    told = [_value(event, name, words) for name in _FACTS[event.type]]
    facts = " ".join(one for one in told if one)
    name = words(f"event.{event.type.value}")
    return shortened(f"{name}: {facts}" if facts else name, _LONGEST)


def detail(event: Event) -> str:
    """The ids and facts of an event on one line, for who wants to know more."""
    parts = [f"{name}={value}" for name, value in event.ids.items()]
    if event.data:
        parts.append(json.dumps(event.data, ensure_ascii=False, separators=(",", ":"))[: _LONGEST_DETAIL * 2])
    return shortened(flat(" ".join(parts)), _LONGEST_DETAIL)


def _value(event: Event, name: str, words: Words) -> str:
    value = event.ids.get(name, event.data.get(name, ""))
    if isinstance(value, bool):
        return words.known(f"event.{name}-{'yes' if value else 'no'}", "")
    text = flat(str(value)) if isinstance(value, str | int) else ""
    return words.known(f"value.{text}", _INSTANT.sub(r"\1 \2", text))
