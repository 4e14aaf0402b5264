"""Check of the chapter decision: the fund and the start of a stay, as the users of the product see them."""

from collections.abc import Iterator
from datetime import date, datetime

from generale.conformance.case import Case
from generale.conformance.checks.check import Occasion, Outcome, Spot, check, wrong
from generale.conformance.expectation import numbered_views
from generale.conformance.history import History, Seen
from generale.driver.observations import DecisionState, StayView
from generale.protocol.clock import brussels
from generale.protocol.ids import Hco
from generale.protocol.messages import Outcome as Decided
from generale.results.verdicts import EvidenceKind


@check(
    "CK-DEC-06",
    disproves=("RQ-DEC-06",),
    evidence=EvidenceKind.TOLD,
    codes=("fund-shown-otherwise", "start-shown-otherwise"),
)
def each_stay_is_shown_with_what_was_decided(history: History) -> Iterator[Outcome]:
    """An accepted stay is shown with fund and start of its acceptance, any other as it was entered."""
    for seen in history.observations:
        for number, case, view in numbered_views(history, seen):
            found = [*_fund(history, seen, case, view), *_start(history, seen, case, view, number)]
            yield from found
            if not found and case.fund(seen.seq):
                yield Occasion(seen.seq)


def _fund(history: History, seen: Seen, case: Case, view: StayView) -> Iterator[Outcome]:
    """Who is shown as accepted is shown with the fund of the acceptance in force."""
    due = case.fund(seen.seq)
    if due is None or view.decision is not DecisionState.ACCEPTED or view.fund == due:
        return
    yield wrong(
        history,
        "fund-shown-otherwise",
        Spot(event=seen.seq, path="stays[].fund"),
        expected=f"{view.insz}: fund {due}",
        received=f"fund {view.fund}" if view.fund else "no fund",
        cause=case.cause,
    )


def _start(history: History, seen: Seen, case: Case, view: StayView, number: Hco) -> Iterator[Outcome]:
    starts = _starts(case, seen.seq)
    if view.decision is not DecisionState.ACCEPTED:
        starts += [one.start for one in case.stay.until(seen.seq)]
    if _minute(view.start) in map(_minute, starts) or _day(view.start) in _first_days(history, case, number):
        return
    yield wrong(
        history,
        "start-shown-otherwise",
        Spot(event=seen.seq, path="stays[].start"),
        expected=f"{view.insz}: {' or '.join(_minute(one) for one in starts)}",
        received=_minute(view.start),
        cause=case.cause,
    )


def _starts(case: Case, seq: int) -> list[datetime]:
    """The starts that users may see of a stay, the one in force first.

    Until there is an acceptance, those that were entered. Where a correction was entered after the message
    that was accepted, what it says may be shown as well: no field tells the two apart.
    """
    decided, entered = case.start(seq), case.stay.until(seq)
    if decided is None:
        return [one.start for one in reversed(entered)]
    decisions = ((one.seq, case.decision_on(one, seq)) for one in case.admitting_until(seq))
    accepted = max(sent for sent, one in decisions if one and one.outcome is Decided.ACCEPTED)
    return [decided, *(one.start for one in entered if one.corrected and one.since > accepted)]


def _first_days(history: History, case: Case, number: Hco) -> set[date]:
    """The day from which a number that took the stay over holds it: a stay may begin there under it."""
    return {
        move.first_day
        for _, move in history.takeovers
        if move.successor.hco == number and number in history.numbers_of(case.stay)
    }


def _day(instant: datetime) -> date:
    return brussels(instant).date()


def _minute(instant: datetime) -> str:
    return f"{brussels(instant):%Y-%m-%d %H:%M}"
