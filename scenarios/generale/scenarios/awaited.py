"""Who is to act while a reply is waited for: the vendor, or the platform with its funds behind it.

The vendor, until the platform has everything that can bring the reply. Who sent what was asked is not to
blame for an answer that does not come, or comes in another form than the scenario gives it.
"""

from collections.abc import Collection, Sequence
from types import MappingProxyType

from generale.protocol.ids import Nihii, Reference
from generale.protocol.profile import INVOICES, SERVICES
from generale.results.events import Event, EventType, Party

_SERVICES = MappingProxyType(
    {
        "decision": ("admissions", "insurance"),
        "insurance-answer": ("insurance",),
        "reject-inbound": SERVICES,
        "reject-outbound": SERVICES,
    }
)
"""Where that is sent which brings a reply of a kind; the others answer invoice files."""

_PASSING = frozenset({"unreadable", "reject-outbound", "stray"})
"""Replies that answer nothing, or that another one follows, whatever is waited for."""

_AHEAD = frozenset({"931000", "920098"})
"""Replies to an invoice file that the settlement follows, or the refusal of the file."""

_FORCED = frozenset({"920999", "920098", "920099", "reject-inbound", "reject-outbound"})
"""Replies that nobody deserves who sends what is right: only the scenario can let them come."""


def party_awaited(
    kind: str, facility: str, events: Sequence[Event], lost: Collection[tuple[Nihii, Reference]] = ()
) -> Party:
    """Who is to act so that a facility gets a reply of this kind.

    ``events`` are those so far; ``lost`` are the messages that were not picked up and must be sent again.
    """
    services = _SERVICES.get(kind, (INVOICES,))
    received = {
        event.ids["reference"]: event.seq
        for event in events
        if event.type is EventType.ACKNOWLEDGED
        and event.ids["facility"] == facility
        and event.ids["service"] in services
    }
    passing = _PASSING if kind in _SERVICES or kind == "931000" else _PASSING | _AHEAD
    closed = {
        event.ids.get("about", "")
        for event in events
        if event.type is EventType.REPLIED
        and event.ids["facility"] == facility
        and event.ids["kind"] not in passing
    }
    is_lost = {reference for sender, reference in lost if sender == facility}
    if received.keys() - closed - is_lost:
        return Party.PLATFORM
    told = [event.seq for event in events if event.type is EventType.TOLD and event.ids["operation"] == "act"]
    sent_last = max((seq for name, seq in received.items() if name not in is_lost), default=0)
    return Party.PLATFORM if kind in _FORCED and sent_last > max(told, default=0) else Party.VENDOR
