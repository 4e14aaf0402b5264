"""The exchange profile: all that is project-defined about the exchange, as data with one owner.

A profile is a folder of files. This module compiles it once into a ``Profile`` that everybody
receives as an argument. Reading a folder from disk is the caller's business.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any

from lxml import etree

from generale.protocol.advance import AdvanceTerms, read_advance_terms
from generale.protocol.binding import Binding, compile_binding, read_namespace
from generale.protocol.clock import parse_date
from generale.protocol.dependency_scale import DependencyScale, read_scale
from generale.protocol.digest import digest_of_files
from generale.protocol.errors import OurError, PeerError, UsageError
from generale.protocol.flatfile import Counted, ErrorLimit
from generale.protocol.ids import FundNumber
from generale.protocol.messages import MESSAGES, Message, StayType
from generale.protocol.notice import NoticeTerm
from generale.protocol.schema_fault import schema_refusal, unknown_message
from generale.protocol.short_stay import ShortStayLimit
from generale.protocol.table import Table, read_table
from generale.protocol.xml_source import MessageError as MessageError
from generale.protocol.xml_source import parse_xml


class DayRule(StrEnum):
    """When a boundary day of a stay is due."""

    COUNTS = "counts"
    NEVER = "never"
    ON_DEATH = "on-death"


class UnknownKeys(StrEnum):
    """What becomes of a confirmation that names what does not wait: the real answer is not public."""

    IGNORE = "ignore"
    FAULT = "fault"


NOON = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Counting:
    """Which days of a stay are due, beside the plain ones in between.

    First day, last day, first and last on the same day; of an absence the day of leaving, the day of
    returning, and the whole days away, which count or not, whatever the stay ends by. ``new_type_before`` is
    an hour, 0 to 24: a stay that goes on in another type before it is of that type on that day already, from
    it on only on the next day.
    """

    admission_day: DayRule
    last_day: DayRule
    same_day: DayRule
    leaving_day: DayRule = DayRule.COUNTS
    returning_day: DayRule = DayRule.COUNTS
    away_day: DayRule = DayRule.NEVER
    new_type_before: int = NOON


@dataclass(frozen=True, slots=True, kw_only=True)
class FundEntry:
    """A care fund of the profile."""

    number: FundNumber
    name_nl: str
    name_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PerformanceCode:
    """A code of an invoice line (prestatiecode): six digits, for a stay type, valid from a date of care."""

    stay_type: StayType
    since: date
    code: str


class YesNo(StrEnum):
    """Whether something is so."""

    YES = "yes"
    NO = "no"


class ReturnedNumber(StrEnum):
    """The sending number of a file that is repaired after a 920099."""

    SAME = "same"
    NEXT = "next"


@dataclass(frozen=True, slots=True, kw_only=True)
class FreshnessTerm:
    """How long messages hold where security is looked at, in seconds (project-defined)."""

    lifetime: int = 300
    """How old a request may be, whatever it says of itself."""
    skew: int = 60
    """How far the clocks of two sides may differ."""
    answer: int = 300
    """How long an answer of the platform holds, as it says itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A compiled profile: services, funds, counting, tempo, code lists, and the messages both ways."""

    name: str
    version: str
    digest: str
    services: Mapping[str, str]
    funds: Mapping[FundNumber, FundEntry]
    counting: Counting
    decision_seconds: int
    settlement_seconds: int
    freshness: FreshnessTerm
    unknown_keys: UnknownKeys
    poll_seconds: int
    """How long a mailbox is left alone between two polls, where that is asked for; 0 for no time."""
    resend_minors: frozenset[str]
    """The minor results of a technical refusal after which the same content may be sent once more."""
    pending_months: Mapping[date, int]
    notice: NoticeTerm | None
    """How long an admission may be told; None where the profile has no term."""
    dependency: DependencyScale
    """Which category follows from which scores of an assessment."""
    short_stay: ShortStayLimit | None
    """How long one person may be in short stay; None where the profile has no limit."""
    error_limits: Mapping[FundNumber, ErrorLimit]
    """The funds that judge an invoice file as a whole, and from which share of errors on it comes back."""
    returned_number: ReturnedNumber
    hosts: Mapping[str, frozenset[StayType]]
    performance_codes: tuple[PerformanceCode, ...]
    advances: AdvanceTerms | None
    """How advances are computed, split and claimed back; None where the profile knows none."""
    bindings: Mapping[type[Message], Binding]
    files: Mapping[str, bytes]
    schema: etree.XMLSchema
    schema_name: str

    def read(self, raw: bytes) -> Message:
        """The message in these bytes; ``MessageError`` where they are not XML, not valid, or not known."""
        root = parse_xml(raw)
        if not self.schema.validate(root):
            log: Any = self.schema.error_log  # its stub has no items
            raise schema_refusal(root, log[0], self.roots)
        binding = next((entry for entry in self.bindings.values() if entry.root == root.tag), None)
        if binding is None:
            raise unknown_message(root, self.roots)
        return binding.read(root)

    @property
    def roots(self) -> tuple[str, ...]:
        """The names, with namespace, that a message begins with."""
        return tuple(entry.root for entry in self.bindings.values())

    def write(self, message: Message) -> bytes:
        """The bytes of a message; the same message gives the same bytes."""
        return self.bindings[type(message)].write(message)

    def message_name(self, kind: type[Message]) -> str:
        """The MessageName under which a message travels."""
        return self.bindings[kind].message_name

    def performance_code(self, stay_type: StayType, day: date) -> str:
        """The code of an invoice line for a stay type on a date of care; ``OurError`` where there is none."""
        fitting = [row for row in self.performance_codes if row.stay_type is stay_type and row.since <= day]
        if not fitting:
            raise OurError(f"the profile has no performance code for {stay_type.value} on {day}")
        return max(fitting, key=lambda row: row.since).code

    def pending_limit(self, rule_set: date) -> int | None:
        """Months after which a pending message is refused under a rule set; None for no limit."""
        return self.pending_months.get(rule_set)


INVOICE_NAME = "HCPFAC"
"""MessageName of the flat invoice file and of its replies (MyCareNet)."""

INVOICES = "invoices"
"""Name of the service for invoice files, in the words of the program."""

SERVICES = ("admissions", INVOICES, "insurance")
"""The services that every profile gives a path, in the words of the program."""

_MOST_SECONDS = 366 * 24 * 3600
_MOST_FRESH = 3600
_MOST_MONTHS = 1200
_MOST_DAYS = 366

_XSD = "http://www.w3.org/2001/XMLSchema"


def compile_profile(files: Mapping[str, bytes]) -> Profile:
    """Compile the files of a profile folder (name to bytes); ``UsageError`` names the entry that is wrong."""
    head = read_table(files, "profile.toml")
    tempo = head.table("tempo").only("decision", "settlement", "poll")
    services = _services(head.table("services"))
    funds, hosts = _funds(head), _hosts(head.table("hosts"))
    return Profile(
        name=head.text("name"),
        version=head.text("version"),
        digest=digest_of_files(files),
        services=services,
        funds=funds,
        counting=_counting(head.table("counting")),
        decision_seconds=tempo.number("decision", _MOST_SECONDS),
        settlement_seconds=tempo.number("settlement", _MOST_SECONDS),
        freshness=_freshness(head.table("freshness")) if "freshness" in head.values else FreshnessTerm(),
        unknown_keys=head.table("mailbox").only("unknown_keys").word("unknown_keys", UnknownKeys),
        poll_seconds=tempo.number("poll", _MOST_SECONDS) if "poll" in tempo.values else 0,
        resend_minors=head.texts("resend_minors") if "resend_minors" in head.values else frozenset(),
        pending_months=_pending_months(head.table("pending_months")),
        notice=_notice(head.table("notice")) if "notice" in head.values else None,
        dependency=read_scale(head),
        short_stay=_short_stay(head.table("short_stay")) if "short_stay" in head.values else None,
        error_limits=_error_limits(head, funds),
        returned_number=head.table("returned_file")
        .only("sending_number")
        .word("sending_number", ReturnedNumber),
        hosts=hosts,
        performance_codes=_performance_codes(head),
        advances=read_advance_terms(head.table("advances"), hosts) if "advances" in head.values else None,
        bindings=_bindings(head, files, services),
        files=dict(files),
        schema=_schema(head.text("schema"), files),
        schema_name=head.text("schema"),
    )


def _freshness(table: Table) -> FreshnessTerm:
    table.only("lifetime", "skew", "answer")
    given = {key: table.number(key, _MOST_FRESH) for key in table.values}
    for key in ("lifetime", "answer"):
        if given.get(key) == 0:
            raise table.wrong(key, f"a whole number from 1 to {_MOST_FRESH}")
    return FreshnessTerm(**given)


def _services(table: Table) -> Mapping[str, str]:
    services = {service: table.text(service) for service in table.values}
    for service in SERVICES:
        table.text(service)
    return services


def _funds(head: Table) -> Mapping[FundNumber, FundEntry]:
    funds: dict[FundNumber, FundEntry] = {}
    for row in head.tables("funds", "number", "name_nl", "name_en"):
        number = row.parsed("number", FundNumber.parse)
        if number in funds:
            raise row.wrong("number", "a number that no other fund has")
        funds[number] = FundEntry(number=number, name_nl=row.text("name_nl"), name_en=row.text("name_en"))
    return funds


def _counting(table: Table) -> Counting:
    def rule(name: str, otherwise: DayRule) -> DayRule:
        return table.word(name, DayRule) if name in table.values else otherwise

    table.only(*(one.name for one in fields(Counting)))
    return Counting(
        admission_day=table.word("admission_day", DayRule),
        last_day=table.word("last_day", DayRule),
        same_day=table.word("same_day", DayRule),
        leaving_day=rule("leaving_day", DayRule.COUNTS),
        returning_day=rule("returning_day", DayRule.COUNTS),
        away_day=rule("away_day", DayRule.NEVER),
        new_type_before=table.number("new_type_before", 24) if "new_type_before" in table.values else NOON,
    )


def _pending_months(table: Table) -> Mapping[date, int]:
    months: dict[date, int] = {}
    for text in table.values:
        try:
            day = parse_date(text)
        except PeerError as error:
            hint = "write the effective date of a rule set in front"
            raise UsageError(f"{table.file}: {table.path}: {error}", hint=hint) from error
        months[day] = table.number(text, _MOST_MONTHS)
    return months


def _notice(table: Table) -> NoticeTerm:
    table.only("working_days", "saturday_counts")
    return NoticeTerm(
        working_days=table.number("working_days", _MOST_DAYS),
        saturday_counts=table.word("saturday_counts", YesNo) is YesNo.YES,
    )


def _short_stay(table: Table) -> ShortStayLimit:
    table.only("days_in_a_row", "days_in_a_year")
    return ShortStayLimit(
        in_a_row=table.number("days_in_a_row", _MOST_DAYS),
        in_a_year=table.number("days_in_a_year", _MOST_DAYS),
    )


def _error_limits(head: Table, funds: Mapping[FundNumber, FundEntry]) -> Mapping[FundNumber, ErrorLimit]:
    limits: dict[FundNumber, ErrorLimit] = {}
    if "error_limits" not in head.values:
        return limits
    for row in head.tables("error_limits", "fund", "percentage", "counted"):
        fund = row.parsed("fund", FundNumber.parse)
        if fund not in funds or fund in limits:
            raise row.wrong("fund", "a fund of the profile that has no other limit")
        percentage, counted = row.number("percentage", 100), row.word("counted", Counted)
        limits[fund] = ErrorLimit(percentage=100 * percentage, counted=counted)
    return limits


def _hosts(table: Table) -> Mapping[str, frozenset[StayType]]:
    return {kind: table.words(kind, StayType) for kind in table.values}


def _performance_codes(head: Table) -> tuple[PerformanceCode, ...]:
    return tuple(
        PerformanceCode(
            stay_type=row.word("stay_type", StayType), since=row.day("since"), code=row.parsed("code", _six)
        )
        for row in head.tables("performance_codes", "stay_type", "since", "code")
    )


def _six(text: str) -> str:
    if len(text) != 6 or not (text.isascii() and text.isdigit()):
        raise ValueError(f"'{text}' is not a code of six digits")
    return text


def _bindings(
    head: Table, files: Mapping[str, bytes], services: Mapping[str, str]
) -> Mapping[type[Message], Binding]:
    namespace, codes = head.parsed("namespace", read_namespace), head.table("codes")
    bindings: dict[type[Message], Binding] = {}
    for name in sorted(files):
        if name.startswith("bindings/"):
            table = read_table(files, name)
            binding = compile_binding(table, namespace, codes, services)
            if binding.kind in bindings:
                raise table.wrong("message", "a message that no other table binds")
            bindings[binding.kind] = binding
    missing = [kind.__name__ for kind in MESSAGES if kind not in bindings]
    if missing:
        raise UsageError(f"the profile binds no {missing[0]}", hint="add a table under bindings/")
    return bindings


def _schema(name: str, files: Mapping[str, bytes]) -> etree.XMLSchema:
    if name not in files:
        raise UsageError(f"the profile lacks '{name}'", hint="its name stands in profile.toml under 'schema'")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    parser.resolvers.add(_Beside(files))
    try:
        for other in files:
            if other.endswith(".xsd"):
                _require_closed(other, parse_xml(files[other]), files)
        return etree.XMLSchema(etree.fromstring(files[name], parser))
    except (MessageError, etree.XMLSyntaxError, etree.XMLSchemaParseError) as error:
        raise UsageError(f"{name} cannot be read: {error}", hint="mend the file") from error


class _Beside(etree.Resolver):
    """Finds the schemas that a schema names among the files of the profile, and nowhere else."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files

    def resolve(self, system_url: str, _public_id: str, context: Any) -> Any:  # type: ignore[override]  # lxml passes a third argument that its stubs leave out
        return self.resolve_string(self._files[system_url], context, base_url=system_url)


def _require_closed(name: str, schema: etree._Element, files: Mapping[str, bytes]) -> None:
    """Refuse a schema that reaches outside its profile: a profile can come from a stranger."""
    for part in schema.iter(f"{{{_XSD}}}*"):
        place = part.get("schemaLocation")
        if place is not None and place not in files:
            raise UsageError(f"{name} names '{place}', which the profile lacks", hint="put it in the folder")


@cache
def standard_profile() -> Profile:
    """The profile that ships with the project."""
    folder = resources.files("generale.protocol") / "profiles" / "vsb"
    files = {entry.name: entry.read_bytes() for entry in folder.iterdir() if entry.is_file()}
    bindings = {f"bindings/{entry.name}": entry.read_bytes() for entry in (folder / "bindings").iterdir()}
    return compile_profile({**files, **bindings})
