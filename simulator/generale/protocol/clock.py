"""Time is an argument: everybody receives a Clock and nobody reads the machine's.

Business dates are Belgian civil time. Instants are aware datetimes in Europe/Brussels, so that a day
is a day there and not in UTC. They are compared, and lengths of time added, in UTC: Python does both by
the clock on the wall where two instants share a time zone, and in October one hour comes twice there.
"""

import heapq
import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import count
from operator import itemgetter
from typing import Protocol, TypeAlias
from zoneinfo import ZoneInfo

from generale.protocol.errors import OurError, PeerError

BRUSSELS = ZoneInfo("Europe/Brussels")
"""The civil time in which facts happen and terms run."""


Work: TypeAlias = Callable[[], Iterator[object]]
"""An action that goes on for long: what it answers is the rest of it, piece by piece."""

_Agenda: TypeAlias = list[tuple[datetime, int, Callable[[], Iterator[object] | None]]]
"""A heap: when something is due, its place in the order of entry, and what it is."""


class Clock(Protocol):
    """Tells the time of the run."""

    def now(self) -> datetime:
        """The present instant, in Brussels time."""
        ...


class VirtualClock:
    """One agenda: time stands still until somebody moves it, and due actions run on the way.

    Work is an action that may be put off: it stays behind when it falls due, and is done piece by piece. What
    has begun is ended before other work begins.
    """

    def __init__(self, at: datetime) -> None:
        self._at = brussels(at)
        self._elapsed = utc(at)
        self._agenda: _Agenda = []
        self._work: _Agenda = []
        self._begun: Iterator[object] | None = None
        self._order = count()

    def now(self) -> datetime:
        """The present instant of the run."""
        return self._at

    def call_in(self, by: timedelta, action: Callable[[], None]) -> None:
        """Put an action on the agenda for when a length of time has elapsed."""
        heapq.heappush(self._agenda, (self._elapsed + by, next(self._order), action))

    def call_at(self, due: datetime, action: Callable[[], None]) -> None:
        """Put an action on the agenda; what is due at the same instant runs in the order of entry."""
        heapq.heappush(self._agenda, (utc(due), next(self._order), action))

    def work_in(self, by: timedelta, work: Work) -> None:
        """Put work on the agenda for then; where nobody puts it off it runs as any action does."""
        heapq.heappush(self._work, (self._elapsed + by, next(self._order), work))

    @property
    def next_due(self) -> datetime | None:
        """When the next action or work is due; None when the agenda is empty."""
        first = [agenda[0][0] for agenda in (self._agenda, self._work) if agenda]
        return brussels(min(first)) if first else None

    @property
    def is_behind(self) -> bool:
        """Whether work that was put off has fallen due, or has begun and not ended."""
        return self._begun is not None or (bool(self._work) and self._work[0][0] <= self._elapsed)

    def is_before(self, instant: datetime) -> bool:
        """Whether the present lies before an instant."""
        return self._elapsed < utc(instant)

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
        while self._begun is not None:
            self.work_off()
        self._run_to(goal, self._agenda, self._work)

    def catch_up(self, instant: datetime, *, puts_off: bool = False, most: int | None = None) -> bool:
        """Move to an instant as ``move_to`` does; one that has passed changes nothing.

        After so many actions at ``most`` it stops on the way, when everything of that moment has happened.
        Work that falls due stays behind where the caller puts it off, and where other work is behind already.
        Answers whether work was done on the way.
        """
        goal = utc(instant)
        if goal <= self._elapsed:
            return False
        if puts_off or self.is_behind:
            return self._run_to(goal, self._agenda, most=most)
        return self._run_to(goal, self._agenda, self._work, most=most)

    def work_off(self) -> None:
        """Do a piece of the work that is behind, now, and what falls due by it; ``OurError`` for none."""
        if not self.is_behind:
            raise OurError("no work is behind")
        if self._begun is None:
            _, _, work = heapq.heappop(self._work)
            self._begun = iter(work() or ())
        self._begun = next((self._begun for _ in self._begun), None)
        self._run_to(self._elapsed, self._agenda)

    def advance(self, by: timedelta) -> None:
        """Move forward by a length of elapsed time; a negative one is an ``OurError``."""
        self.move_to(later(self._at, by))

    def _run_to(self, goal: datetime, *agendas: _Agenda, most: int | None = None) -> bool:
        """Run what is due in these agendas until then; answers whether any of it was work."""
        did_work, done = False, 0
        while due := [agenda for agenda in agendas if agenda and agenda[0][0] <= goal]:
            first = min(due, key=itemgetter(0))
            if most is not None and done >= most and first[0][0] > self._elapsed:
                return did_work
            done += 1
            at, _, action = heapq.heappop(first)
            self._stand_at(max(self._elapsed, at))
            for _ in action() or ():
                pass
            did_work = did_work or first is self._work
        self._stand_at(goal)
        return did_work

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


_MIDNIGHT = re.compile(r"(\d{4}-\d\d-\d\d)T24:00:00(?:\.0+)?(Z|[+-]\d\d:\d\d)?", re.ASCII)
"""The end of a day, which ISO 8601 and XML Schema can write so, and Python does not read."""


def parse_instant(text: str) -> datetime:
    """Read an ISO 8601 date and time; without an offset it is Brussels civil time."""
    try:
        if midnight := _MIDNIGHT.fullmatch(text):
            eve = datetime.fromisoformat(f"{midnight[1]}T00:00:00{midnight[2] or ''}")
            return brussels(eve + timedelta(days=1))
        return brussels(datetime.fromisoformat(text))
    except OverflowError as error:
        raise PeerError(f"'{text}' lies outside the calendar, the years 1 to 9999 in Brussels") from error
    except ValueError as error:
        raise PeerError(f"'{text}' is not a date and time (ISO 8601)") from error


def parse_date(text: str) -> date:
    """Read an ISO 8601 calendar date."""
    try:
        if len(text) != 10 or text[4] + text[7] != "--":
            raise ValueError(text)
        return date.fromisoformat(text)
    except ValueError as error:
        raise PeerError(f"'{text}' is not a date (YYYY-MM-DD)") from error
