"""What a message breaks in its schema, said precisely: every place, what the schema wants, what stands there.

Slow and thorough, so only used after the quick validation has said no. The quick one stays the judge of
whether a message is valid.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from generale.protocol.profile import Profile

MOST = 20
"""How many places are explained at most (project-defined)."""


ISO_TIME = "a date, or a date and time with offset, as ISO 8601 writes it"
"""What a schema wants where a date or time stands."""


class SchemaRule(StrEnum):
    """The kinds of rule that a schema has, as sentences."""

    FORM = "the value has the form that the schema gives it"
    LIST = "the value stands in its code list"
    COMPLETE = "every element stands where the schema wants it"
    OTHER = "the schema is followed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """One place: its path in names, the kind of rule, what the schema wants, and what was found."""

    place: str
    rule: SchemaRule
    expected: str
    received: str


def explain(raw: bytes, profile: Profile) -> Iterator[Explanation]:
    """The places of a well-formed message that break the schema of the profile, in the order of the text."""
    from xmlschema import XMLResource

    resource = XMLResource(raw, defuse="always", allow="none")
    told: set[str] = set()
    for error in _schema(profile.files[profile.schema_name]).iter_errors(resource):
        place = "/".join(_local(step) for step in (error.path or "").strip("/").split("/"))
        if place not in told and len(told) < MOST:
            told.add(place)
            yield _explanation(place, error)


def _explanation(place: str, error: Any) -> Explanation:
    facet = error.validator
    received = (getattr(error.elem, "text", None) or "").strip()
    reason = " ".join(str(error.reason or error.message).split())
    match type(facet).__name__:
        case "XsdEnumerationFacets":
            expected = " or ".join(str(value) for value in facet.enumeration)
            return Explanation(place=place, rule=SchemaRule.LIST, expected=expected, received=received)
        case "XsdPatternFacets":
            expected = " or ".join(pattern.get("value", "") for pattern in facet)
            return Explanation(place=place, rule=SchemaRule.FORM, expected=expected, received=received)
    wanted = [_local(str(getattr(one, "name", "") or "")) for one in getattr(error, "expected", None) or ()]
    if wanted:
        found = _local(str(getattr(error, "invalid_tag", "") or "")) or "nothing more"
        return Explanation(
            place=place, rule=SchemaRule.COMPLETE, expected=" or ".join(wanted), received=found
        )
    if type(error).__name__ == "XMLSchemaDecodeError":
        return Explanation(place=place, rule=SchemaRule.FORM, expected=ISO_TIME, received=received)
    return Explanation(place=place, rule=SchemaRule.OTHER, expected=reason, received=received)


def _local(name: str) -> str:
    return name.rpartition("}")[2].rpartition(":")[2]


@cache
def _schema(source: bytes) -> Any:
    from xmlschema import XMLSchema

    return XMLSchema(source.decode(), defuse="always", allow="none")
