"""The book of accepted stays: what decided messages mean for who lived where, when, at whose cost."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

from generale.protocol.errors import OurError
from generale.protocol.ids import FundNumber, Hco, Insz, Reference
from generale.protocol.messages import Admission, Correction, EndOfStay
from generale.rules.facts import StayRecord


class StayBook:
    """Accepted stays by person; a takeover with continuity adds the same stay under the new number."""

    def __init__(self) -> None:
        self._stays: dict[Insz, list[StayRecord]] = {}
        self._takeovers: list[tuple[Hco, Hco, date]] = []

    def of(self, insz: Insz) -> tuple[StayRecord, ...]:
        """The accepted stays of a person, in order of start."""
        return tuple(sorted(self._stays.get(insz, ()), key=lambda stay: (stay.start, stay.facility)))

    def admit(
        self, message: Admission, reference: Reference, start: datetime, fund: FundNumber
    ) -> list[StayRecord]:
        """Note an accepted admission; answers the records that are new or changed."""
        stay = StayRecord(
            facility=message.facility,
            insz=message.insz,
            stay_type=message.stay_type,
            start=start,
            fund=fund,
            admission=reference,
        )
        self._stays.setdefault(message.insz, []).append(stay)
        return [stay, *self._continue(stay)]

    def end(self, message: EndOfStay) -> list[StayRecord]:
        """Note an accepted end of stay, under the number that sent it."""
        stay = self._one(message.insz, message.facility, lambda stay: stay.end is None)
        return [self._change(stay, replace(stay, end=message.end, reason=message.reason))]

    def correct_admission(
        self, correction: Correction, admission: Admission, reference: Reference
    ) -> list[StayRecord]:
        """Change the stay that an accepted admission has opened."""
        stay = self._one(admission.insz, correction.facility, lambda stay: stay.admission == reference)
        changed = replace(
            stay,
            insz=correction.insz,
            stay_type=correction.stay_type or stay.stay_type,
            start=correction.start or stay.start,
        )
        return [self._change(stay, changed)]

    def correct_end(self, end: EndOfStay) -> list[StayRecord]:
        """Change the end of the latest stay that has one; nothing where none has."""
        ended = [s for s in self.of(end.insz) if s.facility == end.facility and s.end is not None]
        return [self._change(s, replace(s, end=end.end, reason=end.reason)) for s in ended[-1:]]

    def opened_by(self, admission: Reference) -> bool:
        """Whether an accepted admission with this reference has opened a stay."""
        return any(stay.admission == admission for stays in self._stays.values() for stay in stays)

    def take_over(self, old: Hco, new: Hco, first_day: date) -> list[StayRecord]:
        """Continue every stay that lasts at the old number under the new one; answers what changed."""
        self._takeovers.append((old, new, first_day))
        lasting = [stay for stays in self._stays.values() for stay in stays if stay.facility == old]
        return [record for stay in lasting for record in self._continue(stay)]

    def _continue(self, stay: StayRecord) -> Iterator[StayRecord]:
        for old, new, first_day in self._takeovers:
            over = stay.end is None or stay.end.date() >= first_day
            if (
                stay.facility == old
                and stay.until_takeover is None
                and stay.start.date() < first_day
                and over
            ):
                before = replace(stay, until_takeover=first_day - timedelta(days=1), end=None, reason=None)
                behind = replace(stay, facility=new, from_takeover=first_day)
                book = self._stays[stay.insz]
                book[book.index(stay)] = before
                book.append(behind)
                yield before
                yield behind

    def _one(self, insz: Insz, facility: Hco, fits: Callable[[StayRecord], bool]) -> StayRecord:
        """The latest stay that fits under a facility number; ``OurError`` where there is none."""
        fitting = [stay for stay in self.of(insz) if stay.facility == facility and fits(stay)]
        if not fitting:
            raise OurError(f"{facility} has no such stay")
        return fitting[-1]

    def _change(self, stay: StayRecord, changed: StayRecord) -> StayRecord:
        self._stays[stay.insz].remove(stay)
        self._stays.setdefault(changed.insz, []).append(changed)
        return changed
