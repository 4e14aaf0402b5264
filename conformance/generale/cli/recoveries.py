"""``generale recoveries``: what care funds claim back, and what the formula explains of it."""

import sys
from pathlib import Path

from generale.agency.account import account
from generale.agency.letter import letters_text
from generale.agency.reading import Reading, own_readings, read_readings
from generale.agency.recovery import read_recoveries
from generale.agency.recovery_document import recovery_document
from generale.agency.recovery_text import recovery_text
from generale.agency.wording import Language, Wording
from generale.cli.output import print_json, print_text, remark
from generale.cli.recovery_letters import write_letters
from generale.cli.table_file import as_of_day, read_table, terminal_width
from generale.protocol.errors import UsageError
from generale.results.verdicts import ExitCode
from generale.scenarios.file import read_file

_MOST_BYTES = 1 << 16


def run(
    file: Path, as_of: str, formula: Path | None, letters: Path | None, *, as_json: bool, lang: Language
) -> int:
    """Print the account of a table, and write its letters; ``UsageError`` where it cannot be read."""
    day = as_of_day(as_of)
    readings = _readings(formula)
    table = read_table(file, lambda raw: read_recoveries(raw, day))
    told, wording = account(table, readings), Wording(lang)
    written = None if letters is None else write_letters(table, letters)
    if as_json:
        print_json(recovery_document(told))
    else:
        print_text(recovery_text(told, wording, terminal_width(), sys.stdout.isatty()))
    if written is not None:
        remark(letters_text(written, str(letters), wording))
    return ExitCode.CONFORMING


def _readings(formula: Path | None) -> tuple[Reading, ...]:
    """The readings of the formula that are tried: those of a file, or our own."""
    if formula is None:
        return own_readings()
    raw = read_file(formula, "the formula", most=_MOST_BYTES, hint="give a file of readings (TOML)")
    try:
        return read_readings(raw)
    except UsageError as error:
        raise UsageError(f"{formula}: {error}", hint=error.hint) from error
