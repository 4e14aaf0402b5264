"""All houses together: what a minister would ask, month by month, from the figures of the houses alone."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from statistics import median
from typing import Any

from generale.protocol.calendar import CareMonth
from generale.protocol.money import ZERO, Euro
from generale.scenarios.population.sector import Fund
from generale.scenarios.transition.figures import BLOCKED_AFTER, HouseFigures

TYPES = ("wzc", "cvk", "dvc")


@dataclass(slots=True)
class _MonthCount:
    """One month and one type of facility."""

    facilities: int = 0
    without_admission: int = 0
    without_settled: int = 0
    blocked: int = 0


@dataclass(slots=True)
class National:
    """The sums over houses; ``months`` are those of the transition, in order."""

    months: Sequence[CareMonth]
    counts: dict[tuple[CareMonth, str], _MonthCount] = field(default_factory=dict)
    houses: int = 0
    facilities: int = 0
    messages: int = 0
    requests: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    money: Counter[str] = field(default_factory=Counter)
    claims: list[tuple[str, Euro, Euro, int | None]] = field(default_factory=list)
    """Fund, amount, what is open at the end, and the days to the repayment of each claim."""
    lead: list[int] = field(default_factory=list)
    """Days from the end of a care month to the day on which it was settled as a whole."""

    def add(self, figures: HouseFigures) -> None:
        """Take in one house."""
        self.houses += 1
        self.messages += figures.messages
        self.requests += figures.requests
        self.refused.update(figures.refused)
        self.money.update(figures.money)
        for claim in figures.recoveries.values():
            days = (claim.repaid - claim.letter).days if claim.repaid else None
            self.claims.append((claim.fund, claim.amount, claim.open, days))
        for facility in figures.facilities.values():
            self.facilities += 1
            for month in self.months:
                one = self.counts.setdefault((month, facility.type), _MonthCount())
                one.facilities += 1
                one.without_admission += _not_yet(facility.first_admission, month.last)
                one.without_settled += _not_yet(facility.first_settled, month.last)
                if month in facility.months:
                    one.blocked += facility.months[month].is_blocked
            for month, found in facility.months.items():
                if found.due and found.complete is not None:
                    self.lead.append((found.complete - month.last).days)

    def is_told(self, month: CareMonth) -> bool:
        """Whether it can be told if a month is blocked: so many days after its end have passed."""
        return month.last + timedelta(days=BLOCKED_AFTER) <= self.months[-1].last

    def document(self, funds: Iterable[Fund]) -> dict[str, Any]:
        """The figures as JSON; amounts are decimal strings, and what cannot be told yet is None."""
        return {
            "table": [
                {
                    "month": str(month),
                    "type": kind,
                    "facilities": one.facilities,
                    "without_admission_message": one.without_admission,
                    "without_processed_invoice": one.without_settled,
                    "blocked": one.blocked if self.is_told(month) else None,
                }
                for month in self.months
                for kind in TYPES
                if (one := self.counts.get((month, kind)))
            ],
            "recoveries": [_claims_of(fund, self.claims) for fund in funds],
            "refused": [
                {"control": control, "messages": count} for control, count in sorted(self.refused.items())
            ],
            "money": {
                name: str(Euro(self.money[name]))
                for name in ("advanced", "set-off", "paid", "claimed", "repaid")
            },
            "lead_times": {
                "settled_months": len(self.lead),
                "median_days": median(self.lead) if self.lead else None,
                "longest_days": max(self.lead, default=None),
            },
        }


def months_between(first: date, last: date) -> list[CareMonth]:
    """Every care month from that of one day to that of another."""
    found = [CareMonth.of(first)]
    while found[-1].last < last:
        found.append(found[-1].shifted(1))
    return found


def _not_yet(day: date | None, last: date) -> bool:
    return day is None or day > last


def _claims_of(fund: Fund, claims: Sequence[tuple[str, Euro, Euro, int | None]]) -> dict[str, Any]:
    mine = [claim for claim in claims if claim[0] == fund.fund]
    repaid = [days for _, _, _, days in mine if days is not None]
    return {
        "fund": fund.fund,
        "name_nl": fund.name_nl,
        "name_en": fund.name_en,
        "letters": len(mine),
        "claimed": str(Euro.total([amount for _, amount, _, _ in mine])),
        "repaid_letters": len(repaid),
        "open_letters": sum(1 for _, _, left, _ in mine if left > ZERO),
        "open": str(Euro.total([left for _, _, left, _ in mine])),
        "median_days": median(repaid) if repaid else None,
    }
