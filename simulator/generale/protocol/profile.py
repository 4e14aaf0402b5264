"""The exchange profile: all that is project-defined about the exchange, as data with one owner.

A profile is a folder of files. This module compiles it once into a ``Profile`` that everybody
receives as an argument. Reading a folder from disk is the caller's business.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from hashlib import sha256
from importlib import resources
from typing import Any

from lxml import etree

from generale.protocol.binding import Binding, compile_binding
from generale.protocol.errors import OurError, PeerError, UsageError
from generale.protocol.ids import FundNumber
from generale.protocol.messages import MESSAGES, Message, StayType


class DayRule(StrEnum):
    """When a boundary day of a stay is due."""

    COUNTS = "counts"
    NEVER = "never"
    ON_DEATH = "on-death"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counting:
    """Which boundary days of a stay are due: first day, last day, first and last on the same day."""

    admission_day: DayRule
    last_day: DayRule
    same_day: DayRule


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


class MessageError(PeerError):
    """Bytes that are not a message of the profile; ``where`` is XPath and line."""


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
    pending_months: Mapping[date, int]
    hosts: Mapping[str, frozenset[StayType]]
    performance_codes: tuple[PerformanceCode, ...]
    bindings: Mapping[type[Message], Binding]
    files: Mapping[str, bytes]
    schema: etree.XMLSchema

    def read(self, raw: bytes) -> Message:
        """The message in these bytes; ``MessageError`` where they are not XML, not valid, or not known."""
        root = _parse(raw)
        if not self.schema.validate(root):
            log: Any = self.schema.error_log  # its stub has no items
            fault = log[0]
            raise MessageError(fault.message, where=f"{fault.path} line {fault.line}")
        binding = next((entry for entry in self.bindings.values() if entry.root == root.tag), None)
        if binding is None:
            raise MessageError(f"no message of this profile begins with '{root.tag}'", where=str(root.tag))
        return binding.read(root)

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

_PARSER = etree.XMLParser(
    resolve_entities=False,
    no_network=True,
    load_dtd=False,
    huge_tree=False,
    remove_comments=True,
    remove_pis=True,
)


def _parse(raw: bytes) -> etree._Element:
    try:
        root = etree.fromstring(raw, _PARSER)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise MessageError(
            f"not well-formed XML: {error}", where=f"line {getattr(error, 'lineno', 0)}"
        ) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise MessageError("a document type declaration is not allowed", where="line 1")
    return root


def compile_profile(files: Mapping[str, bytes]) -> Profile:
    """Compile the files of a profile folder (name to bytes); ``UsageError`` where they do not fit."""
    try:
        head = tomllib.loads(files["profile.toml"].decode())
        return _compile(head, files)
    except KeyError as error:
        raise UsageError(f"the profile lacks {error}", hint="compare it with the standard profile") from error
    except (
        tomllib.TOMLDecodeError,
        UnicodeDecodeError,
        etree.XMLSyntaxError,
        etree.XMLSchemaParseError,
    ) as error:
        raise UsageError(f"the profile cannot be read: {error}", hint="mend the file") from error
    except (ValueError, TypeError, AttributeError, PeerError) as error:
        raise UsageError(
            f"the profile holds a value that does not fit: {error}", hint="mend profile.toml"
        ) from error


def _compile(head: Mapping[str, Any], files: Mapping[str, bytes]) -> Profile:
    tables = (files[name] for name in sorted(files) if name.startswith("bindings/"))
    compiled = (
        compile_binding(tomllib.loads(raw.decode()), head["namespace"], head["codes"]) for raw in tables
    )
    bindings = {binding.kind: binding for binding in compiled}
    missing = [kind.__name__ for kind in MESSAGES if kind not in bindings]
    if missing:
        raise UsageError(f"the profile binds no {missing[0]}", hint="add a table under bindings/")
    funds = (FundEntry(**{**row, "number": FundNumber.parse(row["number"])}) for row in head["funds"])
    return Profile(
        name=head["name"],
        version=head["version"],
        digest=_digest(files),
        services=dict(head["services"]),
        funds={fund.number: fund for fund in funds},
        counting=Counting(**{name: DayRule(rule) for name, rule in head["counting"].items()}),
        decision_seconds=int(head["tempo"]["decision"]),
        settlement_seconds=int(head["tempo"]["settlement"]),
        pending_months={date.fromisoformat(day): months for day, months in head["pending_months"].items()},
        hosts={kind: frozenset(StayType(word) for word in words) for kind, words in head["hosts"].items()},
        performance_codes=tuple(
            PerformanceCode(**{**row, "stay_type": StayType(row["stay_type"])})
            for row in head["performance_codes"]
        ),
        bindings=bindings,
        files=dict(files),
        schema=etree.XMLSchema(etree.fromstring(files[head["schema"]], _PARSER)),
    )


def _digest(files: Mapping[str, bytes]) -> str:
    whole = sha256()
    for name in sorted(files):
        whole.update(f"{name}\0{len(files[name])}\0".encode() + files[name])
    return whole.hexdigest()


@cache
def standard_profile() -> Profile:
    """The profile that ships with the project."""
    folder = resources.files("generale.protocol") / "profiles" / "vsb"
    files = {entry.name: entry.read_bytes() for entry in folder.iterdir() if entry.is_file()}
    bindings = {f"bindings/{entry.name}": entry.read_bytes() for entry in (folder / "bindings").iterdir()}
    return compile_profile({**files, **bindings})
