"""Check of the chapter decision: each stay as the users of the product see it."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from generale.conformance.case import Case
from generale.conformance.checks.check import Occasion, Outcome, Spot, check, wrong
from generale.conformance.checks.invoice_content import boundary_days
from generale.conformance.expectation import numbered_views
from generale.conformance.history import History, Seen
from generale.conformance.membership import changes_of
from generale.conformance.sent import Sent
from generale.driver.observations import DecisionState, StayView
from generale.protocol.clock import brussels
from generale.protocol.ids import FundNumber, Hco
from generale.protocol.messages import InsuranceAnswer
from generale.protocol.messages import Outcome as Decided
from generale.results.verdicts import EvidenceKind


@check(
    "CK-DEC-06",
    disproves=("RQ-DEC-06",),
    evidence=EvidenceKind.TOLD,
    codes=(
        "fund-shown-otherwise",
        "fund-shown-undecided",
        "start-shown-otherwise",
        "stay-type-shown-otherwise",
        "end-shown-otherwise",
    ),
)
def each_stay_is_shown_with_what_was_decided(history: History) -> Iterator[Outcome]:
    """An accepted stay is shown with fund and start of its acceptance, any other as it was entered.

    Type and end are those that were entered.
    """
    for seen in history.observations:
        for number, case, view in numbered_views(history, seen):
            found = [
                *_fund(history, seen, case, view),
                *_start(history, seen, case, view, number),
                *_stay_type(history, seen, case, view),
                *_end(history, seen, case, view, number),
            ]
            yield from found
            if not found and case.fund(seen.seq):
                yield Occasion(seen.seq)


def _fund(history: History, seen: Seen, case: Case, view: StayView) -> Iterator[Outcome]:
    """Who is shown as accepted is shown with the fund of the acceptance in force.

    After a change of fund that may also be the new one. Before there is an acceptance, it is none or one that
    the platform has named for that person.
    """
    due = case.fund(seen.seq)
    if due is None and view.fund in (None, *_funds_heard(history, case, seen.seq)):
        return
    gone_on = {one.fund for one in changes_of(history, case) if one.seq <= seen.seq}
    if due is not None and (view.decision is not DecisionState.ACCEPTED or view.fund in {due, *gone_on}):
        return
    yield wrong(
        history,
        "fund-shown-otherwise" if due else "fund-shown-undecided",
        Spot(event=seen.seq, path="stays[].fund"),
        expected=f"{view.insz}: fund {due}" if due else f"{view.insz}: no fund, as none was named",
        received=f"fund {view.fund}" if view.fund else "no fund",
        cause=case.cause,
    )


def _funds_heard(history: History, case: Case, seq: int) -> set[FundNumber | None]:
    """The funds that decisions and insurance answers about a resident named, as fetched by then."""
    mine = (one for one in history.cases if one.stay.is_known_as(case.stay.insz))
    decided = (heard.decision.fund for one in mine for sent in one.all for heard in one.heard_on(sent, seq))
    answers = (one.document for one in history.replies if one.is_known(seq))
    return {
        *decided,
        *(
            one.fund
            for one in answers
            if isinstance(one, InsuranceAnswer) and case.stay.is_known_as(one.insz)
        ),
    }


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


def _stay_type(history: History, seen: Seen, case: Case, view: StayView) -> Iterator[Outcome]:
    """The type as it was entered; what a correction changes may be shown in either way until accepted.

    A stay that goes on in another type may be shown by any of its types.
    """
    entered = case.stay.until(seen.seq)
    accepted = _accepted(case, case.admitting, seen.seq)
    is_settled = bool(accepted) and accepted[-1] == max(one.seq for one in case.admitting_until(seen.seq))
    types = {one.stay_type for one in entered if not is_settled or one.since > accepted[-1]}
    types.add(case.version(accepted[-1] if is_settled else seen.seq).stay_type)
    types |= {kind for one in entered for kind in one.types[1:]}
    if view.stay_type in types:
        return
    yield wrong(
        history,
        "stay-type-shown-otherwise",
        Spot(event=seen.seq, path="stays[].stay_type"),
        expected=f"{view.insz}: {' or '.join(sorted(one.value for one in types))}",
        received=view.stay_type.value,
        cause=case.cause,
    )


def _end(history: History, seen: Seen, case: Case, view: StayView, number: Hco) -> Iterator[Outcome]:
    """The end as it was entered, from its acceptance on; none where none was entered.

    Until a correction of it is accepted, that or any that was entered before. Under a number that a takeover
    ended a stay may be shown as ended with it, and need not be shown with an end of later.
    """
    due = _ends(case, seen.seq)
    if view.end is None:
        is_right = not _accepted(case, _ending(case), seen.seq) or not _holds_end(
            history, case, number, seen.seq
        )
    else:
        is_right = _minute(view.end) in due or _day(view.end) in _last_days(history, number)
    if is_right:
        return
    yield wrong(
        history,
        "end-shown-otherwise",
        Spot(event=seen.seq, path="stays[].end"),
        expected=f"{view.insz}: {' or '.join(due) or 'no end'}",
        received=_minute(view.end) if view.end else "no end",
        cause=case.cause,
    )


def _ends(case: Case, seq: int) -> list[str]:
    """The ends that users may see: the last entered, and until it is accepted those entered before it."""
    entered = [(one.since, _minute(one.end)) for one in case.stay.until(seq) if one.end]
    if not entered:
        return []
    last = entered[-1][1]
    since = next(since for since, end in entered if end == last)
    if any(one > since for one in _accepted(case, _ending(case), seq)):
        return [last]
    return list(dict.fromkeys(end for _, end in entered))


def _ending(case: Case) -> Sequence[Sent]:
    """The messages that can make the end accepted."""
    return (*case.ends, *case.end_corrections)


def _last_days(history: History, number: Hco) -> set[date]:
    """The days on which a number may be shown to have ended: the last of it, and the first of the next."""
    moves = (move for _, move in history.takeovers if move.facility == number)
    return {day for move in moves for day in boundary_days(move.first_day)}


def _holds_end(history: History, case: Case, number: Hco, seq: int) -> bool:
    """Whether a number holds the day on which the stay ends, as far as that was entered by then."""
    last = case.version(seq).last_day
    return last is not None and history.number_on(case.stay, last) == number


def _accepted(case: Case, messages: Sequence[Sent], seq: int) -> list[int]:
    """Where those messages left, in order, whose acceptance the vendor has fetched by then."""
    decisions = ((one.seq, case.decision_on(one, seq)) for one in messages if one.seq <= seq)
    return sorted(sent for sent, one in decisions if one and one.outcome is Decided.ACCEPTED)


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
