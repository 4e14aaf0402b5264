"""Readings of the formula of the advances: its dated parameters, from a file (docs/reference/tables.md).

The first reading of a file is the formula that was published; what only another explains rests on
an assumption.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import cache
from importlib import resources
from typing import Any

from generale.agency.sheet import PAGE
from generale.protocol.advance import DAYS, factor, read_part
from generale.protocol.errors import UsageError

MOST_READINGS = 10
"""The most readings in one file (project-defined)."""

PROJECT_DEFINED = "project-defined"
"""The source of parameters that this project chose."""

_LEAST_PART = Decimal("0.10")
"""The least product of occupancy and share that is tried (project-defined)."""

_REQUIRED = {"since", "occupancy", "share", "source"}
_NAME = re.compile(r"[a-z0-9-]{1,40}")
_LONGEST_SOURCE = 120


@dataclass(frozen=True, slots=True)
class Reading:
    """One set of parameters of the formula, and the days of the first letter for which it is tried."""

    name: str
    since: date
    until: date | None
    occupancy: Decimal
    share: Decimal
    source: str

    @property
    def days(self) -> Fraction:
        """How many days of one place an advance of a month pays."""
        return factor(Fraction(DAYS), self.occupancy, self.share)

    def holds_on(self, day: date) -> bool:
        """Whether it is tried for a letter of this day."""
        return self.since <= day and (self.until is None or day <= self.until)


@cache
def own_readings() -> tuple[Reading, ...]:
    """The readings that this version brings: the published formula, and one assumption."""
    return read_readings(resources.files(__package__).joinpath("formula.toml").read_bytes())


def read_readings(raw: bytes) -> tuple[Reading, ...]:
    """The readings of a file (TOML), in its order; ``UsageError`` for a mistake in it."""
    try:
        document: dict[str, Any] = tomllib.loads(raw.decode())
    except (ValueError, RecursionError) as error:  # also for a number of more digits than Python reads
        raise UsageError(f"this is not TOML: {error}", hint=f"{PAGE} shows a file of readings") from error
    if not 1 <= len(document) <= MOST_READINGS:
        raise UsageError(
            f"{len(document)} readings, from 1 to {MOST_READINGS} are read",
            hint=f"{PAGE} shows a file of them",
        )
    return tuple(_reading(name, row) for name, row in document.items())


def _reading(name: str, row: object) -> Reading:
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"'{name[:40]}' is no name of a reading", hint="small letters, digits and hyphens, at most 40"
        )
    if not isinstance(row, dict) or not _REQUIRED <= set(row) <= {*_REQUIRED, "until"}:
        raise UsageError(
            f"{name}: it has not the keys of a reading",
            hint="since, occupancy, share, source, and until where it ends",
        )
    since = _day(name, "since", row)
    until = _day(name, "until", row) if "until" in row else None
    if until is not None and until < since:
        raise UsageError(f"{name}: until lies before since", hint="a reading holds for a day at least")
    occupancy, share = _part(name, "occupancy", row), _part(name, "share", row)
    if occupancy * share < _LEAST_PART:
        raise UsageError(f"{name}: occupancy × share is less than {_LEAST_PART}", hint="is a digit missing?")
    return Reading(name, since, until, occupancy, share, _source(name, row))


def _day(name: str, key: str, row: Mapping[str, object]) -> date:
    day = row[key]
    if not isinstance(day, date) or isinstance(day, datetime):
        raise UsageError(f"{name}: {key} is no day", hint=f"write {key} = 2019-03-15, without quotes")
    return day


def _part(name: str, key: str, row: Mapping[str, object]) -> Decimal:
    text = row[key]
    try:
        return read_part(text if isinstance(text, str) else "")
    except ValueError as error:
        raise UsageError(
            f"{name}: {key} is no part above 0 and up to 1", hint=f'write {key} = "0.95", between quotes'
        ) from error


def _source(name: str, row: Mapping[str, object]) -> str:
    text = row["source"]
    if not isinstance(text, str) or not text.strip() or len(text) > _LONGEST_SOURCE or not text.isprintable():
        raise UsageError(
            f"{name}: source is no line of 1 to {_LONGEST_SOURCE} characters",
            hint="say where the parameters come from",
        )
    return text
