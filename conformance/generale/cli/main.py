"""The entry point: names the commands, and turns every error into one line, a hint and an exit code.

One of the four edges where every exception is caught. Modules of commands are imported inside their
function, so that ``generale --help`` stays quick.
"""

import os
import sys
from contextlib import suppress
from importlib import metadata
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from generale.cli import again_commands, agency_commands, message_commands, options, scenario_commands
from generale.cli.options import Host, Json, Lang, Port, Seed
from generale.cli.options import language as _language
from generale.cli.options import leave as _leave
from generale.cli.stream import print_on
from generale.protocol.errors import DiskFailure, EnvironmentFailure, PeerError, UsageError
from generale.results.verdicts import ExitCode

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"max_content_width": 100},
    help="Dress rehearsal of the Flemish digital admission-and-billing exchange (eWZCfin).",
    epilog="Exit codes: 0 conforming, 10 non-conforming, 11 not fully verified, 20 product unreachable, "
    "21 configuration invalid, 30 harness error, 130 interrupted.",
)


def _version(wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"generale {metadata.version('generale')}\n")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """What stands before the command."""


message_commands.add_to(app)
agency_commands.add_to(app)
scenario_commands.add_to(app)
again_commands.add_to(app)


@app.command()
def certify(
    plan: options.Plan = None,
    vendor: options.Vendor = None,
    defect: options.Defect = None,
    chapter: options.Chapters = None,
    scenario: options.Scenarios = None,
    requirement_set: options.RequirementSet = None,
    profile: options.Profile = None,
    seed: Seed = None,
    clock: options.ClockMode = None,
    budget: options.Budget = None,
    security: options.Security = None,
    pki: options.Certificates = None,
    tls: options.Tls = None,
    credential: options.Credential = None,
    packages: options.Packages = False,
    out: Annotated[Path, typer.Option("--out", help="Folder for the bundle.")] = Path("rehearsal"),
    compare: options.Compare = None,
    as_json: Json = False,
    lang: Lang = "en",
) -> None:
    """Play the scenarios against a product and judge it.

    Example: generale certify --vendor http://127.0.0.1:8090 --out rehearsal
    """
    from generale.cli.certify import run

    values = {
        "vendor": vendor,
        "defect": defect,
        "chapters": chapter,
        "scenarios": scenario,
        "requirement_set": requirement_set,
        "profile": profile,
        "seed": seed,
        "clock": clock,
        "budget_seconds": budget,
        "security": security,
        "pki": str(pki) if pki is not None else None,
        "tls": tls,
        "credential": credential,
        "packages": packages or None,
    }
    given = {name: value for name, value in values.items() if value not in (None, [])}
    _leave(run(plan, given, out, compare, as_json=as_json, lang=_language(lang)))


@app.command()
def rehearse(
    out: Annotated[Path, typer.Option("--out", help="Folder for the bundle.")] = Path("rehearsal"),
    seed: Seed = None,
    security: options.Security = "off",
    lang: Lang = "en",
) -> None:
    """Rehearse with the reference vendor over HTTP.

    The simulator and the vendor are two processes that talk GenericAsync on loopback; with --security full
    under TLS, with certificates that are made for it.

    Example: generale rehearse
    """
    from generale.cli.rehearse import run

    _leave(run(out, seed, security or "off", lang=_language(lang)))


@app.command()
def serve(
    port: Port = 0,
    host: Host = "127.0.0.1",
    record: Annotated[
        Path | None, typer.Option("--record", help="Folder for a bundle of whatever is sent.")
    ] = None,
    store: Annotated[
        Path | None, typer.Option("--store", help="SQLite file that survives a restart, with its own --seed.")
    ] = None,
    seed: Seed = None,
    security: options.Security = "off",
    pki: options.Certificates = None,
    tls: options.Tls = "none",
    server_certificate: options.ServerCertificate = "server",
    as_json: Json = False,
) -> None:
    """Run the simulator until it is stopped.

    Services and control API, for a product that is driven by hand.

    Example: generale serve --port 8080 --json
    """
    from generale.cli.serve import Asked, run

    asked = Asked(security, pki, tls, server_certificate)
    _leave(run(host, port, record, store, seed, asked, as_json=as_json))


@app.command()
def vendor(
    port: Port = 0,
    host: Host = "127.0.0.1",
    defect: Annotated[str, typer.Option("--defect", help="Seeded defect to have.")] = "",
    clock: Annotated[str, typer.Option("--clock", help="settable or wall.")] = "settable",
    security: options.Security = "off",
    pki: options.Certificates = None,
    credential: options.Credential = "certificate",
    packages: options.Packages = False,
) -> None:
    """Run the reference vendor until it is stopped.

    It serves the driver contract over HTTP; its address is the only line on stdout.

    Example: generale vendor --port 8090
    """
    from generale.cli.vendor import Way, run

    _leave(run(host, port, defect, clock, Way(security, pki, credential, packages)))


@app.command()
def judge(
    bundle: Annotated[Path, typer.Argument(help="Folder of a bundle.")],
    write: Annotated[bool, typer.Option("--write", help="Put the verdicts into the bundle.")] = False,
    as_json: Json = False,
    lang: Lang = "en",
) -> None:
    """Judge a bundle again.

    From its transcript and evidence alone; says which verdicts differ.

    Example: generale judge rehearsal
    """
    from generale.cli.judge import run

    _leave(run(bundle, write=write, as_json=as_json, lang=_language(lang)))


@app.command()
def report(
    bundle: Annotated[Path, typer.Argument(help="Folder of a bundle.")],
    lang: Lang = "en",
) -> None:
    """Draw report.html and junit.xml again.

    Example: generale report rehearsal --lang nl
    """
    from generale.cli.report import run

    _leave(run(bundle, lang=_language(lang)))


@app.command()
def detect(
    seed: Seed = None,
    workers: Annotated[int, typer.Option("--workers", help="Processes to play with.", min=1, max=64)] = 1,
    as_json: Json = False,
) -> None:
    """Play every seeded defect: the kill matrix.

    Example: generale detect --json
    """
    from generale.cli.detect import run

    _leave(run(1 if seed is None else seed, workers, as_json=as_json))


@app.command()
def pki(
    out: options.PkiFolder = Path("pki"),
    seed: options.PkiSeed = None,
    host: options.PkiHosts = None,
    since: options.PkiSince = "",
    days: options.PkiDays = 365,
    keys: options.PkiKeys = "ec",
    as_json: Json = False,
) -> None:
    """Make the certificates of a rehearsal.

    Authority, server, platform, STS and facilities; expired and revoked ones too. For rehearsals only.

    Example: generale pki --out pki
    """
    from generale.cli.pki import run

    _leave(run(out, seed, host or [], since, days, keys, as_json=as_json))


@app.command()
def requirements(
    requirement_set: Annotated[
        str, typer.Option("--set", help="Requirement set, by its date.")
    ] = "2019-04-01",
    as_json: Json = False,
    lang: Lang = "en",
) -> None:
    """List what a vendor owes.

    Example: generale requirements --json
    """
    from generale.cli.catalogue import list_requirements

    _leave(list_requirements(requirement_set, as_json=as_json, lang=_language(lang)))


@app.command()
def init(
    file: Annotated[Path, typer.Argument(help="Where to write the plan.")] = Path("generale.toml"),
) -> None:
    """Write a commented plan to begin with.

    Example: generale init generale.toml
    """
    from generale.cli.init import run

    _leave(run(file))


@app.command()
def docs(
    check_only: Annotated[
        bool, typer.Option("--check", help="Only say whether the generated pages are fresh.")
    ] = False,
) -> None:
    """Write the generated reference pages.

    At the top of a checkout of the project.

    Example: generale docs --check
    """
    from generale.cli.docs import run

    _leave(run(app, check_only=check_only))


@app.command()
def prove(
    out: Annotated[Path, typer.Option("--out", help="File for the result (JSON).")] = Path(
        "docs/reference/prove.json"
    ),
    seeds: Annotated[int, typer.Option("--seeds", help="How many seeds to play.", min=1, max=1000)] = 20,
) -> None:
    """Run the long proofs.

    The reference vendor over many seeds, every defect, both transports.

    Example: generale prove --seeds 20
    """
    from generale.cli.prove import run

    _leave(run(out, seeds))


PLANNED = (
    "load", "sign", "verify", "register", "can-go-live", "analyse",
)  # fmt: skip
"""Commands that are named and not there yet (``docs/reference/not-yet.md``)."""


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run the command line and leave with a documented exit code."""
    given = arguments or sys.argv[1:] or ["--help"]
    # Where a stream was closed before we began, Python has none at all.
    sys.stdout = sys.stdout or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115  # until the program ends
    sys.stderr = sys.stderr or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115  # until the program ends
    try:
        if given[0] in PLANNED:
            raise UsageError(
                f"{given[0]} is not available in this version",
                hint="docs/reference/not-yet.md says what there is until then",
            )
        code = app(given, standalone_mode=False, prog_name="generale")
    except UsageError as error:
        code = _say(str(error), error.hint, UsageError.exit_code)
    except typer.TyperException as error:
        code = _say(_usage(error), _usage_hint(error), ExitCode.CONFIGURATION_INVALID)
    except DiskFailure as error:
        where = f" ({error.address})" if error.address else ""
        code = _say(f"{error}{where}", "is there room, and may it be written?", ExitCode.HARNESS_ERROR)
    except EnvironmentFailure as error:
        where = f" ({error.address})" if error.address else ""
        code = _say(f"{error}{where}", "is it running, and is the address right?", ExitCode.UNREACHABLE)
    except PeerError as error:
        code = _say(
            f"the product answered something that the contract does not allow: {error}",
            "see docs/reference/driver.openapi.yaml",
            ExitCode.UNREACHABLE,
        )
    except (KeyboardInterrupt, typer.Abort):
        code = _say("interrupted", "", ExitCode.INTERRUPTED)
    except SystemExit as left:
        code = _say(f"harness error: something left with {left.code!r}", "", ExitCode.HARNESS_ERROR)
    except BrokenPipeError:
        code = ExitCode.CONFORMING
    except Exception as error:
        if os.environ.get("GENERALE_TRACE"):
            raise
        text = f"{type(error).__name__}: {error}"
        code = _say(f"harness error: {text}", "GENERALE_TRACE=1 shows where", ExitCode.HARNESS_ERROR)
    sys.exit(code if isinstance(code, int) else 0)


def _usage(error: typer.TyperException) -> str:
    told = getattr(error, "format_message", None)
    return str(told()) if told is not None else str(error)


def _usage_hint(error: typer.TyperException) -> str:
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "generale"
    return f"`{command} --help` lists what can be given"


def _say(message: str, hint: str, code: int) -> int:
    line = " ".join(message.split())
    text = f"generale: {line}\n" + (f"  hint: {hint}\n" if hint else "")
    with suppress(DiskFailure):  # the exit code is told all the same
        print_on(sys.stderr, text)
    return int(code)
