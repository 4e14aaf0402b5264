"""The commands before a run: ``doctor``, ``scenarios``, and ``scenarios show``."""

from typing import Annotated

import typer

from generale.cli import options
from generale.cli.options import Json, Lang, Seed, language, leave

_app = typer.Typer(rich_markup_mode=None)


def add_to(app: typer.Typer) -> None:
    """Give the command line these commands."""
    app.command()(doctor)
    app.add_typer(_app, name="scenarios")


@_app.callback(invoke_without_command=True)
def scenarios(
    context: typer.Context,
    coverage: Annotated[
        bool, typer.Option("--coverage", help="Map the behaviour that they visit, and name what they do not.")
    ] = False,
    as_json: Json = False,
    lang: Lang = "en",
) -> None:
    """List the scenarios of the library; `generale scenarios show` tells one as instructions.

    With --coverage a map in their place, in English: by facility type, kind of stay, trouble, moment and
    fund.

    Example: generale scenarios --lang nl
    """
    if context.invoked_subcommand is not None:
        return
    from generale.cli.catalogue import list_scenarios, map_behaviour

    if coverage:
        leave(map_behaviour(as_json=as_json))
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


def doctor(
    plan: options.Plan = None,
    vendor: options.Vendor = None,
    profile: options.Profile = None,
    seed: Seed = None,
    clock: options.ClockMode = None,
    budget: options.Budget = None,
    security: options.Security = None,
    pki: options.Certificates = None,
    tls: options.Tls = None,
    credential: options.Credential = None,
    driver: Annotated[
        bool,
        typer.Option(
            "--driver", help="Ask every operation of the driver contract, rightly and oddly, instead."
        ),
    ] = False,
    self_test: Annotated[
        bool, typer.Option("--self-test", help="Play every seeded mistake instead: the confusion table.")
    ] = False,
    as_json: Json = False,
    lang: Lang = "en",
) -> None:
    """Prove the set-up before the first scenario.

    One admission is played, from what the product is told to what its users see; the first step that fails
    is named, with what to do about it. Nothing is judged. With --driver the contract itself is exercised, and
    each violation named. With --self-test no product is looked at, but the doctor: it meets every mistake
    that it should name, and set-ups that are odd and healthy.

    Example: generale doctor --vendor http://127.0.0.1:8090
    """
    from generale.cli.doctor import exercise_driver, run, try_itself

    if self_test:
        leave(try_itself(language(lang), as_json=as_json))
    values = {
        "vendor": vendor,
        "profile": profile,
        "seed": seed,
        "clock": clock,
        "budget_seconds": budget,
        "security": security,
        "pki": str(pki) if pki is not None else None,
        "tls": tls,
        "credential": credential,
    }
    given = {name: value for name, value in values.items() if value is not None}
    look = exercise_driver if driver else run
    leave(look(plan, given, language(lang), as_json=as_json))
