"""Moments of a scenario, relative to its anchor, so that it can be played in 2019 or today.

``D`` is the day of the anchor, ``M`` its month: ``D-3 10:00`` is three days before at ten o'clock,
``M-1/02 00:30`` the second day of the month before, ``M-1/31`` its last day where it is shorter,
``M-1`` that month as a whole. Times are Belgian civil time; without one it is midnight.
"""

import re
from datetime import date, datetime, time, timedelta

from generale.protocol.calendar import CareMonth
from generale.protocol.clock import BRUSSELS
from generale.protocol.errors import UsageError

_MOMENT = re.compile(
    r"(?:D(?P<days>[+-]\d{1,4})?|M(?P<months>[+-]\d{1,3})?/(?P<day>\d{2}))(?: (?P<time>\d{2}:\d{2}))?"
)
_MONTH = re.compile(r"M(?P<months>[+-]\d{1,3})?")
_SPAN = re.compile(r"(?P<count>\d{1,5}) (?P<unit>second|minute|hour|day|week)s?")


def day_of(text: str, anchor: date) -> date:
    """The day that a moment names; ``UsageError`` where it is not one."""
    return moment_of(text, anchor).date()


def moment_of(text: str, anchor: date) -> datetime:
    """The instant that a moment names, in Brussels time; ``UsageError`` where it is not one."""
    match = _MOMENT.fullmatch(text)
    if match is None:
        raise UsageError(f"'{text}' is not a moment", hint="write 'D-3 10:00' or 'M-1/02 00:30'")
    if match["day"] is None:
        day = anchor + timedelta(days=int(match["days"] or 0))
    else:
        month = CareMonth.of(anchor).shifted(int(match["months"] or 0))
        number = int(match["day"])
        if not 1 <= number <= 31:
            raise UsageError(f"'{text}' names a day that no month has", hint="01 to 31")
        day = date(month.year, month.month, min(number, month.last.day))
    try:
        at = time.fromisoformat(match["time"] or "00:00")
    except ValueError as error:
        raise UsageError(f"'{text}' names a time that no day has", hint="00:00 to 23:59") from error
    return datetime.combine(day, at, BRUSSELS)


def month_of(text: str, anchor: date) -> CareMonth:
    """The month that ``M-1`` names; ``UsageError`` where it is not one."""
    match = _MONTH.fullmatch(text)
    if match is None:
        raise UsageError(f"'{text}' is not a month", hint="write 'M', 'M-1' or 'M+2'")
    return CareMonth.of(anchor).shifted(int(match["months"] or 0))


def span_of(text: str) -> timedelta:
    """A length of time such as ``3 days`` or ``90 minutes``; ``UsageError`` where it is not one."""
    match = _SPAN.fullmatch(text)
    if match is None:
        raise UsageError(f"'{text}' is not a length of time", hint="write '3 days' or '90 minutes'")
    return timedelta(**{f"{match['unit']}s": int(match["count"])})
