"""Whether the tables of a population fit together: what is named exists, nobody is in two places."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from generale.scenarios.population.houses import HOSTED
from generale.scenarios.population.sector import Facility, Membership, Population, Stay


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A row that does not fit: its table, the row itself, the column, and what is expected there."""

    table: str
    row: Any
    column: str
    expected: str


KEYS: Sequence[tuple[str, tuple[str, ...]]] = (
    ("houses", ("house",)),
    ("facilities", ("hco",)),
    ("facilities", ("nihii",)),
    ("tariffs", ("hco", "stay_type", "since")),
    ("funds", ("fund",)),
    ("memberships", ("insz", "since")),
    ("residents", ("insz",)),
    ("waves", ("wave",)),
)
"""The columns that no two rows of a table have in common."""

_NAMED = (
    ("houses", "wave", "waves", "wave"),
    ("facilities", "house", "houses", "house"),
    ("tariffs", "hco", "facilities", "hco"),
    ("memberships", "insz", "residents", "insz"),
    ("memberships", "fund", "funds", "fund"),
    ("stays", "insz", "residents", "insz"),
    ("stays", "hco", "facilities", "hco"),
)
"""A table and its column, and the table and column in which what it names must stand."""


def contradictions(population: Population) -> Iterator[Contradiction]:
    """Every row that does not fit, table by table."""
    yield from _doubles(population)
    missing = list(_missing(population))
    yield from missing
    if not missing:
        yield from _of_facilities(population.facilities)
        yield from _of_memberships(population.memberships)
        yield from _of_stays(population)


def _doubles(population: Population) -> Iterator[Contradiction]:
    for table, columns in KEYS:
        seen: set[tuple[Any, ...]] = set()
        for row in population.part(table):
            key = tuple(getattr(row, column) for column in columns)
            if key in seen:
                yield Contradiction(
                    table, row, columns[0], f"another row has the same {' and '.join(columns)}"
                )
            seen.add(key)


def _missing(population: Population) -> Iterator[Contradiction]:
    for table, column, other, key in _NAMED:
        known = {getattr(row, key) for row in population.part(other)}
        for row in population.part(table):
            if getattr(row, column) not in known:
                yield Contradiction(table, row, column, f"{other} has no such row")


def _of_facilities(facilities: Sequence[Facility]) -> Iterator[Contradiction]:
    for facility in facilities:
        for kinds in HOSTED.values():
            for kind in kinds:
                if kinds != HOSTED[facility.type] and facility.places(kind):
                    yield Contradiction(
                        "facilities",
                        facility,
                        f"places_{kind}",
                        f"a {facility.type} has no such places: 0 is expected",
                    )
        if facility.until is not None and facility.until < facility.since:
            yield Contradiction("facilities", facility, "until", "it lies before the first day")
        if not 1 <= facility.opening_days <= 7:
            yield Contradiction("facilities", facility, "opening_days", "1 to 7 is expected")


def _of_memberships(memberships: Sequence[Membership]) -> Iterator[Contradiction]:
    for row in memberships:
        if row.until is not None and row.until < row.since:
            yield Contradiction("memberships", row, "until", "it lies before the first day")
    for before, after in pairwise(memberships):
        if before.insz == after.insz and (before.until is None or before.until >= after.since):
            yield Contradiction("memberships", after, "since", "the membership before it has not ended then")


def _of_stays(population: Population) -> Iterator[Contradiction]:
    facilities = {facility.hco: facility for facility in population.facilities}
    born = {resident.insz: resident.birth_date for resident in population.residents}
    for stay in population.stays:
        facility = facilities[stay.hco]
        if stay.stay_type not in HOSTED[facility.type]:
            yield Contradiction("stays", stay, "stay_type", f"a {facility.type} hosts no such stay")
        if stay.start < max(facility.since, born[stay.insz]):
            yield Contradiction(
                "stays", stay, "start", "it lies before the facility, or the resident, was there"
            )
        if stay.end is not None and stay.end < stay.start:
            yield Contradiction("stays", stay, "end", "it lies before the start")
        if (stay.end is None) != (stay.end_reason is None):
            yield Contradiction(
                "stays", stay, "end_reason", "end and reason are expected together, or neither"
            )
        if facility.until is not None and (stay.end or facility.until.max) > facility.until:
            yield Contradiction("stays", stay, "end", "the facility has closed before it")
    for before, after in pairwise(population.stays):
        if before.insz == after.insz:
            yield from _one_after_another(before, after)


def _one_after_another(before: Stay, after: Stay) -> Iterator[Contradiction]:
    if before.end is None or before.end > after.start:
        yield Contradiction("stays", after, "start", "the stay before it has not ended then")
