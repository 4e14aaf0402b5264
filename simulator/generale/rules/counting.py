"""Which days of a stay are due: the counting table of the profile, applied to one stay.

The table is project-defined. Days are Belgian civil days; a stay under a number that was taken over
counts only the days on which that number carried it.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from generale.protocol.calendar import days_between
from generale.protocol.clock import brussels
from generale.protocol.messages import EndReason, StayType
from generale.protocol.profile import Counting, DayRule
from generale.rules.facts import Away, StayRecord, TypeChange


def first_day(stay: StayRecord) -> date:
    """The first day on which a stay is carried by its number."""
    started = brussels(stay.start).date()
    return max(started, stay.from_takeover) if stay.from_takeover else started


def last_day(stay: StayRecord) -> date:
    """The last day on which a stay is carried by its number; the last there is where none is known."""
    ended = brussels(stay.end).date() if stay.end else date.max
    return min(ended, stay.until_takeover) if stay.until_takeover else ended


def is_within(stay: StayRecord, day: date) -> bool:
    """Whether a day lies in a stay under its number, first and last day included."""
    return first_day(stay) <= day <= last_day(stay)


def is_due(stay: StayRecord, counting: Counting, day: date) -> bool:
    """Whether a day of a stay is paid.

    The day of a takeover is no admission day: the stay goes on, so it counts like any other.
    """
    if not is_within(stay, day):
        return False
    is_first = day == brussels(stay.start).date() and stay.from_takeover is None
    is_last = stay.end is not None and day == brussels(stay.end).date()
    match is_first, is_last:
        case True, True:
            rule = counting.same_day
        case True, False:
            rule = counting.admission_day
        case False, True:
            rule = counting.last_day
        case _:
            rule = DayRule.COUNTS
    return rule is DayRule.COUNTS or (rule is DayRule.ON_DEATH and stay.reason is EndReason.DEATH)


def is_away(stay: StayRecord, counting: Counting, day: date) -> bool:
    """Whether a day of a stay is not paid because of an absence; who is back the same day was not absent."""
    return any(_is_unpaid(one, counting, day) for one in stay.absences)


def _is_unpaid(away: Away, counting: Counting, day: date) -> bool:
    left = brussels(away.start).date()
    back = brussels(away.end).date() if away.end else None
    if left == back or day < left or (back is not None and day > back):
        return False
    match day:
        case _ if day == left:
            rule = counting.leaving_day
        case _ if day == back:
            rule = counting.returning_day
        case _:
            rule = counting.away_day
    return rule is not DayRule.COUNTS


def type_on(stay: StayRecord, counting: Counting, day: date) -> StayType:
    """The type that a day of a stay is paid as."""
    counting_then = (one for one in reversed(stay.changes) if _first_day_as(one, counting) <= day)
    return next((one.stay_type for one in counting_then), stay.stay_type)


def _first_day_as(change: TypeChange, counting: Counting) -> date:
    """The first day that is paid as the new type: that of the change, or the next one by the hour."""
    moment = brussels(change.start)
    is_early = moment.hour < counting.new_type_before
    return moment.date() if is_early else moment.date() + timedelta(days=1)


def due_days(stay: StayRecord, counting: Counting, first: date, last: date) -> frozenset[date]:
    """The days of a stay that are paid, from a first to a last day, both included."""
    begin, end = first_day(stay), last_day(stay)
    days = days_between(max(first, begin), min(last, end))
    return frozenset(day for day in days if begin < day < end or is_due(stay, counting, day))


def stay_on(stays: Sequence[StayRecord], counting: Counting, day: date) -> StayRecord | None:
    """The stay that a day belongs to; where two meet, the one that the day is due for, then the later."""
    candidates = [stay for stay in stays if is_within(stay, day)]
    return _of_those(candidates, counting, day) if candidates else None


def _of_those(stays: Sequence[StayRecord], counting: Counting, day: date) -> StayRecord:
    if len(stays) == 1:
        return stays[0]
    return max(stays, key=lambda stay: (is_due(stay, counting, day), stay.start))


def stays_by_day(
    stays: Iterable[StayRecord], counting: Counting, first: date, last: date
) -> Mapping[date, StayRecord]:
    """The stay that each day belongs to, from a first to a last day, both included: ``stay_on`` of each."""
    on: dict[date, list[StayRecord]] = {}
    for stay in stays:
        for day in days_between(max(first, first_day(stay)), min(last, last_day(stay))):
            on.setdefault(day, []).append(stay)
    return {day: _of_those(those, counting, day) for day, those in on.items()}
