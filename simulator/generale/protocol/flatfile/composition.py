"""Writing records: values become zones, padded and signed as the instructions ask.

Source: RIZIV flat-file instructions. Digits stand right, padded with zeros; text stands left, in
capitals without accents; an amount is a sign and cents. Whatever does not fit is an OurError.
"""

import unicodedata
from collections.abc import Mapping
from datetime import date
from functools import cache, lru_cache
from typing import NamedTuple

from generale.protocol.errors import OurError
from generale.protocol.flatfile.check_digit import record_check
from generale.protocol.flatfile.layout import Form, Kind, Layout, Zone, layout
from generale.protocol.flatfile.record import Record
from generale.protocol.money import Euro

Value = str | int | Euro | date
"""What a zone can be given."""

_CHECK = "record_check"
_LETTERS = str.maketrans({"Æ": "AE", "Œ": "OE", "Ø": "O", "Ł": "L", "Đ": "D", "’": "'", "‘": "'", "–": "-"})


def plain(text: str) -> str:
    """The text in capitals without accents; what ASCII cannot say becomes a question mark."""
    if text.isascii() and text.isprintable():
        return text.upper()
    letters = unicodedata.normalize("NFKD", text.upper().translate(_LETTERS))
    bare = "".join(one for one in letters if not unicodedata.combining(one))
    return "".join(one if " " <= one <= "~" else " " if one.isspace() else "?" for one in bare)


def signed(cents: int, length: int, *, negative: bool = False) -> str:
    """A sign and zero-padded digits; ``negative`` writes a zero of a credit note as minus zero."""
    return ("-" if cents < 0 or negative else "+") + str(abs(cents)).rjust(length - 1, "0")


class _Slot(NamedTuple):
    """A zone made ready for writing; a tuple, because it is unpacked for every zone of every record."""

    cut: slice
    number: bytes
    """How a whole number is laid out: zero-padded, with its sign where the zone has one."""
    length: int
    signed: bool
    digits: bool
    """Whether a text can only be digits, which then stand right."""
    sign: slice | None
    """The zone of its own in which the sign of an amount stands."""


@cache
def _slots(form: Layout) -> dict[str, _Slot]:
    return {key: _slot(form, key, zone) for key, zone in form.by_key.items()}


def _slot(form: Layout, key: str, zone: Zone) -> _Slot:
    has_sign = zone.form is Form.SIGNED
    return _Slot(
        cut=form.cuts[key],
        number=f"%{'+' if has_sign else ''}0{zone.length}d".encode(),
        length=zone.length,
        signed=has_sign,
        digits=zone.kind is Kind.DIGITS and not has_sign,
        sign=form.cuts.get(f"{key}_sign"),
    )


def zone_text(zone: Zone, value: Value) -> str:
    """The characters of one zone, exactly as long as the zone; OurError where the value does not fit."""
    signed_zone = zone.form is Form.SIGNED
    match value:
        case Euro(cents=number) | int(number) if signed_zone:
            text = signed(number, zone.length)
        case Euro(cents=number) | int(number) if number >= 0:
            text = str(number).rjust(zone.length, "0")
        case date():
            text = _day(value).rjust(zone.length, "0")
        case str() if zone.kind is Kind.TEXT or signed_zone:
            text = plain(value).ljust(zone.length)
        case str() if value.isascii() and value.isdigit():
            text = value.rjust(zone.length, "0")
        case _:
            raise OurError(f"zone {zone.number} {zone.name} cannot hold {value!r}")
    if len(text) != zone.length:
        raise OurError(f"zone {zone.number} {zone.name} holds {zone.length} characters, not {text!r}")
    return text


def _filled(form: Layout, raw: bytes, values: Mapping[str, Value]) -> bytes:
    text, slots = bytearray(raw), _slots(form)
    for name, value in values.items():
        cut, number, length, has_sign, digits, sign = slots.get(name) or slots[form.zone(name).number]
        if type(value) is Euro:
            value = value.cents
            if sign:
                text[sign] = b"-" if value < 0 else b"+"
                value = abs(value)
        if type(value) is int and (value >= 0 or has_sign):
            written = number % value
        elif digits and isinstance(value, str) and value.isascii() and value.isdigit():
            written = value.zfill(length).encode("ascii")
        else:
            written = _remembered(form, name, value)
        if len(written) != length:
            written = _remembered(form, name, value)
        text[cut] = written
    if _CHECK in slots and _CHECK not in values:
        text[348:350] = b"%02d" % record_check(text)
    return bytes(text)


@lru_cache(4096)
def _remembered(form: Layout, name: str, value: Value) -> bytes:
    """The bytes of a zone; one file holds the same dates, texts and numbers many times."""
    return zone_text(form.zone(name), value).encode("ascii")


@lru_cache(1024)
def _day(day: date) -> str:
    return day.strftime("%Y%m%d")


def build(layout_name: str, **values: Value) -> Record:
    """A new header or record with these zones by name, the rest empty and zone 99 computed."""
    form = layout(layout_name)
    return Record(layout=form, raw=_filled(form, form.blank, values))


def change(record: Record, **values: Value) -> Record:
    """The same record with other values in these zones, and zone 99 computed again.

    What many records of a file share is best built once and then changed.
    """
    raw = _filled(record.layout, record.raw, values)
    return Record(layout=record.layout, raw=raw, number=record.number, offset=record.offset)
