"""The platform decides: messages of a facility come in, controls and funds are asked, decisions go out.

Pure: time is an argument, what happens is the answer. Per resident and facility a message waits while
an earlier one is undecided, so facts are judged in the order in which they were sent.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import assert_never

from generale.platform.assessments import AssessmentBook, midnight
from generale.platform.case import Case, Imposed
from generale.platform.cases import CaseBook
from generale.platform.facts import CaseFacts, Insurance
from generale.platform.life import OPEN, OUTCOMES, State, Step
from generale.platform.stays import NOTHING, Change, Root, StayBook
from generale.protocol.clock import brussels
from generale.protocol.errors import OurError
from generale.protocol.ids import FundNumber, Hco, Insz, Nihii, Reference
from generale.protocol.messages import (
    Absence,
    Admission,
    Assessment,
    Category,
    ChangeOfStayType,
    ControlResult,
    Correction,
    Decision,
    EndOfAbsence,
    EndOfAgreement,
    EndOfStay,
    Outcome,
    Withdrawal,
)
from generale.protocol.profile import Profile
from generale.rules.category import category_of
from generale.rules.engine import RuleSet
from generale.rules.facts import Amending, AssessedRecord, FacilityRecord, Original
from generale.rules.findings import Finding
from generale.rules.pending import Deliberation
from generale.rules.restatement import restated, story_of

Fact = Admission | EndOfStay | Absence | EndOfAbsence | ChangeOfStayType | EndOfAgreement
"""What a message can state."""

_STEPS = {Outcome.ACCEPTED: Step.PASSED, Outcome.REFUSED: Step.FAILED, Outcome.PENDING: Step.HELD}


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """One decision taken, and what it changes in the records of accepted stays."""

    facility: Nihii
    decision: Decision
    imposed: bool = False
    change: Change = NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class _Acceptance:
    """What follows from accepting a message."""

    change: Change = NOTHING
    fund: FundNumber | None = None
    start: datetime | None = None
    category: Category | None = None


@dataclass(slots=True)
class Platform:
    """The state of the platform for one rehearsal; ``rules`` is the newest set that may come into force."""

    profile: Profile
    rules: RuleSet
    insurance: Insurance
    facilities: dict[Hco, FacilityRecord] = field(default_factory=dict)
    stays: StayBook = field(default_factory=StayBook)
    cases: CaseBook = field(default_factory=CaseBook)
    assessed: AssessmentBook = field(default_factory=AssessmentBook)

    def register(self, facility: FacilityRecord) -> None:
        """Enter a facility number in the registry, or replace its entry."""
        self.facilities[facility.hco] = facility

    def receive(self, sender: Nihii, reference: Reference, message: Original, at: datetime) -> Case:
        """Take a technically valid message in; it is decided later."""
        return self.cases.add(sender, reference, message, at)

    def decide(self, case: Case, at: datetime) -> list[Decided]:
        """Decide on a message, and on those that waited for it; nothing where it has to wait itself."""
        if case.state not in (State.RECEIVED, State.WAITING):
            return []
        if self.cases.has_to_wait(case):
            self.cases.step(case, Step.EARLIER_IS_OPEN)
            return []
        return self._decided([self._judge(case, at), *self._release(case, at)], at)

    def review(self, case: Case, at: datetime, imposed: Imposed | None = None) -> list[Decided]:
        """End the deliberation on a pending message: judge it now, or as a scenario forces it."""
        if case.state is not State.PENDING:
            return []
        case.imposed = imposed
        return self._decided([self._judge(case, at), *self._release(case, at)], at)

    def expire(self, case: Case, begun: datetime, at: datetime) -> list[Decided]:
        """Refuse a message that has been pending beyond the term of its rule set; nothing within it."""
        rules = self.rules_of(case)
        months = self.profile.pending_limit(rules.effective)
        findings = rules.judge_deliberation(Deliberation(begun=begun, now=at, months=months))
        if case.state is not State.PENDING or not findings:
            return []
        case.imposed = None
        self.cases.step(case, Step.DEADLINE_PASSED)
        refused = self._announced(case, at, rules.results(findings))
        return self._decided([refused, *self._release(case, at)], at)

    def rules_of(self, case: Case) -> RuleSet:
        """The rule set that judges a message: the one in force on the day of its receipt."""
        return self.rules.on(brussels(case.received).date())

    def take_over(self, old: Hco, new: FacilityRecord, first_day: date) -> Change:
        """A number ends and another continues its activity; answers what changes in the stays."""
        last_day = first_day - timedelta(days=1)
        ended = self.facilities[old]
        self.register(replace(ended, valid_until=last_day, successor=new.hco))
        self.register(replace(new, notice_from=new.notice_from or ended.notice_from))
        return self.stays.take_over(old, new.hco, first_day)

    def _decided(self, decisions: list[Decided], at: datetime) -> list[Decided]:
        """These decisions, and those on what was pending for want of the stays that they change.

        A deliberation that a scenario began ends as the scenario says.
        """
        for decided in decisions:  # grows while it is walked through
            stays = (*decided.change.noted, *decided.change.withdrawn)
            for insz in dict.fromkeys(stay.insz for stay in stays):
                for case in self.cases.pending(insz):
                    if case.imposed is None and self._is_ripe(case):
                        decisions += [self._judge(case, at), *self._release(case, at)]
        return decisions

    def _is_ripe(self, case: Case) -> bool:
        """Whether a pending message would be decided otherwise now."""
        findings = self.rules.judge(case.message, self._facts(case))
        return self.rules.outcome(findings) is not Outcome.PENDING

    def _release(self, case: Case, at: datetime) -> list[Decided]:
        """Decide on what waited for a case, and right behind each on what waited for that."""
        decided: list[Decided] = []
        closed = [] if case.state in OPEN else [case]
        while closed:
            other = self.cases.next_beside(closed[-1])
            if other is None:
                closed.pop()
                continue
            decided.append(self._judge(other, at))
            if other.state not in OPEN:
                closed.append(other)
        return decided

    def _judge(self, case: Case, at: datetime) -> Decided:
        if case.imposed is not None and case.imposed.outcome is not Outcome.ACCEPTED:
            self.cases.step(case, _STEPS[case.imposed.outcome])
            return self._announced(case, at, (self._result(case.imposed.control),))
        if case.imposed is not None and not self._can_accept(case):
            case.imposed = None
        findings = () if case.imposed is not None else self.rules.judge(case.message, self._facts(case))
        outcome = self.rules.outcome(findings)
        acceptance = self._accept(case, findings) if outcome is Outcome.ACCEPTED else _Acceptance()
        self.cases.step(case, _STEPS[outcome])
        results = self._placed(case.message, self.rules.results(findings))
        return self._announced(case, at, results, acceptance)

    def _facts(self, case: Case) -> CaseFacts:
        return CaseFacts(
            case,
            self.profile,
            self.facilities,
            self.insurance,
            self.stays,
            self.cases,
            self.assessed,
        )

    def _result(self, control: str) -> ControlResult:
        row = self.rules.row(control)
        return ControlResult(control=row.id, text=row.text_nl)

    def _placed(self, message: Original, results: tuple[ControlResult, ...]) -> tuple[ControlResult, ...]:
        """The results with the place on the wire instead of the name of the field."""
        binding = self.profile.bindings[type(message)]
        return tuple(replace(one, field=binding.path_of(one.field) or one.field) for one in results)

    def _stated(self, case: Case) -> tuple[Reference, Fact | Assessment] | None:
        """The facts that a message states, by the message that stated them first; None where it has none.

        A withdrawal is about the facts that it takes back.
        """
        if not isinstance(case.message, Amending):
            return case.reference, case.message
        story = story_of(case.message, self._facts(case))
        if story and isinstance(case.message, Withdrawal):
            return story.records[-1].reference, story.stated
        if story is None or story.named.withdrawn or not isinstance(case.message, Correction):
            return None
        facts = restated(case.message, story)
        return (story.records[-1].reference, facts) if story and facts else None

    def _can_accept(self, case: Case) -> bool:
        """Whether there is something to accept, whatever the controls say of it.

        A withdrawal cannot be forced past them: each asks whether there is something to take back.
        """
        if isinstance(case.message, Withdrawal):
            return not self.rules.judge(case.message, self._facts(case))
        match self._stated(case):
            case None:
                return False
            case reference, EndOfStay() as end:
                return self.stays.ends((case.sender, reference), end) is not None
            case _, (Absence() | EndOfAbsence() | ChangeOfStayType() | EndOfAgreement()) as within:
                return not self.rules.judge(within, self._facts(case))
            case _:
                return True

    def _accept(self, case: Case, findings: Sequence[Finding]) -> _Acceptance:
        """Note the facts of a message; a correction puts them in the place of those that it corrects."""
        stated = self._stated(case)
        if stated is None:
            raise OurError(f"{case.reference} states nothing and passed its controls")
        root, message = (case.sender, stated[0]), stated[1]
        if isinstance(message, Assessment):
            return self._assess(case, message, findings)
        if isinstance(case.message, Withdrawal):
            return self._take_back(case, case.message, root, message)
        if isinstance(case.message, Correction):
            overtaken = (case.message.corrects, stated[0])
            self._overtake(case.sender, overtaken, Step.CORRECTION_ACCEPTED)
        match message:
            case EndOfStay():
                fund, change = self.stays.end(root, message)
                return _Acceptance(
                    change=change, fund=self._fund_on(message.insz, brussels(message.end).date(), fund)
                )
            case Absence():
                fund, change = self.stays.leave(message)
                return _Acceptance(
                    change=change, fund=self._fund_on(message.insz, brussels(message.start).date(), fund)
                )
            case EndOfAbsence():
                fund, change = self.stays.come_back(message)
                return _Acceptance(
                    change=change, fund=self._fund_on(message.insz, brussels(message.end).date(), fund)
                )
            case ChangeOfStayType():
                fund, change = self.stays.change_type(message)
                return _Acceptance(
                    change=change, fund=self._fund_on(message.insz, brussels(message.start).date(), fund)
                )
            case EndOfAgreement():
                fund, change = self.stays.end_agreement(message)
                return _Acceptance(change=change, fund=self._fund_on(message.insz, message.last_day, fund))
            case Admission():
                return self._admit(case, root, message, findings)
        assert_never(message)

    def _fund_on(self, insz: Insz, day: date, fund: FundNumber | None) -> FundNumber | None:
        """The fund that insures a person on a day; that of the stay, ``fund``, where none does."""
        return self.insurance.fund_on(insz, day) or fund

    def _admit(self, case: Case, root: Root, message: Admission, findings: Sequence[Finding]) -> _Acceptance:
        """Open a stay, from the start that was told, or from a later one by a finding or a scenario."""
        late = max((one.start for one in findings if one.start), default=None)
        start = (case.imposed and case.imposed.start) or late or message.start
        fund = self.insurance.fund_on(message.insz, brussels(start).date())
        return _Acceptance(
            change=self.stays.admit(root, message, start, fund, message.start if late else None),
            fund=fund,
            start=start,
        )

    def _assess(self, case: Case, message: Assessment, findings: Sequence[Finding]) -> _Acceptance:
        """Note an assessment: its category counts from the day of it, or from a later start."""
        late = max((one.start for one in findings if one.start), default=None)
        start = (case.imposed and case.imposed.start) or late or midnight(message.assessed)
        category = category_of(message, self.profile.dependency)
        self.assessed.note(
            AssessedRecord(
                facility=message.facility,
                insz=message.insz,
                reference=case.reference,
                assessed=message.assessed,
                category=category,
                start=start,
            )
        )
        return _Acceptance(start=start, category=category)

    def _take_back(self, case: Case, message: Withdrawal, root: Root, facts: Fact) -> _Acceptance:
        """Undo what the withdrawn facts made: the stay of an admission, or the end of a stay."""
        self._overtake(case.sender, (message.withdraws, root[1]), Step.WITHDRAWAL_ACCEPTED)
        undo = self.stays.reopen if isinstance(facts, EndOfStay) else self.stays.withdraw
        fund, change = undo(root)
        return _Acceptance(change=change, fund=fund)

    def _overtake(self, sender: Nihii, references: Iterable[Reference], step: Step) -> None:
        """Let messages go no further because a later one took their place, or took them back."""
        for reference in references:
            overtaken = self.cases.find(sender, reference)
            if overtaken is not None and overtaken.state not in (State.CORRECTED, State.WITHDRAWN):
                self.cases.step(overtaken, step)

    def _announced(
        self,
        case: Case,
        at: datetime,
        controls: tuple[ControlResult, ...],
        acceptance: _Acceptance = _Acceptance(),
    ) -> Decided:
        decision = Decision(
            facility=case.message.facility,
            about=case.reference,
            outcome=OUTCOMES[case.state],
            decided=at,
            rule_set=self.rules_of(case).effective,
            fund=acceptance.fund,
            start=acceptance.start,
            category=acceptance.category,
            controls=controls,
        )
        return Decided(
            facility=case.sender,
            decision=decision,
            imposed=case.imposed is not None,
            change=acceptance.change,
        )
