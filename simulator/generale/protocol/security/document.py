"""The bytes of an envelope as a tree to sign or to verify, parsed as the codec parses them.

Comments are left out while parsing: a text cannot be cut in two by one, and what is signed is what is read.
"""

from typing import Any

from lxml import etree

from generale.protocol.genericasync.element import Element
from generale.protocol.genericasync.fault import SoaCode, refusal
from generale.protocol.security.vocabulary import WSU
from generale.protocol.xml_source import excess

_PARSER = etree.XMLParser(
    resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True
)
_IDS = frozenset(
    {f"{{{WSU}}}Id", "Id", "ID", "id", "AssertionID", "{http://www.w3.org/XML/1998/namespace}id"}
)


def parse(raw: bytes) -> Element:
    """The tree of these bytes, without DTD, entities or network; EnvelopeError where they are no XML."""
    too_much = excess(raw)
    if too_much is not None:
        raise refusal(SoaCode.MALFORMED, too_much, where="line 1")
    try:
        root = etree.fromstring(raw, _PARSER)
    except etree.XMLSyntaxError as error:
        raise refusal(SoaCode.MALFORMED, "this is no XML", where=f"line {error.lineno}") from error
    document: Any = root.getroottree().docinfo
    if document.doctype:
        raise refusal(SoaCode.MALFORMED, "a document type declaration is not allowed")
    return root


def doubled_id(root: Element) -> str | None:
    """An id that stands twice, whatever its attributes are called; None where every id is unique.

    One pass over the attributes: whoever sends this is not known yet, and may send very many.
    """
    seen: set[str] = set()
    for element in root.iter("*"):
        for name, value in element.items():
            if name not in _IDS:
                continue
            text = str(value)
            if text in seen:
                return text
            seen.add(text)
    return None
