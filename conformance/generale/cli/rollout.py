"""``generale rollout``: how many facilities of each type are not there yet, and of how many."""

import sys
from pathlib import Path

from generale.agency.rollout import read_rollout
from generale.agency.rollout_document import rollout_document
from generale.agency.rollout_text import rollout_text
from generale.agency.wording import Language, Wording
from generale.cli.output import print_json, print_text
from generale.cli.table_file import as_of_day, read_table, terminal_width
from generale.results.verdicts import ExitCode


def run(file: Path, as_of: str, *, as_json: bool, lang: Language) -> int:
    """Print a table; ``UsageError`` where it cannot be read."""
    day = as_of_day(as_of)
    told = read_table(file, lambda raw: read_rollout(raw, day))
    if as_json:
        print_json(rollout_document(told))
    else:
        print_text(rollout_text(told, Wording(lang), terminal_width(), sys.stdout.isatty()))
    return ExitCode.CONFORMING
