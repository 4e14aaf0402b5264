"""The notice term: how long after a resident moves in the admission may be told.

The five working days are the agency's (article 435 of its decision on the care insurance); that they begin
on the day after, and what else the profile says of them, is project-defined.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from generale.protocol.calendar import add_working_days
from generale.protocol.clock import BRUSSELS, brussels


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeTerm:
    """How many working days the term lasts, and whether a Saturday is one; a public holiday never is."""

    working_days: int
    saturday_counts: bool

    def over(self, start: datetime, *, by_hour: bool) -> datetime:
        """The first moment at which the admission of somebody who moved in at ``start`` is told too late.

        ``by_hour`` ends the term with the minute at which they moved in, else it lasts until midnight.
        """
        moved_in = brussels(start)
        last = add_working_days(moved_in.date(), self.working_days, saturday_counts=self.saturday_counts)
        if by_hour:
            minute = time(moved_in.hour, moved_in.minute)
            return datetime.combine(last, minute, BRUSSELS) + timedelta(minutes=1)
        return datetime.combine(last + timedelta(days=1), time(), BRUSSELS)
