"""What a notice says: facts of a stay become a message of the admission family, and its bytes (profile)."""

from datetime import UTC, date, datetime, timedelta
from typing import assert_never
from unicodedata import normalize

from generale.protocol.clock import BRUSSELS, Clock, brussels
from generale.protocol.errors import OurError
from generale.protocol.ids import Reference
from generale.protocol.messages import (
    Absence,
    AbsenceReason,
    Admission,
    AgreementEndReason,
    ChangeOfStayType,
    Correction,
    EndOfAbsence,
    EndOfAgreement,
    EndOfStay,
    EndReason,
    Message,
    Withdrawal,
)
from generale.protocol.profile import Profile
from generale.refvendor.assessment import Assessor
from generale.refvendor.dossier import Facts, Kind, Notice
from generale.refvendor.switches import Switches

_DAY = timedelta(days=1)
_PIVOT = 69
_COLUMN = 20


class Writer:
    """Writes notices in the words of the profile."""

    def __init__(self, profile: Profile, clock: Clock, switches: Switches) -> None:
        self._profile = profile
        self._switches = switches
        self._assessor = Assessor(clock, switches)

    def message(self, notice: Notice) -> Message:
        """The message that tells a notice."""
        facts = notice.states or notice.stay.facts
        match notice.kind:
            case Kind.ADMISSION:
                return self._admission(notice, facts)
            case Kind.END:
                end, reason = self._end(facts)
                insz = facts.resident.insz
                return EndOfStay(facility=notice.facility, insz=insz, end=end, reason=reason)
            case Kind.CORRECTION:
                return self._correction(notice, facts)
            case Kind.WITHDRAWAL:
                return self._withdrawal(notice, facts)
            case Kind.ABSENCE | Kind.RETURN:
                return self._absence(notice, facts)
            case Kind.CHANGE:
                return self._change(notice, facts)
            case Kind.AGREEMENT:
                return self._agreement(notice, facts)
            case Kind.ASSESSMENT:
                return self._assessor.message(notice)
        assert_never(notice.kind)

    def bytes_of(self, message: Message) -> bytes:
        """The bytes of a message."""
        raw = self._profile.write(message)
        if isinstance(message, Admission) and self._switches.on("dutch-date-format"):
            born = message.birth_date
            return raw.replace(f">{born:%Y-%m-%d}<".encode(), f">{born:%d/%m/%Y}<".encode())
        return raw

    def _admission(self, notice: Notice, facts: Facts) -> Admission:
        return Admission(
            facility=notice.facility,
            insz=facts.resident.insz,
            family_name=self._name(facts.resident.family_name),
            given_name=self._name(facts.resident.given_name),
            birth_date=self._birth_date(facts.resident.birth_date),
            sex=facts.resident.sex,
            stay_type=facts.stay_type,
            start=self._start(facts.start),
        )

    def _correction(self, notice: Notice, facts: Facts) -> Correction:
        original = notice.original
        corrects = _reference(self._stated_last(original))
        if original.kind is Kind.END:
            end, reason = self._end(facts)
            return Correction(
                facility=notice.facility,
                corrects=corrects,
                insz=facts.resident.insz,
                end=end,
                reason=reason,
            )
        restated = self._admission(notice, facts)
        return Correction(
            facility=notice.facility,
            corrects=corrects,
            insz=restated.insz,
            family_name=restated.family_name,
            given_name=restated.given_name,
            birth_date=restated.birth_date,
            sex=restated.sex,
            stay_type=restated.stay_type,
            start=restated.start,
        )

    def _absence(self, notice: Notice, facts: Facts) -> Absence | EndOfAbsence:
        """What tells that somebody left, with the return where that is known by now; or the return alone."""
        away, insz = notice.away, facts.resident.insz
        if away is None:
            raise OurError("an absence is told that nobody entered")
        end = None if away.end is None else brussels(away.end)
        if end and self._switches.on("return-day-late"):
            end += _DAY
        if notice.kind is Kind.RETURN and end:
            return EndOfAbsence(facility=notice.facility, insz=insz, end=end)
        start = brussels(away.start)
        if self._switches.on("leaving-day-late"):
            start += _DAY
        reason = away.reason
        if reason is AbsenceReason.LEAVE and self._switches.on("leave-as-hospital"):
            reason = AbsenceReason.HOSPITAL
        return Absence(facility=notice.facility, insz=insz, reason=reason, start=start, end=end)

    def _change(self, notice: Notice, facts: Facts) -> ChangeOfStayType:
        changed = notice.changed
        if changed is None:
            raise OurError("a change of stay type is told that nobody entered")
        start, stay_type = brussels(changed.start), changed.stay_type
        if self._switches.on("change-at-midnight"):
            start = start.replace(hour=0, minute=0)
        if self._switches.on("change-day-late"):
            start += _DAY
        if self._switches.on("change-names-the-old-type"):
            stay_type = facts.stay_type
        return ChangeOfStayType(
            facility=notice.facility, insz=facts.resident.insz, stay_type=stay_type, start=start
        )

    def _agreement(self, notice: Notice, facts: Facts) -> EndOfAgreement:
        told = notice.agreement
        if told is None:
            raise OurError("the end of an agreement is told that nobody entered")
        last_day, reason = told.last_day, told.reason
        if facts.end and self._switches.on("agreement-ends-with-the-stay"):
            last_day = brussels(facts.end).date()
        if self._switches.on("agreement-always-by-the-resident"):
            reason = AgreementEndReason.RESIDENT
        return EndOfAgreement(
            facility=notice.facility, insz=facts.resident.insz, last_day=last_day, reason=reason
        )

    def _withdrawal(self, notice: Notice, facts: Facts) -> Withdrawal:
        named = notice.original
        if not self._switches.on("withdrawal-names-the-original"):
            named = named.stay.last_statement(named)
        insz = facts.resident.insz
        return Withdrawal(facility=notice.facility, withdraws=_reference(named), insz=insz)

    def _stated_last(self, original: Notice) -> Notice:
        """The message that a correction names: the last that states the facts which it changes."""
        if self._switches.on("every-correction-names-the-original"):
            return original
        return original.stay.last_statement(original)

    def _start(self, start: datetime) -> datetime:
        told = brussels(start)
        if self._switches.on("utc-midnight"):
            told = told.astimezone(UTC).replace(tzinfo=BRUSSELS)
        if self._switches.on("admission-day-late"):
            told += _DAY
        return told

    def _name(self, name: str) -> str:
        """A name as it is written: with its accents, and whole."""
        if self._switches.on("names-cut-at-twenty"):
            name = name[:_COLUMN]
        if name.isascii() or not self._switches.on("accents-dropped"):
            return name
        return normalize("NFKD", name).encode("ascii", "ignore").decode("ascii")

    def _birth_date(self, born: date) -> date:
        if self._switches.on("birth-century") and born.year < 2000 and 0 < born.year % 100 < _PIVOT:
            return born.replace(year=2000 + born.year % 100)
        return born

    def _end(self, facts: Facts) -> tuple[datetime, EndReason]:
        if facts.end is None or facts.reason is None:
            raise OurError("an end of stay is told that has no moment or no reason")
        reason, end = facts.reason, brussels(facts.end)
        if reason is EndReason.DEATH and self._switches.on("death-as-departure"):
            reason = EndReason.DEPARTURE
        if self._switches.on("end-day-early"):
            end -= _DAY
        return end, reason


def _reference(notice: Notice) -> Reference:
    if notice.letter is None:
        raise OurError("a correction or withdrawal names a message that was never sent")
    return notice.letter.reference
