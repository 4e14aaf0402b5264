"""One header or record of a flat file: its raw bytes, cut into zones when they are asked for.

The bytes are kept as they came, so a file that another program wrote is written again without loss.
Source: RIZIV flat-file instructions; amounts are a sign and whole cents, dates are YYYYMMDD.
"""

from dataclasses import dataclass, field
from datetime import date

from generale.protocol.calendar import CareMonth
from generale.protocol.errors import PeerError
from generale.protocol.flatfile.layout import Form, Layout, Zone
from generale.protocol.money import Euro

ALPHABET = "latin-1"
"""By which bytes are text: ASCII, and whatever letter of ISO 8859-1 stands in the text of an answer."""

_SIGNS = (b"+", b"-")


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A header or record: ``record["amount"]`` or ``record["19"]`` is the text of one zone.

    ``number`` counts the records of the file from 1 (0 for a header); ``offset`` is the place of its
    first byte in the file. Neither is part of what the record says.
    """

    layout: Layout
    raw: bytes
    number: int = field(default=0, compare=False)
    offset: int = field(default=0, compare=False)

    def __getitem__(self, key: str) -> str:
        """The text of a zone by its name or number, padding included."""
        cut = self.layout.cuts.get(key)
        return self.raw[cut or self.layout.cuts[self.layout.zone(key).name]].decode(ALPHABET)

    @property
    def type(self) -> str:
        """The first two characters, such as ``30``; ``200`` or ``300`` for a header."""
        return self.layout.record_type

    def text(self, key: str) -> str:
        """A zone as text, without the blanks behind it."""
        return self[key].rstrip()

    def whole(self, key: str) -> int:
        """A zone of digits, or of a sign and digits, as a number; PeerError where it is not one."""
        cut = self.layout.cuts.get(key)
        raw = self.raw[cut] if cut else self[key].encode(ALPHABET)
        if raw.isdigit():
            return int(raw)
        if raw[:1] in _SIGNS and raw[1:].isdigit() and self.layout.zone(key).form is Form.SIGNED:
            return int(raw)
        raise self.wrong(key, f"'{raw.decode(ALPHABET)}' is not a number")

    def euro(self, key: str) -> Euro:
        """An amount; its sign stands before the digits or in a zone of its own."""
        return Euro(self.cents(key))

    def cents(self, key: str) -> int:
        """An amount in whole cents, where many are added up."""
        cents = self.whole(key)
        sign = self.layout.cuts.get(f"{key}_sign") if cents > 0 else None
        return -cents if sign and self.raw[sign] == b"-" else cents

    def day(self, key: str) -> date | None:
        """A date, or nothing where the zone holds zeros; PeerError where no such day exists."""
        text = self[key]
        if not text.strip("0"):
            return None
        day = day_of(text)
        if day is None:
            raise self.wrong(key, f"'{text}' is not a date")
        return day

    def required_day(self, key: str) -> date:
        """A date that must be there; PeerError where the zone holds zeros."""
        day = self.day(key)
        if day is None:
            raise self.wrong(key, "the date is missing")
        return day

    def month(self, key: str) -> CareMonth:
        """A month, YYYYMM; PeerError where no such month exists."""
        try:
            return CareMonth.parse(self[key])
        except PeerError as error:
            raise self.wrong(key, str(error)) from error

    def wrong(self, key: str, message: str) -> PeerError:
        """An error of the other side in one zone of this record, with its place."""
        where = place(self, self.layout.zone(key))
        return PeerError(f"{where}: {message}", where=where)


def day_of(text: str) -> date | None:
    """The day that eight digits YYYYMMDD name; None where they name none."""
    if len(text) != 8 or not (text.isascii() and text.isdigit()):
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None


def place(record: Record, zone: Zone) -> str:
    """Where a zone stands, for people: ``record 4 (30), zone 19 amount, byte 1369``."""
    name = f"record {record.number} ({record.type})" if record.number else f"header {record.type}"
    return f"{name}, zone {zone.number} {zone.name}, byte {record.offset + zone.position - 1}"
