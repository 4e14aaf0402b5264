"""The book of stays: what was accepted, and what that means for who lived where, when, at whose cost.

The book keeps accepted facts under the message that stated them first: an admission opens a stay, an end
closes one, a correction states either anew, a withdrawal takes either back. The records of a person follow
from the facts and from the takeovers, so a fact that changes late changes every record that it touches.
"""

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import count
from typing import NamedTuple

from generale.protocol.clock import brussels, utc
from generale.protocol.errors import OurError
from generale.protocol.ids import FundNumber, Hco, Insz, Nihii, Reference
from generale.protocol.messages import (
    Absence,
    Admission,
    ChangeOfStayType,
    EndOfAbsence,
    EndOfAgreement,
    EndOfStay,
)
from generale.rules.facts import Away, StayRecord, TypeChange

Root = tuple[Nihii, Reference]
"""Sender and reference of the message that stated a fact first; its corrections keep it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a fact does to the records: those that are new or changed, and those that are no more."""

    noted: tuple[StayRecord, ...] = ()
    withdrawn: tuple[StayRecord, ...] = ()


NOTHING = Change()
"""No record changes."""


@dataclass(slots=True, kw_only=True)
class _Stay:
    """An accepted admission with the ends told of it; without a fund nobody pays, and there is no record."""

    admission: Admission
    start: datetime
    fund: FundNumber | None
    place: int
    """Its number in the order in which admissions were accepted or stated anew."""
    moved_in: datetime | None = None
    """When the resident moved in, where the stay only counts from a later start on."""
    ends: dict[Root, EndOfStay] = field(default_factory=dict)
    absences: list[Away] = field(default_factory=list)
    changes: list[TypeChange] = field(default_factory=list)
    agreement_until: date | None = None


class _Entry(NamedTuple):
    """A record in the order of a person's stays; no two are equal before the record."""

    start: datetime
    from_takeover: date
    place: int
    root: Root
    record: StayRecord


def _entry(root: Root, place: int, record: StayRecord) -> _Entry:
    return _Entry(utc(record.start), record.from_takeover or date.min, place, root, record)


class StayBook:
    """Accepted stays by person; a takeover with continuity lets them go on under the new number."""

    def __init__(self) -> None:
        self._stays: dict[Root, _Stay] = {}
        self._ended: dict[Root, Root] = {}
        self._of: defaultdict[Insz, list[_Entry]] = defaultdict(list)
        self._closable: defaultdict[Insz, set[Root]] = defaultdict(set)
        """The stays of a person that last under some number."""
        self._takeovers: dict[Hco, tuple[Hco, date]] = {}
        self._places = count()

    def of(self, insz: Insz) -> tuple[StayRecord, ...]:
        """The accepted stays of a person, in order of start."""
        return tuple([entry.record for entry in self._of.get(insz, ())])

    def admit(
        self,
        root: Root,
        message: Admission,
        start: datetime,
        fund: FundNumber | None,
        moved_in: datetime | None = None,
    ) -> Change:
        """Note an admission that is accepted, or stated anew by an accepted correction.

        ``moved_in`` is given where the stay began earlier than it counts, because it was told too late.
        """

        def note() -> None:
            former = self._stays.get(root)
            ends = former.ends if former else {}
            absences = former.absences if former else []
            changes = former.changes if former else []
            self._stays[root] = _Stay(
                admission=message,
                start=start,
                fund=fund,
                place=next(self._places),
                moved_in=moved_in,
                ends=ends,
                absences=absences,
                changes=changes,
                agreement_until=former.agreement_until if former else None,
            )

        return self._changed_by(note, [root])

    def ends(self, root: Root, message: EndOfStay) -> Root | None:
        """The stay that an end, or its correction, would close; None where it has none to close.

        What an end has closed it closes again, where it still fits; else the latest stay that began before.
        """
        former, goal = self._ended.get(root), utc(message.end)
        able = {*self._closable.get(message.insz, ()), *((former,) if former else ())}
        fitting = {one: self._stays[one] for one in able if self._can_close(one, root, message)}
        if former in fitting:
            return former

        def merit(one: Root) -> tuple[bool, datetime, int]:
            start = utc(fitting[one].start)
            return start <= goal, start, -fitting[one].place

        return max(fitting, key=merit, default=None)

    def end(self, root: Root, message: EndOfStay) -> tuple[FundNumber | None, Change]:
        """Note an end that is accepted, or stated anew; answers the fund of its stay.

        ``OurError`` where there is no stay to end.
        """
        target, former = self.ends(root, message), self._ended.get(root)
        if target is None:
            raise OurError(f"{message.facility} has no such stay")

        def note() -> None:
            if former is not None:
                del self._stays[former].ends[root]
            self._stays[target].ends[root] = message
            self._ended[root] = target

        touched = dict.fromkeys(one for one in (former, target) if one is not None)
        return self._stays[target].fund, self._changed_by(note, touched)

    def leave(self, message: Absence) -> tuple[FundNumber | None, Change]:
        """Note an accepted absence; answers the fund of its stay. ``OurError`` where there is none."""
        root = self._held_at(message.facility, message.insz, message.start)
        if root is None:
            raise OurError(f"nobody {message.insz} stays in {message.facility}")
        stay = self._stays[root]
        away = Away(start=message.start, end=message.end)
        return stay.fund, self._changed_by(lambda: stay.absences.append(away), [root])

    def come_back(self, message: EndOfAbsence) -> tuple[FundNumber | None, Change]:
        """Note that an absence is over; answers the fund of its stay. ``OurError`` where none lasts."""
        for entry in self._of.get(message.insz, ()):
            stay = self._stays[entry.root]
            lasting = [one for one in stay.absences if one.end is None]
            if entry.record.facility == message.facility and lasting:
                absences = [one for one in stay.absences if one.end is not None]
                absences.append(replace(lasting[0], end=message.end))

                def note(stay: _Stay = stay, absences: list[Away] = absences) -> None:
                    stay.absences[:] = absences

                return stay.fund, self._changed_by(note, [entry.root])
        raise OurError(f"nobody {message.insz} is away from {message.facility}")

    def change_type(self, message: ChangeOfStayType) -> tuple[FundNumber | None, Change]:
        """Note that a stay goes on in another type; answers its fund. ``OurError`` where there is none."""
        root = self._held_at(message.facility, message.insz, message.start)
        if root is None:
            raise OurError(f"nobody {message.insz} stays in {message.facility}")
        stay = self._stays[root]
        change = TypeChange(start=message.start, stay_type=message.stay_type)
        return stay.fund, self._changed_by(lambda: stay.changes.append(change), [root])

    def end_agreement(self, message: EndOfAgreement) -> tuple[FundNumber | None, Change]:
        """Note the last day of an agreement; answers the fund of its stay. ``OurError`` without one."""
        fitting = [
            entry.root
            for entry in self._of.get(message.insz, ())
            if entry.record.facility == message.facility
            and brussels(entry.record.began).date() <= message.last_day
        ]
        if not fitting:
            raise OurError(f"{message.insz} has no agreement with {message.facility}")
        stay = self._stays[fitting[-1]]

        def note() -> None:
            stay.agreement_until = message.last_day

        return stay.fund, self._changed_by(note, fitting[-1:])

    def _held_at(self, facility: Hco, insz: Insz, moment: datetime) -> Root | None:
        """The stay of a person in a facility that holds a moment; the latest where two meet."""
        goal = utc(moment)
        fitting = [
            entry.root
            for entry in self._of.get(insz, ())
            if entry.record.facility == facility
            and utc(entry.record.began) <= goal
            and (entry.record.end is None or goal <= utc(entry.record.end))
        ]
        return fitting[-1] if fitting else None

    def withdraw(self, root: Root) -> tuple[FundNumber | None, Change]:
        """Forget a stay whose admission is taken back, with the ends told of it; answers its fund.

        Nothing changes where the admission was never accepted.
        """
        stay = self._stays.get(root)
        if stay is None:
            return None, NOTHING

        def note() -> None:
            for end in stay.ends:
                del self._ended[end]
            del self._stays[root]

        return stay.fund, self._changed_by(note, [root])

    def reopen(self, root: Root) -> tuple[FundNumber | None, Change]:
        """Let a stay last whose end is taken back; answers its fund.

        Nothing changes where the end was never accepted.
        """
        target = self._ended.get(root)
        if target is None:
            return None, NOTHING

        def note() -> None:
            del self._stays[target].ends[root]
            del self._ended[root]

        return self._stays[target].fund, self._changed_by(note, [target])

    def take_over(self, old: Hco, new: Hco, first_day: date) -> Change:
        """Let every stay that lasts at the old number go on under the new one."""

        def note() -> None:
            self._takeovers[old] = (new, first_day)

        return self._changed_by(note, list(self._stays))

    def _changed_by(self, note: Callable[[], None], roots: Collection[Root]) -> Change:
        """What a note changes, of the stays of these roots and no others."""
        before = self._entries(roots)
        for entry in before:
            those = self._of[entry.record.insz]
            del those[bisect_left(those, entry)]
            self._closable[entry.record.insz].discard(entry.root)
        note()
        after = self._entries(roots)
        for entry in after:
            insort(self._of[entry.record.insz], entry)
            if entry.record.end is None:
                self._closable[entry.record.insz].add(entry.root)
        stood, stands = {one.record for one in before}, {one.record for one in after}
        return Change(
            noted=tuple(one.record for one in after if one.record not in stood),
            withdrawn=tuple(one.record for one in before if one.record not in stands),
        )

    def _entries(self, roots: Iterable[Root]) -> list[_Entry]:
        """The records of these stays, person by person, in order of start."""
        entries: dict[Insz, list[_Entry]] = {}
        for root in roots:
            stay = self._stays.get(root)
            for record in self._records(root) if stay else ():
                entry = _entry(root, stay.place if stay else 0, record)
                entries.setdefault(record.insz, []).append(entry)
        return [entry for those in entries.values() for entry in sorted(those)]

    def _can_close(self, stay: Root, end: Root, message: EndOfStay) -> bool:
        """Whether a stay, but for this end, lasts under the number that tells the end, on its day."""
        day = brussels(message.end).date()
        return self._stays[stay].admission.insz == message.insz and any(
            record.facility == message.facility
            and record.end is None
            and (record.until_takeover is None or day <= record.until_takeover)
            for record in self._records(stay, without=end)
        )

    def _records(self, root: Root, without: Root | None = None) -> Iterator[StayRecord]:
        """One stay under each number that carried it; the earliest of the ends that were told holds."""
        stay = self._stays[root]
        if stay.fund is None:
            return
        told = [end for one, end in stay.ends.items() if one != without]
        end = min(told, key=lambda one: utc(one.end), default=None)
        record = StayRecord(
            facility=stay.admission.facility,
            insz=stay.admission.insz,
            stay_type=stay.admission.stay_type,
            start=stay.start,
            fund=stay.fund,
            admission=root[1],
            end=end.end if end else None,
            reason=end.reason if end else None,
            moved_in=stay.moved_in,
            absences=tuple(sorted(stay.absences, key=lambda one: utc(one.start))),
            changes=tuple(sorted(stay.changes, key=lambda one: utc(one.start))),
            agreement_until=stay.agreement_until,
        )
        while takeover := self._takeovers.get(record.facility):
            successor, first_day = takeover
            if not _lasts_into(record, first_day):
                break
            yield replace(record, until_takeover=first_day - timedelta(days=1), end=None, reason=None)
            record = replace(record, facility=successor, from_takeover=first_day)
        yield record


def _lasts_into(stay: StayRecord, day: date) -> bool:
    ended = stay.end is not None and brussels(stay.end).date() < day
    return brussels(stay.start).date() < day and not ended
