"""The reference page of all controls, made from the rows so that it cannot be stale."""

from collections.abc import Iterator, Sequence

from generale.rules.engine import RuleSet, rule_sets
from generale.rules.row import FAMILIES, Row

_TITLES = {
    "insurance": "Insurance question",
    "pending": "Deliberation",
    "sequence": "Order of messages",
    "correction": "Correction",
    "admission": "Admission",
    "end_of_stay": "End of stay",
    "invoice": "Invoice file",
}
_INTRODUCTION = """\
What platform and care funds control, by rule set. Ids, texts and codes are project-defined.
This page is generated from the catalogue; `generale docs` writes it."""

_COLUMNS = ("Control", "It demands", "In Dutch", "The user reads", "Outcome", "Looks at", "Field")
_FLAT_COLUMNS = ("Refuses", "Code")
_LAST_COLUMNS = ("Passes", "Fails", "Source")


def render_controls() -> str:
    """The controls of every rule set as a Markdown page."""
    parts = ["# Controls", _INTRODUCTION]
    parts += [part for one in reversed(rule_sets()) for part in _set(one)]
    return "\n\n".join(parts) + "\n"


def _set(one: RuleSet) -> Iterator[str]:
    yield f"## Rule set of {one.effective}"
    for family in FAMILIES:
        rows = [row for row in one.rows.values() if row.family == family]
        if rows:
            yield f"### {_TITLES[family]}"
            columns = (*_COLUMNS, *(_FLAT_COLUMNS if rows[0].flat else ()), *_LAST_COLUMNS)
            yield _table(columns, [_cells(row) for row in rows])


def _cells(row: Row) -> Sequence[str]:
    flat = (f"{row.flat.scope} ({row.flat.letter})", f"`{row.flat.code}`") if row.flat else ()
    return (
        f"`{row.id}`",
        row.sentence_en,
        row.sentence_nl,
        row.text_nl,
        row.outcome.value,
        row.looks_at.value,
        f"`{row.field}`" if row.field else "",
        *flat,
        row.passes,
        row.fails,
        f"{row.source}, since {row.since}",
    )


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines)
