"""What a care fund accepted of a bill, and what of it was credited since: the other side of a credit note.

A credit note takes days back for what they cost when they were accepted, whatever became of the stay since.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from generale.protocol.calendar import days_between
from generale.protocol.flatfile.invoice import Line
from generale.protocol.ids import Insz
from generale.protocol.money import ZERO, Euro


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedLine:
    """An accepted line; ``rates`` are the allowances of its days, in euro and in their order."""

    line: Line
    rates: tuple[Decimal, ...]
    credited: frozenset[date] = frozenset()
    """The days that were credited since."""
    given_back: Euro = ZERO
    """What was credited since, zero or more."""

    def holds(self, line: Line) -> bool:
        """Whether every day of a credit line is one of this line, under the same code."""
        own = self.line
        return own.code == line.code and own.first <= line.first <= line.last <= own.last

    def amounts(self, days: Sequence[date]) -> tuple[Euro, ...]:
        """What crediting these days may give back, each amount above zero.

        What is left over once the days that stay are paid, or the days times their rates where that differs
        by a cent at most, as by rounding it may. The last days of a line give back all that is left.
        """
        left = self.line.amount - self.given_back
        staying = [
            day
            for day in days_between(self.line.first, self.line.last)
            if day not in self.credited and day not in days
        ]
        if not staying:
            return (left,)
        beyond, cost = left - self._cost(staying), self._cost(days)
        return (beyond, cost) if abs(cost.cents - beyond.cents) == 1 else (beyond,)

    def less(self, line: Line) -> "AcceptedLine":
        """The same line once a credit line, whose amount is below zero, took days of it back."""
        days = frozenset(days_between(line.first, line.last))
        return replace(self, credited=self.credited | days, given_back=self.given_back - line.amount)

    def _cost(self, days: Sequence[date]) -> Euro:
        """Days times rate, rounded once; where the rate changes, the sum of the rates of the days."""
        rates = [self.rates[(day - self.line.first).days] for day in days]
        if len(set(rates)) == 1:
            return Euro.of_rate(rates[0], len(rates))
        return Euro.of_rate(sum(rates, Decimal()), 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedBill:
    """A bill of which a fund accepted at least one line, for the person whom it was for then."""

    insz: Insz
    lines: tuple[AcceptedLine, ...]

    def holder(self, line: Line) -> AcceptedLine | None:
        """The accepted line that holds every day of a credit line; None where none does."""
        return next((one for one in self.lines if one.holds(line)), None)

    def less(self, line: Line) -> "AcceptedBill":
        """The same bill once a credit line took days of it back."""
        holder = self.holder(line)
        return replace(self, lines=tuple(one.less(line) if one is holder else one for one in self.lines))
