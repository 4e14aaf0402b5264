"""The technical refusal 920999: an invoice file is sent back as a whole, with the zones that are wrong.

Source: MyCareNet eFact: headers 200 and 300 and records 95 and 96 come back with a two-character error
code behind each zone. That answer has no room for faults in records 10 to 90; they are told in words in
the last zone of record 96, and the status of header 200 carries the code (project-defined).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from generale.protocol.flatfile.composition import Value, build, change, plain
from generale.protocol.flatfile.fault import NETWORK_TYPES, ZoneFault
from generale.protocol.flatfile.file import File, decode, encode, expect_type, file_of
from generale.protocol.flatfile.invoice_writer import ENVIRONMENT
from generale.protocol.flatfile.layout import Layout, Zone
from generale.protocol.flatfile.record import Record

REFUSED = 40
"""Header 200 zone 203 of a refusal, as real answers carry it."""

_REMARK = 257
_STATUS = "203"


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneError:
    """An error code behind one zone of a header or of record 95 or 96."""

    record_number: int
    """Which record of the answer, from 1; 0 for a header."""
    record_type: str
    """``200``, ``300``, ``95`` or ``96``."""
    zone: str
    """The number of the zone that is wrong; of a sign and its amount always that of the amount."""
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TechnicalRefusal:
    """Why an invoice file was not taken in."""

    reference: str
    """The sender's reference of the invoice file, as it stood there."""
    fund_reference: str
    """The fund's own reference, fourteen digits."""
    errors: tuple[ZoneError, ...]
    """In the order of the file, at most one per zone."""
    remark: str = ""
    """Faults that have no error code behind their zone, in words; at most 257 characters."""
    test: bool = False


def refuse(invoice: File, faults: Sequence[ZoneFault], *, fund_reference: str) -> TechnicalRefusal:
    """The refusal of an invoice file for these technical faults."""
    parts = _echo(invoice)
    places = {part.raw: place for place, part in reversed(list(enumerate(parts)))}
    codes: dict[tuple[int, str], str] = {}
    told: list[str] = []
    for fault in faults:
        part = _part(invoice, places, fault)
        coded = _coded_zone(parts[part].layout, fault.zone) if part is not None else None
        if part is None or coded is None:
            told.append(_sentence(fault))
            part, coded = 0, _STATUS
        codes.setdefault((part, coded), fault.code)
    errors = [
        ZoneError(
            record_number=max(0, n - 1), record_type=part.type, zone=zone.number, code=codes[n, zone.number]
        )
        for n, part in enumerate(parts)
        for zone in part.layout.zones
        if (n, zone.number) in codes
    ]
    return TechnicalRefusal(
        reference=invoice.header200["reference"],
        fund_reference=fund_reference,
        errors=tuple(errors),
        remark=plain(" | ".join(told))[:_REMARK].rstrip(),
        test=_is_test(invoice.header200),
    )


def write_refusal(refusal: TechnicalRefusal, invoice: File) -> bytes:
    """The bytes of a 920999 that echoes this invoice file; OurError where a value does not fit."""
    codes = {(one.record_number, one.record_type, one.zone): one.code for one in refusal.errors}
    header200, header300, *closing = (
        change(part, **_marks(part, max(0, n - 1), codes)) for n, part in enumerate(_echo(invoice))
    )
    header200 = change(
        header200, message_type="920999", status=REFUSED, fund_reference=refusal.fund_reference
    )
    closing[-1] = change(closing[-1], remark=refusal.remark)
    return encode(file_of(header200, header300, closing))


def read_refusal(raw: bytes) -> TechnicalRefusal:
    """The technical refusal in these bytes; PeerError where they are none."""
    file = expect_type(decode(raw), "920999")
    last = file.records[-1] if file.records else None
    return TechnicalRefusal(
        reference=file.header200["reference"],
        fund_reference=file.header200["fund_reference"],
        errors=tuple(
            error for part in (file.header200, file.header300, *file.records) for error in _errors(part)
        ),
        remark=last.text("remark") if last else "",
        test=_is_test(file.header200),
    )


def _is_test(header200: Record) -> bool:
    return header200["environment"] == str(ENVIRONMENT[True])


def _echo(invoice: File) -> list[Record]:
    """What comes back: both headers and records 95 and 96; an empty 96 where the file has none."""
    closing = [one for one in invoice.records if one.type in NETWORK_TYPES]
    if not closing or closing[-1].type != "96":
        closing.append(build("record_96"))
    return [invoice.header200, invoice.header300, *closing]


def _part(invoice: File, places: Mapping[bytes, int], fault: ZoneFault) -> int | None:
    """Which part of the echo holds a fault; none for records 10 to 90."""
    if fault.record_type not in NETWORK_TYPES:
        return None
    if fault.record_number:
        return places[invoice.records[fault.record_number - 1].raw]
    return 0 if fault.record_type == invoice.header200.type else 1


def _coded(layout: Layout) -> Iterator[tuple[Zone, Zone]]:
    """Each zone that has an error code, with the zone of that code right behind it."""
    for zone, behind in zip(layout.zones, layout.zones[1:], strict=False):
        if behind.name.endswith("_error"):
            yield zone, behind


def _coded_zone(layout: Layout, number: str) -> str | None:
    """The zone whose error code covers this zone: itself, the amount behind a sign, the owner of a code."""
    position = layout.zone(number).position
    owner = next((zone.number for zone, code in _coded(layout) if code.number == number), None)
    if owner:
        return owner
    covering = (zone for zone, _ in _coded(layout) if zone.position >= position)
    found = next(covering, None)
    return found.number if found else None


def _sentence(fault: ZoneFault) -> str:
    where = f"RECORD {fault.record_number} ({fault.record_type}) ZONE {fault.zone} {fault.name}"
    return f"{where}: {fault.code} {fault.message}"


def _marks(part: Record, number: int, codes: dict[tuple[int, str, str], str]) -> dict[str, Value]:
    """What stands in the zones for error codes: the code, or 00."""
    return {
        code.name: codes.get((number, part.type, zone.number), "00") for zone, code in _coded(part.layout)
    }


def _errors(part: Record) -> Iterator[ZoneError]:
    for zone, behind in _coded(part.layout):
        code = part[behind.name]
        if code.strip(" 0"):
            yield ZoneError(record_number=part.number, record_type=part.type, zone=zone.number, code=code)
