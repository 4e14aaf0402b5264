"""The commands about one message: ``check``, ``decode`` and ``encode``."""

from pathlib import Path
from typing import Annotated

import typer

from generale.cli.options import Json, Lang, language, leave


def add_to(app: typer.Typer) -> None:
    """Give the command line these commands."""
    for command in (check, decode, encode):
        app.command()(command)


def check(
    file: Annotated[Path, typer.Argument(help="One message, rejection or invoice file.")],
    date: Annotated[
        str, typer.Option("--date", help="Day on which it is received; empty: no date rules.")
    ] = "",
    as_json: Json = False,
    lang: Lang = "en",
) -> None:
    """Judge one message, rejection (RejectInb, RejectOutb), invoice file or answer to one by itself.

    Five rungs: bytes, records, fields, codes, relations. What an answer of a fund does otherwise, such
    as an echo that cannot be read, is a note and breaks nothing.

    Example: generale check admission.xml
    """
    from generale.cli.check import run

    leave(run(file, date, as_json=as_json, lang=language(lang)))


def decode(
    file: Annotated[Path, typer.Argument(help="One message, flat file, or envelope around one.")],
    number: Annotated[
        int, typer.Option("--number", help="Which of several messages in an envelope, from 1.", min=0)
    ] = 0,
    as_json: Json = False,
    lang: Lang = "en",
) -> None:
    """Show what stands in one message or flat file.

    The fields of an XML message or rejection (RejectInb, RejectOutb), or every zone of a flat file; with
    --json as `generale encode` reads it.

    Example: generale decode invoice.txt --json
    """
    from generale.cli.decode import run

    leave(run(file, number, as_json=as_json, lang=language(lang)))


def encode(
    document: Annotated[Path, typer.Argument(help="A document that `generale decode --json` printed.")],
    out: Annotated[
        Path | None, typer.Option("--out", help="File to write; stdout where it is left out.")
    ] = None,
) -> None:
    """Write the message or flat file of a document.

    Nothing is computed on the way: check digits and totals are those of the document.

    Example: generale encode invoice.json --out invoice.txt
    """
    from generale.cli.encode import run

    leave(run(document, out))
