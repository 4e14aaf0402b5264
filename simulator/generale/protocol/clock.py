"""Time is an argument: everybody receives a Clock and nobody reads the machine's.

Business dates are Belgian civil time. Instants are aware datetimes in Europe/Brussels, so that a day
is a day there and not in UTC. They are compared, and lengths of time added, in UTC: Python does both by
the clock on the wall where two instants share a time zone, and in October one hour comes twice there.
"""

import heapq
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Protocol
from zoneinfo import ZoneInfo

from generale.protocol.errors import OurError, PeerError

BRUSSELS = ZoneInfo("Europe/Brussels")
"""The civil time in which facts happen and terms run."""


class Clock(Protocol):
    """Tells the time of the run."""

    def now(self) -> datetime:
        """The present instant, in Brussels time."""
        ...


class VirtualClock:
    """One agenda: time stands still until somebody moves it, and due actions run on the way."""

    def __init__(self, at: datetime) -> None:
        self._at = brussels(at)
        self._elapsed = utc(at)
        self._agenda: list[tuple[datetime, int, Callable[[], None]]] = []
        self._order = count()

    def now(self) -> datetime:
        """The present instant of the run."""
        return self._at

    def call_at(self, due: datetime, action: Callable[[], None]) -> None:
        """Put an action on the agenda; what is due at the same instant runs in the order of entry."""
        heapq.heappush(self._agenda, (utc(due), next(self._order), action))

    @property
    def next_due(self) -> datetime | None:
        """When the next action is due; None when the agenda is empty."""
        return brussels(self._agenda[0][0]) if self._agenda else None

    def move_to(self, instant: datetime) -> None:
        """Move to an instant and run what falls due on the way, each at its own time.

        ``OurError`` where the instant lies in the past: time cannot go backwards.
        """
        goal = utc(instant)
        if goal < self._elapsed:
            raise OurError(
                f"the clock stands at {self._at.isoformat()} and cannot go back to"
                f" {brussels(goal).isoformat()}"
            )
        self._run_to(goal)

    def catch_up(self, instant: datetime) -> None:
        """Move to an instant as ``move_to`` does; one that has passed changes nothing."""
        goal = utc(instant)
        if goal > self._elapsed:
            self._run_to(goal)

    def advance(self, by: timedelta) -> None:
        """Move forward by a length of elapsed time; a negative one is an ``OurError``."""
        self.move_to(later(self._at, by))

    def _run_to(self, goal: datetime) -> None:
        while self._agenda and self._agenda[0][0] <= goal:
            due, _, action = heapq.heappop(self._agenda)
            self._stand_at(max(self._elapsed, due))
            action()
        self._stand_at(goal)

    def _stand_at(self, moment: datetime) -> None:
        self._elapsed = moment
        self._at = brussels(moment)


def brussels(instant: datetime) -> datetime:
    """The same instant in Brussels time; a naive one is read as Brussels civil time."""
    return instant.replace(tzinfo=BRUSSELS) if instant.tzinfo is None else instant.astimezone(BRUSSELS)


def utc(instant: datetime) -> datetime:
    """The same instant in UTC, where of two instants the earlier one is always the smaller."""
    aware = instant.replace(tzinfo=BRUSSELS) if instant.tzinfo is None else instant
    return aware.astimezone(UTC)


def later(instant: datetime, by: timedelta) -> datetime:
    """The instant, in Brussels time, when a length of elapsed time has passed."""
    return brussels(utc(instant) + by)


def parse_instant(text: str) -> datetime:
    """Read an ISO 8601 date and time; without an offset it is Brussels civil time."""
    try:
        return brussels(datetime.fromisoformat(text))
    except (ValueError, OverflowError) as error:
        raise PeerError(f"'{text}' is not a date and time (ISO 8601)") from error


def parse_date(text: str) -> date:
    """Read an ISO 8601 calendar date."""
    try:
        if len(text) != 10 or text[4] + text[7] != "--":
            raise ValueError(text)
        return date.fromisoformat(text)
    except ValueError as error:
        raise PeerError(f"'{text}' is not a date (YYYY-MM-DD)") from error
