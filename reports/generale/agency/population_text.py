"""What a population amounts to, for a person: by type, type of stay, care fund, vendor and entry wave."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from generale.agency.layout import left, right, strong, wrapped
from generale.agency.wording import Wording

NARROWEST = 80
"""Narrower terminals are written as if they had so many columns."""

_COLUMN, _WIDEST = 11, 100
_COUNTS = ("houses", "facilities", "places", "present", "residents")

Document = Mapping[str, Any]
"""The document of the same population (``docs/reference/population.schema.json``)."""


def population_text(told: Document, say: Wording, width: int, colour: bool = False) -> str:
    """Every table, with totals that add up, and the digest by which the same population is known again."""
    room = min(max(width, NARROWEST), _WIDEST)
    day = told["period"]["until"]
    blocks = [
        list(_title(told, say, room)),
        list(_table(say("population.types"), _COUNTS, _types(told, say), room, say, colour)),
        list(
            _table(
                say("population.stay-types"),
                ("places", "present", "stays"),
                _stays(told, say),
                room,
                say,
                colour,
            )
        ),
        list(_funds(told, say, room, colour)),
        list(
            _table(say("population.vendors"), _COUNTS, _named(told["vendors"], "vendor"), room, say, colour)
        ),
        list(_table(say("population.waves"), _COUNTS, _waves(told), room, say, colour)),
        list(_end(told, say, room, day)),
    ]
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


Row = tuple[str, Mapping[str, int]]
"""A name, and its counts."""


def _title(told: Document, say: Wording, width: int) -> Iterator[str]:
    counts = {name: say.whole(told[name]) for name in ("facilities", "houses", "residents", "stays")}
    yield from wrapped(say("population.title", **counts, **told["period"]), width)
    yield from wrapped(say("population.synthetic", seed=told["seed"]), width)
    pool = {name: say.whole(number) for name, number in told["pool"].items()}
    yield from wrapped(say("population.pool", **pool), width)


def _types(told: Document, say: Wording) -> list[Row]:
    rows = [(say(f"population.type-{row['type']}"), row) for row in told["types"]]
    # A house, and a resident, may stand in several rows: their totals are no sums.
    total = {name: sum(row[name] for row in told["types"]) for name in ("facilities", "places", "present")}
    return [*rows, (say("population.total"), total | {name: told[name] for name in ("houses", "residents")})]


def _stays(told: Document, say: Wording) -> list[Row]:
    return [(say(f"population.stay-{row['stay_type']}"), row) for row in told["stay_types"]]


def _named(rows: Sequence[Document], name: str) -> list[Row]:
    return [(row[name], row) for row in rows]


def _waves(told: Document) -> list[Row]:
    return [(f"{row['wave']}: {row['entry']}", row) for row in told["waves"]]


def _table(
    title: str, columns: Sequence[str], rows: Sequence[Row], width: int, say: Wording, colour: bool
) -> Iterator[str]:
    name = width - _COLUMN * len(columns)
    heads = "".join(right(say(f"population.head-{column}"), _COLUMN) for column in columns)
    yield strong(left(title, name) + heads, colour)
    yield "─" * width
    for text, counts in rows:
        cells = "".join(right(say.whole(counts[column]), _COLUMN) for column in columns)
        yield left(f"  {_cut(text, name - 3)}", name) + cells


def _funds(told: Document, say: Wording, width: int, colour: bool) -> Iterator[str]:
    name = width - 3 * _COLUMN
    heads = "".join(
        right(say(f"population.head-{head}"), _COLUMN) for head in ("residents", "found", "share")
    )
    yield strong(left(say("population.funds", day=told["period"]["until"]), name) + heads, colour)
    yield "─" * width
    rows = [
        (f"{row['fund']} {row[f'name_{say.language}']}", row["residents"], row["share"])
        for row in told["funds"]
    ]
    for text, number, share in [*rows, (say("population.not-affiliated"), told["not_affiliated"], "")]:
        found = say.decimal(f"{number / told['residents']:.3f}") if told["residents"] else ""
        cells = (say.whole(number), found, say.decimal(share) if share else "")
        row = left(f"  {_cut(text, name - 3)}", name) + "".join(right(cell, _COLUMN) for cell in cells)
        yield row.rstrip()


def _end(told: Document, say: Wording, width: int, day: str) -> Iterator[str]:
    yield from wrapped(say.counted("population.changes", told["changes_of_fund"]), width)
    yield from wrapped(say.counted("population.closing", told["closing"]), width)
    yield from wrapped(say("population.legend", day=day), width, 0, 0)
    yield from wrapped(say("population.digest", digest=told["digest"]), width)


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 1]}…"
