"""A whole flat file: headers 200 and 300 and the records, from bytes and back without loss.

Source: MyCareNet eFact. A file is one run of ASCII characters without line ends. Reading fails closed:
a wrong length, a strange character or an unknown type is a PeerError that names the place. Letters of
ISO 8859-1 in the texts of an answer are read all the same (project-defined), since real answers vary.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from generale.protocol.errors import OurError, PeerError
from generale.protocol.flatfile.layout import Layout, MessageType, layout, message_types
from generale.protocol.flatfile.record import ALPHABET, Record, place
from generale.protocol.flatfile.shift import check_is_wrong, out_of_place

MAX_RECORDS = 200_000
"""More records than any answer can need; a longer file is refused unread (project-defined)."""

MAX_INVOICE_RECORDS = 25_000
"""More records than any invoice file of one facility, month and fund can need (project-defined): twenty for
each of 1,250 residents. A longer one is refused unread, because its controls hold everybody else up.
"""

_INVOICE = "920000"

_PRINTABLE = bytes(range(0x20, 0x7F))
_IN_ANSWERS = _PRINTABLE + bytes(range(0xA0, 0x100))
"""What an answer may hold: the printable half of ISO 8859-1 too, in its zones of text."""
_HEAD = 67


class AlphabetError(PeerError):
    """A character that cannot stand where it does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One flat file, cut into records but not yet judged."""

    header200: Record
    header300: Record
    records: tuple[Record, ...]

    @property
    def type(self) -> str:
        """The message number, such as ``920000``."""
        return self.header200["message_type"]

    def first(self, record_type: str) -> Record | None:
        """The first record of this type, if there is one."""
        return next((one for one in self.records if one.layout.record_type == record_type), None)

    def of_type(self, record_type: str) -> tuple[Record, ...]:
        """All records of this type, in their order."""
        return tuple([one for one in self.records if one.layout.record_type == record_type])


def file_of(header200: Record, header300: Record, records: Iterable[Record]) -> File:
    """A file from built parts, each knowing its number and offset; OurError where the type is unknown."""
    kind = message_types().get(header200["message_type"])
    if kind is None:
        raise OurError(f"there is no message {header200['message_type']}")
    first, length = kind.head_length, kind.record_length
    numbered = (
        Record(layout=one.layout, raw=one.raw, number=n, offset=first + (n - 1) * length)
        for n, one in enumerate(records, start=1)
    )
    third = Record(layout=header300.layout, raw=header300.raw, offset=_HEAD)
    return File(header200=header200, header300=third, records=tuple(numbered))


def encode(file: File) -> bytes:
    """The bytes of a file, exactly as they were read or built."""
    return b"".join((file.header200.raw, file.header300.raw, *(one.raw for one in file.records)))


def decode(raw: bytes) -> File:
    """Cut a flat file into headers and records.

    Raises PeerError, with record, zone and byte in ``where``, for an unknown message or record type, a
    wrong length, a character outside printable ASCII (in the texts of an answer: outside ISO 8859-1), or more
    records than are read.
    """
    kind = message_types().get(raw[:6].decode("ascii", "replace"))
    _check_alphabet(raw, kind)
    if kind is None:
        where = "header 200, zone 200 message_type, byte 0"
        raise PeerError(f"{where}: '{raw[:6].decode('ascii')}' is no known message", where=where)
    first, length = kind.head_length, kind.record_length
    numbered = enumerate(range(first, first + _count(raw, kind) * length, length or 1), start=1)
    return File(
        header200=_cut(layout("header_200"), raw[:_HEAD]),
        header300=_cut(kind.header_300, raw[_HEAD:first], offset=_HEAD),
        records=tuple([_record(raw[at : at + length], kind, number, at) for number, at in numbered]),
    )


def expect_type(file: File, message_type: str) -> File:
    """The file itself when it is this message; PeerError where it is another."""
    if file.type != message_type:
        raise file.header200.wrong("message_type", f"{file.type} is not a {message_type}")
    return file


def _check_alphabet(raw: bytes, kind: MessageType | None) -> None:
    strange = raw.translate(None, _IN_ANSWERS if kind is not None and kind.answer else _PRINTABLE)
    if strange:
        raise _strange(strange[0], _where(raw, kind, raw.index(strange[:1])))


def _strange(byte: int, where: str) -> AlphabetError:
    return AlphabetError(f"{where}: the byte 0x{byte:02X} is no printable ASCII character", where=where)


def _count(raw: bytes, kind: MessageType) -> int:
    """How many records the file has; its length must come out even."""
    body, length = len(raw) - kind.head_length, kind.record_length
    whole, rest = divmod(body, length) if length else (0, body)
    if kind.answer and (rest + 1 == length or (not length and rest == -1)):
        whole, rest = whole + (1 if length else 0), 0
    most = MAX_INVOICE_RECORDS if kind.number == _INVOICE else MAX_RECORDS
    if whole > most:
        where = _where(raw, kind, kind.head_length + most * length)
        raise PeerError(f"{where}: the file has more than {most} records", where=where)
    if rest or body < -1:
        raise _wrong_length(raw, kind)
    return whole


def _wrong_length(raw: bytes, kind: MessageType) -> PeerError:
    """A file of a wrong length: told at the first record out of place, or else where the file ends."""
    message = f"the file ends after {len(raw)} characters; headers take {kind.head_length}"
    if kind.record_length:
        message += f" and each record {kind.record_length}"
    number = next(out_of_place(raw, kind), None)
    if number is None:
        end = kind.head_length if not kind.record_length else len(raw)
        where = _where(raw, kind, min(end, len(raw)))
        return PeerError(f"{where}: {message}", where=where)
    start = kind.head_length + (number - 1) * kind.record_length
    before = raw[start - kind.record_length : start]
    form = kind.records.get(before[:2].decode(ALPHABET)) if number > 1 else None
    moved = f"a character too many or too few: record {number} does not begin at byte {start}"
    if form is None or not check_is_wrong(before, form):
        where = f"record {number}, zone 1 record_type, byte {start}"
    else:
        where = _where(raw, kind, start - kind.record_length + form.cuts["record_check"].start)
    return PeerError(f"{where}: {moved}; {message}", where=where)


def _record(cut: bytes, kind: MessageType, number: int, offset: int) -> Record:
    form = kind.records.get(cut[:2].decode(ALPHABET))
    if form is None:
        where = f"record {number}, zone 1 record_type, byte {offset}"
        raise PeerError(
            f"{where}: message {kind.number} has no record '{cut[:2].decode(ALPHABET)}'", where=where
        )
    return _cut(form, cut, number, offset)


def _cut(form: Layout, raw: bytes, number: int = 0, offset: int = 0) -> Record:
    """A header or record, of which only zones of text hold letters beyond ASCII."""
    record = Record(layout=form, raw=raw, number=number, offset=offset)
    if not raw.isascii():
        for zone in form.zones:
            beyond = raw[form.cuts[zone.number]].translate(None, _PRINTABLE)
            if beyond and not zone.is_text:
                raise _strange(beyond[0], place(record, zone))
    return record


def _where(raw: bytes, kind: MessageType | None, offset: int) -> str:
    """The place of a byte as record, zone and byte, as far as the file can be cut."""
    if offset < _HEAD:
        zone = layout("header_200").zone_at(offset)
        return f"header 200, zone {zone.number} {zone.name}, byte {offset}"
    if kind is None:
        return f"byte {offset}"
    if offset < kind.head_length:
        zone = kind.header_300.zone_at(offset - _HEAD)
        return f"header 300, zone {zone.number} {zone.name}, byte {offset}"
    if not kind.record_length:
        return f"record 1, zone 1 record_type, byte {offset}"
    number, inside = divmod(offset - kind.head_length, kind.record_length)
    start = offset - inside
    form = kind.records.get(raw[start : start + 2].decode("ascii", "replace"))
    if form is None:
        return f"record {number + 1}, zone 1 record_type, byte {offset}"
    zone, record_type = form.zone_at(inside), raw[start : start + 2].decode("ascii")
    return f"record {number + 1} ({record_type}), zone {zone.number} {zone.name}, byte {offset}"
