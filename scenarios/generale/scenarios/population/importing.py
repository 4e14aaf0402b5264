"""Tables that a user brings: read, made to be about nobody, and put in the place of those that are drawn."""

from collections.abc import Mapping, Sequence
from typing import Any

from generale.protocol.errors import UsageError
from generale.protocol.profile import Profile
from generale.scenarios.population.coherence import contradictions
from generale.scenarios.population.making import made_population
from generale.scenarios.population.parameters import Parameters
from generale.scenarios.population.pseudonym import Pseudonyms, pseudonymised
from generale.scenarios.population.sector import Population
from generale.scenarios.population.tables import PAGE, TABLES, Numbered, read_table, refused

ABOUT_PEOPLE = ("residents", "memberships", "stays")
"""The tables in which a person can be recognised."""

_NEEDS = {"houses": "facilities", "memberships": "residents", "stays": "residents"}
"""A table, and the one that must be brought beside it, since a drawn one could not fit."""

_NEVER_EMPTY = ("houses", "facilities", "funds", "waves")


def imported_population(
    files: Mapping[str, bytes],
    secret: bytes | None,
    parameters: Parameters,
    profile: Profile,
    facilities: int,
    seed: int,
) -> Population:
    """A population in which these tables stand as they are brought, by name; the others are drawn to fit.

    People become others by the secret. Without one all of them must be synthetic. ``UsageError`` with table,
    line and column, and nothing of what stands there, where a table does not fit.
    """
    _check_names(files)
    numbered = {name: read_table(name, raw) for name, raw in files.items()}
    for name in _NEVER_EMPTY:
        if name in numbered and not numbered[name].rows:
            raise UsageError(f"{name}.csv holds no rows below its heading", hint=PAGE)
    rows: dict[str, Sequence[Any]] = {name: table.rows for name, table in numbered.items()}
    if secret is None:
        _check_synthetic(numbered)
    elif "residents" in rows:
        _check_doubles(numbered["residents"])
        rows |= pseudonymised(rows, Pseudonyms(rows["residents"], secret))
        _check_known(rows, numbered)
    population = made_population(parameters, profile, facilities, seed, rows)
    _check_fit(population, rows, numbered)
    return population


def _check_names(files: Mapping[str, bytes]) -> None:
    known = ", ".join(f"{name}.csv" for name in TABLES)
    for name in files:
        if name not in TABLES:
            raise UsageError(f"there is no table '{name}'", hint=f"tables are {known}")
        needed = _NEEDS.get(name)
        if needed is not None and needed not in files:
            raise UsageError(f"{name}.csv needs {needed}.csv beside it", hint="import both, or neither")
    if not files:
        raise UsageError("the folder holds no table", hint=f"tables are {known}")


def _check_synthetic(numbered: Mapping[str, Numbered]) -> None:
    for name in ABOUT_PEOPLE:
        for row, line in _lines(numbered, name):
            if not row.insz.is_synthetic:
                raise refused(
                    name, line, "insz", "a number of nobody is expected, with counter 000 or 999",
                    "without --synthetic real people become others on the way in",
                )  # fmt: skip


def _check_doubles(residents: Numbered) -> None:
    seen = set()
    for row, line in zip(residents.rows, residents.lines, strict=True):
        if row.insz in seen:
            raise refused("residents", line, "insz", "another row has the same insz")
        seen.add(row.insz)


def _check_known(rows: Mapping[str, Sequence[Any]], numbered: Mapping[str, Numbered]) -> None:
    for name in ABOUT_PEOPLE:
        if name in numbered:
            for row, line in zip(rows[name], numbered[name].lines, strict=True):
                if row is None:
                    raise refused(name, line, "insz", "residents has no such row")


def _check_fit(
    population: Population, rows: Mapping[str, Sequence[Any]], numbered: Mapping[str, Numbered]
) -> None:
    """Refuse the first row that does not fit, and say how many others there are."""
    wrong = list(contradictions(population))
    if not wrong:
        return
    lines = {
        id(row): line
        for name, table in numbered.items()
        for row, line in zip(rows[name], table.lines, strict=True)
    }
    first = next((one for one in wrong if id(one.row) in lines), wrong[0])
    more = f" (and {len(wrong) - 1} more rows)" if len(wrong) > 1 else ""
    if id(first.row) not in lines:
        raise UsageError(
            f"{first.table}: a row that was drawn does not fit what is imported, column {first.column}:"
            f" {first.expected}{more}",
            hint=f"import {first.table}.csv too",
        )
    raise refused(first.table, lines[id(first.row)], first.column, f"{first.expected}{more}")


def _lines(numbered: Mapping[str, Numbered], name: str) -> Sequence[tuple[Any, int]]:
    table = numbered.get(name)
    return list(zip(table.rows, table.lines, strict=True)) if table else []
