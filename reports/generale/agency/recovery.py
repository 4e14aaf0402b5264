"""What care funds claim back: one row of the table is one recovery, and the table has a day.

The columns are those of docs/reference/tables.md; the two groups are those of the answer to written question
345 (2020) in the Flemish Parliament.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise

from generale.agency.amount import amount_in, day_in
from generale.agency.sheet import Cell, read_sheet
from generale.protocol.errors import PeerError
from generale.protocol.ids import Hco
from generale.protocol.money import Euro

COLUMNS = ("group", "zorgkas", "facility", "hco_list", "amount_eur", "letter_date", "repaid_date")
"""The columns of a table of recoveries; all must be there, in any order."""

DAY_COLUMN = "as_of"
"""The column that may tell the day of a table, the same in every row."""

PUBLISHED_DAY = date(2020, 3, 4)
"""The day of the published table, which a table that does not tell its own is taken for."""

GROUPS = {"1": 1, "2": 2}
"""1: stopped or taken over, never billed on the exchange; 2: left the advances, the year is billed."""

_BETWEEN = "|"
"""What stands between several facility numbers or letters in one cell."""

_MOST_IN_A_CELL = 5


class DaySource(StrEnum):
    """Where the day to which is counted comes from."""

    OPTION = "option"
    FILE = "file"
    ASSUMED = "assumed"


@dataclass(frozen=True, slots=True)
class Recovery:
    """One amount that one fund claims back from one facility; ``line`` is its place in the file."""

    line: int
    group: int
    fund: str
    facility: str
    numbers: tuple[Hco, ...]
    amount: Euro
    letters: tuple[date, ...]
    repaid: date | None

    @property
    def month(self) -> str:
        """The month of the first letter: ``2019-03``."""
        return f"{self.letters[0]:%Y-%m}"

    def days(self, as_of: date) -> int:
        """Days from the first letter to the repayment, or for an open one to a day."""
        return ((self.repaid or as_of) - self.letters[0]).days


@dataclass(frozen=True, slots=True)
class RecoveryTable:
    """The recoveries in the order of the file, and the day to which the open ones are counted."""

    recoveries: tuple[Recovery, ...]
    as_of: date
    day_source: DaySource
    not_read: tuple[str, ...]


def read_recoveries(raw: bytes, as_of: date | None = None) -> RecoveryTable:
    """Read a table; a day that is given goes before that of the file. ``UsageError`` for a mistake in it."""
    sheet = read_sheet(raw, COLUMNS, (DAY_COLUMN,))
    day, source = table_day(sheet.rows, as_of)
    if day is None:
        day, source = PUBLISHED_DAY, DaySource.ASSUMED
    recoveries = tuple(_recovery(row) for row in sheet.rows)
    for one, row in zip(recoveries, sheet.rows, strict=True):
        _check_days(one, row, day)
    return RecoveryTable(recoveries, day, source, sheet.not_read)


def table_day(rows: Sequence[Mapping[str, Cell]], as_of: date | None) -> tuple[date | None, DaySource]:
    """The day of a table and who told it; None where nobody did, ``UsageError`` where rows differ."""
    if as_of is not None:
        return as_of, DaySource.OPTION
    told: date | None = None
    for number, row in enumerate(rows):
        cell = row.get(DAY_COLUMN)
        if cell is None:
            return None, DaySource.ASSUMED
        day = day_in(cell)
        if number and day != told:
            raise cell.refused(f"the row above tells another day than {day}", "a table has one day")
        told = day
    return told, DaySource.FILE


def _recovery(row: Mapping[str, Cell]) -> Recovery:
    group, repaid = row["group"], row["repaid_date"]
    if group.text not in GROUPS:
        raise group.refused(f"{group.quoted} is no group", "1: stopped or taken over; 2: left the advances")
    return Recovery(
        line=group.line,
        group=GROUPS[group.text],
        fund=_name(row["zorgkas"]),
        facility=_name(row["facility"]),
        numbers=_numbers(row["hco_list"]),
        amount=amount_in(row["amount_eur"]),
        letters=_letters(row["letter_date"]),
        repaid=day_in(repaid) if repaid.text else None,
    )


def _name(cell: Cell) -> str:
    if not cell.text:
        raise cell.refused("it is empty", "every recovery names its fund and its facility")
    return cell.text


def _numbers(cell: Cell) -> tuple[Hco, ...]:
    try:
        numbers = tuple(Hco.parse(one.strip()) for one in _parts(cell))
    except PeerError as error:
        raise cell.refused(str(error), "write 3348, or several as 3709|20006") from error
    if len(set(numbers)) < len(numbers):
        raise cell.refused("a facility number stands twice", "leave one out")
    return numbers


def _letters(cell: Cell) -> tuple[date, ...]:
    letters = tuple(day_in(cell, one.strip()) for one in _parts(cell))
    if any(former >= latter for former, latter in pairwise(letters)):
        raise cell.refused("the letters are not in the order of their days", "write 2019-11-28|2020-01-21")
    return letters


def _parts(cell: Cell) -> list[str]:
    parts = cell.text.split(_BETWEEN)
    if len(parts) > _MOST_IN_A_CELL:
        raise cell.refused(f"more than {_MOST_IN_A_CELL} in one cell", "are the cells in the right columns?")
    return parts


def _check_days(recovery: Recovery, row: Mapping[str, Cell], as_of: date) -> None:
    """Refuse a repayment before the first letter, and whatever lies after the day of the table."""
    if recovery.repaid is not None and recovery.repaid < recovery.letters[0]:
        raise row["repaid_date"].refused(
            f"{recovery.repaid} lies before the first letter", "a recovery begins with its letter"
        )
    for name, day in (("letter_date", recovery.letters[-1]), ("repaid_date", recovery.repaid)):
        if day is not None and day > as_of:
            raise row[name].refused(
                f"{day} lies after {as_of}, the day to which is counted", "--as-of gives the day of the table"
            )
