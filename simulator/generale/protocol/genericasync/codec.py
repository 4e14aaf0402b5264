"""From bytes to messages and back: two tables, one entry for each kind of body.

Everything that arrives is hostile until it has passed through here: it is parsed without DTD,
entities or network, taken apart, checked against its schema, and then read by the entry of
``READERS`` for the first element of the body. Who takes requests reads with ``REQUESTS`` alone: an answer
is then refused by its name, since its lists may be long, and a schema takes time by the square of those.
The same message always gives the same bytes.
"""

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any, TypeAlias

from lxml import etree

from generale.protocol.errors import OurError
from generale.protocol.genericasync.addressing import Addressing
from generale.protocol.genericasync.answer_codec import (
    read_confirm_response,
    read_get_response,
    read_post_response,
    write_confirm_response,
    write_get_response,
    write_post_response,
)
from generale.protocol.genericasync.blob import LIMITS, Limits
from generale.protocol.genericasync.charset import by_itself
from generale.protocol.genericasync.contract import place
from generale.protocol.genericasync.element import Element, add, check, generic
from generale.protocol.genericasync.envelope import Body, Envelope
from generale.protocol.genericasync.fault import EnvelopeError, Fault, SoaCode, refusal
from generale.protocol.genericasync.fault_codec import read_fault, write_fault
from generale.protocol.genericasync.header_codec import read_header, write_header
from generale.protocol.genericasync.message import (
    Confirm,
    ConfirmResponse,
    Get,
    GetResponse,
    Post,
    PostResponse,
)
from generale.protocol.genericasync.mtom import include, packed, unpacked
from generale.protocol.genericasync.package import is_package
from generale.protocol.genericasync.plain_answer import plain_answer
from generale.protocol.genericasync.request_codec import (
    Opens,
    read_confirm,
    read_get,
    read_post,
    write_confirm,
    write_get,
    write_post,
)
from generale.protocol.genericasync.vocabulary import COMMON, GENERIC, SOAP, WSA, XMIME
from generale.protocol.xml_source import TOO_LONG, excess

_ENVELOPE, _HEADER, _BODY = f"{{{SOAP}}}Envelope", f"{{{SOAP}}}Header", f"{{{SOAP}}}Body"
_FAULT = f"{{{SOAP}}}Fault"
_SHAPES = ([_BODY], [_HEADER, _BODY])
_PREFIXES = {"soap": SOAP, "wsa": WSA, "generic": GENERIC, "common": COMMON, "xmime": XMIME}

_TOO_LONG = f"{TOO_LONG}; send large content in a package (MTOM)"

Readers: TypeAlias = Mapping[str, Callable[[Element, Limits], Body]]

_POST = generic("post")

REQUESTS: Readers = MappingProxyType(
    {_POST: read_post, generic("get"): read_get, generic("confirm"): read_confirm}
)
"""The reader for the first element of the body of a request; none of them has an element that repeats."""


def requests_opened(opens: Opens) -> Readers:
    """The readers of requests, where that of a post unpacks its content only for an origin that is let in."""
    return {**REQUESTS, _POST: partial(read_post, opens=opens)}


_ANSWERS: Readers = MappingProxyType(
    {
        generic("postResponse"): read_post_response,
        generic("getResponse"): read_get_response,
        generic("confirmResponse"): read_confirm_response,
        _FAULT: read_fault,
    }
)

READERS: Readers = MappingProxyType({**REQUESTS, **_ANSWERS})
"""The reader for the first element of any body."""

WRITERS: Mapping[type[Body], Callable[[Element, Any], None]] = MappingProxyType(
    {
        Post: write_post,
        PostResponse: write_post_response,
        Get: write_get,
        GetResponse: write_get_response,
        Confirm: write_confirm,
        ConfirmResponse: write_confirm_response,
        Fault: write_fault,
    }
)
"""The writer for each kind of message."""


def read_envelope(
    raw: bytes, *, content_type: str = "", limits: Limits = LIMITS, readers: Readers = READERS
) -> Envelope:
    """Read one SOAP envelope; ``content_type`` is that of HTTP, which tells a package (MTOM) from plain XML.

    The charset in it, or in that of the root of a package, counts before the declaration of the envelope.
    ``readers`` are for the bodies that are expected; any other is refused before it is looked into.

    Raises EnvelopeError, and nothing else, for whatever the other side may have sent; the error has the
    addresses of the envelope as soon as those could be read.
    """
    header, content = _parts(_tree(raw, content_type))
    addressing = read_header(header)
    try:
        return Envelope(addressing=addressing, body=_read_body(content, limits, readers))
    except EnvelopeError as error:
        error.addressing = addressing
        raise


def read_addressing(raw: bytes, *, content_type: str = "") -> Addressing:
    """The addresses of an envelope, whatever is in its body. Raises EnvelopeError, and nothing else."""
    return read_header(_parts(_tree(raw, content_type))[0])


def write_envelope(envelope: Envelope) -> bytes:
    """Write one SOAP envelope in UTF-8. Raises OurError for a text that XML cannot hold."""
    if isinstance(envelope.body, PostResponse):
        plain = plain_answer(envelope.addressing, envelope.body)
        if plain is not None:
            return plain
    return tree_bytes(envelope)


def tree_bytes(envelope: Envelope) -> bytes:
    """Write any SOAP envelope, element by element. Raises OurError for a text that XML cannot hold."""
    root = etree.Element(_ENVELOPE, nsmap=_PREFIXES)
    try:
        obliging = isinstance(envelope.body, (Post, Get, Confirm))
        write_header(add(root, _HEADER), envelope.addressing, obliging=obliging)
        WRITERS[type(envelope.body)](add(root, _BODY), envelope.body)
    except ValueError as error:
        raise OurError(f"XML cannot hold this message: {error}") from error
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def inline(raw: bytes, content_type: str) -> bytes:
    """The same envelope in plain XML, with everything that a package includes put in its place.

    What is no package is answered as it is, in an encoding that it says itself. Raises EnvelopeError as
    ``read_envelope`` does.
    """
    if not is_package(content_type):
        return by_itself(raw, content_type)
    return etree.tostring(_packed_tree(raw, content_type), encoding="UTF-8", xml_declaration=True)


def as_package(raw: bytes) -> tuple[bytes, str]:
    """An envelope that we wrote ourselves as a package (MTOM), and the Content-Type that belongs to it.

    What a signature covers stays the same: it is about the envelope with everything in its place.
    """
    return packed(etree.fromstring(raw, etree.XMLParser(resolve_entities=False, huge_tree=True)))


def _tree(raw: bytes, content_type: str) -> Element:
    """The whole envelope, with what a package includes in its place."""
    return (
        _packed_tree(raw, content_type) if is_package(content_type) else parsed(by_itself(raw, content_type))
    )


def _packed_tree(raw: bytes, content_type: str) -> Element:
    root, parts = unpacked(raw, content_type)
    tree = parsed(root)
    include(tree, parts)
    return tree


def _read_body(content: Element, limits: Limits, readers: Readers) -> Body:
    reader = readers.get(content.tag)
    if reader is None and content.tag in _ANSWERS:
        raise refusal(SoaCode.NOT_WSDL, "an answer was sent where a request is expected")
    if reader is None:
        raise refusal(SoaCode.NOT_WSDL, f"there is no operation {content.tag}", where=place(content))
    if content.tag != _FAULT:
        check(content)
    return reader(content, limits)


_PARSER = etree.XMLParser(
    resolve_entities=False,
    no_network=True,
    load_dtd=False,
    huge_tree=False,
    remove_comments=True,
    remove_pis=True,
)


def parsed(raw: bytes) -> Element:
    """The root of an XML document from anybody: no DTD, no entities, no network. Raises EnvelopeError."""
    too_much = excess(raw)
    if too_much is not None:
        raise refusal(SoaCode.MALFORMED, too_much, where="line 1")
    try:
        root = etree.fromstring(raw, _PARSER)
    except etree.XMLSyntaxError as error:
        reason = str(error.msg).partition(", line ")[0]
        reason = _TOO_LONG if "XML_PARSE_HUGE" in reason else reason
        raise refusal(SoaCode.MALFORMED, reason, where=f"line {error.lineno}") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise refusal(SoaCode.MALFORMED, "a document type declaration is not allowed in SOAP")
    return root


def _parts(root: Element) -> tuple[Element | None, Element]:
    """The header, if any, and the one element in the body."""
    parts = {part.tag: part for part in root}
    if root.tag != _ENVELOPE or len(parts) != len(root) or list(parts) not in _SHAPES:
        raise refusal(
            SoaCode.NOT_SOAP, "expected Envelope with Header and Body of SOAP 1.1", where=place(root)
        )
    header, body = parts.get(_HEADER), parts[_BODY]
    if len(body) == 0:
        raise refusal(SoaCode.EMPTY_BODY, "no operation is asked for", where=place(body))
    if len(body) > 1:
        raise refusal(SoaCode.NOT_WSI, "the body holds more than one element", where=place(body))
    return header, body[0]
