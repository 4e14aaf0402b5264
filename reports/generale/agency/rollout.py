"""How far the facilities are: counts and percentages per type, and how many facilities these must be of.

The table tells how many facilities of each type lack something, and what percentage that is. Of how many is
not told: it is computed, as the whole numbers that give every printed percentage of a type.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from generale.agency.amount import count_in, percentage_in
from generale.agency.recovery import DAY_COLUMN, DaySource, table_day
from generale.agency.sheet import Cell, read_sheet

COLUMNS = ("metric", "type", "count", "pct_printed")
"""The columns of a table of the rollout; all must be there, in any order."""

TOTAL = "TOTAAL"
TYPES = ("WZC", "CVK", "DVC", TOTAL)
"""The types of facilities, and all of them together."""

MOST_METRICS = 20
"""The most metrics in one table (project-defined)."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """From how many to how many facilities there may be; ``most`` is None where nothing bounds it."""

    least: int
    most: int | None

    @property
    def only(self) -> int | None:
        """The number of facilities, where there is but one."""
        return self.least if self.least == self.most else None

    @property
    def is_empty(self) -> bool:
        """Whether no number will do."""
        return self.most is not None and self.most < self.least

    def __and__(self, other: "Bounds") -> "Bounds":
        ends = [one for one in (self.most, other.most) if one is not None]
        return Bounds(max(self.least, other.least), min(ends, default=None))


@dataclass(frozen=True, slots=True)
class Share:
    """One row: so many facilities of a type, and the percentage that was printed for them."""

    line: int
    metric: str
    kind: str
    count: int
    percentage: Decimal

    @property
    def denominator(self) -> Bounds:
        """Of how many facilities this count is this percentage, rounded to its decimals."""
        half = Fraction(1, 2 * 10 ** -int(self.percentage.as_tuple().exponent))
        lowest, highest = Fraction(self.percentage) - half, Fraction(self.percentage) + half
        least = max(1, self.count, math.ceil(100 * self.count / highest))
        return Bounds(least, math.floor(100 * self.count / lowest) if lowest > 0 else None)


@dataclass(frozen=True, slots=True)
class Rollout:
    """The rows by metric, the number of facilities by type, and whether counts and numbers add up."""

    as_of: date | None
    day_source: DaySource | None
    metrics: Mapping[str, tuple[Share, ...]]
    facilities: Mapping[str, Bounds]
    not_read: tuple[str, ...]

    def counts_add_up(self, metric: str) -> bool | None:
        """Whether the types of a metric make its total; None where one of them is missing."""
        found = {one.kind: one.count for one in self.metrics[metric]}
        if set(found) != set(TYPES):
            return None
        return sum(found[kind] for kind in TYPES[:-1]) == found[TOTAL]

    @property
    def facilities_add_up(self) -> bool | None:
        """Whether the facilities of the types make the total; None where a number is not known."""
        known = [self.facilities[kind].only for kind in TYPES if kind in self.facilities]
        numbers = [one for one in known if one is not None]
        return sum(numbers[:-1]) == numbers[-1] if len(numbers) == len(TYPES) else None

    @property
    def is_consistent(self) -> bool:
        """Whether nothing in the table contradicts anything else in it."""
        sums = [self.facilities_add_up, *(self.counts_add_up(metric) for metric in self.metrics)]
        return False not in sums and not any(one.is_empty for one in self.facilities.values())


def read_rollout(raw: bytes, as_of: date | None = None) -> Rollout:
    """Read a table; a day that is given goes before that of the file. ``UsageError`` for a mistake in it."""
    sheet = read_sheet(raw, COLUMNS, (DAY_COLUMN,))
    day, source = table_day(sheet.rows, as_of)
    metrics = _metrics(sheet.rows)
    found: dict[str, Bounds] = {}
    for kind in TYPES:
        for rows in metrics.values():
            for one in rows:
                if one.kind == kind:
                    found[kind] = found.get(kind, Bounds(1, None)) & one.denominator
    return Rollout(day, source if day else None, metrics, found, sheet.not_read)


def _metrics(rows: Sequence[Mapping[str, Cell]]) -> dict[str, tuple[Share, ...]]:
    """The rows by metric, in the order of the file; those of a metric in the order of the types."""
    found: dict[str, dict[str, Share]] = {}
    for row in rows:
        one = _share(row)
        of_metric = found.setdefault(one.metric, {})
        if one.kind in of_metric:
            raise row["type"].refused(f"{one.kind} stands twice for '{one.metric}'", "leave one out")
        of_metric[one.kind] = one
        if len(found) > MOST_METRICS:
            raise row["metric"].refused(f"more than {MOST_METRICS} metrics", "import the table in parts")
    return {
        metric: tuple(of_metric[kind] for kind in TYPES if kind in of_metric)
        for metric, of_metric in found.items()
    }


def _share(row: Mapping[str, Cell]) -> Share:
    kind, metric = row["type"], row["metric"]
    if kind.text.upper() not in TYPES:
        raise kind.refused(f"{kind.quoted} is no type of facility", f"one of {', '.join(TYPES)}")
    if not metric.text:
        raise metric.refused("it is empty", "every row says what is counted")
    count, percentage = count_in(row["count"]), percentage_in(row["pct_printed"])
    one = Share(kind.line, metric.text, kind.text.upper(), count, percentage)
    if one.denominator.is_empty:
        raise row["pct_printed"].refused(
            f"{percentage} is no percentage that {count} facilities can be of a whole number",
            "is it a misprint?",
        )
    return one
