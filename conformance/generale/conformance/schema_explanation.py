"""What a message breaks in its schema, said precisely: every place, what the schema wants, what stands there.

Slow and thorough, so only used after the quick validation has said no. The quick one stays the judge of
whether a message is valid. The words of a type are those that the schema documents it with, by language.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

from lxml import etree

from generale.conformance.schema_rule import RULES_NL, SchemaRule, demanded
from generale.protocol.profile import Profile
from generale.protocol.schema_fault import element_at, told
from generale.protocol.xml_source import brief, parse_xml, path_of

MOST = 20
"""How many places are explained at most (project-defined)."""

MOST_EXPLAINED_MARKS = 5_000
"""The most tags and attributes of a message that is explained (project-defined): a library that looks for
every reason takes time by the square of what is unknown, and no message of the profile comes near.
"""

_OF_VALUES: Mapping[str, SchemaRule] = MappingProxyType(
    {
        f"SCHEMAV_CVC_{name}_VALID{part}": SchemaRule.LIST if name == "ENUMERATION" else SchemaRule.FORM
        for name in (
            *("ENUMERATION", "PATTERN", "LENGTH", "MINLENGTH", "MAXLENGTH", "TOTALDIGITS", "FRACTIONDIGITS"),
            *("MININCLUSIVE", "MAXINCLUSIVE", "MINEXCLUSIVE", "MAXEXCLUSIVE", "DATATYPE"),
        )
        for part in ("", "_1_2_1", "_1_2_2", "_1_2_3")
    }
)
"""What the quick validation calls its faults that are about a value."""

_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


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
    def expected_nl(self) -> str:
        """What is expected in the Dutch words of its type, where it is these words."""
        return self.words_nl if self.expected == self.words_en else ""

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
    """The places of a well-formed message that break the schema; none where it is too large."""
    if raw.count(b"<") + raw.count(b"=") > MOST_EXPLAINED_MARKS:
        return Explained(has_more=True)
    root, schema = parse_xml(raw), _schema(profile.files[profile.schema_name])
    told_so_far: dict[tuple[str, SchemaRule], Explanation] = {}
    for one in _explanations(root, profile, schema):
        if (one.path, one.rule) not in told_so_far:
            if len(told_so_far) == MOST:
                return Explained(places=tuple(told_so_far.values()), has_more=True)
            told_so_far[one.path, one.rule] = one
    return Explained(places=tuple(told_so_far.values()))


def _explanations(root: etree._Element, profile: Profile, schema: Any) -> Iterator[Explanation]:
    """Every fault; in the words of the quick validation where the thorough one comes to no end.

    It does not with a value that it cannot hold, such as a year of ten digits, or with a type (``xsi:type``)
    that nobody knows. What it had said before is said again, and counts once.
    """
    from xmlschema import XMLSchemaException

    try:
        for error in schema.iter_errors(root):
            yield _explanation(error, schema)
    except (ArithmeticError, XMLSchemaException):
        yield from _of_the_quick_one(root, profile, schema)


def _of_the_quick_one(root: etree._Element, profile: Profile, schema: Any) -> Iterator[Explanation]:
    profile.schema.validate(root)
    log: Any = profile.schema.error_log  # its stub has no items
    for fault in log:
        found = element_at(root, fault.path or "/*")
        node = root if found is None else found
        is_value = fault.type_name in _OF_VALUES and fault.message.startswith(f"Element '{node.tag}': ")
        words = _words(node, schema) if is_value else {}
        reason = told(fault.message.strip(), [schema.target_namespace])
        yield Explanation(
            path=path_of(node),
            line=fault.line,
            rule=_OF_VALUES[fault.type_name] if is_value else SchemaRule.OTHER,
            expected=words.get("en", ""),
            received=brief((node.text or "").strip()) if is_value else "",
            words_en=words.get("en", "") if is_value else reason,
            words_nl=words.get("nl", "") if is_value else reason,
        )


def _explanation(error: Any, schema: Any) -> Explanation:
    node, demand, fault = error.elem, demanded(error, schema), _at_fault(error)
    is_value = demand.rule in (SchemaRule.FORM, SchemaRule.LIST)
    words = _words(node, schema) if is_value else {}
    return Explanation(
        path=path_of(fault if demand.rule is SchemaRule.NAMESPACE else node),
        line=fault.sourceline,
        rule=demand.rule,
        expected=demand.expected or words.get("en", ""),
        received=brief(demand.received),
        words_en=words.get("en", demand.reason),
        words_nl=words.get("nl", demand.reason),
    )


def _at_fault(error: Any) -> Any:
    """The element that is wrong: a child that nobody expects, or else the one that is judged."""
    child = getattr(error, "invalid_child", None)
    return error.elem if child is None else child


def _words(node: etree._Element, schema: Any) -> Mapping[str, str]:
    """What the schema says of the type of an element, by language."""
    steps = [*reversed([one.tag for one in node.iterancestors()]), node.tag]
    declared = schema.find("/".join(str(step) for step in steps))
    documented = getattr(getattr(declared, "type", None), "annotation", None)
    return {
        text.get(_LANGUAGE, "en"): " ".join((text.text or "").split())
        for text in getattr(documented, "documentation", None) or ()
    }


@cache
def _schema(source: bytes) -> Any:
    from xmlschema import XMLSchema

    return XMLSchema(source.decode(), defuse="always", allow="none")
