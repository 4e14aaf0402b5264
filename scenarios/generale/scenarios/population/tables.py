"""The tables of a population as CSV, both ways: the same rows give the same bytes, and the other way round.

What is read is a stranger's, and may be about people: a mistake is told by its table, line and column and by
what is expected there, and never repeats what stands there.
"""

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from operator import attrgetter
from typing import Any

from generale.driver.setup import FacilityType
from generale.protocol.clock import parse_date
from generale.protocol.errors import PeerError, UsageError
from generale.protocol.ids import FundNumber, Hco, Insz, Kbo, Nihii, Sex
from generale.protocol.messages import StayType
from generale.protocol.messages.dependency import Category
from generale.scenarios.population.sector import (
    End,
    Facility,
    FacilityTariff,
    Fund,
    House,
    Membership,
    Population,
    Resident,
    Stay,
    Wave,
)

MAX_BYTES = 64 << 20
"""The largest file that is read, in bytes (project-defined)."""

MAX_TEXT = 120
"""The longest cell, in characters (project-defined)."""

PAGE = "docs/reference/population.md describes the columns"

_SEPARATORS = ";,\t"
_STEERING = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
"""Control characters, and what cannot be seen or turns the direction of writing."""

_NUMBER = re.compile(r"[0-9]{1,4}")
_DECIMAL = re.compile(r"[0-9]{1,6}(\.[0-9]{1,10})?")


@dataclass(frozen=True, slots=True)
class Form:
    """How a value is written in a cell, how it is read, and what is expected there."""

    expected: str
    read: Callable[[str], Any]
    write: Callable[[Any], str] = str


@dataclass(frozen=True, slots=True)
class Table:
    """One table: what a row is, and its columns in their order."""

    row: Callable[..., Any]
    columns: Mapping[str, Form]


@dataclass(frozen=True, slots=True)
class Numbered:
    """The rows of a table that was read, each with the line on which it stands."""

    rows: Sequence[Any]
    lines: Sequence[int]


def _text(text: str) -> str:
    if not text:
        raise ValueError
    return text


def _decimal(text: str) -> Decimal:
    if not _DECIMAL.fullmatch(text):
        raise ValueError
    return Decimal(text)


def _whole(text: str) -> int:
    if not _NUMBER.fullmatch(text):
        raise ValueError
    return int(text)


def _insz(text: str) -> Insz:
    number = Insz.parse(text)
    if not number.check_number_is_right:
        raise ValueError
    return number


def _optional(form: Form) -> Form:
    return Form(
        f"{form.expected}, or nothing",
        lambda text: form.read(text) if text else None,
        lambda value: "" if value is None else form.write(value),
    )


def _one_of(kinds: type[StrEnum]) -> Form:
    return Form(f"one of {', '.join(kinds)}", kinds)


def _sites(text: str) -> tuple[str, ...]:
    return tuple(_text(site) for site in text.split("|"))


_TEXT = Form("a text", _text)
_DAY = Form("a day such as 2019-06-03", parse_date, date.isoformat)
_SHARE = Form("a number such as 0.25", _decimal)
_WHOLE = Form("a whole number", _whole)
_HCO = Form("a facility number of four or five digits", Hco.parse)
_INSZ = Form("a national number: eleven digits with a right check number", _insz)
_FUND = Form("a care fund number of three digits", FundNumber.parse)
_STAY_TYPE = _one_of(StayType)
_TRUE = {"yes": True, "no": False}

TABLES: Mapping[str, Table] = {
    "houses": Table(
        House,
        {
            "house": _TEXT,
            "name": _TEXT,
            "enterprise": Form("an enterprise number: ten digits with a right check number", Kbo.parse),
            "vendor": _TEXT,
            "installation": _TEXT,
            "wave": _WHOLE,
        },
    ),
    "facilities": Table(
        Facility,
        {
            "hco": _HCO,
            "nihii": Form("a RIZIV number: eight digits with a right check number", Nihii.parse),
            "house": _TEXT,
            "type": _one_of(FacilityType),
            "sites": Form("names of sites with a bar between them", _sites, "|".join),
            "places_rob": _WHOLE,
            "places_rvt": _WHOLE,
            "places_cvk": _WHOLE,
            "places_dvc": _WHOLE,
            "opening_days": _WHOLE,
            "since": _DAY,
            "until": _optional(_DAY),
        },
    ),
    "tariffs": Table(
        FacilityTariff,
        {
            "hco": _HCO,
            "stay_type": _STAY_TYPE,
            "since": _DAY,
            "per_day": Form("an amount in euro such as 64.35", _decimal),
        },
    ),
    "funds": Table(Fund, {"fund": _FUND, "name_nl": _TEXT, "name_en": _TEXT, "share": _SHARE}),
    "memberships": Table(Membership, {"insz": _INSZ, "fund": _FUND, "since": _DAY, "until": _optional(_DAY)}),
    "residents": Table(
        Resident,
        {
            "insz": _INSZ,
            "family_name": _TEXT,
            "given_name": _TEXT,
            "birth_date": _DAY,
            "sex": _one_of(Sex),
        },
    ),
    "stays": Table(
        Stay,
        {
            "insz": _INSZ,
            "hco": _HCO,
            "stay_type": _STAY_TYPE,
            "start": _DAY,
            "end": _optional(_DAY),
            "end_reason": _optional(_one_of(End)),
            "category": _one_of(Category),
            "incontinent": Form("yes or no", _TRUE.__getitem__, lambda value: "yes" if value else "no"),
        },
    ),
    "waves": Table(Wave, {"wave": _WHOLE, "entry": _DAY, "share": _SHARE, "source": _TEXT}),
}
"""Every table by the name of its file."""


def files_of(population: Population) -> dict[str, bytes]:
    """Every table as a file, by its name."""
    return {f"{name}.csv": written(name, population.part(name)) for name in TABLES}


def written(name: str, rows: Sequence[Any]) -> bytes:
    """A table as CSV: UTF-8, cells apart by semicolons, lines end with a line feed."""
    columns = TABLES[name].columns
    whole = io.StringIO(newline="")
    writer = csv.writer(whole, delimiter=";", lineterminator="\n")
    writer.writerow(columns)
    fields = attrgetter(*columns)
    forms = [form.write for form in columns.values()]
    writer.writerows([write(value) for write, value in zip(forms, fields(row), strict=True)] for row in rows)
    return whole.getvalue().encode()


def read_table(name: str, raw: bytes) -> Numbered:
    """The rows of a table; ``UsageError`` with line and column where it is none."""
    table, rows, lines = TABLES[name], [], []
    records = _records(name, raw)
    heading = [cell.strip().casefold() for cell in next(records, (1, []))[1]]
    if sorted(heading) != sorted(table.columns):
        raise UsageError(
            f"{name}.csv: line 1: the columns {', '.join(table.columns)} are expected, each once", hint=PAGE
        )
    known: dict[str, dict[str, Any]] = {column: {} for column in heading}
    for line, cells in records:
        if len(cells) != len(heading):
            raise UsageError(
                f"{name}.csv: line {line} has {len(cells)} cells, and the heading {len(heading)}",
                hint="a separator inside a cell stands between double quotes",
            )
        values: dict[str, Any] = {}
        for column, cell in zip(heading, cells, strict=True):
            if cell not in known[column]:
                place = (name, line, column)
                known[column][cell] = _value(table.columns[column], cell.strip(), place)
            values[column] = known[column][cell]
        rows.append(table.row(**values))
        lines.append(line)
    return Numbered(rows, lines)


def refused(name: str, line: int, column: str, expected: str, hint: str = PAGE) -> UsageError:
    """The mistake that stands in one cell, without what stands there."""
    return UsageError(f"{name}.csv: line {line}, column {column}: {expected}", hint=hint)


def _value(form: Form, text: str, place: tuple[str, int, str]) -> Any:
    if len(text) > MAX_TEXT:
        raise refused(*place, f"at most {MAX_TEXT} characters are expected")
    if _STEERING.search(text) or text[:1] in {*"=+-@"}:
        raise refused(*place, "a plain text is expected, that is no formula and steers nothing")
    try:
        return form.read(text)
    except (PeerError, ValueError, KeyError):
        # The cause repeats what stands in the cell, which may be about a person.
        raise refused(*place, f"{form.expected} is expected") from None


def _records(name: str, raw: bytes) -> Iterator[tuple[int, list[str]]]:
    """The lines that hold something, each with its number."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise UsageError(
            f"{name}.csv: line {line}: the text is not UTF-8", hint="save it as 'CSV UTF-8'"
        ) from None
    first = text.partition("\n")[0]
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=max(_SEPARATORS, key=first.count), strict=True
    )
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error:
        raise UsageError(
            f"{name}.csv: line {line}: the quotes of a cell do not fit",
            hint="a quote inside a cell is doubled, and the cell stands between quotes",
        ) from None
