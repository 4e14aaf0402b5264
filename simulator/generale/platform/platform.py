"""The platform decides: messages of a facility come in, controls and funds are asked, decisions go out.

Pure: time is an argument, what happens is the answer. Per resident and facility a message waits while
an earlier one is undecided, so facts are judged in the order in which they were sent.
"""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from generale.platform.cases import Case, CaseBook, Imposed
from generale.platform.facts import CaseFacts, Insurance
from generale.platform.life import OPEN, OUTCOMES, State, Step
from generale.platform.stays import StayBook
from generale.protocol.errors import OurError
from generale.protocol.ids import FundNumber, Hco, Nihii, Reference
from generale.protocol.messages import Admission, ControlResult, Correction, Decision, EndOfStay, Outcome
from generale.protocol.profile import Profile
from generale.rules.engine import RuleSet
from generale.rules.facts import FacilityRecord, Original, StayRecord
from generale.rules.findings import Finding
from generale.rules.pending import Deliberation

_STEPS = {Outcome.ACCEPTED: Step.PASSED, Outcome.REFUSED: Step.FAILED, Outcome.PENDING: Step.HELD}


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """One decision taken, with the accepted stays that it makes or changes."""

    facility: Nihii
    decision: Decision
    imposed: bool = False
    stays: tuple[StayRecord, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Acceptance:
    """What follows from accepting a message."""

    stays: tuple[StayRecord, ...] = ()
    fund: FundNumber | None = None
    start: datetime | None = None


@dataclass(slots=True)
class Platform:
    """The state of the platform for one rehearsal."""

    profile: Profile
    rules: RuleSet
    insurance: Insurance
    facilities: dict[Hco, FacilityRecord] = field(default_factory=dict)
    stays: StayBook = field(default_factory=StayBook)
    cases: CaseBook = field(default_factory=CaseBook)

    def register(self, facility: FacilityRecord) -> None:
        """Enter a facility number in the registry, or replace its entry."""
        self.facilities[facility.hco] = facility

    def receive(self, sender: Nihii, reference: Reference, message: Original, at: datetime) -> Case:
        """Take a technically valid message in; it is decided later."""
        case = Case(sender, reference, message, at)
        self.cases.add(case)
        return case

    def decide(self, case: Case, at: datetime) -> list[Decided]:
        """Decide on a message, and on those that waited for it; nothing where it has to wait itself."""
        if case.state not in (State.RECEIVED, State.WAITING):
            return []
        if self.cases.has_to_wait(case):
            case.step(Step.EARLIER_IS_OPEN)
            return []
        return [self._judge(case, at), *self._release(case, at)]

    def review(self, case: Case, at: datetime, imposed: Imposed | None = None) -> list[Decided]:
        """End the deliberation on a pending message: judge it now, or as a scenario forces it."""
        if case.state is not State.PENDING:
            return []
        case.imposed = imposed
        return [self._judge(case, at), *self._release(case, at)]

    def expire(self, case: Case, begun: datetime, at: datetime) -> list[Decided]:
        """Refuse a message that has been pending beyond the term of its rule set; nothing within it."""
        months = self.profile.pending_limit(self.rules.effective)
        findings = self.rules.judge_deliberation(Deliberation(begun=begun, now=at, months=months))
        if case.state is not State.PENDING or not findings:
            return []
        case.step(Step.DEADLINE_PASSED)
        results = tuple(self._result(finding.control) for finding in findings)
        return [self._announced(case, at, results, _Acceptance()), *self._release(case, at)]

    def take_over(self, old: Hco, new: FacilityRecord, first_day: date) -> list[StayRecord]:
        """A number ends and another continues its activity; answers the stays that change."""
        last_day = first_day - timedelta(days=1)
        self.register(replace(self.facilities[old], valid_until=last_day, successor=new.hco))
        self.register(new)
        return self.stays.take_over(old, new.hco, first_day)

    def _release(self, case: Case, at: datetime) -> list[Decided]:
        if case.state in OPEN:
            return []
        return [decided for other in self.cases.waiting_behind(case) for decided in self.decide(other, at)]

    def _judge(self, case: Case, at: datetime) -> Decided:
        if case.imposed is not None and case.imposed.outcome is not Outcome.ACCEPTED:
            case.step(_STEPS[case.imposed.outcome])
            return self._announced(case, at, (self._result(case.imposed.control),), _Acceptance())
        findings = () if case.imposed is not None else self.rules.judge(case.message, self._facts(case))
        if findings:
            outcomes = {self.rules.row(finding.control).outcome for finding in findings}
            outcome = Outcome.REFUSED if Outcome.REFUSED in outcomes else Outcome.PENDING
            case.step(_STEPS[outcome])
            results = tuple(self._finding_result(case.message, finding) for finding in findings)
            return self._announced(case, at, results, _Acceptance())
        acceptance = self._accept(case)
        case.step(Step.PASSED)
        return self._announced(case, at, (), acceptance)

    def _facts(self, case: Case) -> CaseFacts:
        return CaseFacts(case, self.profile, self.facilities, self.insurance, self.stays, self.cases)

    def _result(self, control: str) -> ControlResult:
        row = self.rules.row(control)
        return ControlResult(control=row.id, text=row.text_nl)

    def _finding_result(self, message: Original, finding: Finding) -> ControlResult:
        place = self.profile.bindings[type(message)].path_of(finding.field) or finding.field
        return replace(self._result(finding.control), field=place)

    def _accept(self, case: Case) -> _Acceptance:
        match case.message:
            case Admission() as admission:
                imposed = case.imposed.start if case.imposed else None
                return self._admit(admission, case.reference, imposed or admission.start)
            case EndOfStay() as end:
                stays = self.stays.end(end)
                return _Acceptance(stays=tuple(stays), fund=stays[0].fund)
            case Correction() as correction:
                return self._correct(case, correction)

    def _admit(self, admission: Admission, reference: Reference, start: datetime) -> _Acceptance:
        fund = self.insurance.fund_on(admission.insz, start.date())
        if fund is None:
            return _Acceptance(start=start)
        stays = self.stays.admit(admission, reference, start, fund)
        return _Acceptance(stays=tuple(stays), fund=fund, start=start)

    def _correct(self, case: Case, correction: Correction) -> _Acceptance:
        """Replace the facts of the message corrected; what was refused is noted for the first time."""
        named = self._named(case, correction.corrects)
        root = named
        while isinstance(root.message, Correction):
            root = self._named(case, root.message.corrects)
        for overtaken in {named.reference: named, root.reference: root}.values():
            if overtaken.state is not State.CORRECTED:
                overtaken.step(Step.CORRECTION_ACCEPTED)
        if isinstance(root.message, Admission):
            if self.stays.opened_by(root.reference):
                stays = self.stays.correct_admission(correction, root.message, root.reference)
                return _Acceptance(stays=tuple(stays), fund=stays[0].fund, start=stays[0].start)
            restated = restate(correction, root.message)
            return self._admit(restated, root.reference, restated.start)
        stays = self.stays.correct_end(restate_end(correction)) or self.stays.end(restate_end(correction))
        return _Acceptance(stays=tuple(stays), fund=stays[0].fund)

    def _named(self, case: Case, reference: Reference) -> Case:
        found = self.cases.find(case.sender, reference)
        if found is None:
            raise OurError(f"a correction of the unknown message {reference} passed its controls")
        return found

    def _announced(
        self, case: Case, at: datetime, controls: tuple[ControlResult, ...], acceptance: _Acceptance
    ) -> Decided:
        case.fund = acceptance.fund
        decision = Decision(
            facility=case.message.facility,
            about=case.reference,
            outcome=OUTCOMES[case.state],
            decided=at,
            rule_set=self.rules.effective,
            fund=acceptance.fund,
            start=acceptance.start,
            controls=controls,
        )
        return Decided(
            facility=case.sender, decision=decision, imposed=case.imposed is not None, stays=acceptance.stays
        )


def restate(correction: Correction, admission: Admission) -> Admission:
    """The admission with the facts that a correction states anew."""
    return Admission(
        facility=correction.facility,
        insz=correction.insz,
        family_name=correction.family_name or admission.family_name,
        given_name=correction.given_name or admission.given_name,
        birth_date=correction.birth_date or admission.birth_date,
        sex=correction.sex or admission.sex,
        stay_type=correction.stay_type or admission.stay_type,
        start=correction.start or admission.start,
    )


def restate_end(correction: Correction) -> EndOfStay:
    """The end of stay that a correction states anew; ``OurError`` where it states none."""
    if correction.end is None or correction.reason is None:
        raise OurError("a correction of an end of stay without end or reason passed its controls")
    return EndOfStay(
        facility=correction.facility, insz=correction.insz, end=correction.end, reason=correction.reason
    )
