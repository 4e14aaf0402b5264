"""The letters of ``generale recoveries --letters``: one PDF for each open recovery of a table."""

from pathlib import Path

from generale.agency.letter import RecoveryLetter, open_letters
from generale.agency.recovery import RecoveryTable
from generale.cli.out_folder import empty_folder
from generale.protocol.errors import DiskFailure, UsageError
from generale.reports.paper import typeset

TEMPLATE = "recovery_letter.typ"


def write_letters(table: RecoveryTable, folder: Path) -> int:
    """Write the letters into a folder that is empty or new, and tell how many.

    ``UsageError`` where the folder is taken or a letter cannot be typeset, ``DiskFailure`` where the disk
    refuses.
    """
    letters = list(open_letters(table))
    empty_folder(folder, "--letters")
    try:
        for letter in letters:
            (folder / name_of(letter)).write_bytes(_page(letter))
    except OSError as error:
        reason = error.strerror or "the disk refuses"
        raise DiskFailure(f"the letters cannot be written: {reason}", address=str(folder)) from error
    return len(letters)


def name_of(letter: RecoveryLetter) -> str:
    """The name of a letter's file: the row of the table and the facility number, ``00011-16572.pdf``."""
    return f"{letter.row:05d}-{letter.numbers[0]}.pdf"


def _page(letter: RecoveryLetter) -> bytes:
    try:
        return typeset(TEMPLATE, letter.content, letter.dated)
    except UsageError as error:
        raise UsageError(f"row {letter.row}: {error}", hint=error.hint) from error
