"""The floor of everything that takes in messages: lxml parses and validates envelope and content, no more."""

from collections.abc import Sequence
from time import perf_counter

from lxml import etree

from generale.protocol.errors import OurError
from generale.protocol.genericasync.contract import schema_problem
from generale.protocol.profile import Profile

FLOOR_IS = "lxml parse and XSD validation of the same envelope and content"

_BODY = "{http://schemas.xmlsoap.org/soap/envelope/}Body"


def parsed_per_second(messages: Sequence[tuple[bytes, bytes]], profile: Profile) -> float:
    """How many messages (envelope, content) are parsed and validated per second."""
    begun = perf_counter()
    valid = sum(_is_valid(envelope, content, profile) for envelope, content in messages)
    took = perf_counter() - begun
    if valid != len(messages):
        raise OurError("the messages to measure with are not valid")
    return len(messages) / took


def _is_valid(envelope: bytes, content: bytes, profile: Profile) -> bool:
    body = etree.fromstring(envelope).find(_BODY)
    assert body is not None
    return schema_problem(body[0]) is None and profile.schema.validate(etree.fromstring(content))
