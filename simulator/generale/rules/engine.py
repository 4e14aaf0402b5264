"""Rule sets by effective date, and judging by them: rows decide which functions speak.

A set knows the ones before it. A control is applied as it stood on the day that its row looks at, so what
arrives a year late is judged by what was demanded then.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any, TypeVar, assert_never

from generale.protocol.clock import brussels
from generale.protocol.errors import OurError, UsageError
from generale.protocol.flatfile.invoice import Bill, InvoiceFile
from generale.protocol.label import day_concerned
from generale.protocol.messages import (
    Absence,
    Admission,
    Assessment,
    ChangeOfStayType,
    ControlResult,
    Correction,
    EndOfAbsence,
    EndOfAgreement,
    EndOfStay,
    FundChangeNotice,
    InsuranceQuestion,
    Outcome,
    Withdrawal,
)
from generale.rules import (
    absence,
    admission,
    change_of_stay_type,
    correction,
    credit_note,
    dependency,
    end_of_agreement,
    end_of_stay,
    fund_change,
    insurance,
    invoice,
    pending,
    sequence,
    withdrawal,
)
from generale.rules.amendment import Amendment, amended, read_amendment
from generale.rules.billed import EXCHANGED, BilledLine
from generale.rules.control import Controls
from generale.rules.facts import (
    Amending,
    FundChangeFacts,
    InvoiceFacts,
    OrderFacts,
    Original,
    QuestionFacts,
    StayFacts,
)
from generale.rules.findings import Deviation, Finding
from generale.rules.pending import Deliberation
from generale.rules.restatement import WithoutCorrected, restated, story_of
from generale.rules.row import LooksAt, Row, Scope, read_rows

M = TypeVar("M")
F = TypeVar("F")

FUNCTIONS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "insurance": insurance.control.ids,
        "pending": pending.control.ids,
        "sequence": sequence.control.ids,
        "correction": correction.control.ids,
        "withdrawal": withdrawal.control.ids,
        "admission": admission.control.ids,
        "end_of_stay": end_of_stay.control.ids,
        "absence": absence.control.ids | absence.control_of_return.ids,
        "change_of_stay_type": change_of_stay_type.control.ids,
        "end_of_agreement": end_of_agreement.control.ids,
        "dependency": dependency.control.ids,
        "fund_change": fund_change.control.ids,
        Scope.FILE: invoice.control_of_file.ids,
        Scope.BILL: credit_note.control_of_bill.ids,
        Scope.LINE: credit_note.control_of_line.ids,
    }
)
"""The controls that have a function, by family and for invoice files by scope."""


@dataclass(frozen=True, slots=True)
class Moments:
    """The days that decide how a control stood; without ``entry`` a row that looks at it is silent."""

    received: date
    fact: date
    entry: date | None = None

    def day(self, looks_at: LooksAt) -> date | None:
        """The day that a row looks at; the platform knows no other proof of sending than receipt."""
        match looks_at:
            case LooksAt.FACT:
                return self.fact
            case LooksAt.SENT | LooksAt.RECEIVED:
                return self.received
            case LooksAt.ENTRY:
                return self.entry
            case _:
                assert_never(looks_at)


@dataclass(frozen=True, slots=True)
class RuleSet:
    """The controls in force from a date on, in the order in which they are judged."""

    effective: date
    rows: Mapping[str, Row]
    former: "RuleSet | None" = field(default=None, compare=False)
    """The set that this one amends; None for the first."""
    amendment: Amendment | None = field(default=None, compare=False)
    """What this set says of the one before it."""
    _in_force: dict[tuple[object, ...], tuple[tuple[Row, date, Any], ...]] = field(
        default_factory=dict, repr=False, compare=False
    )
    """The rows that apply, each with its set and function, by the identity of the controls that hold it."""

    def on(self, day: date) -> "RuleSet":
        """The set in force on a day, this one or one before it; the first for a day before all."""
        one = self
        while one.former is not None and day < one.effective:
            one = one.former
        return one

    def row(self, control: str) -> Row:
        """The row of a control, as it last stood; ``OurError`` where no set until this one has it."""
        one: RuleSet | None = self
        while one is not None:
            if control in one.rows:
                return one.rows[control]
            one = one.former
        raise OurError(f"the rule set of {self.effective} has no control {control}")

    def row_of(self, finding: Finding) -> Row:
        """The row that made a finding, in the words of the set that demanded it."""
        return (
            self.row(finding.control) if finding.rule_set is None else self._row_in(finding.rule_set, finding)
        )

    def judge(self, message: Original, facts: OrderFacts) -> tuple[Finding, ...]:
        """Everything that is wrong with a message of the admission family, in row order.

        A message on top of a refused one is not judged further: the facts that it needs are missing.
        """
        moments = _moments(message, facts)
        order = tuple(self._apply(sequence.control, message, facts, moments))
        if isinstance(message, Assessment):
            return order or tuple(self._apply(dependency.control, message, facts, moments))
        return order or tuple(self._content(message, facts))

    def judge_question(self, question: InsuranceQuestion, facts: QuestionFacts) -> tuple[Finding, ...]:
        """What is wrong with an insurance question, in row order."""
        moments = Moments(brussels(facts.received).date(), question.day)
        return tuple(self._apply(insurance.control, question, facts, moments))

    def judge_fund_change(self, notice: FundChangeNotice, facts: FundChangeFacts) -> tuple[Finding, ...]:
        """What is wrong with a change of care fund that a fund tells, in row order."""
        moments = Moments(brussels(facts.received).date(), notice.start)
        return tuple(self._apply(fund_change.control, notice, facts, moments))

    def judge_deliberation(self, deliberation: Deliberation) -> tuple[Finding, ...]:
        """What is wrong with a pending message that was received under this set."""
        return tuple(
            self._apply(pending.control, deliberation, None, Moments(self.effective, self.effective))
        )

    def judge_file(self, file: InvoiceFile, facts: InvoiceFacts) -> tuple[Finding, ...]:
        """What is wrong with a file as a whole; its fact is the first day of the month that it bills."""
        return tuple(self._apply(invoice.control_of_file, file, facts, _billed(facts, file.month.first)))

    def judge_bill(self, file: InvoiceFile, bill: Bill, facts: InvoiceFacts) -> tuple[Finding, ...]:
        """What is wrong with a bill as a whole."""
        return tuple(self._apply(invoice.control_of_bill, bill, facts, _billed(facts, file.month.first)))

    def judge_line(self, place: BilledLine, facts: InvoiceFacts) -> tuple[Finding, ...]:
        """What is wrong with one line of a bill; its fact is its first day of care.

        Nothing is said of the lines of a bill that is refused for its kind.
        """
        if place.bill.kind not in EXCHANGED:
            return ()
        return tuple(self._apply(invoice.control_of_line, place, facts, _billed(facts, place.line.first)))

    def outcome(self, findings: Sequence[Finding]) -> Outcome:
        """What findings lead to: refused before pending, and accepted where no row says otherwise."""
        outcomes = {self.row_of(finding).outcome for finding in findings}
        if Outcome.REFUSED in outcomes:
            return Outcome.REFUSED
        return Outcome.PENDING if Outcome.PENDING in outcomes else Outcome.ACCEPTED

    def results(self, findings: Sequence[Finding]) -> tuple[ControlResult, ...]:
        """The findings as a decision tells them: id, Dutch text and field, each control once.

        A refusal does not speak of a later start.
        """
        is_accepted = self.outcome(findings) is Outcome.ACCEPTED
        told = {
            finding.control: finding
            for finding in findings
            if is_accepted or self.row_of(finding).outcome is not Outcome.ACCEPTED
        }
        return tuple(
            ControlResult(control=control, text=self.row_of(finding).text_nl, field=finding.field)
            for control, finding in told.items()
        )

    def _row_in(self, effective: date, finding: Finding) -> Row:
        return self.on(effective).row(finding.control)

    def _content(
        self,
        message: Admission
        | EndOfStay
        | Absence
        | EndOfAbsence
        | ChangeOfStayType
        | EndOfAgreement
        | Amending,
        facts: StayFacts,
    ) -> Iterator[Finding]:
        moments = _moments(message, facts)
        match message:
            case Admission():
                yield from self._apply(admission.control, message, facts, moments)
            case EndOfStay():
                yield from self._apply(end_of_stay.control, message, facts, moments)
            case Absence():
                yield from self._apply(absence.control, message, facts, moments)
            case EndOfAbsence():
                yield from self._apply(absence.control_of_return, message, facts, moments)
            case ChangeOfStayType():
                yield from self._apply(change_of_stay_type.control, message, facts, moments)
            case EndOfAgreement():
                yield from self._apply(end_of_agreement.control, message, facts, moments)
            case Withdrawal():
                yield from self._apply(withdrawal.control, message, facts, moments)
            case Correction():
                yield from self._apply(correction.control, message, facts, moments)
                story = story_of(message, facts)
                again = restated(message, story) if story else None
                if story and again:
                    yield from self._content(again, WithoutCorrected(facts, story))
            case _:
                assert_never(message)

    def _apply(self, controls: Controls[M, F], message: M, facts: F, moments: Moments) -> Iterator[Finding]:
        for row, effective, deviations in self._of(controls, moments):
            for one in deviations(message, facts):
                yield Finding(
                    control=row.id,
                    field=row.field,
                    expected=one.expected,
                    received=one.received,
                    start=one.start,
                    rule_set=effective,
                )

    def _of(
        self, controls: Controls[M, F], moments: Moments
    ) -> tuple[tuple[Row, date, Callable[[M, F], Iterator[Deviation]]], ...]:
        """The rows that apply to one kind of message, each as it stood on the day that it looks at."""
        days = {one: moments.day(one) for one in LooksAt} if self.former else {}
        sets = {one: self.on(day) for one, day in days.items() if day is not None}
        key = (id(controls), *((one, each.effective) for one, each in sets.items()))
        found = self._in_force.get(key)
        if found is None:
            found = self._in_force[key] = tuple(self._applying(controls, sets))
        return found

    def _applying(
        self, controls: Controls[M, F], sets: Mapping[LooksAt, "RuleSet"]
    ) -> Iterator[tuple[Row, date, Callable[[M, F], Iterator[Deviation]]]]:
        for control, last in self._every_row().items():
            one = sets.get(last.looks_at) if self.former else self
            row, function = one.rows.get(control) if one else None, controls.of(control)
            if one is not None and row is not None and function is not None:
                yield row, one.effective, function

    def _every_row(self) -> dict[str, Row]:
        """Every control of this set and of those before it, as it last stood, oldest set first."""
        return {**(self.former._every_row() if self.former else {}), **self.rows}


def _moments(message: Original, facts: StayFacts) -> Moments:
    received = brussels(facts.received).date()
    facility = facts.facility(message.facility)
    return Moments(received, day_concerned(message) or received, facility.notice_from if facility else None)


def _billed(facts: InvoiceFacts, day: date) -> Moments:
    return Moments(brussels(facts.received).date(), day)


def compile_rule_set(
    effective: date, rows: Sequence[Row], former: RuleSet | None = None, amendment: Amendment | None = None
) -> RuleSet:
    """A rule set of these rows; ``OurError`` where a row has no function of its family or is not in force."""
    for row in rows:
        place = row.flat.scope if row.flat else row.family
        if row.id not in FUNCTIONS[place]:
            raise OurError(f"{row.id} has a row but no function for {place}")
        if row.since > effective or (row.until and row.until <= effective):
            raise OurError(f"{row.id} is not in force on {effective}")
    return RuleSet(effective, MappingProxyType({row.id: row for row in rows}), former, amendment)


def compile_catalogue(folders: Mapping[date, Mapping[str, bytes]]) -> tuple[RuleSet, ...]:
    """The rule sets of a catalogue, oldest first: the first is whole, every later one amends the one before.

    ``OurError`` names the row that does not fit.
    """
    sets: list[RuleSet] = []
    for effective in sorted(folders):
        if not sets:
            sets.append(compile_rule_set(effective, read_rows(folders[effective])))
            continue
        amendment = read_amendment(effective, folders[effective])
        known = frozenset(control for one in sets for control in one.rows)
        rows = amended(tuple(sets[-1].rows.values()), amendment, known)
        sets.append(compile_rule_set(effective, rows, sets[-1], amendment))
    return tuple(sets)


@cache
def rule_sets() -> tuple[RuleSet, ...]:
    """All rule sets, oldest first."""
    folders = [one for one in (resources.files("generale.rules") / "catalogue").iterdir() if one.is_dir()]
    return compile_catalogue(
        {
            date.fromisoformat(folder.name): {file.name: file.read_bytes() for file in folder.iterdir()}
            for folder in folders
        }
    )


def rule_set(day: date) -> RuleSet:
    """The rule set in force on a day; ``UsageError`` for a day before the first."""
    in_force = [one for one in rule_sets() if one.effective <= day]
    if not in_force:
        dates = ", ".join(str(one.effective) for one in rule_sets())
        raise UsageError(f"no rule set is in force on {day}", hint=f"rule sets begin on {dates}")
    return in_force[-1]
