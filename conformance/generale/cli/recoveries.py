"""``generale recoveries``: what care funds claim back, and what the formula explains of it."""

from pathlib import Path

from generale.agency.account import account
from generale.agency.recovery import read_recoveries
from generale.agency.recovery_document import recovery_document
from generale.agency.recovery_text import recovery_text
from generale.agency.wording import Language, Wording
from generale.cli.output import print_json, print_text
from generale.cli.table_file import as_of_day, read_table, terminal_width
from generale.results.verdicts import ExitCode


def run(file: Path, as_of: str, *, as_json: bool, lang: Language) -> int:
    """Print the account of a table; ``UsageError`` where it cannot be read."""
    day = as_of_day(as_of)
    table = read_table(file, lambda raw: read_recoveries(raw, day))
    told = account(table)
    if as_json:
        print_json(recovery_document(told))
    else:
        print_text(recovery_text(told, Wording(lang), terminal_width()))
    return ExitCode.CONFORMING
