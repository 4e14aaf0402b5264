"""What days cost: lines of consecutive days under one code of care and one rate."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import ROUND_DOWN, ROUND_HALF_DOWN, ROUND_HALF_EVEN, ROUND_UP, Decimal
from typing import TypeAlias

from generale.driver.setup import FacilitySetUp
from generale.protocol.flatfile import Line
from generale.protocol.messages import StayType
from generale.protocol.money import Euro
from generale.protocol.profile import Profile
from generale.refvendor.switches import Switches

_NEXT = timedelta(days=1)
_SHORT = (StayType.CVK, StayType.DVC)


_Terms: TypeAlias = tuple[Decimal, str]
"""The rate per day, in euro, and the code of care that a day is billed with."""


class Pricing:
    """Prices days by the rates of a facility number and the codes of the profile."""

    def __init__(self, profile: Profile, switches: Switches) -> None:
        self._profile = profile
        self._switches = switches

    def lines(
        self, facility: FacilitySetUp, types: Mapping[date, StayType], billed_on: date
    ) -> tuple[Line, ...]:
        """The lines for these days, each of its type, in order; days without a known rate are left out.

        Terms are looked up once for the days of a type between two days on which a rate or a code begins.
        """
        lines: list[Line] = []
        run: list[date] = []
        now: _Terms | None = None
        first_type = types[min(types)] if types else None
        codes = self._profile.performance_codes
        begins = sorted({*(row.since for row in facility.tariffs), *(row.since for row in codes)})
        known: dict[tuple[StayType, int], _Terms | None] = {}
        for day, stay_type in sorted(types.items()):
            stretch = (stay_type, bisect_right(begins, day))
            if stretch not in known:
                rate = self._rate(facility, self._priced_as(stay_type, first_type), day)
                known[stretch] = None if rate is None else (rate, self._code(stay_type, day, billed_on))
            key = known[stretch]
            if key is None:
                continue
            if now and (key != now or day != run[-1] + _NEXT):
                lines.append(self._line(now, run))
                run = []
            now = key
            run.append(day)
        return (*lines, self._line(now, run)) if now else ()

    def cost(self, facility: FacilitySetUp, line: Line, days: Sequence[date]) -> Euro:
        """What days of a line that was billed cost: a line has one rate, and a code that tells its type."""
        types = {f"0{row.code}": row.stay_type for row in self._profile.performance_codes}
        rate = self._rate(facility, types[line.code], line.first) if line.code in types else None
        return self._amount(rate, len(days)) if rate is not None else Euro(0)

    def _priced_as(self, stay_type: StayType, first: StayType | None) -> StayType:
        """The type whose rate a day has: its own."""
        if first is not None and first is not stay_type and self._switches.on("new-code-at-the-old-rate"):
            return first
        return stay_type

    def _line(self, key: _Terms, run: Sequence[date]) -> Line:
        rate, code = key
        return Line(
            code=f"0{code}",
            first=run[0],
            last=run[-1],
            days=len(run),
            amount=self._amount(rate, len(run)),
        )

    def _amount(self, rate: Decimal, days: int) -> Euro:
        """Days times rate, in euro, rounded half up once."""
        if self._switches.on("float-to-cents"):
            return Euro(int(float(rate) * 100) * days)
        if rounding := self._careless_rounding():
            return Euro(int((rate * days).scaleb(2).to_integral_value(rounding)))
        return Euro.of_rate(rate, days)

    def _careless_rounding(self) -> str:
        """Another rounding than half up; by right there is none."""
        if self._switches.on("half-cent-to-even"):
            return ROUND_HALF_EVEN
        if self._switches.on("half-cent-down"):
            return ROUND_HALF_DOWN
        if self._switches.on("part-of-cent-up"):
            return ROUND_UP
        return ROUND_DOWN if self._switches.on("part-of-cent-cut-off") else ""

    def _rate(self, facility: FacilitySetUp, stay_type: StayType, day: date) -> Decimal | None:
        """The rate per day, in euro, that holds for a stay type on a date of care."""
        if facility.tariffs and self._switches.on("one-rate-per-facility"):
            return facility.tariffs[0].per_day
        if self._switches.on("newest-rate-for-every-day"):
            day = date.max
        holding = [row for row in facility.tariffs if row.stay_type is stay_type and row.since <= day]
        return max(holding, key=lambda row: row.since).per_day if holding else None

    def _code(self, stay_type: StayType, day: date, billed_on: date) -> str:
        if self._switches.on("one-code-for-all"):
            return self._profile.performance_codes[0].code
        if stay_type in _SHORT and self._switches.on("every-day-as-rob"):
            stay_type = StayType.ROB
        if self._switches.on("code-of-the-first-list"):
            day = min(row.since for row in self._profile.performance_codes)
        if self._switches.on("code-of-the-billing-day"):
            day = billed_on
        return self._profile.performance_code(stay_type, day)
