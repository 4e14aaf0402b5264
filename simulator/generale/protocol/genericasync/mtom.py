"""MTOM: the binary content of an envelope travels beside it in a package, and XOP says where it belongs.

The tree of an envelope is the same with and without: what was included is put back as base64 before
anything is checked. So that a small package cannot grow, every part is included exactly once
(project-defined).
"""

import base64
import re
from collections.abc import Sequence
from urllib.parse import unquote

from lxml import etree

from generale.protocol.genericasync.charset import by_itself
from generale.protocol.genericasync.contract import place
from generale.protocol.genericasync.element import SPACE, Element, generic
from generale.protocol.genericasync.fault import EnvelopeError, SoaCode, refusal
from generale.protocol.genericasync.package import PackageError, Part, open_package, write_package
from generale.protocol.genericasync.vocabulary import XOP

_INCLUDE, _DETAIL = f"{{{XOP}}}Include", generic("Detail")
_CID = "cid:"
_PACKAGES = frozenset({"multipart/related", "application/xop+xml"})
_NEVER = re.compile(r"q\s*=\s*0(?:\.0{0,3})?")
_ROOT_TYPES = frozenset({"application/xop+xml", "text/xml"})


def unpacked(raw: bytes, content_type: str) -> tuple[bytes, Sequence[Part]]:
    """The envelope of a package as it stands there, and the parts that it includes. Raises EnvelopeError.

    An envelope in another encoding than it says, by the head of its part, comes in one that it says.
    """
    try:
        root, parts = open_package(raw, content_type)
    except PackageError as error:
        raise refusal(SoaCode.MALFORMED, str(error)) from error
    if root.media_type not in _ROOT_TYPES:
        message = f"the root of the package is '{root.media_type}', not application/xop+xml"
        raise refusal(SoaCode.NOT_SOAP, message)
    return by_itself(root.content, root.content_type), parts


def include(root: Element, parts: Sequence[Part]) -> None:
    """Put the parts in their places, as base64. Raises EnvelopeError where one is missing or left over."""
    waiting = {part.id: part for part in parts}
    for element in list(root.iter(_INCLUDE)):
        holder, name = element.getparent(), element.get("href", "")
        beside = (element.tail or "") + ("" if holder is None else holder.text or "")
        if holder is None or len(holder) != 1 or beside.strip(SPACE):
            raise _wrong(element, "an Include stands alone in its element")
        part = waiting.pop(unquote(name.removeprefix(_CID)), None) if name.startswith(_CID) else None
        if part is None:
            raise _wrong(element, f"'{name}' is no part of the package that is not included already")
        holder.remove(element)
        holder.text = base64.b64encode(part.content).decode("ascii")
    if waiting:
        raise refusal(SoaCode.NOT_SOAP, f"a part of the package is included nowhere: '{next(iter(waiting))}'")


def packed(root: Element) -> tuple[bytes, str]:
    """The package of an envelope, with the content of every blob as a part, and its Content-Type."""
    parts: list[Part] = []
    for detail in root.iter(_DETAIL):
        content = base64.b64decode(detail.text or "")
        if content:
            name = f"blob-{len(parts) + 1}@generale"
            parts.append(Part(name, "application/octet-stream", content))
            detail.text = None
            etree.SubElement(detail, _INCLUDE, href=f"{_CID}{name}", nsmap={"xop": XOP})
    return write_package(etree.tostring(root, encoding="UTF-8", xml_declaration=True), parts)


def wants_package(accept: str) -> bool:
    """Whether an HTTP Accept header names a package; a wildcard names nothing in particular."""
    return accept != "" and any(_names_package(item) for item in accept.lower().split(","))


def _names_package(item: str) -> bool:
    """Whether an item names a package, and not with the weight 0, which means never (RFC 9110, 12.4.2)."""
    name, *parameters = (part.strip() for part in item.split(";"))
    return name in _PACKAGES and not any(_NEVER.fullmatch(one) for one in parameters)


def _wrong(element: Element, message: str) -> EnvelopeError:
    return refusal(SoaCode.NOT_SOAP, message, where=place(element))
