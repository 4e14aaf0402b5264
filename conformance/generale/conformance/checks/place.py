"""Where a finding stands in the bytes: the text of an XML element, or a zone of a flat file."""

import re

from generale.conformance.checks.check import Spot
from generale.conformance.sent import Sent
from generale.protocol.flatfile import Record, ZoneFault
from generale.protocol.messages import Message


def field_spot(sent: Sent, kind: type[Message], field: str) -> Spot:
    """The element that carries a field of a message of the profile; the message where it has none."""
    path = sent.profile.bindings[kind].path_of(field)
    offset, length = _text_of(sent.content, path.rpartition("/")[2])
    return Spot(event=sent.seq, evidence=sent.evidence, path=path, offset=offset, length=length)


def error_spot(sent: Sent, where: str) -> Spot:
    """The place that a reading error names: an XPath with a line, of which the last element is looked up."""
    path = where.partition(" line ")[0]
    name = re.sub(r"\[\d+\]", "", path.rpartition("/")[2]).rpartition(":")[2].rpartition("}")[2]
    offset, length = _text_of(sent.content, name)
    return Spot(event=sent.seq, evidence=sent.evidence, path=where, offset=offset, length=length)


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
