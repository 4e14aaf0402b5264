"""The commands of an agency: ``recoveries`` and ``rollout``."""

from pathlib import Path
from typing import Annotated

import typer

from generale.cli.options import Json, Lang, language, leave

Table = Annotated[Path, typer.Option("--import", help="Table to read (CSV).")]


def add_to(app: typer.Typer) -> None:
    """Give the command line these commands."""
    for command in (recoveries, rollout):
        app.command()(command)


def recoveries(
    file: Table,
    as_of: Annotated[
        str, typer.Option("--as-of", help="Day to which open ones are counted; empty: that of the table.")
    ] = "",
    formula: Annotated[
        Path | None, typer.Option("--formula", help="Readings of the formula to try (TOML).")
    ] = None,
    letters: Annotated[
        Path | None,
        typer.Option("--letters", help="Empty folder for a letter, in Dutch, for each open one (PDF)."),
    ] = None,
    as_json: Json = False,
    lang: Lang = "en",
) -> None:
    """Show what care funds claim back.

    By group, fund and month, with number, amount and lead time; which amounts the formula of the advances
    explains, and what is strange in the table.

    Example: generale recoveries --import examples/recoveries-2020.csv
    """
    from generale.cli.recoveries import run

    leave(run(file, as_of, formula, letters, as_json=as_json, lang=language(lang)))


def rollout(
    file: Table,
    as_of: Annotated[str, typer.Option("--as-of", help="Day of the table; empty: as it tells itself.")] = "",
    as_json: Json = False,
    lang: Lang = "en",
) -> None:
    """Show how many facilities are not there yet, and of how many.

    The percentages of the table give the number of facilities of each type.

    Example: generale rollout --import examples/rollout-2020-03-04.csv
    """
    from generale.cli.rollout import run

    leave(run(file, as_of, as_json=as_json, lang=language(lang)))
