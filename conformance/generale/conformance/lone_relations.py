"""What one XML message says of itself: funds that the profile knows, and relations between its fields.

The relations are those of the binding tables. Nothing here needs a memory of other messages.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from lxml import etree

from generale.protocol.binding import Binding
from generale.protocol.ids import FundNumber
from generale.protocol.messages import Message
from generale.protocol.profile import Profile
from generale.protocol.relation import breach


@dataclass(frozen=True, slots=True, kw_only=True)
class LoneBreach:
    """One thing that does not fit, with its place (XPath and line) and its rule in both languages."""

    place: str
    rule_en: str
    rule_nl: str
    expected: str
    received: str


def unknown_funds(message: Message, root: etree._Element, profile: Profile) -> Iterator[LoneBreach]:
    """The fields that name a care fund which the profile does not list."""
    binding = profile.bindings[type(message)]
    for row in binding.rows:
        value = getattr(message, row.name)
        if isinstance(value, FundNumber) and value not in profile.funds:
            yield LoneBreach(
                place=binding.place_of(row.name, root),
                rule_en="the care fund is one of the profile",
                rule_nl="de zorgkas is er een van het profiel",
                expected=" or ".join(profile.funds),
                received=value,
            )


def broken_relations(
    message: Message, root: etree._Element, binding: Binding, received: date | None
) -> Iterator[LoneBreach]:
    """The relations of its table that a message breaks; ``received`` is the day of receipt, if known."""
    for relation in binding.relations:
        if found := breach(relation, message, received):
            yield LoneBreach(
                place=binding.place_of(relation.field, root),
                rule_en=relation.sentence_en,
                rule_nl=relation.sentence_nl,
                expected=found.expected,
                received=found.received,
            )
