"""The commands that play something of an earlier bundle again: ``replay`` and ``shrink``."""

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
    app.command()(shrink)


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


def shrink(
    bundle: _Bundle,
    check: Annotated[str, typer.Option("--check", help="Check that failed, or requirement.")],
    scenario: Annotated[
        str, typer.Option("--scenario", help="Scenario of the bundle; else the shortest in which it failed.")
    ] = "",
    vendor: options.Vendor = None,
    pki: options.Certificates = None,
    out: Annotated[Path, typer.Option("--out", help="File for the scenario; new.")] = Path("smaller.yaml"),
    plays: Annotated[
        int, typer.Option("--plays", help="How often it is played at most.", min=1, max=10_000)
    ] = 200,
    as_json: Json = False,
    lang: Lang = "en",
) -> None:
    """Find the shortest scenario that still fails the same check with the same code.

    Steps are left out, and the rest is played against the vendor of the bundle's plan or the one that is
    given, until no step can go any more. What is left is a scenario file.

    Example: generale shrink rehearsal --check CK-REF-03 --out smaller.yaml
    """
    from generale.cli.shrink import run
    from generale.conformance.replaying import Against

    against = Against(vendor=vendor or "", pki=str(pki) if pki is not None else "")
    leave(run(bundle, check, scenario, against, out, plays, as_json=as_json, lang=language(lang)))
