"""What one invoice file bills for one person, and what the fund knows of each of those days.

It is found once per person, so that a control of a line costs the same whatever else the file bills for that
person, and however many stays there are.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from generale.protocol.calendar import days_between
from generale.protocol.flatfile.invoice import Bill, BillKind, InvoiceFile, Line, PreviousBill
from generale.protocol.ids import FundNumber, Insz
from generale.protocol.messages import StayType
from generale.protocol.profile import Profile
from generale.protocol.short_stay import ShortStayPlace, places
from generale.rules.accepted import AcceptedBill
from generale.rules.counting import due_days, is_away, stays_by_day, type_on
from generale.rules.facts import InvoiceFacts, StayRecord

MOST_SPANS = 1024
"""How many spans of days within a month are remembered: most lines of a file have the same one."""


EXCHANGED = frozenset({BillKind.NORMAL, BillKind.REBILL, BillKind.CREDIT})
"""The kinds of bill that funds take (project-defined). Any other is refused for its kind: nothing is said of
its lines, and its days do not count as billed.
"""

_CHARGED = EXCHANGED - {BillKind.CREDIT}
"""The kinds that ask for money."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a day in one kind of stay is billed with; None where there is no such code or rate."""

    code: str | None
    """The performance code."""
    per_day: Decimal | None
    """In euro."""


class BilledDay(NamedTuple):
    """One day of a person in one file; the allowance is that of the stay, and None without one."""

    times: int
    """In how many lines of the file it stands."""
    stay: StayRecord | None
    """The accepted stay that it belongs to."""
    stay_type: StayType | None
    """The type that the day is paid as."""
    is_due: bool
    is_away: bool
    """Whether the person was absent, so that the day is not paid."""
    is_insured: bool
    fund_instead: FundNumber | None
    """The fund that it is of, where the person has changed funds and it is not of this one."""
    is_settled: bool
    """Whether the fund accepted it earlier."""
    allowance: Allowance | None
    short_stay: ShortStayPlace | None = None
    """Its place among the days of short stay of the person, where it is one that is due."""


@dataclass(frozen=True, slots=True)
class BilledLine:
    """A line in its file, with what is known of each of its days."""

    file: InvoiceFile
    bill: Bill
    line: Line
    known: Sequence[tuple[date, BilledDay]]
    """Its days that lie in the billed month, in order; none where the bill asks for no money."""
    former: AcceptedBill | None = None
    """Of a credit note the bill that it names, as it stands before this line; None where none is known."""

    @property
    def days(self) -> tuple[date, ...]:
        """The days from first to last that lie in the billed month."""
        return billed_days(self.file, self.line)

    @property
    def rates(self) -> tuple[Decimal, ...]:
        """The allowance of each of its days, in euro, in order; a day without one is left out."""
        known = (one.allowance.per_day for _, one in self.known if one.allowance)
        return tuple(rate for rate in known if rate is not None)


class BilledPeople:
    """The people of a file; of each is asked once, when the first of the lines is judged."""

    def __init__(self, file: InvoiceFile, facts: InvoiceFacts) -> None:
        self._file = file
        self._facts = facts
        self._times: dict[str, Counter[date]] = {}
        for bill in file.bills:
            times = self._times.setdefault(bill.insz, Counter())
            for line in bill.lines if bill.kind in _CHARGED else ():
                times.update(billed_days(file, line))
        self._known: dict[str, Mapping[date, BilledDay]] = {}
        self._allowances: dict[tuple[StayType, date], Allowance] = {}
        self._former: dict[PreviousBill, AcceptedBill] = {}
        self._credited: dict[str, set[date]] = {}

    def place(self, bill: Bill, line: Line) -> BilledLine:
        """A line of the file as its controls see it.

        Credit notes stand before what is billed anew for the same person, and are judged before it.
        """
        if bill.kind not in _CHARGED:
            former = self._former_of(bill) if bill.kind is BillKind.CREDIT else None
            return BilledLine(self._file, bill, line, (), former)
        person = self._known.get(bill.insz)
        if person is None:
            person = self._known[bill.insz] = self._days_of(Insz.parse(bill.insz), self._times[bill.insz])
        known = tuple((day, person[day]) for day in billed_days(self._file, line))
        return BilledLine(self._file, bill, line, known)

    def credit(self, bill: Bill, line: Line) -> None:
        """A line of a credit note is accepted: its days may be billed anew, and not be credited again."""
        former = self._former_of(bill)
        if former is not None and bill.previous is not None:
            self._former[bill.previous] = former.less(line)
            self._credited.setdefault(former.insz, set()).update(billed_days(self._file, line))

    def _former_of(self, bill: Bill) -> AcceptedBill | None:
        if bill.previous is None:
            return None
        return self._former.get(bill.previous) or self._facts.accepted(bill.previous)

    def _days_of(self, insz: Insz, times: Mapping[date, int]) -> Mapping[date, BilledDay]:
        facts, counting = self._facts, self._facts.profile.counting
        first, last = self._file.month.first, self._file.month.last
        accepted = facts.stays(insz)
        stays = stays_by_day(accepted, counting, first, last)
        credited = self._credited.get(insz, set())
        settled = facts.settled_days(insz) - credited
        due = times.keys() & {
            day for one in accepted for day in due_days(one, counting, first, last) if stays[day] is one
        }
        types = {day: type_on(stays[day], counting, day) for day in times if day in stays}
        short = frozenset(day for day in due if types[day] is StayType.CVK)
        of_short_stay = places(facts.short_stay_days(insz) - credited, short) if short else {}
        return {
            day: BilledDay(
                times=count,
                stay=(stay := stays.get(day)),
                stay_type=(stay_type := types.get(day)),
                is_due=day in due,
                is_away=stay is not None and is_away(stay, counting, day),
                is_insured=facts.is_member(insz, day),
                fund_instead=facts.fund_instead(insz, day),
                is_settled=day in settled,
                allowance=self._allowance(stay_type, day) if stay_type else None,
                short_stay=of_short_stay.get(day),
            )
            for day, count in times.items()
        }

    def _allowance(self, stay_type: StayType, day: date) -> Allowance:
        found = self._allowances.get((stay_type, day))
        if found is None:
            code = _performance_code(self._facts.profile, stay_type, day)
            found = self._allowances[stay_type, day] = Allowance(code, self._facts.rate(stay_type, day))
        return found


def billed_days(file: InvoiceFile, line: Line) -> tuple[date, ...]:
    """The days of a line from first to last that lie in the billed month."""
    return _span(max(line.first, file.month.first), min(line.last, file.month.last))


@lru_cache(maxsize=MOST_SPANS)
def _span(first: date, last: date) -> tuple[date, ...]:
    return tuple(days_between(first, last))


def _performance_code(profile: Profile, stay_type: StayType, day: date) -> str | None:
    """The code on a day; unlike the profile's own look-up, a day without one is no error of ours."""
    fitting = [row for row in profile.performance_codes if row.stay_type is stay_type and row.since <= day]
    return max(fitting, key=lambda row: row.since).code if fitting else None
