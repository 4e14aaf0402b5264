"""Faults within one record: zones that are empty, letters where digits belong, wrong check digits.

Source: RIZIV flat-file instructions; the requirements per zone are data, in the layouts.
"""

from collections.abc import Callable, Iterator
from functools import cache, lru_cache

from generale.protocol.calendar import CareMonth
from generale.protocol.errors import PeerError
from generale.protocol.flatfile.check_digit import nihii_is_valid, nomenclature_code_is_valid, record_check
from generale.protocol.flatfile.fault import Problem, ZoneFault, zone_fault
from generale.protocol.flatfile.layout import Form, Kind, Layout, Zone
from generale.protocol.flatfile.record import Record, day_of

Verdict = tuple[Problem, str] | None
"""What is wrong with the characters of a zone, and what was expected; None where they are right."""

_Judge = Callable[[bytes], Verdict]

_SIGNS = ("+", "-")
_REMEMBERED = 2048
"""How many values of a zone are remembered; most zones of a file hold few different ones."""


def zone_faults(record: Record) -> Iterator[ZoneFault]:
    """At most one fault per zone."""
    raw, form = record.raw, record.layout
    strange = form.strange(raw)
    for zone, cut, judge in _every_zone(form) if strange else _demanding_zones(form):
        verdict = judge(raw[cut])
        if verdict:
            yield zone_fault(record, zone.number, verdict[0], expected=verdict[1])
    if not strange:
        for zone, cut in _required_zones(form):
            if not raw[cut].strip(b" 0"):
                yield zone_fault(record, zone.number, Problem.MISSING, expected="a value")
    if "record_check" in form.cuts:
        written, check = raw[348:350], record_check(raw)
        if written.isdigit() and int(written) != check:
            yield zone_fault(record, "record_check", Problem.CHECK_DIGIT, expected=f"{check:02d}")


@cache
def _every_zone(layout: Layout) -> tuple[tuple[Zone, slice, _Judge], ...]:
    return tuple((zone, layout.cuts[zone.number], _judge(zone)) for zone in layout.zones)


@cache
def _demanding_zones(layout: Layout) -> tuple[tuple[Zone, slice, _Judge], ...]:
    """The zones that ask for more than digits or text, and more than to be filled."""
    return tuple(one for one in _every_zone(layout) if one[0].allowed or one[0].form is not Form.PLAIN)


@cache
def _required_zones(layout: Layout) -> tuple[tuple[Zone, slice], ...]:
    """The zones that must be filled, with whatever it is: their values differ too much to be remembered."""
    demanding = {zone for zone, _, _ in _demanding_zones(layout)}
    return tuple(
        (zone, layout.cuts[zone.number]) for zone in layout.zones if zone.required and zone not in demanding
    )


def _judge(zone: Zone) -> _Judge:
    @lru_cache(_REMEMBERED)
    def verdict(raw: bytes) -> Verdict:
        return _verdict(zone, raw.decode("ascii"))

    return verdict


def _verdict(zone: Zone, text: str) -> Verdict:
    if zone.form is Form.SIGNED:
        return _signed_verdict(zone, text)
    if zone.kind is Kind.DIGITS and not text.isdigit():
        return Problem.NOT_NUMERIC, f"{zone.length} digits"
    if zone.stays_empty and text.strip(" 0"):
        return Problem.NOT_ALLOWED, "zeros" if zone.kind is Kind.DIGITS else "blanks"
    if zone.required and not text.strip(" 0"):
        return Problem.MISSING, "a value"
    if zone.allowed and text not in zone.allowed:
        problem = Problem.SIGN if zone.allowed == _SIGNS else Problem.NOT_ALLOWED
        return problem, " or ".join(zone.allowed)
    return _form_verdict(zone, text)


def _signed_verdict(zone: Zone, text: str) -> Verdict:
    if text[:1] not in _SIGNS:
        return Problem.SIGN, "+ or -"
    if not text[1:].isdigit():
        return Problem.NOT_NUMERIC, f"a sign and {zone.length - 1} digits"
    return None


def _form_verdict(zone: Zone, text: str) -> Verdict:
    match zone.form:
        case Form.DATE if text.strip("0") and day_of(text) is None:
            return Problem.NO_SUCH_DAY, "YYYYMMDD"
        case Form.MONTH if text.strip("0") and not _is_month(text):
            return Problem.NO_SUCH_DAY, "YYYYMM"
        case Form.NOMENCLATURE if not nomenclature_code_is_valid(text):
            return Problem.CHECK_DIGIT, "a zero, five digits and their remainder modulo 7"
        case Form.NIHII if text[0] != "0":
            return Problem.LEADING_ZERO, "a zero and a RIZIV number"
        case Form.NIHII if text.strip("0") and not nihii_is_valid(text[1:]):
            return Problem.CHECK_DIGIT, "a RIZIV number with its check digits"
        case _:
            return None


def _is_month(text: str) -> bool:
    try:
        CareMonth.parse(text)
    except PeerError:
        return False
    return True
