"""Calendar of the sector: care months, days of a month, working days with Belgian public holidays."""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Self

import holidays

from generale.protocol.errors import PeerError

_MONTH = re.compile(r"[0-9]{4}-?[0-9]{2}")


@dataclass(frozen=True, slots=True, order=True)
class CareMonth:
    """A calendar month in which care was given and which is billed as one."""

    year: int
    month: int

    def __post_init__(self) -> None:
        if not (1900 <= self.year <= 9999 and 1 <= self.month <= 12):
            raise PeerError(f"{self.year}-{self.month} is not a month")

    @classmethod
    def of(cls, day: date) -> Self:
        """The month in which a day lies."""
        return cls(day.year, day.month)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``2019-05`` or ``201905``."""
        if not _MONTH.fullmatch(text):
            raise PeerError(f"'{text}' is not a month (YYYY-MM)")
        return cls(int(text[:4]), int(text[-2:]))

    @property
    def first(self) -> date:
        """The first day."""
        return date(self.year, self.month, 1)

    @property
    def last(self) -> date:
        """The last day."""
        return date(self.year, self.month, monthrange(self.year, self.month)[1])

    def shifted(self, months: int) -> "CareMonth":
        """The month that lies so many months later (or earlier)."""
        years, month = divmod(self.year * 12 + self.month - 1 + months, 12)
        return CareMonth(years, month + 1)

    def days(self) -> Iterator[date]:
        """All days, first to last."""
        return days_between(self.first, self.last)

    @property
    def compact(self) -> str:
        """Six digits, YYYYMM, as in the flat invoice file."""
        return f"{self.year:04d}{self.month:02d}"

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"


def days_between(first: date, last: date) -> Iterator[date]:
    """All days from the first to the last, both included; none where the last lies before the first."""
    return map(date.fromordinal, range(first.toordinal(), last.toordinal() + 1))


@cache
def _public_holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("BE", years=year))


def is_working_day(day: date, *, saturday_counts: bool = False) -> bool:
    """Monday to Friday (Saturday by the profile's choice) that is no Belgian public holiday."""
    last_weekday = 5 if saturday_counts else 4
    return day.weekday() <= last_weekday and day not in _public_holidays(day.year)


def add_working_days(day: date, count: int, *, saturday_counts: bool = False) -> date:
    """The day on which a term of ``count`` working days ends that begins the day after ``day``."""
    while count:
        day += timedelta(days=1)
        if is_working_day(day, saturday_counts=saturday_counts):
            count -= 1
    return day


def months_after(instant: datetime, months: int) -> datetime:
    """The same day and time so many months later, or the last day of a shorter month."""
    years, month = divmod(instant.month - 1 + months, 12)
    first = instant.replace(year=instant.year + years, month=month + 1, day=1)
    last = (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return first.replace(day=min(instant.day, last.day))
