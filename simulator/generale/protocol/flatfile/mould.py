"""Writing many records that differ in the same few zones: each is one formatting of a record with holes.

Source: RIZIV flat-file instructions, as for every record that is built. A value that does not fit is an
OurError: no hole can come out shorter than its zone, so a longer value shows in the length of the record, and
one that is no digits in the check of all its characters.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from generale.protocol.errors import OurError
from generale.protocol.flatfile.check_digit import record_check
from generale.protocol.flatfile.composition import change
from generale.protocol.flatfile.layout import Form, Kind, Zone
from generale.protocol.flatfile.record import Record

Hole = type[int] | type[bytes]
"""What a zone is filled with: a whole number, or characters, in ASCII capitals."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mould:
    """A record with holes; zone 99 is computed."""

    record: Record
    holes: tuple[str, ...]
    pattern: bytes
    """Everything before zone 99, as bytes are formatted."""

    @classmethod
    def of(cls, record: Record, **holes: Hole) -> Self:
        """The mould of a record with these zones open, in their order; OurError for another order."""
        return cls(record=record, holes=tuple(holes), pattern=b"".join(_pieces(record, holes)))

    def cast(self, *values: int | bytes) -> bytes:
        """The bytes of the record with these values in its holes."""
        form, raw = self.record.layout, self.pattern % values
        raw += b"%02d" % record_check(raw)
        if len(raw) == form.length and not form.strange(raw):
            return raw
        told = {
            name: value.decode("ascii") if isinstance(value, bytes) else value
            for name, value in zip(self.holes, values, strict=True)
        }
        return change(self.record, **told).raw


def _pieces(record: Record, holes: dict[str, Hole]) -> Iterator[bytes]:
    begun, end = 0, record.layout.cuts["record_check"].start
    for name, hole in holes.items():
        cut = record.layout.cuts[name]
        if cut.start < begun:
            raise OurError(f"{name} does not stand behind the holes before it")
        yield _escaped(record.raw[begun : cut.start])
        yield _conversion(record.layout.zone(name), hole)
        begun = cut.stop
    yield _escaped(record.raw[begun:end])


def _escaped(raw: bytes) -> bytes:
    return raw.replace(b"%", b"%%")


def _conversion(zone: Zone, hole: Hole) -> bytes:
    """How a value is laid out; characters that are too few leave blanks, which digits do not allow."""
    if hole is int:
        return b"%%%s0%dd" % (b"+" if zone.form is Form.SIGNED else b"", zone.length)
    return b"%%%s%db" % (b"-" if zone.kind is Kind.TEXT else b"", zone.length)
