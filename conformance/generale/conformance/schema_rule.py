"""The kinds of rule that a schema has, and which of them an error of the schema library is about."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from lxml import etree

from generale.protocol.schema_fault import namespace_of, told

_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
_COMPONENT = re.compile(r"Xsd\w+\(name=('[^']*')\)")


class SchemaRule(StrEnum):
    """The kinds of rule that a schema has, as sentences."""

    FORM = "the value has the form that the schema gives it"
    LIST = "the value stands in its code list"
    COMPLETE = "every element stands where the schema wants it"
    KNOWN = "the message is one that the profile knows"
    NAMESPACE = "every element stands in the namespace of the profile"
    ATTRIBUTE = "an element has only the attributes that the schema gives it"
    TEXT = "between the elements stands no text"
    VALUE = "an element with a value holds no other elements"
    OTHER = "the schema is followed"


RULES_NL: Mapping[SchemaRule, str] = MappingProxyType(
    {
        SchemaRule.FORM: "de waarde heeft de vorm die het schema vraagt",
        SchemaRule.LIST: "de waarde staat in haar codelijst",
        SchemaRule.COMPLETE: "elk element staat waar het schema het wil",
        SchemaRule.KNOWN: "het bericht is er een dat het profiel kent",
        SchemaRule.NAMESPACE: "elk element staat in de namespace van het profiel",
        SchemaRule.ATTRIBUTE: "een element heeft alleen de attributen die het schema het geeft",
        SchemaRule.TEXT: "tussen de elementen staat geen tekst",
        SchemaRule.VALUE: "een element met een waarde bevat geen andere elementen",
        SchemaRule.OTHER: "het schema is gevolgd",
    }
)
"""The same sentences for Dutch readers."""


@dataclass(frozen=True, slots=True)
class Demand:
    """The kind of rule that is broken, what it wants (empty: what its type says), and what stands there.

    ``reason`` is what the library says where the sentence of the rule alone would say too little.
    """

    rule: SchemaRule
    expected: str = ""
    received: str = ""
    reason: str = ""


def demanded(error: Any, schema: Any) -> Demand:
    """Which rule an error of the thorough validation is about."""
    facet, found = type(error.validator).__name__, (error.elem.text or "").strip()
    match type(error).__name__:
        case "XMLSchemaChildrenValidationError":
            return _demand_of_children(error, schema)
        case "XMLSchemaDecodeError":
            return Demand(SchemaRule.FORM, "", found)
    match facet:
        case "XsdEnumerationFacets":
            return Demand(
                SchemaRule.LIST, " or ".join(str(one) for one in error.validator.enumeration), found
            )
        case "XsdPatternFacets":
            wanted = " or ".join(one.get("value", "") for one in error.validator)
            return Demand(SchemaRule.FORM, wanted, found)
    if "Facet" in facet:
        return Demand(SchemaRule.FORM, "", found)
    if error.elem.getparent() is None and error.elem.tag not in _names(schema):
        return _demand_of_root(error.elem, schema)
    return _demand_of_content(error, facet)


def _demand_of_children(error: Any, schema: Any) -> Demand:
    """What is wrong with the children of an element: one too many, too few, or one of another namespace."""
    wanted = [_local(str(getattr(one, "name", "") or "")) for one in error.expected or ()]
    child = error.invalid_child
    if child is None:
        return Demand(SchemaRule.COMPLETE, " or ".join(wanted) or "nothing more", "nothing more")
    name, namespace = _local(child.tag), schema.target_namespace
    if etree.QName(child).namespace != namespace:
        if name in {_local(one.name or "") for one in error.validator.iter_elements()}:
            return Demand(SchemaRule.NAMESPACE, namespace, namespace_of(child))
        name = f"{name} in {namespace_of(child)}"
    return Demand(SchemaRule.COMPLETE, " or ".join(wanted) or "nothing more", name)


def _demand_of_root(root: etree._Element, schema: Any) -> Demand:
    names = [_local(name) for name in _names(schema)]
    if _local(str(root.tag)) in names:
        return Demand(SchemaRule.NAMESPACE, schema.target_namespace, namespace_of(root))
    return Demand(SchemaRule.KNOWN, " or ".join(names), _local(str(root.tag)))


def _names(schema: Any) -> list[str]:
    """The names, with namespace, that a message can begin with."""
    return [one.name for one in schema.elements.values()]


def _demand_of_content(error: Any, validator: str) -> Demand:
    """What is wrong with what an element holds beside its children: attributes, or a text."""
    node = error.elem
    if validator == "XsdAttributeGroup":
        strange = [name for name in node.attrib if name not in error.validator and not name.startswith(_XSI)]
        if strange:
            given = " or ".join(_local(name) for name in error.validator if name)
            return Demand(SchemaRule.ATTRIBUTE, given or "no attribute", ", ".join(map(_local, strange)))
    texts = [text.strip() for text in (node.text, *(child.tail for child in node)) if text and text.strip()]
    if validator == "XsdGroup" and texts:
        return Demand(SchemaRule.TEXT, "no text", texts[0])
    if validator == "XsdElement" and len(node):
        return Demand(SchemaRule.VALUE, "no elements", ", ".join(_local(child.tag) for child in node))
    return Demand(SchemaRule.OTHER, reason=_reason(error))


def _reason(error: Any) -> str:
    """What the library says, in one line, with its own components by their names."""
    return told(_COMPONENT.sub(r"\1", " ".join(str(error.reason or error.message).split())))


def _local(name: str) -> str:
    return name.rpartition("}")[2].rpartition(":")[2]
