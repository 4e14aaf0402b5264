"""What a message breaks in its schema, said precisely: every place, what the schema wants, what stands there.

Slow and thorough, so only used after the quick validation has said no. The quick one stays the judge of
whether a message is valid. The words of a type are those that the schema documents it with, by language.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import Any

from lxml import etree

from generale.protocol.profile import Profile
from generale.protocol.xml_source import parse_xml, path_of

MOST = 20
"""How many places are explained at most (project-defined)."""

MOST_EXPLAINED_MARKS = 5_000
"""The most tags and attributes of a message that is explained (project-defined): a library that looks for
every reason takes time by the square of what is unknown, and no message of the profile comes near.
"""

_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


class SchemaRule(StrEnum):
    """The kinds of rule that a schema has, as sentences."""

    FORM = "the value has the form that the schema gives it"
    LIST = "the value stands in its code list"
    COMPLETE = "every element stands where the schema wants it"
    KNOWN = "the message is one that the profile knows"
    OTHER = "the schema is followed"


RULES_NL: Mapping[SchemaRule, str] = MappingProxyType(
    {
        SchemaRule.FORM: "de waarde heeft de vorm die het schema vraagt",
        SchemaRule.LIST: "de waarde staat in haar codelijst",
        SchemaRule.COMPLETE: "elk element staat waar het schema het wil",
        SchemaRule.KNOWN: "het bericht is er een dat het profiel kent",
        SchemaRule.OTHER: "het schema is gevolgd",
    }
)
"""The same sentences for Dutch readers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """One place: its XPath and line, the kind of rule with the words of its type, wanted and found."""

    path: str
    line: int
    rule: SchemaRule
    expected: str
    received: str
    words_en: str = ""
    words_nl: str = ""

    @property
    def place(self) -> str:
        """XPath without namespaces, and line."""
        return f"{self.path} line {self.line}"

    @property
    def sentence_en(self) -> str:
        """The rule in words."""
        return f"{self.rule.value}: {self.words_en}" if self.words_en else self.rule.value

    @property
    def sentence_nl(self) -> str:
        """The same in Dutch."""
        sentence = RULES_NL[self.rule]
        return f"{sentence}: {self.words_nl}" if self.words_nl else sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """The first places that are wrong in a message, in the order of the text; ``has_more`` if more may be."""

    places: tuple[Explanation, ...] = ()
    has_more: bool = False


def explain(raw: bytes, profile: Profile) -> Explained:
    """The places of a well-formed message in UTF-8 that break the schema; none where it is too large."""
    if raw.count(b"<") + raw.count(b"=") > MOST_EXPLAINED_MARKS:
        return Explained(has_more=True)
    schema = _schema(profile.files[profile.schema_name])
    told: dict[str, Explanation] = {}
    for error in schema.iter_errors(parse_xml(raw)):
        path = path_of(error.elem)
        if path not in told:
            if len(told) == MOST:
                return Explained(places=tuple(told.values()), has_more=True)
            told[path] = _explanation(path, error, schema)
    return Explained(places=tuple(told.values()))


def _explanation(path: str, error: Any, schema: Any) -> Explanation:
    rule, expected, received = _demand(error, schema)
    words = _words(error.elem, schema) if rule in (SchemaRule.FORM, SchemaRule.LIST) else {}
    return Explanation(
        path=path,
        line=_at_fault(error).sourceline,
        rule=rule,
        expected=expected or words.get("en", "") or _reason(error),
        received=received,
        words_en=words.get("en", ""),
        words_nl=words.get("nl", ""),
    )


def _demand(error: Any, schema: Any) -> tuple[SchemaRule, str, str]:
    """The kind of rule that is broken, what it wants (empty: what its type says), and what stands there."""
    facet, found = type(error.validator).__name__, (error.elem.text or "").strip()
    match type(error).__name__:
        case "XMLSchemaChildrenValidationError":
            wanted = [_local(str(getattr(one, "name", "") or "")) for one in error.expected or ()]
            tag = _local(str(error.invalid_tag or ""))
            return SchemaRule.COMPLETE, " or ".join(wanted) or "nothing more", tag or "nothing more"
        case "XMLSchemaDecodeError":
            return SchemaRule.FORM, "", found
    match facet:
        case "XsdEnumerationFacets":
            return SchemaRule.LIST, " or ".join(str(one) for one in error.validator.enumeration), found
        case "XsdPatternFacets":
            return SchemaRule.FORM, " or ".join(one.get("value", "") for one in error.validator), found
    if "Facet" in facet:
        return SchemaRule.FORM, "", found
    if error.elem.getparent() is None and error.elem.tag not in schema.elements:
        return SchemaRule.KNOWN, " or ".join(_local(name) for name in schema.elements), _local(error.elem.tag)
    return SchemaRule.OTHER, _reason(error), found


def _at_fault(error: Any) -> Any:
    """The element that is wrong: a child that nobody expects, or else the one that is judged."""
    child = getattr(error, "invalid_child", None)
    return error.elem if child is None else child


def _reason(error: Any) -> str:
    return " ".join(str(error.reason or error.message).split())


def _words(node: etree._Element, schema: Any) -> Mapping[str, str]:
    """What the schema says of the type of an element, by language."""
    steps = [*reversed([one.tag for one in node.iterancestors()]), node.tag]
    declared = schema.find("/".join(str(step) for step in steps))
    documented = getattr(getattr(declared, "type", None), "annotation", None)
    return {
        text.get(_LANGUAGE, "en"): " ".join((text.text or "").split())
        for text in getattr(documented, "documentation", None) or ()
    }


def _local(name: str) -> str:
    return name.rpartition("}")[2].rpartition(":")[2]


@cache
def _schema(source: bytes) -> Any:
    from xmlschema import XMLSchema

    return XMLSchema(source.decode(), defuse="always", allow="none")
