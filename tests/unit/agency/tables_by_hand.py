"""Tables for tests: the published ones of ``examples/``, and rows that are written by hand."""

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

from generale.agency.recovery import COLUMNS, RecoveryTable, read_recoveries

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"
RECOVERIES = (EXAMPLES / "recoveries-2020.csv").read_bytes()
ROLLOUT = (EXAMPLES / "rollout-2020-03-04.csv").read_bytes()

ROW: Mapping[str, str] = {
    "group": "1",
    "zorgkas": "Zorgkas A",
    "facility": "Huis Een",
    "hco_list": "9901",
    "amount_eur": "1234.56",
    "letter_date": "2019-03-05",
    "repaid_date": "",
}
"""A recovery with nothing strange about it, which the formula does not explain."""


def published_rows() -> Sequence[Mapping[str, str]]:
    """The rows of the published table as text, read by the library of Python alone."""
    return list(csv.DictReader(io.StringIO(RECOVERIES.decode()), delimiter=";"))


def table(*rows: Mapping[str, str], separator: str = ";") -> bytes:
    """A table of recoveries: each row is the usual one with something else in some columns."""
    columns = [*COLUMNS, *(["as_of"] if any("as_of" in row for row in rows) else [])]
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, delimiter=separator, lineterminator="\n")
    writer.writeheader()
    writer.writerows({**ROW, **row} for row in rows)
    return text.getvalue().encode()


def recoveries(*rows: Mapping[str, str]) -> RecoveryTable:
    """The same, read; each row has a facility number of its own unless it names one."""
    numbered = [{"hco_list": str(10_000 + place), **row} for place, row in enumerate(rows)]
    return read_recoveries(table(*numbered))
