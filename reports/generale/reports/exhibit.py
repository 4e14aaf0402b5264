"""Exhibits of a failure card: what the product was told or sent, and what came back, for people to read."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from generale.reports.inert import shortened
from generale.reports.line import Line, Piece, windowed
from generale.reports.ruler import Ruler, is_flat_file, ruler
from generale.reports.story import Story
from generale.reports.xml_exhibit import xml_lines
from generale.results.bundle import Bundle, BundleError
from generale.results.events import Event, EventType, Party
from generale.results.verdicts import Finding

MOST_BYTES = 128 * 1024
"""Evidence is looked at up to this many bytes (project-defined)."""

_WIDEST = 200
_HEX_ROW, _HEX_ROWS = 16, 12
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class Role(StrEnum):
    """What an exhibit is, seen from the product."""

    SENT = "sent"
    CAME_BACK = "came-back"
    WAS_TOLD = "was-told"
    SHOWED = "showed"
    HAPPENED = "happened"


_TOLD = (EventType.TOLD, EventType.SCENARIO_BEGUN)
_SHOWN = (EventType.TOLD_ANSWERED, EventType.OBSERVED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhibit:
    """One event laid open; either lines or a ruler, or neither where the evidence is missing."""

    event: Event
    role: Role
    lines: tuple[Line, ...] = ()
    ruler: Ruler | None = None
    overview: tuple[Line, ...] = ()
    """The records of a flat file, one per line."""

    size: int = 0
    is_missing: bool = False


def exhibits(bundle: Bundle, story: Story, finding: Finding) -> tuple[Exhibit, ...]:
    """The event that a finding rests on and the one that goes with it, in the order of the run."""
    event = story.by_number.get(finding.event)
    if event is None:
        return ()
    shown = [_exhibit(bundle, replace(event, evidence=finding.evidence or event.evidence), finding)]
    other = story.counterpart(event)
    if other is not None:
        shown.append(_exhibit(bundle, other, None))
    return tuple(sorted(shown, key=lambda one: one.event.seq))


def role(event: Event) -> Role:
    """What an event is to the product; an acknowledgement carries what the product sent."""
    if event.type in _TOLD:
        return Role.WAS_TOLD
    if event.type in _SHOWN:
        return Role.SHOWED
    if event.type is EventType.ACKNOWLEDGED or event.sender == Party.VENDOR:
        return Role.SENT
    return Role.CAME_BACK if event.receiver == Party.VENDOR else Role.HAPPENED


def _exhibit(bundle: Bundle, event: Event, finding: Finding | None) -> Exhibit:
    if not event.evidence:
        lines = windowed(tuple(_json_lines(event.data)))
        return Exhibit(event=event, role=role(event), lines=lines)
    try:
        raw = bundle.evidence(event.evidence)
    except BundleError:
        return Exhibit(event=event, role=role(event), is_missing=True)
    return _opened(Exhibit(event=event, role=role(event), size=len(raw)), raw, finding)


def _opened(exhibit: Exhibit, raw: bytes, finding: Finding | None) -> Exhibit:
    """The exhibit with its evidence, in the notation that the bytes themselves show."""
    path, offset, length = (finding.path, finding.offset, finding.length) if finding else ("", -1, 0)
    if is_flat_file(raw):
        laid = ruler(raw, path, offset, length)
        return replace(exhibit, ruler=laid, overview=windowed(tuple(_overview(laid))))
    cut = raw[:MOST_BYTES]
    if cut.removeprefix(_BYTE_ORDER_MARK).lstrip()[:1] == b"<":
        return replace(exhibit, lines=windowed(xml_lines(cut, path, offset, length)))
    return replace(exhibit, lines=windowed(tuple(_text_lines(cut))))


def _overview(laid: Ruler) -> Iterator[Line]:
    for record in laid.records:
        head = f"{record.number or '':>4} {record.type:<4}"
        text = shortened(record.raw.decode("ascii", "replace").rstrip(), 90)
        yield Line(0, (Piece(f"{head} ", kind="tag"), Piece(text)), marked=record == laid.chosen)


def _text_lines(raw: bytes) -> Iterator[Line]:
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        yield from _hex_lines(raw)
        return
    try:
        yield from _json_lines(json.loads(text))
    except (ValueError, RecursionError):
        for row in text.splitlines():
            yield Line(0, (Piece(shortened(row, _WIDEST)),))


def _json_lines(value: object) -> Iterator[Line]:
    if value == {}:
        return
    for row in json.dumps(value, ensure_ascii=False, indent=2).splitlines():
        text = row.lstrip(" ")
        yield Line((len(row) - len(text)) // 2, (Piece(shortened(text, _WIDEST)),))


def _hex_lines(raw: bytes) -> Iterator[Line]:
    for start in range(0, min(len(raw), _HEX_ROW * _HEX_ROWS), _HEX_ROW):
        row = raw[start : start + _HEX_ROW]
        shown = "".join(chr(one) if 0x20 <= one < 0x7F else "." for one in row)
        pieces = (Piece(f"{start:06x}  ", kind="tag"), Piece(f"{row.hex(' '):<48} {shown}"))
        yield Line(0, pieces)
