"""What the vendor was told, and the stays that follow from it: the expectation, apart from any code judged.

Nothing here looks at what was sent. Every version of a stay is kept, with the place in the transcript
from which it holds, because a message must fit what was known when it left.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from generale.driver.stimuli import (
    Absence,
    Admit,
    ChangeStay,
    Correct,
    EndAgreement,
    EndStay,
    Fact,
    ImportHistory,
    Person,
    Stimulus,
    TakeOver,
    Withdraw,
)
from generale.protocol.calendar import CareMonth, days_between
from generale.protocol.clock import brussels
from generale.protocol.ids import Hco, Insz
from generale.protocol.messages import AbsenceReason, AgreementEndReason, EndReason, StayType
from generale.protocol.profile import Counting, DayRule


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One operation of the driver contract: from ``seq`` to ``until`` in the transcript.

    ``taken`` is false where the product did not take it or its door failed; ``note`` says why.
    ``answered`` tells whether there was an answer at all.
    """

    seq: int
    until: int
    at: datetime
    operation: str
    stimulus: Stimulus | None = None
    taken: bool = False
    answered: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Away:
    """An absence as the facility knew it; ``end`` is None while it lasts."""

    start: datetime
    reason: AbsenceReason
    end: datetime | None = None

    def leaves_out(self, day: date, counting: Counting) -> bool:
        """Whether a day is not paid because of it; who is back the same day was not absent."""
        left, back = brussels(self.start).date(), brussels(self.end).date() if self.end else date.max
        if day == left == back:
            return False
        if day in (left, back):
            rule = counting.leaving_day if day == left else counting.returning_day
            return rule is not DayRule.COUNTS
        return left < day < back and counting.away_day is not DayRule.COUNTS


@dataclass(frozen=True, slots=True, kw_only=True)
class NewType:
    """A change of the type of a stay, as the facility knew it."""

    start: datetime
    stay_type: StayType

    def first_day(self, counting: Counting) -> date:
        """The first day that is paid as the new type: that of the change, or the next one by the hour."""
        moment = brussels(self.start)
        waits = moment.hour >= counting.new_type_before
        return moment.date() + timedelta(days=1) if waits else moment.date()


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementEnd:
    """The end of a residence agreement, as the facility knew it."""

    last_day: date
    reason: AgreementEndReason


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """One wait of the player: what for, for whom, and whether it came in time."""

    seq: int
    awaited: str
    words: str
    met: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A stay as the facility knew it from ``since`` on; ``corrected`` where a correction made it so.

    ``taken_back`` where a withdrawal made it so: of its end, or of all of it, and then it is ``withdrawn``.
    """

    since: int
    person: Person
    stay_type: StayType
    start: datetime
    end: datetime | None = None
    reason: EndReason | None = None
    corrected: bool = False
    taken_back: bool = False
    withdrawn: bool = False
    absences: tuple[Away, ...] = ()
    agreement: AgreementEnd | None = None
    changes: tuple[NewType, ...] = ()
    """In order; ``stay_type`` is the one before all of them."""

    def type_on(self, day: date, counting: Counting) -> StayType:
        """The type that a day of the stay is paid as."""
        begun = [one.stay_type for one in self.changes if one.first_day(counting) <= day]
        return begun[-1] if begun else self.stay_type

    @property
    def types(self) -> tuple[StayType, ...]:
        """Every type that the stay is of, one after the other."""
        return (self.stay_type, *(one.stay_type for one in self.changes))

    @property
    def first_day(self) -> date:
        """The Belgian day on which the stay begins."""
        return brussels(self.start).date()

    @property
    def last_day(self) -> date | None:
        """The Belgian day on which it ends; None while it lasts."""
        return brussels(self.end).date() if self.end else None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stay:
    """One stay of one resident, under the number where it was entered, in all its versions."""

    facility: Hco
    versions: tuple[Version, ...]

    @property
    def insz(self) -> Insz:
        """The number under which the stay was entered."""
        return self.versions[0].person.insz

    @property
    def entered(self) -> int:
        """Where in the transcript the stay was told."""
        return self.versions[0].since

    @property
    def latest(self) -> Version:
        """The stay as the facility knows it at the end."""
        return self.versions[-1]

    def at(self, seq: int) -> Version | None:
        """The stay as it was known at a place in the transcript; None before it was told."""
        return next((one for one in reversed(self.versions) if one.since <= seq), None)

    def until(self, seq: int) -> tuple[Version, ...]:
        """All versions told so far."""
        return tuple(one for one in self.versions if one.since <= seq)

    def is_known_as(self, insz: str) -> bool:
        """Whether the stay is, or once was, that of a person with this number."""
        return any(one.person.insz == insz for one in self.versions)

    def end_told(self) -> int | None:
        """Where in the transcript its end was told first."""
        return next((one.since for one in self.versions if one.end is not None), None)


def stays_told(told: Iterable[Told]) -> tuple[Stay, ...]:
    """The stays that were told, in order of entry."""
    stays: list[Stay] = []
    moves: list[TakeOver] = []
    for one in told:
        if not one.taken:
            continue
        match one.stimulus:
            case Admit() as admit:
                stays.append(_entered(admit, one.seq))
            case ImportHistory(admissions=admissions, ends=ends):
                stays.extend(_entered(admit, one.seq) for admit in admissions)
                for end in ends:
                    _end(stays, moves, end, one.seq)
            case EndStay() as end:
                _end(stays, moves, end, one.seq)
            case Correct() as correct:
                _correct(stays, moves, correct, one.seq)
            case Absence() as absence:
                _leave(stays, moves, absence, one.seq)
            case ChangeStay() as change:
                _move(stays, moves, change, one.seq)
            case EndAgreement() as agreement:
                _end_agreement(stays, moves, agreement, one.seq)
            case Withdraw() as withdraw:
                _withdraw(stays, moves, withdraw, one.seq)
            case TakeOver() as move:
                moves.append(move)
            case _:
                continue
    return tuple(stays)


def _entered(admit: Admit, seq: int) -> Stay:
    version = Version(since=seq, person=admit.resident, stay_type=admit.stay_type, start=admit.start)
    return Stay(facility=admit.facility, versions=(version,))


def _end(stays: list[Stay], moves: Sequence[TakeOver], told: EndStay, seq: int) -> None:
    """An end belongs to the last stay of that person that had begun by then."""
    mine = [place for place, stay in enumerate(stays) if _is_about(stay, moves, told.facility, told.insz)]
    begun = [place for place in mine if stays[place].latest.start <= told.end]
    if not mine:
        return
    place = max(begun or mine, key=lambda place: stays[place].latest.start)
    changed = replace(
        stays[place].latest, since=seq, end=told.end, reason=told.reason, corrected=False, taken_back=False
    )
    stays[place] = replace(stays[place], versions=(*stays[place].versions, changed))


def _correct(stays: list[Stay], moves: Sequence[TakeOver], told: Correct, seq: int) -> None:
    """A correction is of the stay that it names, else of the last stay of that person."""
    mine = [
        place
        for place, stay in enumerate(stays)
        if _is_about(stay, moves, told.facility, told.insz) and told.stay in (None, stay.versions[0].start)
    ]
    if not mine:
        return
    stay = stays[mine[-1]]
    before = stay.latest
    changed = replace(
        before,
        since=seq,
        person=told.resident or before.person,
        stay_type=told.stay_type or before.stay_type,
        start=told.start or before.start,
        end=told.end or before.end,
        reason=told.reason or before.reason,
        corrected=True,
        taken_back=False,
    )
    stays[mine[-1]] = replace(stay, versions=(*stay.versions, changed))


def _withdraw(stays: list[Stay], moves: Sequence[TakeOver], told: Withdraw, seq: int) -> None:
    """What is taken back is the stay that is named, else the last of that person, or the end of it."""
    mine = [
        place
        for place, stay in enumerate(stays)
        if _is_about(stay, moves, told.facility, told.insz) and told.stay in (None, stay.versions[0].start)
    ]
    if not mine:
        return
    stay = stays[mine[-1]]
    if told.fact is Fact.END:
        changed = replace(stay.latest, since=seq, end=None, reason=None, corrected=False, taken_back=True)
    else:
        changed = replace(stay.latest, since=seq, corrected=False, taken_back=True, withdrawn=True)
    stays[mine[-1]] = replace(stay, versions=(*stay.versions, changed))


def _leave(stays: list[Stay], moves: Sequence[TakeOver], told: Absence, seq: int) -> None:
    """An absence belongs to the last stay of that person that had begun by then, known by its start."""
    place = _begun_by(stays, moves, told)
    if place is None:
        return
    before = stays[place].latest
    others = tuple(one for one in before.absences if one.start != told.start)
    away = Away(start=told.start, reason=told.reason, end=told.end)
    changed = replace(before, since=seq, corrected=False, taken_back=False, absences=(*others, away))
    stays[place] = replace(stays[place], versions=(*stays[place].versions, changed))


def _move(stays: list[Stay], moves: Sequence[TakeOver], told: ChangeStay, seq: int) -> None:
    """A change belongs to the last stay of that person that had begun by then."""
    place = _begun_by(stays, moves, told)
    if place is None:
        return
    before, new = stays[place].latest, NewType(start=told.start, stay_type=told.stay_type)
    changes = tuple(sorted((*before.changes, new), key=lambda one: one.start))
    changed = replace(before, since=seq, corrected=False, taken_back=False, changes=changes)
    stays[place] = replace(stays[place], versions=(*stays[place].versions, changed))


def _end_agreement(stays: list[Stay], moves: Sequence[TakeOver], told: EndAgreement, seq: int) -> None:
    """The end of an agreement belongs to the last stay of that person that had begun by its last day."""
    mine = [
        place
        for place, stay in enumerate(stays)
        if _is_about(stay, moves, told.facility, told.insz) and stay.latest.first_day <= told.last_day
    ]
    if not mine:
        return
    place = max(mine, key=lambda place: stays[place].latest.start)
    agreement = AgreementEnd(last_day=told.last_day, reason=told.reason)
    changed = replace(stays[place].latest, since=seq, corrected=False, taken_back=False, agreement=agreement)
    stays[place] = replace(stays[place], versions=(*stays[place].versions, changed))


def _begun_by(stays: Sequence[Stay], moves: Sequence[TakeOver], told: Absence | ChangeStay) -> int | None:
    """The last stay of a person that had begun at a moment."""
    mine = [
        place
        for place, stay in enumerate(stays)
        if _is_about(stay, moves, told.facility, told.insz) and stay.latest.start <= told.start
    ]
    return max(mine, key=lambda place: stays[place].latest.start, default=None)


def _is_about(stay: Stay, moves: Sequence[TakeOver], facility: Hco, insz: Insz) -> bool:
    is_known = stay.is_known_as(insz) and not stay.latest.withdrawn
    return is_known and facility in successors(stay.facility, moves)


def successors(facility: Hco, moves: Iterable[TakeOver]) -> tuple[Hco, ...]:
    """A number and those that continue its activity, in order."""
    chain = [facility]
    for move in moves:
        if move.facility == chain[-1]:
            chain.append(move.successor.hco)
    return tuple(chain)


def number_on(facility: Hco, day: date, moves: Iterable[TakeOver]) -> Hco:
    """The number that holds on a day what was entered under a number."""
    for move in moves:
        if move.facility == facility and move.first_day <= day:
            facility = move.successor.hco
    return facility


def due_days(version: Version, counting: Counting, month: CareMonth, start: datetime | None) -> set[date]:
    """The days of a month that are due for a stay, by the counting table of the profile.

    ``start`` is the start that the decision gave; None where it gave none.
    """
    return set(days_due(version, counting, month.first, month.last, start))


def days_due(
    version: Version, counting: Counting, since: date, until: date, start: datetime | None
) -> Iterator[date]:
    """The due days of a stay from one day to another, both included, in order and one by one: who asks for
    many stops where they want. A stay that was taken back has none.
    """
    if version.withdrawn:
        return
    first = brussels(start).date() if start else version.first_day
    final = min(until, version.last_day or until)
    for day in days_between(max(first, since), final):
        is_away = any(away.leaves_out(day, counting) for away in version.absences)
        if not is_away and _counts(day, first, version, counting):
            yield day


def _counts(day: date, first: date, version: Version, counting: Counting) -> bool:
    if day == first == version.last_day:
        rule = counting.same_day
    elif day == first:
        rule = counting.admission_day
    elif day == version.last_day:
        rule = counting.last_day
    else:
        return True
    return rule is DayRule.COUNTS or (rule is DayRule.ON_DEATH and version.reason is EndReason.DEATH)
