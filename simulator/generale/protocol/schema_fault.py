"""What the quick validation refuses in a message: the element at fault, its place, and words for a person."""

import re
from collections.abc import Collection, Iterable
from typing import Any

from lxml import etree

from generale.protocol.xml_source import (
    LONGEST_QUOTE,
    LONGEST_TOLD,
    MessageError,
    brief,
    path_of,
    place_of,
)

_STEP = re.compile(r"(?:(?P<prefix>[^:]+):)?(?P<name>[^:\[]+)(?:\[(?P<number>\d+)\])?")
_QUOTED = re.compile(rf"'([^']{{{LONGEST_QUOTE}}})[^']+")


def schema_refusal(root: etree._Element, fault: Any, tags: Collection[str]) -> MessageError:
    """The refusal for the first fault of a validation; ``tags`` are those that a message begins with."""
    if root.tag not in tags:
        return unknown_message(root, tags)
    path, namespaces = fault.path or "/*", _namespaces(tags)
    node, text = element_at(root, path), fault.message.strip()
    if node is not None and etree.QName(node).namespace not in namespaces:
        text = f"{text} It stands in {namespace_of(node)}, not in {_listed(namespaces)}."
    place = path if node is None else path_of(node)
    return MessageError(told(text, namespaces), where=f"{place} line {fault.line}")


def unknown_message(root: etree._Element, tags: Collection[str]) -> MessageError:
    """The refusal of what begins as none of these; the namespace is told where only that is another."""
    name = etree.QName(root).localname
    text = f"no message of this profile begins with '{name}'"
    if name in {etree.QName(tag).localname for tag in tags}:
        text += f" in {namespace_of(root)}: its namespace is {_listed(_namespaces(tags))}"
    return MessageError(told(text), where=place_of(root))


def _namespaces(tags: Iterable[str]) -> Collection[str]:
    """The namespaces of these names, each once."""
    return dict.fromkeys(etree.QName(tag).namespace or "" for tag in tags)


def _listed(namespaces: Iterable[str]) -> str:
    return " or ".join(f"'{one}'" for one in namespaces)


def namespace_of(node: etree._Element) -> str:
    """The namespace in which an element stands, in words."""
    namespace = etree.QName(node).namespace
    return f"the namespace '{namespace}'" if namespace else "no namespace"


def told(problem: str, namespaces: Iterable[str] = ()) -> str:
    """What a schema library says, without these namespaces and with no more than the beginning of a value."""
    for namespace in filter(None, namespaces):
        problem = problem.replace(f"{{{namespace}}}", "")
    return brief(_QUOTED.sub("'\\1\u2026", problem), LONGEST_TOLD)


def element_at(root: etree._Element, path: str) -> etree._Element | None:
    """The element at a place of the library; None where there is none.

    A step is ``*`` for an element in a default namespace, counted among all its siblings, and otherwise a
    prefix and name as they are written, counted among those that are written alike.
    """
    steps = [_STEP.fullmatch(step) for step in path.removeprefix("/").split("/")]
    nodes: list[etree._Element] = [root]
    for step in steps:
        alike = [] if step is None else [node for node in nodes if _is_written(node, step)]
        number = int(step["number"] or 1) if step is not None else 1
        if number > len(alike):
            return None
        found = alike[number - 1]
        nodes = list(found)
    return found


def _is_written(node: etree._Element, step: re.Match[str]) -> bool:
    if step["name"] == "*":
        return True
    return (node.prefix, etree.QName(node).localname) == (step["prefix"], step["name"])
