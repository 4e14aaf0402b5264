"""Small steps in XML that every part of the codec takes: names, children, lists, numbers and base64."""

import base64
import re
from collections.abc import Iterable, Mapping
from typing import TypeAlias

from lxml import etree

from generale.protocol.base64_binary import octets_of
from generale.protocol.errors import PeerError
from generale.protocol.genericasync.contract import SCHEMAS, place, schema_problem
from generale.protocol.genericasync.fault import SoaCode, refusal
from generale.protocol.genericasync.vocabulary import COMMON, GENERIC, TYPES

Element: TypeAlias = etree._Element

SPACE = " \t\r\n"
"""What XML calls white space; Python's own idea is wider."""

MOST_LISTED = 100_000
"""The most entries of one list in a request (project-defined)."""

_SPACES = re.compile(f"[{SPACE}]+")


def generic(name: str) -> str:
    """A name in the namespace of the operations."""
    return f"{{{GENERIC}}}{name}"


def common(name: str) -> str:
    """A name in the namespace of the common information."""
    return f"{{{COMMON}}}{name}"


def types(name: str) -> str:
    """A name in the namespace of the MyCareNet types."""
    return f"{{{TYPES}}}{name}"


def child(parent: Element, tag: str) -> Element:
    """The child that the schema has already required."""
    found = parent.find(tag)
    assert found is not None, f"{tag} passed the schema without being there"
    return found


def check(element: Element, schema: str = SCHEMAS[0]) -> None:
    """Raise EnvelopeError when the element does not follow its schema, one of the contract's by name."""
    problem = schema_problem(element, schema)
    if problem is not None:
        message, where = problem
        raise refusal(SoaCode.NOT_XSD, message, where=where)


def truth(text: str) -> bool:
    """An xs:boolean."""
    return text.strip(SPACE) in {"true", "1"}


def items(parent: Element, tag: str) -> tuple[str, ...]:
    """The entries of an xs:list in a child, none where it is not there. Raises EnvelopeError for too many."""
    text = (parent.findtext(tag) or "").strip(SPACE)
    found = _SPACES.split(text, maxsplit=MOST_LISTED) if text else []
    if len(found) > MOST_LISTED:
        message = f"{tag.rpartition('}')[2]} has more than {MOST_LISTED} entries"
        raise refusal(SoaCode.INVALID_CONTENT, message, where=place(parent))
    return tuple(found)


def octets(element: Element, text: str | None, name: str = "") -> bytes:
    """The bytes of a base64 text of this element; white space is allowed. Raises EnvelopeError.

    ``name`` says which of its texts it is, where it has others. The schemas let a wrong alphabet pass here.
    """
    try:
        return octets_of(text or "")
    except PeerError as error:
        message = f"{name}: {error}" if name else str(error)
        raise refusal(SoaCode.NOT_XSD, message, where=place(element)) from error


def whole_number(text: str) -> int:
    """An xs:int, with a sign and leading zeros as it may have, that has passed its schema."""
    stated = text.strip(SPACE)
    # Python refuses to read a number of thousands of digits, of which the schema allows as many zeros.
    number = int(stated.lstrip("+-0") or "0")
    return -number if stated.startswith("-") else number


def add(
    parent: Element, tag: str, text: str | None = None, attributes: Mapping[str, str | None] | None = None
) -> Element:
    """Add a child with this text and those attributes that are not None."""
    element = etree.SubElement(parent, tag)
    element.text = text
    for name, value in (attributes or {}).items():
        if value is not None:
            element.set(name, value)
    return element


def add_optional(parent: Element, tag: str, text: str | None) -> None:
    """Add a child with this text, or nothing for None."""
    if text is not None:
        add(parent, tag, text)


def boolean(value: bool) -> str:
    """A truth value as xs:boolean."""
    return "true" if value else "false"


def base64_text(content: bytes) -> str:
    """Bytes as base64 on one line."""
    return base64.b64encode(content).decode("ascii")


def base64_texts(contents: Iterable[bytes]) -> list[str]:
    """Several byte strings, each as base64."""
    return [base64_text(content) for content in contents]
