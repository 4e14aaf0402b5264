"""Where a finding stands in the bytes: the text of an XML element, or a zone of a flat file."""

import re

from lxml import etree

from generale.conformance.checks.check import Spot
from generale.conformance.sent import Sent
from generale.protocol.flatfile import Record, ZoneFault
from generale.protocol.messages import Message


def field_spot(sent: Sent, kind: type[Message], field: str) -> Spot:
    """The element that carries a field of a message of the profile; the message where it has none."""
    path = sent.profile.bindings[kind].path_of(field)
    offset, length = _text_of(sent.content, path.rpartition("/")[2])
    return Spot(event=sent.seq, evidence=sent.evidence, path=path, offset=offset, length=length)


def header_spot(sent: Sent, name: str) -> Spot:
    """An address header of the envelope that carried a message."""
    request = sent.exchange.request
    offset, length = _text_of(sent.exchange.evidence(request.evidence), name)
    path = f"Envelope/Header/{name}"
    return Spot(event=sent.seq, evidence=request.evidence, path=path, offset=offset, length=length)


def error_spot(sent: Sent, where: str) -> Spot:
    """The element that a reading error names, by XPath or by names; the message where there is none."""
    named = where.partition(" line ")[0]
    path = _names(sent.content, named) if named.startswith("/") else named
    offset, length = _text_of(sent.content, path.rpartition("/")[2])
    return Spot(event=sent.seq, evidence=sent.evidence, path=path or where, offset=offset, length=length)


def _names(content: bytes, xpath: str) -> str:
    """The local names of the elements on the way to an element; empty where there is no such element."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
    try:
        root = etree.fromstring(content, parser)
        found = root.xpath(xpath) if root is not None and xpath else None
    except etree.LxmlError:
        return ""
    if not isinstance(found, list) or not found or not isinstance(found[0], etree._Element):
        return ""
    way = [*reversed(list(found[0].iterancestors())), found[0]]
    return "/".join(etree.QName(one).localname for one in way)


def zone_spot(sent: Sent, record: Record, key: str) -> Spot:
    """A zone of a record of the file."""
    zone = record.layout.zone(key)
    path = f"record {record.number} ({record.type}), zone {zone.number} {zone.name}"
    offset = record.offset + zone.position - 1
    return Spot(event=sent.seq, evidence=sent.evidence, path=path, offset=offset, length=zone.length)


def fault_spot(sent: Sent, fault: ZoneFault) -> Spot:
    """The zone of a technical fault."""
    path = f"record {fault.record_number} ({fault.record_type}), zone {fault.zone} {fault.name}"
    return Spot(
        event=sent.seq,
        evidence=sent.evidence,
        path=path,
        offset=fault.offset,
        length=max(len(fault.received), 1),
    )


def difference(sent: Sent, other: bytes) -> Spot:
    """The first byte in which a message differs from other content."""
    pairs = enumerate(zip(sent.content, other, strict=False))
    offset = next((place for place, (a, b) in pairs if a != b), min(len(sent.content), len(other)))
    return Spot(event=sent.seq, evidence=sent.evidence, path=f"byte {offset}", offset=offset, length=1)


def _text_of(content: bytes, name: str) -> tuple[int, int]:
    if not name.isidentifier():
        return -1, 0
    found = re.search(rb"<(?:[\w.-]+:)?" + name.encode() + rb"(?:\s[^>]*)?>([^<]*)<", content)
    return (found.start(1), len(found.group(1))) if found else (-1, 0)
