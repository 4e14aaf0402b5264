"""What the zones of an invoice file break by themselves or with one another, beyond the demands of layouts.

The rows are ``lone_zone.toml``; the functions under the same names say where and how one is broken.
"""

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from generale.conformance.lone_relations import LoneBreach
from generale.conformance.message_rung import Rung
from generale.protocol.errors import PeerError
from generale.protocol.flatfile import File
from generale.protocol.flatfile.invoice_writer import SEX_DIGIT
from generale.protocol.flatfile.record import Record, day_of
from generale.protocol.ids import Iban, Insz, Kbo

_ACCOUNTS = ("account_a_iban", "account_b_iban")


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneRule:
    """A row: the rung on which it is looked at, its sentence in both languages, and two examples."""

    rung: Rung
    en: str
    nl: str
    passes: str
    fails: str


Broken = Iterator[tuple[str, str]]
"""Zones that break a rule, each with what was expected."""


def _accounts(head: Record) -> Broken:
    for zone in _ACCOUNTS:
        if head.text(zone).strip("0"):
            try:
                Iban.parse(head.text(zone))
            except PeerError:
                yield zone, "an IBAN"


def _enterprise(head: Record) -> Broken:
    try:
        Kbo.parse(head["company_number"])
    except PeerError:
        yield "company_number", "an enterprise number"


def _discharge(head: Record) -> Broken:
    admitted, discharged = day_of(head["admission_date"]), day_of(head["discharge_date"])
    if admitted and discharged and discharged < admitted:
        yield "discharge_date", f"at the earliest {admitted}"


def _sex(head: Record) -> Broken:
    person = _person(head)
    if person and person.sex and head["sex"] != str(SEX_DIGIT[person.sex]):
        yield "sex", str(SEX_DIGIT[person.sex])


def _birth(head: Record) -> Broken:
    person, admitted = _person(head), day_of(head["admission_date"])
    born = person.birth_date if person else None
    if admitted and born and admitted < born:
        yield "admission_date", f"at the earliest {born}"


def _person(head: Record) -> Insz | None:
    """Whom a bill is about; None where it says so by another number than an INSZ."""
    return Insz.parse(head["insz"][2:]) if head["insz_flag"] == "1" else None


FUNCTIONS: Mapping[str, tuple[str, Callable[[Record], Broken]]] = {
    "account-is-an-iban": ("10", _accounts),
    "enterprise-has-its-check-digits": ("10", _enterprise),
    "discharge-follows-admission": ("20", _discharge),
    "sex-is-that-of-the-insz": ("20", _sex),
    "admission-follows-birth": ("20", _birth),
}
"""By name: the type of the records that are looked at, and how."""


@cache
def zone_rules() -> Mapping[str, ZoneRule]:
    """The rows by name."""
    text = (resources.files(__package__) / "lone_zone.toml").read_text("utf-8")
    rows = tomllib.loads(text)
    return {name: ZoneRule(**{**row, "rung": Rung(row["rung"])}) for name, row in rows.items()}


def zone_breaches(file: File, rung: Rung) -> Iterator[LoneBreach]:
    """Where an invoice file whose zones can be read breaks the rules of a rung, in the order of the rules."""
    for name, (record_type, broken) in FUNCTIONS.items():
        rule = zone_rules()[name]
        for record in file.of_type(record_type) if rule.rung is rung else ():
            for key, expected in broken(record):
                zone = record.layout.zone(key)
                offset = record.offset + zone.position - 1
                yield LoneBreach(
                    place=f"record {record.number} ({record.type}) zone {zone.number}, byte {offset}",
                    rule_en=rule.en,
                    rule_nl=rule.nl,
                    expected=expected,
                    received=record.text(key),
                )
