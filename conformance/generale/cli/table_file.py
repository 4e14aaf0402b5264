"""Tables that a user imports: the file, its day, and the terminal on which it is shown."""

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TypeVar

from generale.agency.sheet import MAX_BYTES
from generale.protocol.clock import parse_date
from generale.protocol.errors import PeerError, UsageError
from generale.scenarios.file import read_file

T = TypeVar("T")

_WIDEST = 120


def read_table(file: Path, read: Callable[[bytes], T]) -> T:
    """What stands in the file; ``UsageError`` with its name where it cannot be read."""
    raw = read_file(file, "the table", most=MAX_BYTES, hint="give a table as CSV (docs/reference/tables.md)")
    try:
        return read(raw)
    except UsageError as error:
        raise UsageError(f"{file}: {error}", hint=error.hint) from error


def as_of_day(text: str) -> date | None:
    """The day of ``--as-of``; None where it is not given."""
    try:
        return parse_date(text) if text else None
    except PeerError as error:
        raise UsageError(f"--as-of: {error}", hint="write it as 2020-03-04") from error


def terminal_width() -> int:
    """How many columns there are to write in."""
    return min(shutil.get_terminal_size((100, 24)).columns, _WIDEST)
