"""Checks of the chapter end of stay: what the platform is told when a resident leaves or dies."""

from collections.abc import Iterator

from generale.conformance.case import Case
from generale.conformance.checks.admission import ADMISSIONS
from generale.conformance.checks.check import Occasion, Outcome, check, missing, whole, wrong
from generale.conformance.checks.place import field_spot
from generale.conformance.history import History
from generale.conformance.sent import Sent
from generale.driver.observations import DecisionState
from generale.protocol.clock import brussels
from generale.protocol.messages import EndOfStay
from generale.results.verdicts import EvidenceKind


@check(
    "CK-END-01",
    disproves=("RQ-END-01",),
    evidence=EvidenceKind.WIRE,
    codes=("end-day-wrong", "end-hour-wrong", "end-reason-wrong", "end-not-told", "end-not-sent"),
)
def true_end_of_stay(history: History) -> Iterator[Outcome]:
    """An end of stay carries the moment and the reason that were told, and is sent."""
    for case in history.cases:
        for sent in case.ends:
            yield from _of_end(history, case, sent)
        told, accepted = case.stay.end_told(), _accepted_at(case)
        if case.ends or told is None or accepted is None or case.refusals(history.events[-1].seq):
            continue
        if history.must_have_left(max(told, accepted), ADMISSIONS):
            expected = f"an end of stay of {case.stay.insz}"
            yield missing(history, "end-not-sent", told, expected=expected, cause=case.cause)


def _of_end(history: History, case: Case, sent: Sent) -> Iterator[Outcome]:
    message = sent.message
    assert isinstance(message, EndOfStay)
    told = [one for one in case.stay.until(sent.seq) if one.end is not None]
    if not told:
        if not any(seq < sent.seq for seq, _ in history.takeovers):
            yield wrong(
                history,
                "end-not-told",
                whole(sent),
                expected="no end of stay",
                received=brussels(message.end).isoformat(),
                cause=case.cause,
            )
        return
    found = False
    if not any(one.end == message.end for one in told):
        found, expected = True, brussels(told[-1].end or message.end)
        same_day = expected.date() == brussels(message.end).date()
        yield wrong(
            history,
            "end-hour-wrong" if same_day else "end-day-wrong",
            field_spot(sent, EndOfStay, "end"),
            expected=expected.isoformat(),
            received=brussels(message.end).isoformat(),
            cause=case.cause,
        )
    if not any(one.reason is message.reason for one in told):
        found = True
        yield wrong(
            history,
            "end-reason-wrong",
            field_spot(sent, EndOfStay, "reason"),
            expected=told[-1].reason or "",
            received=message.reason,
            cause=case.cause,
        )
    if not found:
        yield Occasion(sent.seq)


def _accepted_at(case: Case) -> int | None:
    """Where the vendor learned that the stay was accepted; None while it is not."""
    known = [
        heard.reply.fetched[0]
        for sent in case.admitting
        for heard in case.heard.get((sent.facility, sent.reference), ())
        if heard.reply.fetched
    ]
    return next((seq for seq in sorted(known) if case.state(seq) is DecisionState.ACCEPTED), None)
