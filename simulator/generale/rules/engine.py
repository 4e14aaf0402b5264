"""Rule sets by effective date, and judging by them: rows decide which functions speak."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any, TypeVar, assert_never

from generale.protocol.errors import OurError, UsageError
from generale.protocol.flatfile.invoice import Bill, InvoiceFile
from generale.protocol.messages import (
    Admission,
    ControlResult,
    Correction,
    EndOfStay,
    InsuranceQuestion,
    Outcome,
)
from generale.rules import admission, correction, end_of_stay, insurance, invoice, pending, sequence
from generale.rules.billed import BilledLine
from generale.rules.control import Controls
from generale.rules.facts import InvoiceFacts, OrderFacts, Original, QuestionFacts, StayFacts
from generale.rules.findings import Deviation, Finding
from generale.rules.pending import Deliberation
from generale.rules.restatement import WithoutCorrected, restated, story_of
from generale.rules.row import Row, Scope, read_rows

M = TypeVar("M")
F = TypeVar("F")

FUNCTIONS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "insurance": insurance.control.ids,
        "pending": pending.control.ids,
        "sequence": sequence.control.ids,
        "correction": correction.control.ids,
        "admission": admission.control.ids,
        "end_of_stay": end_of_stay.control.ids,
        Scope.FILE: invoice.control_of_file.ids,
        Scope.BILL: invoice.control_of_bill.ids,
        Scope.LINE: invoice.control_of_line.ids,
    }
)
"""The controls that have a function, by family and for invoice files by scope."""


@dataclass(frozen=True, slots=True)
class RuleSet:
    """The controls in force from a date on, in the order in which they are judged."""

    effective: date
    rows: Mapping[str, Row]
    _in_force: dict[int, tuple[tuple[Row, Any], ...]] = field(default_factory=dict, repr=False, compare=False)
    """The rows that have a function, by the identity of the controls that hold it: found once."""

    def row(self, control: str) -> Row:
        """The row of a control; ``OurError`` where this set has none."""
        if control not in self.rows:
            raise OurError(f"the rule set of {self.effective} has no control {control}")
        return self.rows[control]

    def judge(self, message: Original, facts: OrderFacts) -> tuple[Finding, ...]:
        """Everything that is wrong with a message of the admission family, in row order.

        A message on top of a refused one is not judged further: the facts that it needs are missing.
        """
        order = tuple(self._apply(sequence.control, message, facts))
        return order or tuple(self._content(message, facts))

    def judge_question(self, question: InsuranceQuestion, facts: QuestionFacts) -> tuple[Finding, ...]:
        """What is wrong with an insurance question, in row order."""
        return tuple(self._apply(insurance.control, question, facts))

    def judge_deliberation(self, deliberation: Deliberation) -> tuple[Finding, ...]:
        """What is wrong with a message that is pending."""
        return tuple(self._apply(pending.control, deliberation, None))

    def judge_file(self, file: InvoiceFile, facts: InvoiceFacts) -> tuple[Finding, ...]:
        """What is wrong with a file as a whole."""
        return tuple(self._apply(invoice.control_of_file, file, facts))

    def judge_bill(self, _file: InvoiceFile, bill: Bill, facts: InvoiceFacts) -> tuple[Finding, ...]:
        """What is wrong with a bill as a whole."""
        return tuple(self._apply(invoice.control_of_bill, bill, facts))

    def judge_line(self, place: BilledLine, facts: InvoiceFacts) -> tuple[Finding, ...]:
        """What is wrong with one line of a bill."""
        return tuple(self._apply(invoice.control_of_line, place, facts))

    def outcome(self, findings: Sequence[Finding]) -> Outcome:
        """What findings lead to: refused before pending, and accepted where there are none."""
        outcomes = {self.row(finding.control).outcome for finding in findings}
        if Outcome.REFUSED in outcomes:
            return Outcome.REFUSED
        return Outcome.PENDING if outcomes else Outcome.ACCEPTED

    def results(self, findings: Sequence[Finding]) -> tuple[ControlResult, ...]:
        """The findings as a decision tells them: id, Dutch text and field, each control once."""
        told = {finding.control: finding for finding in findings}
        return tuple(
            ControlResult(control=control, text=self.row(control).text_nl, field=finding.field)
            for control, finding in told.items()
        )

    def _content(self, message: Original, facts: StayFacts) -> Iterator[Finding]:
        match message:
            case Admission():
                yield from self._apply(admission.control, message, facts)
            case EndOfStay():
                yield from self._apply(end_of_stay.control, message, facts)
            case Correction():
                yield from self._apply(correction.control, message, facts)
                story = story_of(message, facts)
                again = restated(message, story) if story else None
                if story and again:
                    yield from self._content(again, WithoutCorrected(facts, story))
            case _:
                assert_never(message)

    def _apply(self, controls: Controls[M, F], message: M, facts: F) -> Iterator[Finding]:
        for row, deviations in self._of(controls):
            for one in deviations(message, facts):
                yield Finding(control=row.id, field=row.field, expected=one.expected, received=one.received)

    def _of(self, controls: Controls[M, F]) -> tuple[tuple[Row, Callable[[M, F], Iterator[Deviation]]], ...]:
        """The rows in force about one kind of message, each with its function."""
        found = self._in_force.get(id(controls))
        if found is None:
            functions = ((row, controls.of(row.id)) for row in self.rows.values())
            found = tuple((row, function) for row, function in functions if function is not None)
            self._in_force[id(controls)] = found
        return found


def compile_rule_set(effective: date, rows: Sequence[Row]) -> RuleSet:
    """A rule set of these rows; ``OurError`` where a row has no function of its family or is not in force."""
    for row in rows:
        place = row.flat.scope if row.flat else row.family
        if row.id not in FUNCTIONS[place]:
            raise OurError(f"{row.id} has a row but no function for {place}")
        if row.since > effective or (row.until and row.until <= effective):
            raise OurError(f"{row.id} is not in force on {effective}")
    return RuleSet(effective, MappingProxyType({row.id: row for row in rows}))


@cache
def rule_sets() -> tuple[RuleSet, ...]:
    """All rule sets, oldest first."""
    folders = [one for one in (resources.files("generale.rules") / "catalogue").iterdir() if one.is_dir()]
    sets = (
        compile_rule_set(
            date.fromisoformat(folder.name),
            read_rows({file.name: file.read_bytes() for file in folder.iterdir()}),
        )
        for folder in folders
    )
    return tuple(sorted(sets, key=lambda one: one.effective))


def rule_set(day: date) -> RuleSet:
    """The rule set in force on a day; ``UsageError`` for a day before the first."""
    in_force = [one for one in rule_sets() if one.effective <= day]
    if not in_force:
        dates = ", ".join(str(one.effective) for one in rule_sets())
        raise UsageError(f"no rule set is in force on {day}", hint=f"rule sets begin on {dates}")
    return in_force[-1]
