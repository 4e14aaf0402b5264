"""Checks of the chapter withdrawal: a stay, or the end of one, that should never have been told."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from generale.conformance.case import Case
from generale.conformance.checks.admission import ADMISSIONS
from generale.conformance.checks.check import Occasion, Outcome, Spot, check, missing, whole, wrong
from generale.conformance.checks.place import field_spot, zone_spot
from generale.conformance.exchange import INVOICES
from generale.conformance.expectation import (
    case_of,
    last_billing,
    rejects_about,
    taken_back_views,
    views,
)
from generale.conformance.history import History
from generale.conformance.reply import INBOUND
from generale.conformance.sent import Sent
from generale.conformance.told import Version, due_days
from generale.driver.observations import DecisionState
from generale.driver.stimuli import BillMonth
from generale.protocol.clock import brussels
from generale.protocol.messages import Outcome as Decided
from generale.protocol.messages import Withdrawal
from generale.results.verdicts import EvidenceKind


class _Part(NamedTuple):
    """What of a stay is taken back, with the messages that told it."""

    originals: Sequence[Sent]
    corrections: Sequence[Sent]
    withdrawals: Sequence[Sent]


def _parts(case: Case) -> tuple[_Part, _Part]:
    """The admission of a stay, and its end."""
    return (
        _Part(case.admissions, case.admission_corrections, case.admission_withdrawals),
        _Part(case.ends, case.end_corrections, case.end_withdrawals),
    )


@check(
    "CK-WDR-01",
    disproves=("RQ-WDR-01",),
    evidence=EvidenceKind.WIRE,
    codes=("withdrawal-not-sent", "withdrawn-otherwise", "withdrawal-names-no-message"),
)
def what_is_taken_back_is_withdrawn(history: History) -> Iterator[Outcome]:
    """A fact that was sent and is taken back leaves as a withdrawal, not as another message about it."""
    for case in history.cases:
        admission, end = _parts(case)
        for version in case.stay.versions:
            if version.taken_back:
                part = admission if version.withdrawn else end
                yield from _withdrawn(history, case, version, part)


def _withdrawn(history: History, case: Case, version: Version, part: _Part) -> Iterator[Outcome]:
    since, until = version.since, _told_next(case, version)
    known = [one for one in part.originals if _was_received(history, case, one, since)]
    if not known:
        return
    withdrawal = next((one for one in part.withdrawals if one.seq > since), None)
    others = (one for one in case.all if since < one.seq < until and one not in part.withdrawals)
    instead = next((one for one in others if not isinstance(one.message, Withdrawal)), None)
    stray = next((one for one in history.messages if one.seq > since and _names_nothing(history, one)), None)
    expected = f"a withdrawal of {known[-1].reference}"
    if withdrawal:
        yield Occasion(withdrawal.seq)
    elif instead:
        received = f"{type(instead.message).__name__} {instead.reference}"
        yield wrong(
            history,
            "withdrawn-otherwise",
            whole(instead),
            expected=expected,
            received=received,
            cause=case.cause,
        )
    elif stray:
        assert isinstance(stray.message, Withdrawal)
        yield wrong(
            history,
            "withdrawal-names-no-message",
            field_spot(stray, Withdrawal, "withdraws"),
            expected=expected,
            received=f"a withdrawal of {stray.message.withdraws}",
            cause=case.cause,
        )
    elif history.must_have_left(since, ADMISSIONS):
        yield missing(history, "withdrawal-not-sent", since, expected=expected, cause=case.cause)


def _was_received(history: History, case: Case, sent: Sent, seq: int) -> bool:
    """Whether a message told the fact and stands with the platform, so that it is there to be taken back.

    What was rejected, or refused only because of an earlier message, does not stand there.
    """
    withdrawn = [one for part in _parts(case) for one in part.withdrawals if one.seq < seq]
    return (
        sent.seq < seq
        and sent.received
        and not case.is_dependent(sent, seq)
        and not any(reply.kind == INBOUND for reply in rejects_about(history, sent, seq))
        and not any(_named(one) == sent.reference for one in withdrawn)
    )


def _told_next(case: Case, version: Version) -> int:
    """Where something is told of a stay after a version of it; far off where nothing is."""
    return min((one.since for one in case.stay.versions if one.since > version.since), default=2**62)


def _named(sent: Sent) -> str:
    assert isinstance(sent.message, Withdrawal)
    return sent.message.withdraws


def _names_nothing(history: History, sent: Sent) -> bool:
    """Whether a message is a withdrawal of something that was never sent."""
    return isinstance(sent.message, Withdrawal) and not any(
        one.reference == sent.message.withdraws and one.facility == sent.facility and one.seq < sent.seq
        for one in history.messages
    )


@check(
    "CK-WDR-02",
    disproves=("RQ-WDR-02",),
    evidence=EvidenceKind.WIRE,
    codes=("withdrawal-names-corrected-message", "withdrawal-unasked"),
)
def withdrawals_name_what_stands(history: History) -> Iterator[Outcome]:
    """A withdrawal was told, and names the message that states the fact: its last accepted correction."""
    for case in history.cases:
        for is_end, part in enumerate(_parts(case)):
            for sent in part.withdrawals:
                yield from _judged(history, case, sent, part.corrections, is_end=bool(is_end))


def _judged(
    history: History, case: Case, sent: Sent, corrections: Sequence[Sent], *, is_end: bool
) -> Iterator[Outcome]:
    told = case.stay.until(sent.seq)
    if not any(one.taken_back if is_end else one.withdrawn for one in told):
        yield wrong(
            history,
            "withdrawal-unasked",
            whole(sent),
            expected="no withdrawal before somebody takes something back",
            received=f"a withdrawal of {_named(sent)}",
            cause=case.cause,
        )
        return
    standing = [one for one in corrections if one.seq < sent.seq and _is_accepted(case, one, sent.seq)]
    if standing and _named(sent) not in {one.reference for one in standing[-1:]}:
        yield wrong(
            history,
            "withdrawal-names-corrected-message",
            field_spot(sent, Withdrawal, "withdraws"),
            expected=f"a withdrawal of {standing[-1].reference}",
            received=f"a withdrawal of {_named(sent)}",
            cause=case.cause,
        )
        return
    yield Occasion(sent.seq)


def _is_accepted(case: Case, sent: Sent, seq: int) -> bool:
    """Whether the vendor knew by then that a message was accepted."""
    decision = case.decision_on(sent, seq)
    return decision is not None and decision.outcome is Decided.ACCEPTED


@check("CK-WDR-03", disproves=("RQ-WDR-03",), evidence=EvidenceKind.WIRE, codes=("withdrawn-stay-billed",))
def withdrawn_stays_are_not_billed(history: History) -> Iterator[Outcome]:
    """No day of a stay is billed that was taken back before billing was told, unless that was refused."""
    billed: list[Case] = []
    for line in history.lines:
        billing = last_billing(history, line.sent.seq)
        for day in line.days:
            case = case_of(history, line.insz, day, line.sent)
            if case is None or case in billed or not _is_gone(case, billing.seq if billing else 0):
                continue
            billed.append(case)
            yield wrong(
                history,
                "withdrawn-stay-billed",
                zone_spot(line.sent, line.record, "first_day"),
                expected=f"no bill for {day}: the stay was taken back",
                received=f"{line.line.first} to {line.line.last} billed",
                cause=case.cause,
            )
    for told in history.told:
        if not told.taken or not isinstance(told.stimulus, BillMonth):
            continue
        for case in history.cases:
            month, seq = told.stimulus.month, told.seq
            if case in billed or not _is_gone(case, seq) or not any(history.chances(seq, INVOICES)):
                continue
            former = next(one for one in reversed(case.stay.until(seq)) if not one.withdrawn)
            if due_days(former, history.profile.counting, month, None):
                yield Occasion(seq)


def _is_gone(case: Case, seq: int) -> bool:
    """Whether a stay was taken back by then, and the vendor knows of no refusal to do so."""
    decisions = (case.decision_on(one, seq) for one in case.admission_withdrawals if one.seq <= seq)
    is_refused = any(one is not None and one.outcome is Decided.REFUSED for one in decisions)
    return case.version(seq).withdrawn and not is_refused


@check(
    "CK-WDR-04",
    disproves=("RQ-WDR-04",),
    evidence=EvidenceKind.TOLD,
    codes=("withdrawn-shown-as-accepted", "withdrawn-end-shown"),
)
def what_is_withdrawn_is_not_shown_as_standing(history: History) -> Iterator[Outcome]:
    """Once a withdrawal is accepted, its stay is not shown as accepted, and its end not shown as the end."""
    for seen in history.observations:
        shown = [case for case, view in taken_back_views(history, seen) if _is_shown_accepted(view.decision)]
        for case in history.cases:
            if not case.version(seen.seq).withdrawn:
                continue
            if not any(_is_accepted(case, one, seen.seq) for one in case.admission_withdrawals):
                continue
            if case not in shown:
                yield Occasion(seen.seq)
                continue
            yield wrong(
                history,
                "withdrawn-shown-as-accepted",
                Spot(event=seen.seq, path="stays[].decision"),
                expected=f"{case.stay.insz}: not as accepted, or not at all",
                received=DecisionState.ACCEPTED.value,
                cause=case.cause,
            )
        for case, view in views(history, seen):
            accepted = any(_is_accepted(case, one, seen.seq) for one in case.end_withdrawals)
            if not accepted or case.version(seen.seq).end is not None:
                continue
            if view.end is None or history.takeovers:
                yield Occasion(seen.seq)
                continue
            yield wrong(
                history,
                "withdrawn-end-shown",
                Spot(event=seen.seq, path="stays[].end"),
                expected=f"{view.insz}: no end, for it was taken back",
                received=brussels(view.end).isoformat(),
                cause=case.cause,
            )


def _is_shown_accepted(decision: DecisionState) -> bool:
    return decision is DecisionState.ACCEPTED
