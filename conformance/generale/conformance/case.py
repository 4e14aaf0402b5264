"""A case: one stay as it was told, with the messages about it and the decisions on them.

Expectation and traffic meet here. Messages are matched to stays by the number and the person they name,
corrections and withdrawals by the message they name.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from generale.conformance.reply import Reply
from generale.conformance.sent import Answer, Sent
from generale.conformance.told import Stay, Version
from generale.driver.observations import DecisionState
from generale.protocol.ids import FundNumber, Hco
from generale.protocol.messages import (
    Absence,
    Admission,
    Assessment,
    ChangeOfStayType,
    Correction,
    Decision,
    EndOfAbsence,
    EndOfAgreement,
    EndOfStay,
    Outcome,
    Withdrawal,
)

SEQUENCE_CONTROL = "HX-SEQ-01"
"""The control that refuses a message because an earlier one of its resident is refused (project-defined)."""

STATES: Mapping[Outcome, DecisionState] = {
    Outcome.ACCEPTED: DecisionState.ACCEPTED,
    Outcome.REFUSED: DecisionState.REFUSED,
    Outcome.PENDING: DecisionState.PENDING,
}
"""As what users see a stay, by the decision on it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One decision with the reply that carried it."""

    reply: Reply
    decision: Decision


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Case:
    """One stay with its messages of each kind at first attempt, and the decisions on each."""

    stay: Stay
    admissions: tuple[Sent, ...]
    ends: tuple[Sent, ...]
    admission_corrections: tuple[Sent, ...]
    end_corrections: tuple[Sent, ...]
    admission_withdrawals: tuple[Sent, ...]
    end_withdrawals: tuple[Sent, ...]
    absences: tuple[Sent, ...]
    """With their ends."""
    changes: tuple[Sent, ...]
    agreement_ends: tuple[Sent, ...]
    assessments: tuple[Sent, ...]
    heard: Mapping[tuple[str, str], tuple[Heard, ...]]

    @property
    def cause(self) -> str:
        """Under which name findings about this stay are grouped."""
        return f"stay of {self.stay.insz} at {self.stay.facility}"

    @property
    def all(self) -> tuple[Sent, ...]:
        """Every message about the stay, in order of sending."""
        found = (
            *self.admissions,
            *self.ends,
            *self.assessments,
            *self.admission_corrections,
            *self.end_corrections,
            *self.admission_withdrawals,
            *self.end_withdrawals,
            *self.absences,
            *self.changes,
            *self.agreement_ends,
        )
        return tuple(sorted(found, key=lambda one: one.seq))

    @property
    def admitting(self) -> tuple[Sent, ...]:
        """The messages that can make the stay accepted: admissions and their corrections."""
        return (*self.admissions, *self.admission_corrections)

    def admitting_until(self, seq: int) -> list[Sent]:
        """Those of them that had been sent at a place in the transcript."""
        return [one for one in self.admitting if one.seq <= seq]

    def heard_on(self, sent: Sent, seq: int) -> tuple[Heard, ...]:
        """The decisions on a message that the vendor had fetched by then, in the order of arrival."""
        known = (
            one for one in self.heard.get((sent.facility, sent.reference), ()) if one.reply.is_known(seq)
        )
        return tuple(sorted(known, key=lambda one: one.reply.arrival))

    def decision_on(self, sent: Sent, seq: int) -> Decision | None:
        """The decision on a message that counts then: the one decided last."""
        found = [one.decision for one in self.heard_on(sent, seq)]
        return max(found, key=lambda one: one.decided, default=None)

    def state(self, seq: int) -> DecisionState:
        """Where the stay stands for a vendor who knows what was fetched so far.

        An acceptance stays in force while a correction of it is under way or refused.
        """
        decisions = [self.decision_on(one, seq) for one in self.admitting_until(seq)]
        states = [STATES[one.outcome] for one in decisions if one]
        for state in (DecisionState.ACCEPTED, DecisionState.PENDING):
            if state in states:
                return state
        waiting = any(one is None for one in decisions) or not decisions
        return DecisionState.NOT_ANSWERED if waiting else DecisionState.REFUSED

    def showable(self, seq: int) -> set[DecisionState]:
        """The states that users may see of the stay then.

        That where it stands. While a message about it is on its way also that of the last one decided, and
        once its last message is decided also that of this one: no field tells the two apart.
        """
        sent = sorted(self.admitting_until(seq), key=lambda one: one.seq)
        decisions = [self.decision_on(one, seq) for one in sent]
        states = {self.state(seq)}
        if decisions and decisions[-1] is None:
            states |= {STATES[one.outcome] for one in decisions if one}
            states.add(DecisionState.NOT_ANSWERED)
        elif decisions and decisions[-1]:
            states.add(STATES[decisions[-1].outcome])
        if sent and sent[-1].answer in (Answer.FAILURE, Answer.FAULT):
            states.add(DecisionState.REFUSED)
        if any(one.corrected and one.since > (sent[-1].seq if sent else 0) for one in self.stay.until(seq)):
            states.add(DecisionState.NOT_ANSWERED)
        return states

    def acceptances(self, seq: int) -> list[Decision]:
        """The acceptances in force, the last decided first."""
        decisions = (self.decision_on(one, seq) for one in self.admitting_until(seq))
        accepted = [one for one in decisions if one and one.outcome is Outcome.ACCEPTED]
        return sorted(accepted, key=lambda one: one.decided, reverse=True)

    def fund(self, seq: int) -> FundNumber | None:
        """The fund that the acceptance names."""
        return next((one.fund for one in self.acceptances(seq) if one.fund), None)

    def start(self, seq: int) -> datetime | None:
        """The start that the acceptance gives."""
        return next((one.start for one in self.acceptances(seq) if one.start), None)

    def refusals(self, seq: int) -> list[tuple[Sent, Decision]]:
        """The messages about the admission that stand refused, with the decision."""
        found = ((one, self.decision_on(one, seq)) for one in self.admitting_until(seq))
        return [
            (one, decision) for one, decision in found if decision and decision.outcome is Outcome.REFUSED
        ]

    def version(self, seq: int) -> Version:
        """The stay as it was known then, or as it was entered where that came later."""
        return self.stay.at(seq) or self.stay.versions[0]

    def is_dependent(self, sent: Sent, seq: int) -> bool:
        """Whether a message stands refused only because an earlier one was."""
        decision = self.decision_on(sent, seq)
        return (
            decision is not None
            and decision.outcome is Outcome.REFUSED
            and any(one.control == SEQUENCE_CONTROL for one in decision.controls)
        )


@dataclass(slots=True)
class _Draft:
    stay: Stay
    numbers: Sequence[Hco]
    parts: Mapping[str, list[Sent]] = field(
        default_factory=lambda: {
            "admissions": [],
            "ends": [],
            "admission_corrections": [],
            "end_corrections": [],
            "admission_withdrawals": [],
            "end_withdrawals": [],
            "absences": [],
            "changes": [],
            "agreement_ends": [],
            "assessments": [],
        }
    )

    def holds(self, sent: Sent, reference: str, *parts: str) -> bool:
        return any(
            one.reference == reference and one.facility == sent.facility
            for part in parts
            for one in self.parts[part]
        )


def cases_of(
    stays: Iterable[Stay],
    numbers_of: Callable[[Stay], Sequence[Hco]],
    messages: Iterable[Sent],
    decisions: Iterable[tuple[Reply, Decision]],
) -> tuple[Case, ...]:
    """The cases of a scenario, one for each stay that was told, in order of entry."""
    drafts = [_Draft(stay, numbers_of(stay)) for stay in stays]
    for sent in messages:
        _place(drafts, sent)
    heard: dict[tuple[str, str], list[Heard]] = {}
    for reply, decision in decisions:
        heard.setdefault((reply.facility, decision.about), []).append(Heard(reply=reply, decision=decision))
    known = {key: tuple(found) for key, found in heard.items()}
    return tuple(
        Case(stay=one.stay, heard=known, **{name: tuple(part) for name, part in one.parts.items()})
        for one in drafts
    )


def _place(drafts: Sequence[_Draft], sent: Sent) -> None:
    """Put a message with the stay that it is about; one about no stay that was told is left out."""
    match sent.message:
        case Admission(facility=facility, insz=insz, start=start):
            mine = [one for one in drafts if one.stay.facility == facility and _fits(one, sent, insz)]
            mine = [one for one in mine if not _is_withdrawn(one, sent)] or mine
            if mine:
                nearest = min(mine, key=lambda one: abs(one.stay.versions[0].start - start))
                nearest.parts["admissions"].append(sent)
        case EndOfStay(facility=facility, insz=insz, end=end):
            mine = [one for one in drafts if facility in one.numbers and _fits(one, sent, insz)]
            if mine:
                min(mine, key=lambda one: _distance(one, end)).parts["ends"].append(sent)
        case (
            Absence(facility=facility, insz=insz, start=moment)
            | ChangeOfStayType(facility=facility, insz=insz, start=moment)
            | EndOfAbsence(facility=facility, insz=insz, end=moment)
        ):
            mine = [one for one in drafts if facility in one.numbers and _fits(one, sent, insz)]
            if mine:
                begun = [one for one in mine if one.stay.latest.start <= moment]
                part = "changes" if isinstance(sent.message, ChangeOfStayType) else "absences"
                max(begun or mine, key=lambda one: one.stay.latest.start).parts[part].append(sent)
        case EndOfAgreement(facility=facility, insz=insz, last_day=last_day):
            mine = [one for one in drafts if facility in one.numbers and _fits(one, sent, insz)]
            if mine:
                begun = [one for one in mine if one.stay.latest.first_day <= last_day]
                max(begun or mine, key=lambda one: one.stay.latest.start).parts["agreement_ends"].append(sent)
        case Assessment(facility=facility, insz=insz, assessed=assessed):
            mine = [one for one in drafts if facility in one.numbers and _fits(one, sent, insz)]
            if mine:
                min(mine, key=lambda one: _days_off(one, assessed)).parts["assessments"].append(sent)
        case Correction(corrects=corrects):
            for one in drafts:
                if one.holds(sent, corrects, "admissions", "admission_corrections"):
                    one.parts["admission_corrections"].append(sent)
                elif one.holds(sent, corrects, "ends", "end_corrections"):
                    one.parts["end_corrections"].append(sent)
        case Withdrawal(withdraws=withdraws):
            for one in drafts:
                if one.holds(sent, withdraws, "admissions", "admission_corrections"):
                    one.parts["admission_withdrawals"].append(sent)
                elif one.holds(sent, withdraws, "ends", "end_corrections"):
                    one.parts["end_withdrawals"].append(sent)
        case _:
            return


def _is_withdrawn(draft: _Draft, sent: Sent) -> bool:
    """Whether somebody had taken the stay back when a message left."""
    version = draft.stay.at(sent.seq)
    return version is not None and version.withdrawn


def _fits(draft: _Draft, sent: Sent, insz: str) -> bool:
    return draft.stay.entered < sent.seq and draft.stay.is_known_as(insz)


def _days_off(draft: _Draft, day: date) -> tuple[int, int]:
    """How far a day lies outside a stay; of two stays that hold it the one that began last comes first."""
    version = draft.stay.latest
    last = version.last_day or day
    return max((version.first_day - day).days, (day - last).days, 0), -version.first_day.toordinal()


def _distance(draft: _Draft, end: datetime) -> tuple[bool, float]:
    """How far a stay's own end lies from a moment; a stay without an end comes after all others."""
    ends = [one.end for one in draft.stay.versions if one.end]
    if not ends:
        return True, abs((end - draft.stay.latest.start).total_seconds())
    return False, min(abs((end - one).total_seconds()) for one in ends)
