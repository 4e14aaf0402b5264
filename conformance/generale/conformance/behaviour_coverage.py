"""The map of behaviour: which cells the library visits, and by name those that it does not."""

from collections.abc import Iterator

from generale.protocol.profile import standard_profile
from generale.scenarios.catalogue import library
from generale.scenarios.visited import LAYERS, MOMENTS, Cell, cells, visited

_HEAD = """# Behaviour coverage

Made from the scenarios of the library; not written by hand. A cell is a facility type, a kind of stay, a
trouble, the moment in the month at which somebody moves in, and a care fund. Troubles stand by the layer in
which they come (project-defined); a trouble that names nobody is counted for everybody in the scenario whom
it can meet. A visit is no proof that a check looks there: that is [coverage](coverage.md).

In the tables the funds are named for which a cell is **not visited**; *all* where none is, and nothing where
every fund is. Of the troubles that stand under a table no cell of that home and kind of stay is visited, at
any moment and for any fund.
"""


def behaviour_document() -> dict[str, object]:
    """The document of ``scenarios --coverage --json`` (``docs/reference/behaviour.schema.json``)."""
    every, seen = list(cells(standard_profile())), visited(library().values())
    return {
        "cells": len(every),
        "visited": sum(cell in seen for cell in every),
        "unvisited": [_document(cell) for cell in every if cell not in seen],
    }


def _document(cell: Cell) -> dict[str, str]:
    return {
        "facility_type": cell.facility,
        "stay_type": cell.stay_type,
        "layer": next(name for name, reasons in LAYERS.items() if cell.reason in reasons),
        "trouble": cell.reason,
        "moment": cell.moment,
        "fund": cell.fund,
    }


def render_behaviour_coverage() -> str:
    """The map as Markdown."""
    every, seen = tuple(cells(standard_profile())), visited(library().values())
    homes = dict.fromkeys((cell.facility, cell.stay_type) for cell in every)
    lines = [_HEAD, f"{sum(cell in seen for cell in every)} of {len(every)} cells are visited.", ""]
    for home in homes:
        lines += _table(home, [cell for cell in every if (cell.facility, cell.stay_type) == home], seen)
    return "\n".join(lines).rstrip() + "\n"


def _table(home: tuple[str, str], mine: list[Cell], seen: frozenset[Cell]) -> Iterator[str]:
    met = {cell.reason for cell in mine if cell in seen}
    yield f"## {home[0]}, {home[1]}\n"
    yield f"{sum(cell in seen for cell in mine)} of {len(mine)} cells are visited.\n"
    if met:
        yield f"| layer | trouble | {' | '.join(MOMENTS)} |"
        yield f"|{'---|' * (len(MOMENTS) + 2)}"
    for layer, reasons in LAYERS.items():
        for reason in (one for one in reasons if one in met):
            funds = (_not_visited(mine, reason, moment, seen) for moment in MOMENTS)
            yield f"| {layer} | {reason} | {' | '.join(funds)} |"
    unmet = [
        f"{reason} ({layer})" for layer, reasons in LAYERS.items() for reason in reasons if reason not in met
    ]
    if unmet:
        yield f"\nNot visited at all: {', '.join(unmet)}."
    yield ""


def _not_visited(mine: list[Cell], reason: str, moment: str, seen: frozenset[Cell]) -> str:
    row = [cell for cell in mine if (cell.reason, cell.moment) == (reason, moment)]
    missing = [cell.fund for cell in row if cell not in seen]
    return "all" if len(missing) == len(row) else ", ".join(missing)
