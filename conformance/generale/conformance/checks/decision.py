"""Checks of the chapter decision: what a decision, or its absence, means for bills and for users."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from generale.conformance.case import Case
from generale.conformance.checks.check import Occasion, Outcome, Spot, check, missing, wrong
from generale.conformance.checks.place import zone_spot
from generale.conformance.checks.refusal_shown import holds_words
from generale.conformance.exchange import INVOICES
from generale.conformance.expectation import (
    case_of,
    due_bills,
    items_about,
    views,
    waits_for_answer,
)
from generale.conformance.history import History, Seen
from generale.conformance.sent import Sent
from generale.driver.observations import DecisionState, WorklistItem
from generale.protocol.clock import brussels
from generale.protocol.messages import ControlResult, Decision
from generale.protocol.messages import Outcome as Decided
from generale.results.verdicts import EvidenceKind

LONG = timedelta(days=31)
"""From how long on a pending stay tempts a product to a deadline of its own (project-defined)."""


@check("CK-DEC-01", disproves=("RQ-DEC-01",), evidence=EvidenceKind.WIRE, codes=("undecided-stay-billed",))
def undecided_is_not_billed(history: History) -> Iterator[Outcome]:
    """No bill holds a stay that was pending or unanswered when it left."""
    billed: list[Case] = []
    for line in history.lines:
        seq = line.sent.seq
        case = case_of(history, line.insz, line.line.first, line.sent)
        if case is None or case in billed or not waits_for_answer(case, seq):
            continue
        billed.append(case)
        yield wrong(
            history,
            "undecided-stay-billed",
            zone_spot(line.sent, line.head, "insz"),
            expected="no bill before the stay is accepted",
            received=f"billed while {case.state(seq).value}",
            cause=case.cause,
        )
    for due in due_bills(history):
        seq = due.told.seq
        if due.case not in billed and waits_for_answer(due.case, seq) and any(history.chances(seq, INVOICES)):
            yield Occasion(seq)


@check("CK-DEC-03", disproves=("RQ-DEC-03",), evidence=EvidenceKind.WIRE, codes=("own-start-on-bill",))
def billed_from_the_decided_start(history: History) -> Iterator[Outcome]:
    """Where the decision gives a later start than was sent, no earlier day is billed."""
    for line in history.lines:
        seq = line.sent.seq
        case = case_of(history, line.insz, line.line.first, line.sent)
        start = case.start(seq) if case else None
        if case is None or start is None or brussels(start).date() <= case.version(seq).first_day:
            continue
        decided = brussels(start).date()
        early = [day for day in line.days if case.version(seq).first_day <= day < decided]
        if early:
            yield wrong(
                history,
                "own-start-on-bill",
                zone_spot(line.sent, line.record, "first_day"),
                expected=f"no day before {decided}",
                received=f"billed from {early[0]}",
                cause=case.cause,
            )
        else:
            yield Occasion(seq)


@check("CK-DEC-04", disproves=("RQ-DEC-04",), evidence=EvidenceKind.WIRE, codes=("late-decision-ignored",))
def late_acceptance_counts(history: History) -> Iterator[Outcome]:
    """A stay that was accepted after being pending for long is billed like any other."""
    for due in due_bills(history):
        if not due.days or not _was_long_pending(due.case, due.told.seq):
            continue
        if due.days & due.billed(history):
            yield Occasion(due.told.seq)
        elif due.must_have_left(history):
            expected = "a bill, for the stay was accepted in the end"
            yield missing(
                history, "late-decision-ignored", due.told.seq, expected=expected, cause=due.case.cause
            )


@check(
    "CK-DEC-04T",
    disproves=("RQ-DEC-04",),
    evidence=EvidenceKind.TOLD,
    codes=("own-deadline", "pending-shown-otherwise"),
)
def pending_stays_pending(history: History) -> Iterator[Outcome]:
    """A stay that is pending is shown as pending, however long it takes."""
    for seen in history.observations:
        for case, view in views(history, seen):
            if case.state(seen.seq) is not DecisionState.PENDING:
                continue
            if view.decision is DecisionState.REFUSED and _has_deadline(history, case, seen.seq):
                continue
            if view.decision not in case.showable(seen.seq):
                late = view.decision is DecisionState.REFUSED
                yield wrong(
                    history,
                    "own-deadline" if late else "pending-shown-otherwise",
                    Spot(event=seen.seq, path="stays[].decision"),
                    expected=DecisionState.PENDING.value,
                    received=view.decision.value,
                    cause=case.cause,
                )
            elif _pending_for(case, seen) >= LONG:
                yield Occasion(seen.seq)


@check(
    "CK-DEC-05",
    disproves=("RQ-DEC-05",),
    evidence=EvidenceKind.TOLD,
    codes=("decision-shown-otherwise", "stay-not-shown"),
)
def each_stay_is_shown_as_it_stands(history: History) -> Iterator[Outcome]:
    """Every stay that was entered is shown, with its decision; how a pending one is shown is apart."""
    for seen in history.observations:
        shown = list(views(history, seen))
        for case in history.cases:
            if case.stay.entered > seen.seq or case.version(seen.seq).withdrawn:
                continue
            state, mine = case.state(seen.seq), [view.decision for one, view in shown if one is case]
            right = case.showable(seen.seq)
            if mine and (state is DecisionState.PENDING or right.issuperset(mine)):
                if state in (DecisionState.REFUSED, DecisionState.NOT_ANSWERED):
                    yield Occasion(seen.seq)
                continue
            yield wrong(
                history,
                "decision-shown-otherwise" if mine else "stay-not-shown",
                Spot(event=seen.seq, path="stays[].decision"),
                expected=f"{case.stay.insz}: {state.value}",
                received=", ".join(sorted({one.value for one in mine} - right)) or "no such stay",
                cause=case.cause,
            )


def _has_deadline(history: History, case: Case, seq: int) -> bool:
    """Whether the rule set that judged what is pending has a term for it."""
    return any(
        history.profile.pending_limit(one.rule_set) is not None
        for one in _heard(case, seq)
        if one.outcome is Decided.PENDING
    )


def _heard(case: Case, seq: int) -> list[Decision]:
    return [one.decision for sent in case.admitting for one in case.heard_on(sent, seq)]


def _was_long_pending(case: Case, seq: int) -> bool:
    heard = _heard(case, seq)
    pending = [one.decided for one in heard if one.outcome is Decided.PENDING]
    accepted = [one.decided for one in heard if one.outcome is Decided.ACCEPTED]
    return bool(pending and accepted) and max(accepted) - min(pending) >= LONG


def _pending_for(case: Case, seen: Seen) -> timedelta:
    return seen.at - min(one.decided for one in _heard(case, seen.seq) if one.outcome is Decided.PENDING)


@check(
    "CK-DEC-02",
    disproves=("RQ-DEC-02",),
    evidence=EvidenceKind.TOLD,
    codes=("control-id-dropped", "control-text-dropped"),
)
def control_reaches_the_user(history: History) -> Iterator[Outcome]:
    """The id of the control that refused a message, and its text, are shown unchanged."""
    for seen in history.observations:
        for case in history.cases:
            for control in standing_controls(case, seen.seq):
                yield from _shown(history, seen, case, control, is_standing=True)
            for control in _controls_beside(case, seen.seq):
                yield from _shown(history, seen, case, control, is_standing=False)


def standing_controls(case: Case, seq: int) -> tuple[ControlResult, ...]:
    """The controls of the refusal that stands, where the facility has not corrected the stay since."""
    if case.state(seq) is not DecisionState.REFUSED or case.version(seq).withdrawn:
        return ()
    sent, decision = case.refusals(seq)[-1]
    return () if _was_corrected_since(case, sent, seq) else decision.controls


def _controls_beside(case: Case, seq: int) -> Iterator[ControlResult]:
    """The controls of what stands refused beside an accepted stay: its end, or a correction of either."""
    parts = [(*case.ends, *case.end_corrections)]
    if case.state(seq) is DecisionState.ACCEPTED:
        parts.append(case.admission_corrections)
    for part in parts:
        last = max((one for one in part if one.seq <= seq), key=lambda one: one.seq, default=None)
        decision = case.decision_on(last, seq) if last else None
        if last is None or decision is None or decision.outcome is not Decided.REFUSED:
            continue
        if not case.is_dependent(last, seq) and not _was_corrected_since(case, last, seq):
            yield from decision.controls


def _was_corrected_since(case: Case, sent: Sent, seq: int) -> bool:
    """Whether the facility has corrected the stay, or taken something of it back, since the vendor learned
    the decision on a message.
    """
    known = min(one.reply.fetched[0] for one in case.heard_on(sent, seq))
    return any((one.corrected or one.taken_back) and known < one.since <= seq for one in case.stay.versions)


def _shown(
    history: History, seen: Seen, case: Case, control: ControlResult, *, is_standing: bool
) -> Iterator[Outcome]:
    """What users see of a control: its id in the stay or on the worklist, its text on the worklist.

    Several controls may share an item. Whether a refused admission is shown at all, stay and item, is for
    other checks; nothing but this one looks for what was refused beside it.
    """
    items = items_about(history, seen, case)
    ids = [view.controls for one, view in views(history, seen) if one is case]
    named = [item for item in items if holds_words(item, [control.control])]
    code = ""
    if is_standing and not ids and not items:
        return
    if not named and not any(control.control in one for one in ids):
        code = "control-id-dropped"
    elif is_standing and not items:
        return
    elif not any(_joined(control.text) in _joined(item.text) for item in named or items):
        code = "control-text-dropped"
    if not code:
        yield Occasion(seen.seq)
        return
    yield wrong(
        history,
        code,
        Spot(event=seen.seq, path="stays[].controls, worklist[]"),
        expected=f"{control.control} {control.text}",
        received=_seen_of(ids, items),
        cause=case.cause,
    )


def _joined(text: str) -> str:
    """A text whose lines may be broken anywhere between two words."""
    return " ".join(text.split())


def _seen_of(ids: Sequence[Sequence[str]], items: Sequence[WorklistItem]) -> str:
    """What the stay and the items about it do say."""
    stay = ", ".join(name for one in ids for name in one) or "no id"
    listed = " | ".join(_joined(f"{item.control} {item.text}") for item in items) or "nothing"
    return f"in the stay: {stay}; on the worklist: {listed}"
