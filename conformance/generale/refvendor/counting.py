"""Which days of a stay are due, by the counting table of the profile. Days are calendar days in Belgium."""

from collections.abc import Iterable
from datetime import date

from generale.protocol.calendar import CareMonth, days_between
from generale.protocol.clock import brussels
from generale.protocol.messages import EndReason
from generale.protocol.profile import Counting, DayRule
from generale.refvendor.dossier import Away
from generale.refvendor.switches import Switches


class DayCount:
    """Counts the days of stays by one table."""

    def __init__(self, counting: Counting, switches: Switches) -> None:
        self._counting = counting
        self._switches = switches

    def due(self, month: CareMonth, first: date, last: date | None, reason: EndReason | None) -> list[date]:
        """The due days in a month of a stay; ``last`` is None while the stay goes on."""
        until = month.last if last is None else min(last, month.last)
        days = days_between(max(first, month.first), until)
        return [day for day in days if self._counts(day, first, last, reason)]

    def is_away(self, absences: Iterable[Away], day: date) -> bool:
        """Whether a day is not due because of an absence; who is back the same day was not absent."""
        return any(self._leaves_out(away, day) for away in absences)

    def _leaves_out(self, away: Away, day: date) -> bool:
        left, back = brussels(away.start).date(), brussels(away.end).date() if away.end else None
        if left == back or day < left or (back is not None and day > back):
            return False
        if day == left:
            return self._counting.leaving_day is DayRule.NEVER or self._switches.on("leaving-day-forgotten")
        if day == back:
            never = self._counting.returning_day is DayRule.NEVER
            return never or self._switches.on("returning-day-forgotten")
        return self._counting.away_day is DayRule.NEVER and not self._switches.on("absence-billed")

    def _counts(self, day: date, first: date, last: date | None, reason: EndReason | None) -> bool:
        if day == first == last:
            return self._counts_alone(reason)
        if day == first:
            counts = _holds(self._counting.admission_day, reason)
            return counts and not self._switches.on("admission-day-forgotten")
        if day == last:
            return self._counts_as_last(self._counting.last_day, reason)
        return True

    def _counts_alone(self, reason: EndReason | None) -> bool:
        """Whether a day counts on which a stay begins and ends."""
        if self._switches.on("same-day-departure-billed"):
            return True
        counts = self._counts_as_last(self._counting.same_day, reason)
        return counts and not self._switches.on("same-day-stay-forgotten")

    def _counts_as_last(self, rule: DayRule, reason: EndReason | None) -> bool:
        if not _holds(rule, reason):
            return self._switches.on("departure-day-billed")
        return reason is not EndReason.DEATH or not self._switches.on("death-day-forgotten")


def _holds(rule: DayRule, reason: EndReason | None) -> bool:
    return rule is DayRule.COUNTS or (rule is DayRule.ON_DEATH and reason is EndReason.DEATH)
