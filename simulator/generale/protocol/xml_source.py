"""XML from outside: parsed without entities, document types or network, and the place of an element in it."""

import re
from typing import Any

from lxml import etree

from generale.protocol.errors import PeerError

_PARSER = etree.XMLParser(
    resolve_entities=False,
    no_network=True,
    load_dtd=False,
    huge_tree=False,
    remove_comments=True,
    remove_pis=True,
)

MOST_MARKS = 500_000
"""The most tags and attributes of a document, counted as ``<`` and ``=`` before it is parsed, because each
takes some forty times its bytes in memory (project-defined).
"""

ENCODINGS = frozenset(
    {"utf-8", "utf8", "utf-16", "utf-16le", "utf-16be", "us-ascii", "ascii", "iso-8859-1", "iso-8859-15"}
    | {"windows-1252"}
)
"""The encodings that a document may say it has: in others its tags cannot be counted (project-defined)."""

_DECLARATION = re.compile(rb"(?:\xef\xbb\xbf)?<\?xml\s[^>]*?\sencoding\s*=\s*[\"']([^\"'>]*)[\"']")
_UNSHOWN = re.compile(r"[^ -~]")
_EBCDIC = b"\x4c\x6f\xa7\x94"


class MessageError(PeerError):
    """Bytes that are not a message of the profile; ``where`` is XPath and line."""


def parse_xml(raw: bytes) -> etree._Element:
    """The root element of well-formed XML without a document type; ``MessageError`` for anything else."""
    reason = excess(raw)
    if reason is not None:
        raise MessageError(reason, where="line 1")
    try:
        root = etree.fromstring(raw, _PARSER)
    except (etree.XMLSyntaxError, ValueError) as error:
        reason, line = str(error).partition(", line ")[0], getattr(error, "lineno", 0)
        raise MessageError(f"not well-formed XML: {reason}", where=f"line {line}") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise MessageError("a document type declaration is not allowed", where="line 1")
    return root


def excess(raw: bytes) -> str | None:
    """Why these bytes are not even to be parsed; None where they may be. It looks at each byte once."""
    found = _DECLARATION.match(raw)
    declared = found.group(1).decode("latin-1") if found else "utf-8"
    if declared.lower() not in ENCODINGS or raw.startswith(_EBCDIC):
        shown = _UNSHOWN.sub("?", declared[:40])
        return f"the encoding '{shown}' is not accepted: write UTF-8"
    if raw.count(b"<") + raw.count(b"=") > MOST_MARKS:
        return f"the document has more than {MOST_MARKS} tags and attributes"
    return None


def place_of(node: etree._Element) -> str:
    """The place of an element, XPath without namespaces and line: ``Opname/Bewoner/Insz line 3``."""
    return f"{path_of(node)} line {node.sourceline}"


def path_of(node: etree._Element) -> str:
    """The XPath of an element, without namespaces; the second of a name among its siblings is ``Name[2]``."""
    return "/".join(_step(one) for one in (*reversed(list(node.iterancestors())), node))


def path_of_fault(root: etree._Element, path: str) -> str:
    """The same for a place that the schema library names by counting, ``/*/*[2]``."""
    try:
        found: Any = root.getroottree().xpath(path)
    except etree.XPathError:  # lxml writes prefixes of the text that its own XPath does not know
        return "/".join(step.rpartition(":")[2] for step in path.strip("/").split("/"))
    if not isinstance(found, list) or not found or not isinstance(found[0], etree._Element):
        return path
    return path_of(found[0])


def _step(node: etree._Element) -> str:
    name = etree.QName(node).localname
    alike = [] if node.getparent() is None else list(node.itersiblings(node.tag, preceding=True))
    return f"{name}[{len(alike) + 1}]" if alike else name
