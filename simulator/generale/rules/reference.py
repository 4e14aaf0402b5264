"""The reference page of all controls, made from the rows so that it cannot be stale."""

from collections.abc import Iterator, Sequence

from generale.rules.amendment import Amendment
from generale.rules.engine import RuleSet, rule_sets
from generale.rules.row import FAMILIES, Row

_TITLES = {
    "insurance": "Insurance question",
    "pending": "Deliberation",
    "sequence": "Order of messages",
    "correction": "Correction",
    "withdrawal": "Withdrawal",
    "admission": "Admission",
    "end_of_stay": "End of stay",
    "absence": "Absence and its end",
    "change_of_stay_type": "Change of stay type",
    "end_of_agreement": "End of residence agreement",
    "dependency": "Dependency assessment",
    "fund_change": "Change of care fund",
    "invoice": "Invoice file",
}
_INTRODUCTION = """\
What platform and care funds control, by rule set. Ids, texts and codes are project-defined.
The first set is shown whole, each later one by what it changes in the one before it.

A message is judged by the set in force on the day of its receipt; a control applies as it stood on the day
that it looks at. *fact* is the day of the admission, the end, the assessment or the care, *sent* and
*received* are the day of receipt, *entry* is the facility's own entry moment. A scenario names the newest
set that may come into force in it.

This page is generated from the catalogue; `generale docs` writes it."""

_COLUMNS = ("Control", "It demands", "In Dutch", "The user reads", "Outcome", "Looks at", "Field")
_FLAT_COLUMNS = ("Refuses", "Code")
_LAST_COLUMNS = ("Passes", "Fails", "Source")


def render_controls() -> str:
    """The controls of every rule set as a Markdown page."""
    parts = ["# Controls", _INTRODUCTION]
    parts += [
        part for one in rule_sets() for part in (_changes(one.amendment) if one.amendment else _set(one))
    ]
    return "\n\n".join(parts) + "\n"


def _set(one: RuleSet) -> Iterator[str]:
    yield f"## Rule set of {one.effective}"
    for family in FAMILIES:
        rows = [row for row in one.rows.values() if row.family == family]
        if rows:
            yield f"### {_TITLES[family]}"
            yield _rows(rows)


def _changes(amendment: Amendment) -> Iterator[str]:
    """What a later set says of the one before it."""
    yield f"## Rule set of {amendment.effective}"
    for family in FAMILIES:
        rows = [row for row in amendment.added.values() if row.family == family]
        if rows:
            yield f"### Added on {amendment.effective}: {_TITLES[family].lower()}"
            yield _rows(rows)
    if amendment.removed:
        yield f"### Removed on {amendment.effective}"
        removed = [(f"`{control}`", reason.en, reason.nl) for control, reason in amendment.removed.items()]
        yield _table(("Control", "Why", "In Dutch"), removed)
    if amendment.reworded:
        yield f"### Reworded on {amendment.effective}"
        columns = ("Control", "What", "From now on", "Why", "In Dutch")
        yield _table(
            columns,
            [
                (f"`{control}`", f"`{name}`", str(value), rewording.reason.en, rewording.reason.nl)
                for control, rewording in amendment.reworded.items()
                for name, value in rewording.said.items()
            ],
        )


def _rows(rows: Sequence[Row]) -> str:
    columns = (*_COLUMNS, *(_FLAT_COLUMNS if rows[0].flat else ()), *_LAST_COLUMNS)
    return _table(columns, [_cells(row) for row in rows])


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
