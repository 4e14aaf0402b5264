"""The commands of an agency: ``recoveries``, ``rollout``, ``population`` and ``transition``."""

from pathlib import Path
from typing import Annotated

import typer

from generale.cli.options import Json, Lang, Seed, language, leave

Table = Annotated[Path, typer.Option("--import", help="Table to read (CSV).")]


def add_to(app: typer.Typer) -> None:
    """Give the command line these commands."""
    for command in (recoveries, rollout, population, transition):
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


def population(
    facilities: Annotated[
        int | None,
        typer.Option("--facilities", help="How many facilities; 1520 where it is not given.", min=1),
    ] = None,
    seed: Seed = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder for the tables (CSV); new or empty.")
    ] = None,
    folder: Annotated[
        Path | None, typer.Option("--import", help="Folder of tables that replace drawn ones (CSV).")
    ] = None,
    synthetic: Annotated[
        bool, typer.Option("--synthetic", help="What is imported is synthetic already: keep its people.")
    ] = False,
    secret: Annotated[
        Path | None, typer.Option("--secret", help="File of the secret by which people become others.")
    ] = None,
    parameters: Annotated[
        Path | None, typer.Option("--parameters", help="Parameters to draw from (TOML).")
    ] = None,
    as_json: Json = False,
    lang: Lang = "en",
) -> None:
    """Make houses, facilities and residents by the thousand.

    All synthetic, all from one seed. What is imported is put in the place of what is drawn; its people become
    others on the way in.

    Example: generale population --facilities 1520 --seed 1 --out population
    """
    from generale.cli.population import Import, run

    brought = Import(folder, synthetic, secret)
    number = 1 if seed is None else seed
    leave(run(facilities, number, out, brought, parameters, as_json=as_json, lang=language(lang)))


def transition(
    months: Annotated[int, typer.Option("--months", help="Months from January 2019 on, 1 to 16.")] = 16,
    facilities: Annotated[
        int | None,
        typer.Option("--facilities", help="How many facilities; 1520 where it is not given.", min=1),
    ] = None,
    seed: Seed = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Folder for tables (CSV), plot (SVG) and evidence; new or empty."),
    ] = None,
    as_json: Json = False,
    lang: Lang = "en",
) -> None:
    """Play the whole phased rollout in virtual time.

    Every house enters on its day, catches up, is refused, repairs, bills and is settled; the care funds
    advance and claim back. Every message is real on both sides, and the ledger oracle looks at them all.

    Example: generale transition --facilities 152 --seed 1 --out transition
    """
    from generale.cli.transition import run

    leave(run(months, facilities, 1 if seed is None else seed, out, as_json=as_json, lang=language(lang)))
