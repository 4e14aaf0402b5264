"""``generale scenarios show``: scenarios told to a person, in Markdown that can be printed."""

from collections.abc import Iterator, Sequence

from generale.cli.output import print_text
from generale.conformance.register import register
from generale.protocol.profile import standard_profile
from generale.results.requirement import Requirement
from generale.scenarios.cast import cast_of
from generale.scenarios.catalogue import entry, library
from generale.scenarios.instructions import Instructions, instructions


def run(names: Sequence[str], requirement_set: str, seed: int | None, lang: str) -> int:
    """Print the scenarios of these names, or all; ``UsageError`` for one that there is not."""
    profile, rows = standard_profile(), {row.id: row for row in register(requirement_set)}
    for scenario in (entry(name).scenario for name in names or library()):
        cast = cast_of(scenario, profile, seed or 1, scenario.anchor)
        print_text("\n".join(_page(instructions(scenario, cast, profile, lang), rows, lang)))
    return 0


def _page(told: Instructions, rows: dict[str, Requirement], lang: str) -> Iterator[str]:
    yield from (f"# {told.title}", "", f"`{told.name}`", "", told.story, "")
    yield " ".join(told.conditions)
    yield from ("", f"## {told.cast_heading}", "")
    yield from _table(told.facilities)
    yield ""
    yield from _table(told.residents)
    yield from ("", f"## {told.steps_heading}", "")
    for number, step in enumerate(told.steps, start=1):
        yield f"{number}. **{step.who}.** {step.what}"
        yield from (f"    - {one}" for one in step.details)
    yield from ("", f"## {told.tried_heading}", "")
    for one in told.tried:
        row = rows.get(one)
        yield f"- {one}: {row.text_nl if lang == 'nl' else row.text_en}" if row else f"- {one}"
    yield ""


def _table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """A table in Markdown; nothing where there is no row under the headings."""
    head, *body = rows
    if not body:
        return
    yield f"| {' | '.join(head)} |"
    yield f"|{' --- |' * len(head)}"
    yield from (f"| {' | '.join(row)} |" for row in body)
