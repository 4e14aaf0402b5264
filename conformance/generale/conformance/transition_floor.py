"""The floor of a transition: how many of its own messages per second are parsed and validated alone."""

from collections.abc import Sequence
from time import perf_counter

from lxml import etree

from generale.protocol.errors import OurError
from generale.protocol.genericasync.contract import schema_problem
from generale.protocol.profile import Profile
from generale.results.events import EventType
from generale.scenarios.transition.house import Played

MEASURED_SECONDS = 0.5
"""How long is measured, in seconds (project-defined)."""

_BODY = "{http://schemas.xmlsoap.org/soap/envelope/}Body"
_STAYS = "admissions"


def messages_of(played: Played) -> Sequence[tuple[bytes, bytes]]:
    """The messages about stays that a house sent: envelope and content of each."""
    envelopes = {
        event.ids.get("reference"): played.evidence[event.evidence]
        for event in played.events
        if event.type is EventType.REQUEST and event.ids.get("operation") == "post" and event.evidence
    }
    return [
        (envelopes[event.ids["reference"]], played.evidence[event.evidence])
        for event in played.events
        if event.type is EventType.ACKNOWLEDGED
        and event.ids["service"] == _STAYS
        and event.ids["reference"] in envelopes
    ]


def floor_per_second(messages: Sequence[tuple[bytes, bytes]], profile: Profile) -> float:
    """How many messages lxml parses and validates per second here; ``OurError`` for invalid ones."""
    if not messages:
        raise OurError("there are no messages to measure the floor with")
    begun, done = perf_counter(), 0
    while perf_counter() - begun < MEASURED_SECONDS:
        for envelope, content in messages:
            body = etree.fromstring(envelope).find(_BODY)
            is_valid = body is not None and schema_problem(body[0]) is None
            if not is_valid or not profile.schema.validate(etree.fromstring(content)):
                raise OurError("the messages to measure the floor with are not valid")
        done += len(messages)
    return done / (perf_counter() - begun)
