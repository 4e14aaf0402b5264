"""What a care fund knows before anything is billed: members, accepted stays and tariffs."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from generale.protocol.ids import FundNumber, Hco, Insz, Reference
from generale.protocol.messages import StayType
from generale.rules.facts import FundMove, StayRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Tariff:
    """Allowance per day, in euro, of one facility for one kind of stay from a date on (project-defined)."""

    stay_type: StayType
    since: date
    per_day: Decimal


_Place = tuple[Hco, Reference, date | None]


Settled = Callable[[], Iterable[date]]
"""Tells which days of a person a fund has accepted by now."""


def nothing_settled() -> Iterable[date]:
    """No day."""
    return ()


def _place(stay: StayRecord) -> _Place:
    """What tells stays apart; a successor may use for its own admission what its predecessor used before."""
    return stay.facility, stay.admission, stay.from_takeover


class Register:
    """Members by period, stays by facility and admission, tariffs by facility."""

    def __init__(self) -> None:
        self._members: dict[Insz, dict[date, date | None]] = {}
        self._stays: dict[_Place, StayRecord] = {}
        self._stays_of: dict[Insz, dict[_Place, StayRecord]] = {}
        self._tariffs: dict[Hco, tuple[Tariff, ...]] = {}
        self._short_stay: dict[Insz, set[date]] = {}
        self._moves: dict[Insz, list[FundMove]] = {}
        self._settled_before: dict[Insz, list[Settled]] = {}

    def join(self, insz: Insz, since: date, until: date | None = None) -> None:
        """Note a membership, both days included; noting the same first day again changes the last one."""
        self._members.setdefault(insz, {})[since] = until

    def leave(self, insz: Insz, first_day: date) -> None:
        """End the membership that would hold on a day, on the day before."""
        since = self.member_since(insz, first_day)
        if since is not None:
            self._members[insz][since] = first_day - timedelta(days=1)

    def note_move(self, insz: Insz, move: FundMove) -> None:
        """Note that a person goes from one fund to another; a later note counts for more."""
        self._moves.setdefault(insz, []).append(move)

    def fund_instead(self, insz: Insz, fund: FundNumber, day: date) -> FundNumber | None:
        """The fund that a day is of by a change that was noted, where it is not of this one."""
        if self.is_member(insz, day):
            return None
        moves = reversed(self._moves.get(insz, ()))
        return next((other for move in moves if (other := move.instead_of(fund, day))), None)

    def funds_between(self, insz: Insz) -> frozenset[FundNumber]:
        """The funds between which a person went, by the changes that were noted."""
        return frozenset(one for move in self._moves.get(insz, ()) for one in (move.former, move.fund))

    def note_settled(self, insz: Insz, settled: Settled) -> None:
        """Note where to ask which days of a person the former fund accepted that are not its own any more."""
        self._settled_before.setdefault(insz, []).append(settled)

    def settled_before(self, insz: Insz) -> frozenset[date]:
        """Those days of a person, but for what was credited since."""
        return frozenset(day for settled in self._settled_before.get(insz, ()) for day in settled())

    def is_member(self, insz: Insz, day: date) -> bool:
        """Whether a person is a member on a day."""
        periods = self._members.get(insz, {})
        return any(since <= day and (until is None or day <= until) for since, until in periods.items())

    def member_since(self, insz: Insz, day: date) -> date | None:
        """The first day of the membership that holds on a day; None where there is none."""
        periods = self._members.get(insz, {})
        holding = (s for s, until in periods.items() if s <= day and (until is None or day <= until))
        return min(holding, default=None)

    def knows(self, insz: Insz) -> bool:
        """Whether a person is, has been or will be a member."""
        return insz in self._members

    def note_stay(self, stay: StayRecord) -> None:
        """Note an accepted stay; a later note on the same admission under the same number replaces it."""
        place = _place(stay)
        former = self._stays.get(place)
        if former:
            del self._stays_of[former.insz][place]
        self._stays[place] = stay
        self._stays_of.setdefault(stay.insz, {})[place] = stay

    def withdraw_stay(self, stay: StayRecord) -> None:
        """Forget a stay that turns out never to have been; what was noted in its place since then stays."""
        place = _place(stay)
        if self._stays.get(place) == stay:
            del self._stays[place]
            del self._stays_of[stay.insz][place]

    def stays(self, insz: Insz) -> Sequence[StayRecord]:
        """The stays of a person, in order of start."""
        return sorted(self._stays_of.get(insz, {}).values(), key=lambda stay: (stay.start, stay.facility))

    def note_short_stay(self, insz: Insz, days: Iterable[date]) -> None:
        """Note days of short stay of a person that were paid to houses of which nothing else is known."""
        self._short_stay.setdefault(insz, set()).update(days)

    def short_stay(self, insz: Insz) -> frozenset[date]:
        """The days of a person that were noted so."""
        return frozenset(self._short_stay.get(insz, ()))

    def note_tariffs(self, hco: Hco, tariffs: Sequence[Tariff]) -> None:
        """Note the tariffs of a facility number; a later note replaces them."""
        self._tariffs[hco] = tuple(sorted(tariffs, key=lambda tariff: tariff.since))

    def rate(self, hco: Hco, stay_type: StayType, day: date) -> Decimal | None:
        """The allowance per day, in euro, that is in force on a day; None where there is none."""
        fitting = [
            tariff.per_day
            for tariff in self._tariffs.get(hco, ())
            if tariff.stay_type is stay_type and tariff.since <= day
        ]
        return fitting[-1] if fitting else None
