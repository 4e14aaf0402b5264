"""Writing records: values become zones, padded and signed as the instructions ask.

Source: RIZIV flat-file instructions. Digits stand right, padded with zeros; text stands left, in
capitals without accents; an amount is a sign and cents. Whatever does not fit is an OurError.
"""

import unicodedata
from datetime import date

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


def zone_text(zone: Zone, value: Value) -> str:
    """The characters of one zone, exactly as long as the zone; OurError where the value does not fit."""
    match value:
        case Euro(cents=number) | int(number) if zone.form is Form.SIGNED:
            text = signed(number, zone.length)
        case Euro(cents=number) | int(number) if number >= 0:
            text = str(number).rjust(zone.length, "0")
        case date():
            text = value.strftime("%Y%m%d").rjust(zone.length, "0")
        case str() if zone.kind is Kind.TEXT or zone.form is Form.SIGNED:
            text = plain(value).ljust(zone.length)
        case str() if value.isascii() and value.isdigit():
            text = value.rjust(zone.length, "0")
        case _:
            raise OurError(f"zone {zone.number} {zone.name} cannot hold {value!r}")
    if len(text) != zone.length:
        raise OurError(f"zone {zone.number} {zone.name} holds {zone.length} characters, not {text!r}")
    return text


def _with_signs(form: Layout, values: dict[str, Value]) -> dict[str, Value]:
    """Amounts whose sign is a zone of its own become two values."""
    told: dict[str, Value] = {}
    for name, value in values.items():
        if isinstance(value, Euro) and f"{name}_sign" in form.by_key:
            told[f"{name}_sign"] = "-" if value.cents < 0 else "+"
            value = abs(value.cents)
        told[name] = value
    return told


def _filled(form: Layout, raw: bytes, values: dict[str, Value]) -> bytes:
    text = bytearray(raw)
    for name, value in _with_signs(form, values).items():
        zone = form.zone(name)
        text[form.cuts[zone.name if zone.name in form.cuts else zone.number]] = zone_text(zone, value).encode(
            "ascii"
        )
    if _CHECK in form.by_key and _CHECK not in values:
        text[348:350] = f"{record_check(bytes(text[:348])):02d}".encode("ascii")
    return bytes(text)


def build(layout_name: str, **values: Value) -> Record:
    """A new header or record with these zones by name, the rest empty and zone 99 computed."""
    form = layout(layout_name)
    return Record(layout=form, raw=_filled(form, form.blank, values))


def change(record: Record, **values: Value) -> Record:
    """The same record with other values in these zones, and zone 99 computed again."""
    raw = _filled(record.layout, record.raw, values)
    return Record(layout=record.layout, raw=raw, number=record.number, offset=record.offset)
