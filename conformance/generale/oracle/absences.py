"""Who was away, by what was sent and accepted: the oracle's own reckoning of the days that are not paid."""

from datetime import date, timedelta

from generale.protocol.calendar import days_between
from generale.protocol.clock import brussels
from generale.protocol.ids import Insz, Reference
from generale.protocol.messages import Absence, EndOfAbsence
from generale.protocol.profile import Counting, DayRule

_ONE_DAY = timedelta(days=1)


class Absences:
    """The accepted absences of everybody, by first and last day; the last is None while one lasts."""

    def __init__(self, counting: Counting) -> None:
        self._counting = counting
        self._said: dict[Reference, Absence | EndOfAbsence] = {}
        self._of: dict[Insz, list[tuple[date, date | None]]] = {}

    def received(self, reference: Reference, message: Absence | EndOfAbsence) -> None:
        """A message is there, and waits for its decision."""
        self._said.setdefault(reference, message)

    def accepted(self, reference: Reference) -> None:
        """A message is accepted; one that tells of no absence changes nothing here."""
        message = self._said.get(reference)
        if message is None:
            return
        mine = self._of.setdefault(message.insz, [])
        last = None if message.end is None else brussels(message.end).date()
        if isinstance(message, Absence):
            mine.append((brussels(message.start).date(), last))
            return
        for place, (first, until) in enumerate(mine):
            if until is None:
                mine[place] = (first, last)

    def leave_out(self, insz: Insz, day: date) -> bool:
        """Whether a day is not paid because its person was away."""
        return any(day in self._unpaid(first, last, day) for first, last in self._of.get(insz, ()))

    def _unpaid(self, first: date, last: date | None, until: date) -> set[date]:
        """The unpaid days of one absence, as far as a day: a day trip has none."""
        if first == last:
            return set()
        whole = days_between(first + _ONE_DAY, until if last is None else last - _ONE_DAY)
        unpaid = set() if self._counting.away_day is DayRule.COUNTS else set(whole)
        if self._counting.leaving_day is not DayRule.COUNTS:
            unpaid.add(first)
        if last is not None and self._counting.returning_day is not DayRule.COUNTS:
            unpaid.add(last)
        return unpaid
