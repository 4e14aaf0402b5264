"""Which days of a stay are due, by the counting table of the profile. Days are calendar days in Belgium."""

from collections.abc import Sequence
from datetime import date, timedelta

from generale.protocol.calendar import CareMonth, days_between
from generale.protocol.clock import brussels
from generale.protocol.messages import EndReason, StayType
from generale.protocol.profile import Counting, DayRule
from generale.refvendor.dossier import Away, NewType, Stay
from generale.refvendor.switches import Switches


class DayCount:
    """Counts the days of stays by one table."""

    def __init__(self, counting: Counting, switches: Switches) -> None:
        self._counting = counting
        self._switches = switches

    def due(self, month: CareMonth, first: date, last: date | None, reason: EndReason | None) -> list[date]:
        """The due days in a month of a stay; ``last`` is None while the stay goes on."""
        begin, until = max(first, month.first), month.last if last is None else min(last, month.last)
        edges = (day for day in (first, last) if day is not None and begin <= day <= until)
        idle = {day for day in edges if not self._counts(day, first, last, reason)}
        return [day for day in days_between(begin, until) if day not in idle]

    def present(self, absences: Sequence[Away], days: list[date]) -> list[date]:
        """The days that are not left out for an absence; who is back the same day was not absent."""
        if not absences:
            return days
        return [day for day in days if not any(self._leaves_out(away, day) for away in absences)]

    def type_on(self, stay: Stay, day: date) -> StayType:
        """The type that a day of a stay is paid as."""
        if not stay.changes or self._switches.on("change-not-billed"):
            return stay.facts.stay_type
        changes = sorted(stay.changes, key=lambda one: one.start)
        if self._switches.on("last-type-for-the-month"):
            return changes[-1].stay_type
        begun = [one.stay_type for one in changes if self._first_day_as(one) <= day]
        return begun[-1] if begun else stay.facts.stay_type

    def _first_day_as(self, change: NewType) -> date:
        """The first day of a new type: that of the change where the hour is early, else the next."""
        moment, hour = brussels(change.start), self._counting.new_type_before
        is_early = moment.hour < hour or (moment.hour == hour and self._switches.on("noon-as-morning"))
        if self._switches.on("new-type-from-the-next-day"):
            is_early = False
        return moment.date() if is_early else moment.date() + timedelta(days=1)

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
