"""The commands about scenarios: ``scenarios``, and ``scenarios show``."""

from typing import Annotated

import typer

from generale.cli.options import Json, Lang, Seed, language, leave

_app = typer.Typer(rich_markup_mode=None)


def add_to(app: typer.Typer) -> None:
    """Give the command line these commands."""
    app.add_typer(_app, name="scenarios")


@_app.callback(invoke_without_command=True)
def scenarios(context: typer.Context, as_json: Json = False, lang: Lang = "en") -> None:
    """List the scenarios of the library; `generale scenarios show` tells one as instructions.

    Example: generale scenarios --lang nl
    """
    if context.invoked_subcommand is not None:
        return
    from generale.cli.catalogue import list_scenarios

    leave(list_scenarios(as_json=as_json, lang=language(lang)))


@_app.command()
def show(
    names: Annotated[
        list[str] | None, typer.Argument(help="Scenarios; all of them where none is named.")
    ] = None,
    requirement_set: Annotated[
        str, typer.Option("--set", help="Requirement set, by its date.")
    ] = "2019-04-01",
    seed: Seed = None,
    lang: Lang = "en",
) -> None:
    """Tell scenarios to a person, in Markdown: the cast, every step, and what is tried.

    Example: generale scenarios show refusal/file-blocked --lang nl
    """
    from generale.cli.show import run

    leave(run(names or (), requirement_set, seed, language(lang)))
