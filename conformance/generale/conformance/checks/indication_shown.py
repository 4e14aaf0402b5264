"""Checks of the chapter indication: the category that users see, and assessments that wait for somebody."""

from collections.abc import Iterator, Sequence
from datetime import date

from generale.conformance.assessed import Assessed, assessed_of
from generale.conformance.case import Case
from generale.conformance.checks.check import Occasion, Outcome, Spot, check, wrong
from generale.conformance.checks.refusal_shown import holds_words
from generale.conformance.expectation import items_about, numbered_views, views, worklist
from generale.conformance.history import History, Seen
from generale.driver.observations import StayView
from generale.protocol.clock import brussels, utc
from generale.protocol.messages import Decision
from generale.protocol.messages import Outcome as Decided
from generale.results.verdicts import EvidenceKind


@check(
    "CK-IND-02",
    disproves=("RQ-IND-02",),
    evidence=EvidenceKind.TOLD,
    codes=("category-shown-otherwise", "category-shown-undecided", "category-start-shown-otherwise"),
)
def the_decided_category_is_shown(history: History) -> Iterator[Outcome]:
    """A stay is shown with the category that was decided, from the day that was decided, or with none."""
    assessed = assessed_of(history)
    for seen in history.observations:
        for number, case, view in numbered_views(history, seen):
            mine = [one for one in assessed if one.case is case and one.seq < seen.seq]
            if any(one.stimulus.facility == number for one in mine):
                yield _judged(history, seen, case, view, _in_force(mine, seen.seq))


def _in_force(mine: Sequence[Assessed], seq: int) -> Decision | None:
    """The acceptance that counts: the one from the latest day on, of two the one decided last."""
    decisions = (one.acceptance(seq) for one in mine)
    accepted = [one for one in decisions if one and one.start]
    return max(
        accepted, key=lambda one: (utc(one.start), utc(one.decided)) if one.start else (), default=None
    )


def _judged(history: History, seen: Seen, case: Case, view: StayView, due: Decision | None) -> Outcome:
    if due is None and view.category is None:
        return Occasion(seen.seq)
    expected, received = "no category", view.category.value if view.category else "no category"
    code = "category-shown-undecided"
    if due is not None and due.start and due.category:
        days = _days(due, case, seen.seq)
        if view.category is due.category and view.category_from in days:
            return Occasion(seen.seq)
        is_right = view.category is due.category
        code = "category-start-shown-otherwise" if is_right else "category-shown-otherwise"
        expected = f"{due.category.value} from {' or '.join(str(day) for day in days)}"
        received = f"{received} from {view.category_from or 'no day'}"
    return wrong(
        history,
        code,
        Spot(event=seen.seq, path="stays[].category_from" if "start" in code else "stays[].category"),
        expected=f"{view.insz}: {expected}",
        received=received,
        cause=case.cause,
    )


def _days(due: Decision, case: Case, seq: int) -> Sequence[date]:
    """From when a category may be shown: from the day that was decided, or with the stay if that is later."""
    assert due.start is not None
    decided = brussels(due.start).date()
    first = brussels(case.start(seq) or case.version(seq).start).date()
    return sorted({decided, max(decided, first)})


@check(
    "CK-IND-05",
    disproves=("RQ-IND-05",),
    evidence=EvidenceKind.TOLD,
    codes=("assessment-refusal-not-shown", "pending-assessment-not-shown"),
)
def open_assessments_stand_on_the_worklist(history: History) -> Iterator[Outcome]:
    """A refused assessment is listed with each control until another is told, a pending one until decided.

    One that was refused because the admission was waits for that, which has a line of its own.
    """
    for one in assessed_of(history):
        for seen in history.observations:
            decision = one.decision(seen.seq)
            if decision is None or one.acceptance(seen.seq) or not one.seq < seen.seq < one.until:
                continue
            if decision.outcome is Decided.REFUSED and not one.case.is_dependent(one.sent[-1], seen.seq):
                controls = [each.control for each in decision.controls]
                yield _listed(history, seen, one, "assessment-refusal-not-shown", controls)
            elif decision.outcome is Decided.PENDING:
                yield _listed(history, seen, one, "pending-assessment-not-shown", [])


def _listed(history: History, seen: Seen, one: Assessed, code: str, controls: Sequence[str]) -> Outcome:
    """An occasion where there is an item about the resident, and it or the stay names all these controls."""
    items = items_about(history, seen, one.case)
    at_stay = {
        control for case, view in views(history, seen) if case is one.case for control in view.controls
    }
    unnamed = (control for control in controls if control not in at_stay)
    if items and all(any(holds_words(item, [control]) for item in items) for control in unnamed):
        return Occasion(seen.seq)
    return wrong(
        history,
        code,
        Spot(event=seen.seq, path="worklist[]"),
        expected=f"an item about {one.stimulus.insz} with {' and '.join(controls) or 'what is pending'}",
        received=f"{len(worklist(seen))} items, none that says so",
        cause=one.cause,
    )
