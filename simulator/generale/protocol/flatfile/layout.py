"""The layouts of the flat file: where each zone of a header or record stands and what it holds.

Layouts are data: one TOML file per header or record in ``layouts/``, taken from the RIZIV flat-file
instructions and MyCareNet eFact. A new record is a new file; nothing here knows a zone by name.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import TypedDict, cast

from generale.protocol.errors import OurError

RESERVE = "reserve"
"""The name of every zone that carries nothing; such a zone is asked for by its number."""


NO_DIGIT, NO_ZERO, FILLED = 1, 2, 4
"""What a character can be that a zone does not allow: no digit; no zero; neither a zero nor a blank."""

_IS = bytes(
    (0 if 0x30 <= code <= 0x39 else NO_DIGIT)
    | (0 if code == 0x30 else NO_ZERO)
    | (0 if code in b" 0" else FILLED)
    for code in range(256)
)
"""What each character is that a zone may not allow."""


class Kind(StrEnum):
    """How a zone is filled."""

    DIGITS = "N"
    """Right aligned, padded with zeros."""

    TEXT = "A"
    """Left aligned, padded with blanks."""


class Form(StrEnum):
    """What the characters of a zone mean, where more than digits or text is asked."""

    PLAIN = "plain"
    SIGNED = "signed"
    """A sign, then digits: an amount in cents or a number of days."""

    DATE = "date"
    """A calendar day, YYYYMMDD."""

    MONTH = "month"
    """A calendar month, YYYYMM."""

    NOMENCLATURE = "nomenclature"
    """A zero and a nomenclature code of six digits, the last one its check digit."""

    NIHII = "nihii"
    """A zero and a RIZIV number of eleven digits, the seventh and eighth its check digits; or zeros."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """One zone: its number in the instructions, its place (from 1), and what it must hold."""

    number: str
    position: int
    length: int
    kind: Kind
    name: str
    fixed: str = ""
    allowed: tuple[str, ...] = ()
    required: bool = False
    form: Form = Form.PLAIN
    answered: bool = False
    """Whether the fund fills it in its answer, and the sender of an invoice file does not."""
    divided: bool = False
    """Whether some programs name places inside it, and fill these, although it is kept in reserve."""

    @property
    def is_text(self) -> bool:
        """Whether it holds words, and neither digits nor an amount."""
        return self.kind is Kind.TEXT and self.form is not Form.SIGNED

    @property
    def stays_empty(self) -> bool:
        """Whether the sender of an invoice file leaves it empty: N holds zeros, A blanks or zeros."""
        is_spare = self.name == RESERVE or self.name.endswith("_error")
        return self.answered or (is_spare and not self.divided)

    @property
    def blank(self) -> str:
        """What the zone holds when nothing is said: its fixed value, zeros or blanks."""
        if self.fixed:
            return self.fixed
        if self.form is Form.SIGNED:
            return "+".ljust(self.length, "0")
        if "+" in self.allowed:
            return "+"
        return ("0" if self.kind is Kind.DIGITS else " ") * self.length


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Layout:
    """All zones of one header or record, with the tables that make reading a slice and no search."""

    name: str
    length: int
    zones: tuple[Zone, ...]
    by_key: Mapping[str, Zone]
    cuts: Mapping[str, slice]
    blank: bytes
    parts: tuple[Zone, ...]
    """Places inside a zone in reserve that only some programs name; not part of the cut."""
    mask: int
    """A byte per place, of ``NO_DIGIT``, ``NO_ZERO`` and ``FILLED``: what may not stand there in an invoice
    file, for a check of a whole record in one step.
    """

    record_type: str
    """How the records that it cuts begin, such as ``30``; ``200`` or ``300`` for a header."""

    def zone(self, key: str) -> Zone:
        """The zone with this name or number; OurError where the layout has none."""
        try:
            return self.by_key[key]
        except KeyError:
            raise OurError(f"{self.name} has no zone '{key}'") from None

    def strange(self, raw: bytes) -> int:
        """Not zero where some character of a record stands where ``mask`` does not allow it."""
        return int.from_bytes(raw.translate(_IS), "big") & self.mask

    def zone_at(self, offset: int) -> Zone:
        """The zone that holds the byte at this offset (from 0) in the record."""
        return next(z for z in reversed(self.zones) if z.position <= offset + 1)


class _ZoneOptions(TypedDict, total=False):
    fixed: str
    allowed: list[str]
    required: bool
    form: str
    answered: bool


def _zone(row: Sequence[object]) -> Zone:
    number, position, length, kind, name, *rest = row
    options = cast(_ZoneOptions, rest[0] if rest else {})
    return Zone(
        number=cast(str, number),
        position=cast(int, position),
        length=cast(int, length),
        kind=Kind(cast(str, kind)),
        name=cast(str, name),
        fixed=options.get("fixed", ""),
        allowed=tuple(options.get("allowed", ())),
        required=options.get("required", False),
        form=Form(options.get("form", "plain")),
        answered=options.get("answered", False),
    )


def _forbidden(zone: Zone) -> int:
    """What none of the characters of a zone may be."""
    if zone.kind is Kind.DIGITS and zone.form is not Form.SIGNED:
        return NO_DIGIT | NO_ZERO if zone.stays_empty else NO_DIGIT
    return FILLED if zone.stays_empty else 0


def _layout(name: str, length: int, zones: tuple[Zone, ...], parts: tuple[Zone, ...]) -> Layout:
    keys: dict[str, Zone] = {}
    for zone in (*zones, *parts):
        if zone.name != RESERVE:
            keys[zone.name] = zone
        for number in (zone.number, *zone.number.split(",")):
            keys.setdefault(number, zone)
    mask = bytearray(length)
    for zone in zones:
        mask[zone.position - 1 : zone.position - 1 + zone.length] = bytes([_forbidden(zone)]) * zone.length
    return Layout(
        name=name,
        length=length,
        zones=zones,
        parts=parts,
        by_key=MappingProxyType(keys),
        cuts=MappingProxyType({k: slice(z.position - 1, z.position - 1 + z.length) for k, z in keys.items()}),
        blank="".join(zone.blank for zone in zones).encode("ascii"),
        mask=int.from_bytes(mask, "big"),
        record_type=name[7:10].removesuffix("+"),
    )


def _table(name: str) -> dict[str, object]:
    return tomllib.loads((resources.files(__package__) / "layouts" / f"{name}.toml").read_text("utf-8"))


@cache
def layout(name: str) -> Layout:
    """The layout with this name: ``header_200``, ``record_30``, or ``record_30+detail`` for an answer."""
    if "+" in name:
        echo, detail = map(layout, name.split("+"))
        behind = tuple(replace(z, position=z.position + echo.length) for z in detail.zones)
        return _layout(name, echo.length + detail.length, echo.zones + behind, echo.parts)
    table = _table(name)
    zones = tuple(map(_zone, cast(list[list[object]], table["zones"])))
    parts = tuple(map(_zone, cast(list[list[object]], table.get("parts", []))))
    divided = tuple(replace(zone, divided=any(_holds(zone, part) for part in parts)) for zone in zones)
    return _layout(name, cast(int, table["length"]), divided, parts)


def _holds(zone: Zone, part: Zone) -> bool:
    """Whether a place lies inside a zone."""
    return zone.position <= part.position < zone.position + zone.length


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MessageType:
    """One kind of flat file, such as 920000, with the layouts that cut it."""

    number: str
    title: str
    title_nl: str
    header_300: Layout
    records: Mapping[str, Layout]
    follows: Mapping[str, tuple[str, ...]]
    """Which record type may come after which; ``start`` and ``end`` are the ends of the file."""

    answer: bool

    @property
    def record_length(self) -> int:
        """How long each record is, 0 where the message has none."""
        return next((one.length for one in self.records.values()), 0)

    @property
    def head_length(self) -> int:
        """How much stands before the first record: headers 200 and 300."""
        return layout("header_200").length + self.header_300.length


class _MessageTable(TypedDict, total=False):
    title: str
    title_nl: str
    header_300: str
    records: list[str]
    follows: dict[str, list[str]]
    detailed: bool
    answer: bool


def _record_layout(record_type: str, *, detailed: bool) -> Layout:
    alone = layout(f"record_{record_type}")
    return layout(f"record_{record_type}+detail") if detailed and alone.length == 350 else alone


@cache
def message_types() -> Mapping[str, MessageType]:
    """Every message that can be read, by its six digits."""
    types: dict[str, MessageType] = {}
    for number, table in cast(dict[str, _MessageTable], _table("messages")).items():
        detailed = table.get("detailed", False)
        types[number] = MessageType(
            number=number,
            title=table["title"],
            title_nl=table["title_nl"],
            header_300=layout(table["header_300"]),
            records={one: _record_layout(one, detailed=detailed) for one in table["records"]},
            follows={one: tuple(after) for one, after in table.get("follows", {}).items()},
            answer=table.get("answer", False),
        )
    return MappingProxyType(types)
