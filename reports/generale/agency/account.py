"""The account of a table of recoveries: the totals, the formula held against it, and what is strange."""

from collections.abc import Sequence
from dataclasses import dataclass

from generale.agency.evidence import Evidence, evidence
from generale.agency.oddity import Oddity, oddities
from generale.agency.reading import Reading
from generale.agency.recovery import RecoveryTable
from generale.agency.tally import Group, Tally, grouped, tally


@dataclass(frozen=True, slots=True)
class Account:
    """Everything that is told about a table."""

    table: RecoveryTable
    total: Tally
    groups: tuple[Group, ...]
    evidence: Evidence
    oddities: tuple[Oddity, ...]


def account(table: RecoveryTable, readings: Sequence[Reading]) -> Account:
    """Count a table, hold the formula against it, and compare its rows."""
    rows, day = table.recoveries, table.as_of
    return Account(table, tally(rows, day), grouped(rows, day), evidence(rows, readings), oddities(rows))
