"""Options that several commands share, those too long to stand in a signature, and how a command leaves."""

from pathlib import Path
from typing import Annotated, Literal, NoReturn

import typer

from generale.protocol.errors import UsageError

Json = Annotated[
    bool, typer.Option("--json", help="Print one JSON document on stdout, and nothing else there.")
]
Lang = Annotated[str, typer.Option("--lang", help="Language of what a person reads: nl or en.")]
Seed = Annotated[int | None, typer.Option("--seed", help="Seed of people, numbers and references.")]
Port = Annotated[int, typer.Option("--port", help="Port to listen on; 0 for any free one.")]
Host = Annotated[str, typer.Option("--host", help="Address to listen on.")]

Security = Annotated[
    str | None, typer.Option("--security", help="What is asked of messages: off, timestamp or full.")
]
Tls = Annotated[
    str | None, typer.Option("--tls", help="none, or with a client certificate optional or required.")
]
ServerCertificate = Annotated[
    str | None,
    typer.Option(
        "--server-certificate", help="server, or expired, other-name, other-authority, self-signed."
    ),
]
Certificates = Annotated[
    Path | None, typer.Option("--pki", help="Folder of certificates, made by `generale pki`.")
]

Credential = Annotated[
    str | None,
    typer.Option("--credential", help="What the reference vendor signs with: certificate or assertion."),
]
Packages = Annotated[bool, typer.Option("--packages", help="The reference vendor sends packages (MTOM).")]

Plan = Annotated[Path | None, typer.Option("--plan", help="Plan to follow (TOML).")]
Vendor = Annotated[
    str | None,
    typer.Option(
        "--vendor", help="reference, http(s)://host:port, 'cmd:program arguments', or py:module:Class."
    ),
]
Defect = Annotated[str | None, typer.Option("--defect", help="Seeded defect of the reference vendor.")]
Chapters = Annotated[list[str] | None, typer.Option("--chapter", help="Only this chapter (repeatable).")]
Scenarios = Annotated[
    list[str] | None, typer.Option("--scenario", help="Only this scenario or file (repeatable).")
]
RequirementSet = Annotated[str | None, typer.Option("--set", help="Requirement set, by its date.")]
Profile = Annotated[str | None, typer.Option("--profile", help="Folder of an exchange profile.")]
ClockMode = Annotated[str | None, typer.Option("--clock", help="virtual or wall.")]
Budget = Annotated[int | None, typer.Option("--budget", help="Longest wait on the wall, in seconds.")]
Compare = Annotated[
    Path | None,
    typer.Option("--compare", help="Folder of an earlier bundle: says what is fixed, new, still."),
]

PkiFolder = Annotated[Path, typer.Option("--out", help="Folder for the certificates; new or empty.")]
PkiSeed = Annotated[
    int | None,
    typer.Option(
        "--seed", help="Seed of the facility numbers, as of the run; keys are then derived from it."
    ),
]
PkiHosts = Annotated[
    list[str] | None, typer.Option("--host", help="Name or address of the server (repeatable).")
]
PkiSince = Annotated[str, typer.Option("--since", help="First day of validity; empty: an hour ago.")]
PkiDays = Annotated[int, typer.Option("--days", help="Days of validity.")]
PkiKeys = Annotated[str, typer.Option("--keys", help="ec or rsa.")]


def leave(code: int) -> NoReturn:
    """Leave with an exit code."""
    raise typer.Exit(int(code))


def language(lang: str) -> Literal["nl", "en"]:
    """The language that was asked for; ``UsageError`` for one that is not spoken."""
    if lang == "nl":
        return "nl"
    if lang == "en":
        return "en"
    raise UsageError(f"'{lang}' is not a language of this program", hint="--lang nl or --lang en")
