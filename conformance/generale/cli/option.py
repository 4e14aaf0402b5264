"""Options that several commands have, and how a command leaves."""

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
