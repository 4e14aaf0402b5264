"""A flat file as evidence: records laid along a ruler, zone by zone, with the failing zone marked.

Source of the zones: the layouts of ``generale.protocol.flatfile`` (RIZIV flat-file instructions, MyCareNet
eFact). A file that cannot be cut to its end is shown as far as it can.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from generale.protocol.flatfile.layout import RESERVE, Layout, MessageType, Zone, layout, message_types

_RECORD = re.compile(r"\brecord (\d+)")
_TYPE = re.compile(r"\brecord \d+ \((\d\d)\)|\bR(\d\d)\b")
_HEADER = re.compile(r"\bheader (200|300)\b")
_ZONE = re.compile(r"\bzone ([\w,]+)|\bz(\d+\w?)\b")
_HEADER_200 = "header_200"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One zone on the ruler; ``name`` is empty for zones that carry nothing, which stand together."""

    number: str
    position: int
    text: str
    name: str
    marked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FlatRecord:
    """One header or record: its number in the file (0 for a header), type, and first byte."""

    number: int
    type: str
    offset: int
    raw: bytes
    layout: Layout | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruler:
    """A flat file with one record laid out."""

    message: str
    records: tuple[FlatRecord, ...]
    chosen: FlatRecord | None
    marks: tuple[Mark, ...]

    @property
    def count(self) -> int:
        """How many records the file has, without its headers."""
        return sum(1 for record in self.records if record.number)


def is_flat_file(raw: bytes) -> bool:
    """Whether the bytes begin as a flat file that is known."""
    return raw[:6].decode("ascii", "replace") in message_types()


def ruler(raw: bytes, path: str = "", offset: int = -1, length: int = 0) -> Ruler:
    """Lay out the record that a finding points at, by byte range where there is one, else by path."""
    kind = message_types()[raw[:6].decode("ascii")]
    records = tuple(_records(raw, kind))
    chosen = _chosen(records, path, offset)
    marks = tuple(_marks(chosen, _wanted(chosen, path, offset, length))) if chosen else ()
    return Ruler(message=kind.number, records=records, chosen=chosen, marks=marks)


def _records(raw: bytes, kind: MessageType) -> Iterator[FlatRecord]:
    first = layout(_HEADER_200)
    yield FlatRecord(number=0, type="200", offset=0, raw=raw[: first.length], layout=first)
    third = raw[first.length : kind.head_length]
    if third:
        yield FlatRecord(number=0, type="300", offset=first.length, raw=third, layout=kind.header_300)
    if not kind.record_length:
        return
    for number, start in enumerate(range(kind.head_length, len(raw), kind.record_length), start=1):
        cut = raw[start : start + kind.record_length]
        name = cut[:2].decode("ascii", "replace")
        yield FlatRecord(number=number, type=name, offset=start, raw=cut, layout=kind.records.get(name))


def _chosen(records: tuple[FlatRecord, ...], path: str, offset: int) -> FlatRecord | None:
    """The record that a finding points at: by byte, by number, by header, or the first of its type."""
    if offset >= 0:
        return next((one for one in records if one.offset <= offset < one.offset + len(one.raw)), None)
    if found := _RECORD.search(path):
        return next((one for one in records if one.number == int(found.group(1)[:9])), None)
    if found := _HEADER.search(path):
        return next((one for one in records if not one.number and one.type == found.group(1)), None)
    if found := _TYPE.search(path):
        return next((one for one in records if one.number and one.type == found.group(2)), None)
    return None


def _wanted(record: FlatRecord, path: str, offset: int, length: int) -> range:
    """The places in the record (from 0) that the finding points at; none where it names no zone."""
    if offset >= 0:
        start = offset - record.offset
        return range(start, start + max(length, 1))
    found = _ZONE.search(path)
    key = next((one for one in found.groups() if one), "") if found else ""
    zone = record.layout.by_key.get(key) if record.layout else None
    return range(zone.position - 1, zone.position - 1 + zone.length) if zone else range(0)


def _marks(record: FlatRecord, wanted: range) -> Iterator[Mark]:
    """The zones of a record; neighbours that carry nothing are one mark."""
    if record.layout is None:
        yield Mark(number="", position=1, text=_shown(record.raw), name="", marked=bool(wanted))
        return
    silent: list[Zone] = []
    for zone in record.layout.zones:
        place = range(zone.position - 1, zone.position - 1 + zone.length)
        cut = record.raw[place.start : place.stop]
        marked = max(place.start, wanted.start) < min(place.stop, wanted.stop)
        if not marked and zone.name == RESERVE and not cut.strip(b"0 +"):
            silent.append(zone)
            continue
        yield from _silence(silent)
        silent = []
        yield Mark(
            number=zone.number, position=zone.position, text=_shown(cut), name=zone.name, marked=marked
        )
    yield from _silence(silent)


def _silence(zones: list[Zone]) -> Iterator[Mark]:
    if zones:
        first, last = zones[0], zones[-1]
        number = first.number if first is last else f"{first.number}–{last.number}"
        yield Mark(number=number, position=first.position, text="", name="", marked=False)


def _shown(raw: bytes) -> str:
    """The characters of a zone; a blank is a dot in the middle, so that it can be counted."""
    return raw.decode("ascii", "replace").replace(" ", "·")
