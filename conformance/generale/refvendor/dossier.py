"""The stays as the facility knows them, and for each what the platform has been told and decided."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum

from generale.driver.stimuli import Assess, EndAgreement, Person
from generale.protocol.clock import BRUSSELS
from generale.protocol.ids import Hco, Insz
from generale.protocol.messages import AbsenceReason, Decision, EndReason, Outcome, StayType
from generale.refvendor.house import House
from generale.refvendor.outbox import Letter, Progress

SEQUENCE_CONTROL = "HX-SEQ-01"
"""Refused because an earlier message of the same resident is refused (project-defined)."""


class Kind(StrEnum):
    """What the platform can be told about a stay."""

    ADMISSION = "admission"
    END = "end"
    CORRECTION = "correction"
    WITHDRAWAL = "withdrawal"
    ABSENCE = "absence"
    RETURN = "return"
    CHANGE = "change"
    AGREEMENT = "agreement"
    ASSESSMENT = "assessment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """A stay as the facility has it now; ``end`` and ``reason`` are None while it lasts."""

    resident: Person
    stay_type: StayType
    start: datetime
    end: datetime | None = None
    reason: EndReason | None = None


@dataclass(slots=True, kw_only=True, eq=False)
class Away:
    """An absence as the facility has it now; ``end`` is None while it lasts."""

    reason: AbsenceReason
    start: datetime
    end: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewType:
    """From a moment on a stay is of another type."""

    stay_type: StayType
    start: datetime


@dataclass(slots=True, kw_only=True, eq=False)
class Notice:
    """One thing to be told to the platform, from before it is sent until it is decided.

    ``corrects`` is the notice that it repairs, ``withdraws`` the one that it takes back, ``away`` the absence
    and ``changed`` the change that it is about, ``agreement`` the agreement that ended, and
    ``assessed`` what an assessment tells; ``states`` are the
    facts it tells where those are not the present ones. ``replaced`` means that another notice has come in
    its place.
    """

    stay: "Stay"
    kind: Kind
    facility: Hco
    corrects: "Notice | None" = None
    withdraws: "Notice | None" = None
    states: Facts | None = None
    away: Away | None = None
    changed: NewType | None = None
    agreement: EndAgreement | None = None
    assessed: Assess | None = None
    letter: Letter | None = None
    decision: Decision | None = None
    replaced: bool = False
    repairs: list["Notice"] = field(default_factory=list)
    """What was told to correct it, in order."""

    @property
    def original(self) -> "Notice":
        """The notice that this repairs or takes back, or itself."""
        return self.corrects or self.withdraws or self

    @property
    def happened(self) -> datetime:
        """When the fact happened; a correction stands where its original stands.

        An assessment from before the stay stands where that begins.
        """
        if self.away is not None:
            return (self.away.end if self.kind is Kind.RETURN else None) or self.away.start
        if self.changed is not None:
            return self.changed.start
        if self.agreement is not None:
            return datetime.combine(self.agreement.last_day, time.max, BRUSSELS)
        facts = self.states or self.stay.facts
        if self.assessed is not None:
            return max(facts.start, datetime.combine(self.assessed.assessed, time(), BRUSSELS))
        return facts.end if self.original.kind is Kind.END and facts.end else facts.start

    @property
    def has_left(self) -> bool:
        """Whether it was sent, and did not come back without a decision."""
        return self.letter is not None and self.letter.progress is not Progress.REFUSED

    @property
    def is_refused(self) -> bool:
        """Whether the decision that counts is a refusal."""
        return self.decision is not None and self.decision.outcome is Outcome.REFUSED

    @property
    def is_pending(self) -> bool:
        """Whether the decision that counts leaves it in deliberation."""
        return self.decision is not None and self.decision.outcome is Outcome.PENDING

    @property
    def is_dependent(self) -> bool:
        """Whether it was refused only because an earlier message was."""
        return (
            self.is_refused
            and self.decision is not None
            and any(result.control == SEQUENCE_CONTROL for result in self.decision.controls)
        )

    @property
    def acceptance(self) -> Decision | None:
        """The acceptance of this notice or of a correction of it, the last where there are several."""
        found = [one.decision for one in (self, *self.repairs) if one.decision]
        accepted = [decision for decision in found if decision.outcome is Outcome.ACCEPTED]
        return max(accepted, key=lambda decision: decision.decided, default=None)


@dataclass(slots=True, kw_only=True, eq=False)
class Stay:
    """One stay of one resident, under the number, the INSZ and the start with which it was entered."""

    facility: Hco
    entered_as: Insz
    facts: Facts
    notices: list[Notice] = field(default_factory=list)
    entered_start: datetime = field(init=False)
    first_end: datetime | None = None
    """The end as it was entered first."""
    absences: list[Away] = field(default_factory=list)
    changes: list[NewType] = field(default_factory=list)
    agreement_until: date | None = None
    is_taken_back: bool = False
    """Whether somebody found that there was no such stay."""

    def __post_init__(self) -> None:
        self.entered_start = self.facts.start

    def tell(
        self,
        kind: Kind,
        facility: Hco,
        *,
        corrects: Notice | None = None,
        withdraws: Notice | None = None,
        states: Facts | None = None,
        away: Away | None = None,
        changed: NewType | None = None,
        agreement: EndAgreement | None = None,
        assessed: Assess | None = None,
    ) -> Notice:
        """Note something that the platform is to be told."""
        notice = Notice(
            stay=self,
            kind=kind,
            facility=facility,
            corrects=corrects,
            withdraws=withdraws,
            states=states,
            away=away,
            changed=changed,
            agreement=agreement,
            assessed=assessed,
        )
        self.notices.append(notice)
        if corrects is not None:
            corrects.repairs.append(notice)
        return notice

    def original(self, kind: Kind) -> Notice | None:
        """The notice of an admission or end of stay that counts."""
        mine = (one for one in self.notices if one.kind is kind and not one.corrects and not one.replaced)
        return next(mine, None)

    @property
    def is_withdrawn(self) -> bool:
        """Whether it was taken back, and the platform did not refuse to."""
        if not self.is_taken_back:
            return False
        told = [one for one in self.notices if one.withdraws and one.withdraws.kind is Kind.ADMISSION]
        return not any(one.is_refused for one in told[-1:])

    @property
    def has_refused_correction(self) -> bool:
        """Whether a correction of the stay stands refused, so that the facts are not all accepted."""
        return any(one.corrects is not None and one.is_refused for one in self.notices)

    @property
    def has_correction_under_way(self) -> bool:
        """Whether a correction of the stay has left that nobody has decided yet."""
        return any(one.corrects is not None and one.has_left and one.decision is None for one in self.notices)

    def last_statement(self, notice: Notice) -> Notice:
        """What states the facts of a notice now: its last correction that was not refused, or itself."""
        left = [one for one in notice.repairs if one.has_left and not one.is_refused]
        return left[-1] if left else notice


class Dossier:
    """All stays of all facility numbers, in the order of entry."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._stays: list[Stay] = []
        self._by_resident: dict[Insz, list[Stay]] = {}

    def __iter__(self) -> Iterator[Stay]:
        return iter(tuple(self._stays))

    def add(self, stay: Stay) -> Stay:
        """Enter a stay."""
        self._stays.append(stay)
        self._by_resident.setdefault(stay.entered_as, []).append(stay)
        return stay

    def at(self, hco: Hco) -> list[Stay]:
        """The stays entered under a number, or under one that it continues; none that was taken back."""
        return [stay for stay in self._all_at(hco) if not stay.is_withdrawn]

    def withdrawn_at(self, hco: Hco) -> list[Stay]:
        """The stays under a number that were taken back."""
        return [stay for stay in self._all_at(hco) if stay.is_withdrawn]

    def _all_at(self, hco: Hco) -> Iterator[Stay]:
        numbers = self._house.continued_by(hco)
        return (stay for stay in self._stays if stay.facility in numbers)

    def of_person(self, hco: Hco, entered_as: Insz) -> list[Stay]:
        """The stays under a number that were entered under an INSZ; none that was taken back."""
        numbers = self._house.continued_by(hco)
        mine = self._by_resident.get(entered_as, ())
        return [stay for stay in mine if stay.facility in numbers and not stay.is_withdrawn]

    def find(
        self, hco: Hco, insz: Insz, *, lasting: bool = False, start: datetime | None = None
    ) -> Stay | None:
        """The last stay of a person at a number.

        With ``lasting`` rather one that has not ended, with ``start`` only one that was entered so.
        """
        mine = [
            stay
            for stay in self._all_at(hco)
            if insz in (stay.entered_as, stay.facts.resident.insz)
            and start in (None, stay.entered_start)
            and not stay.is_withdrawn
        ]
        open_ones = [stay for stay in mine if stay.facts.end is None]
        chosen = open_ones if lasting and open_ones else mine
        return chosen[-1] if chosen else None

    def notices(self) -> Iterator[Notice]:
        """Everything that counts of what the platform was or is to be told."""
        return (one for stay in self._stays for one in stay.notices if _counts(one))

    def of_resident(self, notice: Notice) -> list[Notice]:
        """What counts about the same resident at the same number, and what something else can wait for.

        That is neither a correction, nor a withdrawal, nor an assessment.
        """
        return [
            one
            for stay in self._by_resident[notice.stay.entered_as]
            for one in stay.notices
            if one.facility == notice.facility
            and one.kind not in (Kind.CORRECTION, Kind.WITHDRAWAL, Kind.ASSESSMENT)
            and _counts(one)
        ]


def _counts(notice: Notice) -> bool:
    """Whether a notice still says something: not where another came in its place, or its stay is no more."""
    return not notice.replaced and (notice.kind is Kind.WITHDRAWAL or not notice.stay.is_withdrawn)
