"""A row of the catalogue: what a control demands, in which words, and what follows when it is not met.

Rows are data under ``catalogue/<effective date>/``; every id, text and code is project-defined.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from generale.protocol.errors import OurError
from generale.protocol.flatfile.judged import Letter
from generale.protocol.messages import Outcome

FAMILIES = (
    "insurance",
    "pending",
    "sequence",
    "correction",
    "withdrawal",
    "admission",
    "end_of_stay",
    "absence",
    "change_of_stay_type",
    "end_of_agreement",
    "dependency",
    "fund_change",
    "invoice",
)
"""The files of a rule set, in the order in which their rows are judged."""


_LATER = frozenset({("admission", "start"), ("dependency", "assessed")})
"""Where a control can accept from a later day: in which family, by which field."""


class LooksAt(StrEnum):
    """Which date a control looks at to know what was demanded."""

    FACT = "fact"
    """The day of the admission, the end or the care."""
    SENT = "sent"
    RECEIVED = "received"
    ENTRY = "entry"
    """The facility's own entry moment."""


class Scope(StrEnum):
    """How much of an invoice file a control judges, and refuses."""

    LINE = "line"
    BILL = "bill"
    FILE = "file"


@dataclass(frozen=True, slots=True, kw_only=True)
class FlatPlace:
    """How a refusal stands in a settlement 920900: letter, code of six characters, and what it refuses.

    The code is record (2), zone (2) and two characters of our own.
    """

    scope: Scope
    letter: Letter
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One control of a rule set; ``flat`` is given for controls of invoice files only."""

    id: str
    family: str
    sentence_en: str
    sentence_nl: str
    text_en: str
    """Shown to the user on refusal."""
    text_nl: str
    """The same in Dutch; this one travels on the wire."""
    outcome: Outcome
    looks_at: LooksAt
    field: str
    """The field of the message, or the zone of the record, that the control points to; empty for none."""
    source: str
    since: date
    passes: str
    """An example that passes, in words."""
    fails: str
    """An example that fails, in words."""
    until: date | None = None
    flat: FlatPlace | None = None


def read_rows(files: Mapping[str, bytes]) -> tuple[Row, ...]:
    """The rows of one rule set, given its files by name; ``OurError`` where a row is not complete."""
    rows = tuple(row for family in FAMILIES for row in _family(family, files))
    codes = [row.flat.code for row in rows if row.flat]
    ids = [row.id for row in rows]
    for values, what in ((ids, "control"), (codes, "flat code")):
        twice = sorted({value for value in values if values.count(value) > 1})
        if twice:
            raise OurError(f"{what} {twice[0]} stands twice in the catalogue")
    return rows


def _family(family: str, files: Mapping[str, bytes]) -> Iterator[Row]:
    name = f"{family}.toml"
    if name not in files:
        raise OurError(f"the catalogue has no {name}")
    for control, entry in tomllib.loads(files[name].decode()).items():
        try:
            yield read_row(control, family, entry)
        except (TypeError, ValueError, KeyError) as error:
            raise OurError(f"the row of {control} in {name} does not fit: {error}") from error


def read_row(control: str, family: str, entry: Mapping[str, Any]) -> Row:
    """The row of a control; ``TypeError``, ``KeyError`` or ``ValueError`` says what is not right in it."""
    texts = {key: value for key, value in entry.items() if isinstance(value, str) and key != "field"}
    empty = [key for key, value in texts.items() if not value.strip()]
    if empty:
        raise ValueError(f"{empty[0]} is empty")
    values = dict(entry)
    flat = _flat_place(values) if family == "invoice" else None
    outcome, looks_at = Outcome(values.pop("outcome")), LooksAt(values.pop("looks_at"))
    if outcome is Outcome.ACCEPTED and (family, values["field"]) not in _LATER:
        raise ValueError("a control that fails does not accept, but for one from a later start")
    return Row(id=control, family=family, outcome=outcome, looks_at=looks_at, flat=flat, **values)


def _flat_place(values: dict[str, Any]) -> FlatPlace:
    place = FlatPlace(
        scope=Scope(values.pop("scope")), letter=Letter(values.pop("letter")), code=values.pop("flat_code")
    )
    letters = {Scope.LINE: Letter.RECORD, Scope.BILL: Letter.BILL, Scope.FILE: Letter.BILL}
    if place.letter is not letters[place.scope]:
        raise ValueError(f"a control of a {place.scope} refuses with letter {letters[place.scope]}")
    if len(place.code) != 6 or not place.code.isalnum() or not place.code[:4].isdigit():
        raise ValueError(f"'{place.code}' is no flat code: record, zone and two characters are expected")
    return place
