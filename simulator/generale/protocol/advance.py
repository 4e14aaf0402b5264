"""The formula of an advance: allowance per day x places x days x occupancy x share, with dated parameters.

Source: articles 662/2 and 662/6 of the decision on the Flemish social protection, as told in the answer to
written question 345 of 21 February 2020, Flemish Parliament, part 2: 30 days and an occupancy of the sector
of 0.95; a day-care centre from September 2019 on by its opening days and its own occupancy. What else stands
here is project-defined: the share, and how opening days per week become days of a month.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from generale.protocol.calendar import CareMonth
from generale.protocol.errors import OurError
from generale.protocol.money import Euro
from generale.protocol.table import Table

DAYS = 30
"""The days that an advance counts in every month (published formula)."""

WEEK = 7
"""Days of a week, the most on which a facility is open."""

OWN = "own"
"""Stands in the profile for the occupancy of the facility itself."""

_MOST_DAYS = 366


class PaidDays(StrEnum):
    """For how many days of one place an advance of a month pays, before occupancy and share."""

    THIRTY = "thirty"
    """Thirty in every month."""
    THIRTY_BY_OPENING = "thirty-by-opening"
    """Thirty, times opening days per week, by seven."""
    OPENING_DAYS = "opening-days"
    """The days of that month on which it is open: from Monday on, so many days of each week."""


class SplitKey(StrEnum):
    """What an advance is split over the funds by; the real key is not public."""

    HEADS = "heads"
    """Each resident is one unit, of the fund of which they are a member."""
    PLACES = "places"
    """Each recognised place is one unit; the funds get whole places in proportion to their residents."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AdvanceFormula:
    """The parameters for some types of facility, for care months from a day on."""

    types: frozenset[str]
    since: date
    days: PaidDays
    occupancy: Decimal | None
    """Above 0 and up to 1; None for that of the facility itself."""
    share: Decimal
    """Above 0 and up to 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AdvanceTerms:
    """What a profile says of advances: formulas by date, the key of the split, and the term of a recovery."""

    formulas: tuple[AdvanceFormula, ...]
    split: SplitKey
    repay_days: int
    """Days after its letter within which a recovery is repaid."""

    def formula(self, kind: str, month: CareMonth) -> AdvanceFormula | None:
        """The newest formula that holds for a type in a care month; None where no advances are paid."""
        fitting = [one for one in self.formulas if kind in one.types and one.since <= month.first]
        return max(fitting, key=lambda one: one.since, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Beds:
    """Recognised places of one kind, and their allowance per day in euro: a house has several rates."""

    places: int
    per_day: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """What the advance of a facility is computed from; ``type`` is wzc, cvk or dvc."""

    type: str
    beds: tuple[Beds, ...]
    opening_days: int = WEEK
    """Days of each week on which it is open, 1 to 7."""
    occupancy: Decimal | None = None
    """Its own occupancy, where it is known."""

    @property
    def places(self) -> int:
        """All its places."""
        return sum(one.places for one in self.beds)


def factor(days: Fraction, occupancy: Decimal, share: Decimal) -> Fraction:
    """For how many days of one place an advance pays."""
    return days * Fraction(occupancy) * Fraction(share)


def advance_of_month(facility: Recognised, month: CareMonth, terms: AdvanceTerms) -> Euro | None:
    """The advance of a facility for a care month, rounded once; None where none is paid.

    ``OurError`` where the formula wants an occupancy of its own that is not known.
    """
    formula = terms.formula(facility.type, month)
    if formula is None:
        return None
    occupancy = facility.occupancy if formula.occupancy is None else formula.occupancy
    if occupancy is None:
        raise OurError(
            f"the advance of a {facility.type} for {month} takes its own occupancy, which is unknown"
        )
    a_day = sum((Fraction(one.per_day) * one.places for one in facility.beds), Fraction())
    days = _days(formula.days, facility.opening_days, month)
    return Euro.rounded(a_day * factor(days, occupancy, formula.share))


def _days(rule: PaidDays, opening_days: int, month: CareMonth) -> Fraction:
    match rule:
        case PaidDays.THIRTY:
            return Fraction(DAYS)
        case PaidDays.THIRTY_BY_OPENING:
            return Fraction(DAYS * opening_days, WEEK)
        case PaidDays.OPENING_DAYS:
            return Fraction(sum(day.weekday() < opening_days for day in month.days()))


def read_advance_terms(table: Table, known: Collection[str]) -> AdvanceTerms:
    """The terms in a table of a profile that knows these types of facility; ``UsageError`` for a mistake."""
    table.only("split", "repay_days", "formula")
    keys = ("types", "since", "days", "occupancy", "share")
    formulas = tuple(_formula(row, known) for row in table.tables("formula", *keys))
    return AdvanceTerms(
        formulas=formulas,
        split=table.word("split", SplitKey),
        repay_days=table.number("repay_days", _MOST_DAYS),
    )


def _formula(row: Table, known: Collection[str]) -> AdvanceFormula:
    types = row.texts("types")
    if not types or not types <= set(known):
        raise row.wrong("types", f"a list of {', '.join(sorted(known))}")
    return AdvanceFormula(
        types=types,
        since=row.day("since"),
        days=row.word("days", PaidDays),
        occupancy=None if row.text("occupancy") == OWN else row.parsed("occupancy", read_part),
        share=row.parsed("share", read_part),
    )


def read_part(text: str) -> Decimal:
    """A part above 0 and up to 1, of at most four decimals: ``0.95``; ``ValueError`` for anything else."""
    whole, point, decimals = text.partition(".")
    well_formed = (
        text.isascii() and whole in ("0", "1") and point and decimals.isdigit() and len(decimals) <= 4
    )
    if not well_formed or not 0 < Decimal(text) <= 1:
        raise ValueError(f"'{text[:40]}' is no part above 0 and up to 1, such as 0.95")
    return Decimal(text)
