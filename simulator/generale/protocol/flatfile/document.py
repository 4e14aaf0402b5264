"""A flat file as plain data and back, without loss: every header and record with the text of its zones.

A zone that only holds what an empty one holds is left out when it carries nothing, or an error code of 00.
Nothing is computed on the way back, so a file with a wrong total keeps it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from generale.protocol.errors import PeerError
from generale.protocol.flatfile.file import File, decode
from generale.protocol.flatfile.layout import RESERVE, Layout, MessageType, Zone, layout, message_types
from generale.protocol.flatfile.record import ALPHABET, Record


@dataclass(frozen=True, slots=True, kw_only=True)
class PartDocument:
    """A header or record: how it begins, such as ``200`` or ``30``, and its zones by number and name."""

    part: str
    zones: Mapping[str, str]


def part_documents(file: File) -> tuple[PartDocument, ...]:
    """Both headers and all records of a file."""
    return tuple(
        PartDocument(part=one.type, zones=dict(_zones(one)))
        for one in (file.header200, file.header300, *file.records)
    )


def zone_key(zone: Zone) -> str:
    """How a zone is called: its number, and its name where it has one: ``19 amount``."""
    return zone.number if zone.name == RESERVE else f"{zone.number} {zone.name}"


def is_bare(zone: Zone) -> bool:
    """Whether a zone is left out while it is empty: it is kept in reserve, or holds an error code."""
    return zone.name == RESERVE or zone.name.endswith("_error")


def _zones(record: Record) -> Iterator[tuple[str, str]]:
    for zone in record.layout.zones:
        text = record.raw[record.layout.cuts[zone.number]].decode(ALPHABET)
        if not (is_bare(zone) and text == zone.blank):
            yield zone_key(zone), text


def bytes_of(parts: tuple[PartDocument, ...]) -> bytes:
    """The bytes of the file with these headers and records.

    Raises PeerError, with part and zone in ``where``, for an unknown part or zone, or a text that does not
    fill its zone with printable ASCII, or in the text of an answer ISO 8859-1; the last zone of an answer may
    lack its last character.
    """
    type_ = parts[0].zones.get("200 message_type", "") if parts else ""
    kind = message_types().get(type_)
    if kind is None:
        raise PeerError(f"'{type_}' is no known message", where="header 200, zone 200 message_type")
    if len(parts) < 2 or [one.part for one in parts[:2]] != ["200", "300"]:
        raise PeerError("a file begins with headers 200 and 300", where="parts")
    raw = b"".join(_bytes(one, kind, place, len(parts)) for place, one in enumerate(parts))
    decode(raw)
    return raw


def _bytes(part: PartDocument, kind: MessageType, place: int, count: int) -> bytes:
    name = f"header {part.part}" if place < 2 else f"record {place - 1} ({part.part})"
    form = (layout("header_200"), kind.header_300)[place] if place < 2 else kind.records.get(part.part)
    if form is None:
        raise PeerError(f"message {kind.number} has no record '{part.part}'", where=name)
    may_lack = kind.answer and place == count - 1
    texts = {zone.number: zone.blank for zone in form.zones}
    for key, text in part.zones.items():
        zone = _zone(form, key, name)
        where = f"{name}, zone {zone_key(zone)}"
        lacks = may_lack and zone is form.zones[-1] and len(text) == zone.length - 1
        if len(text) != zone.length and not lacks:
            raise PeerError(f"{zone.length} characters are expected, {len(text)} were found", where=where)
        if not _can_stand(text, zone, kind):
            raise PeerError("only printable ASCII can stand here", where=where)
        texts[zone.number] = text
    return "".join(texts.values()).encode(ALPHABET)


def _can_stand(text: str, zone: Zone, kind: MessageType) -> bool:
    """Whether these characters are read in such a zone."""
    if text.isascii():
        return text.isprintable()
    is_latin = all(" " <= one <= "~" or "\xa0" <= one <= "\xff" for one in text)
    return is_latin and kind.answer and zone.is_text


@cache
def _keys(form: Layout) -> Mapping[str, Zone]:
    return {zone_key(zone): zone for zone in form.zones}


def _zone(form: Layout, key: str, name: str) -> Zone:
    zone = _keys(form).get(key)
    if zone is None:
        raise PeerError(f"there is no zone '{key[:40]}'", where=name)
    return zone
