"""``generale encode``: the bytes of the message in a document that ``decode --json`` printed."""

import json
import sys
from pathlib import Path
from typing import Any

from generale.cli.stream import print_on
from generale.conformance.message_check import MAX_BYTES
from generale.conformance.message_document import encoded
from generale.protocol.errors import PeerError, UsageError
from generale.protocol.profile import standard_profile
from generale.results.verdicts import ExitCode
from generale.scenarios.file import read_file

_LARGER = 12
"""How many times as large as its message a document is at most: every zone has a name in it."""

_HINT = "generale decode FILE --json shows the form"


def run(document: Path, out: Path | None) -> int:
    """Write the message to a file, or to stdout; ``UsageError`` where the document is none."""
    raw = read_file(document, "the document", most=_LARGER * MAX_BYTES, hint=_HINT)
    try:
        told = json.loads(raw, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{document} is no JSON: {error}", hint=_HINT) from error
    try:
        written = encoded(told, standard_profile())
    except PeerError as error:
        place = "" if str(error).startswith(error.where) else f"{error.where}: "
        raise UsageError(f"{document} cannot be encoded: {place}{error}", hint=_HINT) from error
    _leave(written, out)
    return ExitCode.CONFORMING


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return found


def _leave(written: bytes, out: Path | None) -> None:
    if out is None:
        print_on(sys.stdout, written)
        return
    try:
        out.write_bytes(written)
    except OSError as error:
        reason = (error.strerror or "it refuses").lower()
        raise UsageError(f"{out} cannot be written: {reason}", hint="choose another --out") from error
