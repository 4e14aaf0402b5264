"""Messages written as text, without a tree: of every message that leaves only the values differ.

The bytes are those that lxml would write; a text that needs more than a copy is left to it.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from lxml import etree

Part: TypeAlias = Callable[[Any], str]
"""Writes what stands at one place of a message; nothing where the message has nothing there."""

_NEEDS_MORE = re.compile(r"[^ !-%'-;=?-~]")
"""Whatever is no visible ASCII or blank, and ``&<>``."""


def leaf(name: str, field: str, show: Callable[[Any], str]) -> Part:
    """An element with the text of a field, left out where the field is None."""
    opening, closing = f"<{name}>", f"</{name}>"

    def written(message: object) -> str:
        value = getattr(message, field)
        return "" if value is None else f"{opening}{escaped(show(value))}{closing}"

    return written


def items(name: str, field: str, item: Mapping[str, str]) -> Part:
    """An element for every entry of a field, with an element for each of its texts that is not empty."""
    tags = tuple(item.items())

    def written(message: object) -> str:
        return "".join([around(name, _texts(entry)) for entry in getattr(message, field)])

    def _texts(entry: object) -> str:
        texts = [(tag, getattr(entry, text)) for text, tag in tags]
        return "".join([f"<{tag}>{escaped(text)}</{tag}>" for tag, text in texts if text])

    return written


def group(name: str, parts: Sequence[Part]) -> Part:
    """An element around others, left out where all of them are."""

    def written(message: object) -> str:
        inside = "".join([part(message) for part in parts])
        return around(name, inside) if inside else ""

    return written


def root(name: str, namespace: str, parts: Sequence[Part]) -> Callable[[Any], bytes]:
    """The whole of a message in UTF-8; ``ValueError`` for a text that XML cannot hold."""
    bare = etree.Element(f"{{{namespace}}}{name}", nsmap={None: namespace})  # type: ignore[dict-item]  # lxml takes None for the default namespace; its stubs do not know
    opening = etree.tostring(bare, xml_declaration=True, encoding="UTF-8").decode().removesuffix("/>")

    def written(message: object) -> bytes:
        inside = "".join([part(message) for part in parts])
        return (f"{opening}>{inside}</{name}>" if inside else f"{opening}/>").encode()

    return written


def around(name: str, inside: str) -> str:
    """An element with this in it."""
    return f"<{name}>{inside}</{name}>" if inside else f"<{name}/>"


def escaped(text: str) -> str:
    """The text as it stands in XML; ``ValueError`` where XML cannot hold it."""
    if _NEEDS_MORE.search(text) is None:
        return text
    element = etree.Element("x")
    element.text = text
    return etree.tostring(element, encoding="UTF-8").decode()[len("<x>") : -len("</x>")]
