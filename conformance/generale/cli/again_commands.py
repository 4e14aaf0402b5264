"""The commands that play something of an earlier bundle again: ``replay``."""

from pathlib import Path
from typing import Annotated

import typer

from generale.cli import options
from generale.cli.options import Json, Lang, language, leave

_Bundle = Annotated[Path, typer.Argument(help="Folder of a bundle.")]
_Scenario = Annotated[
    str, typer.Option("--scenario", help="Scenario of the bundle; needed where it holds several.")
]


def add_to(app: typer.Typer) -> None:
    """Give the command line these commands."""
    app.command()(replay)


def replay(
    bundle: _Bundle,
    scenario: _Scenario = "",
    vendor: options.Vendor = None,
    pki: options.Certificates = None,
    out: Annotated[Path | None, typer.Option("--out", help="Folder for a bundle of the new run.")] = None,
    as_json: Json = False,
    lang: Lang = "en",
) -> None:
    """Play one scenario of a bundle again: do the same findings come?

    As the plan in the bundle says, with its seed, its copy of the scenario and its exchange profile; against
    its vendor, or the one that is given.

    Example: generale replay rehearsal --scenario refusal/file-blocked
    """
    from generale.cli.replay import run
    from generale.conformance.replaying import Against

    against = Against(vendor=vendor or "", pki=str(pki) if pki is not None else "")
    leave(run(bundle, scenario, against, out, as_json=as_json, lang=language(lang)))
