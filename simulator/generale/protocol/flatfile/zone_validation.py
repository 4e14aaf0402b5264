"""Faults inside one header or record: empty zones, letters where digits belong, wrong check digits.

Source: RIZIV flat-file instructions; the requirements per zone are data, in the layouts.
"""

from collections.abc import Iterator
from functools import cache

from generale.protocol.errors import PeerError
from generale.protocol.flatfile.check_digit import nomenclature_code_is_valid, record_check
from generale.protocol.flatfile.fault import Problem, ZoneFault, zone_fault
from generale.protocol.flatfile.layout import Form, Kind, Layout, Zone
from generale.protocol.flatfile.record import Record

_NOT_A_DIGIT = bytes(0 if 0x30 <= code <= 0x39 else 1 for code in range(256))
_SIGNS = ("+", "-")


@cache
def _demanding(layout: Layout) -> tuple[Zone, ...]:
    """The zones that ask for more than digits or text."""
    return tuple(z for z in layout.zones if z.required or z.allowed or z.form is not Form.PLAIN)


def zone_faults(record: Record) -> Iterator[ZoneFault]:
    """At most one fault per zone."""
    strange = int.from_bytes(record.raw.translate(_NOT_A_DIGIT), "big") & record.layout.digit_mask
    zones = record.layout.zones if strange else _demanding(record.layout)
    for zone in zones:
        fault = _fault(record, zone)
        if fault:
            yield fault
    if "record_check" in record.layout.by_key:
        check = f"{record_check(record.raw):02d}"
        if record["record_check"].isdigit() and record["record_check"] != check:
            yield zone_fault(record, "record_check", Problem.CHECK_DIGIT, expected=check)


def _fault(record: Record, zone: Zone) -> ZoneFault | None:
    text = record[zone.number]
    if zone.form is Form.SIGNED:
        return _signed_fault(record, zone, text)
    if zone.kind is Kind.DIGITS and not text.isdigit():
        return zone_fault(record, zone.number, Problem.NOT_NUMERIC, expected=f"{zone.length} digits")
    if zone.required and not text.strip(" 0"):
        return zone_fault(record, zone.number, Problem.MISSING, expected="a value")
    if zone.allowed and text not in zone.allowed:
        problem = Problem.SIGN if zone.allowed == _SIGNS else Problem.NOT_ALLOWED
        return zone_fault(record, zone.number, problem, expected=" or ".join(zone.allowed))
    return _form_fault(record, zone, text)


def _signed_fault(record: Record, zone: Zone, text: str) -> ZoneFault | None:
    if text[:1] not in _SIGNS:
        return zone_fault(record, zone.number, Problem.SIGN, expected="+ or -")
    if not text[1:].isdigit():
        expected = f"a sign and {zone.length - 1} digits"
        return zone_fault(record, zone.number, Problem.NOT_NUMERIC, expected=expected)
    return None


def _form_fault(record: Record, zone: Zone, text: str) -> ZoneFault | None:
    match zone.form:
        case Form.DATE if not _is_day(record, zone):
            return zone_fault(record, zone.number, Problem.NO_SUCH_DAY, expected="YYYYMMDD")
        case Form.MONTH if not _is_month(record, zone):
            return zone_fault(record, zone.number, Problem.NO_SUCH_DAY, expected="YYYYMM")
        case Form.NOMENCLATURE if not nomenclature_code_is_valid(text):
            expected = "a zero, five digits and their remainder modulo 7"
            return zone_fault(record, zone.number, Problem.CHECK_DIGIT, expected=expected)
        case _:
            return None


def _is_day(record: Record, zone: Zone) -> bool:
    try:
        record.day(zone.number)
    except PeerError:
        return False
    return True


def _is_month(record: Record, zone: Zone) -> bool:
    try:
        return not record[zone.number].strip("0") or bool(record.month(zone.number))
    except PeerError:
        return False
