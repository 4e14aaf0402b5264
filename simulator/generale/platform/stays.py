"""The book of stays: what was accepted, and what that means for who lived where, when, at whose cost.

The book keeps accepted facts under the message that stated them first: an admission opens a stay, an end
closes one, a correction states either anew. The records of a person follow from the facts and from the
takeovers, so a fact that changes late changes every record that it touches.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from generale.protocol.clock import brussels, utc
from generale.protocol.errors import OurError
from generale.protocol.ids import FundNumber, Hco, Insz, Nihii, Reference
from generale.protocol.messages import Admission, EndOfStay
from generale.rules.facts import StayRecord

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
    ends: dict[Root, EndOfStay] = field(default_factory=dict)


class StayBook:
    """Accepted stays by person; a takeover with continuity lets them go on under the new number."""

    def __init__(self) -> None:
        self._stays: dict[Root, _Stay] = {}
        self._ended: dict[Root, Root] = {}
        self._of: dict[Insz, list[Root]] = {}
        self._takeovers: dict[Hco, tuple[Hco, date]] = {}

    def of(self, insz: Insz) -> tuple[StayRecord, ...]:
        """The accepted stays of a person, in order of start."""
        records = [record for root in self._of.get(insz, ()) for record in self._records(root)]
        return tuple(sorted(records, key=lambda one: (utc(one.start), one.from_takeover or date.min)))

    def admit(self, root: Root, message: Admission, start: datetime, fund: FundNumber | None) -> Change:
        """Note an admission that is accepted, or stated anew by an accepted correction."""
        stay = self._stays.get(root)
        former = [stay.admission.insz] if stay else []

        def note() -> None:
            for insz in former:
                self._of[insz].remove(root)
            ends = stay.ends if stay else {}
            self._stays[root] = _Stay(admission=message, start=start, fund=fund, ends=ends)
            self._of.setdefault(message.insz, []).append(root)

        return self._changed_by(note, [*former, message.insz])

    def ends(self, root: Root, message: EndOfStay) -> Root | None:
        """The stay that an end, or its correction, would close; None where it has none to close.

        What an end has closed it closes again, where it still fits; else the latest stay that began before.
        """
        fitting = [one for one in self._of.get(message.insz, ()) if self._can_close(one, root, message)]
        former = self._ended.get(root)
        if former in fitting:
            return former
        goal = utc(message.end)
        starts = {one: utc(self._stays[one].start) for one in fitting}
        return max(fitting, key=lambda one: (starts[one] <= goal, starts[one]), default=None)

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

        touched = [self._stays[one].admission.insz for one in (former, target) if one is not None]
        return self._stays[target].fund, self._changed_by(note, touched)

    def take_over(self, old: Hco, new: Hco, first_day: date) -> Change:
        """Let every stay that lasts at the old number go on under the new one."""

        def note() -> None:
            self._takeovers[old] = (new, first_day)

        return self._changed_by(note, list(self._of))

    def _changed_by(self, note: Callable[[], None], people: Iterable[Insz]) -> Change:
        touched = tuple(dict.fromkeys(people))
        before = [record for insz in touched for record in self.of(insz)]
        note()
        after = [record for insz in touched for record in self.of(insz)]
        stood, stands = set(before), set(after)
        return Change(
            noted=tuple(record for record in after if record not in stood),
            withdrawn=tuple(record for record in before if record not in stands),
        )

    def _can_close(self, stay: Root, end: Root, message: EndOfStay) -> bool:
        """Whether a stay, but for this end, lasts under the number that tells the end, on its day."""
        day = brussels(message.end).date()
        return any(
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
