"""Checks of the chapter end of stay: what the platform is told when a resident leaves or dies."""

from collections.abc import Iterator

from generale.conformance.case import Case
from generale.conformance.checks.admission import ADMISSIONS, is_one_too_many
from generale.conformance.checks.check import Occasion, Outcome, check, missing, whole, wrong
from generale.conformance.checks.place import field_spot
from generale.conformance.history import History
from generale.conformance.sent import Sent
from generale.conformance.told import number_on
from generale.driver.observations import DecisionState
from generale.protocol.clock import brussels
from generale.protocol.ids import Hco
from generale.protocol.messages import EndOfStay
from generale.results.verdicts import EvidenceKind


@check(
    "CK-END-01",
    disproves=("RQ-END-01",),
    evidence=EvidenceKind.WIRE,
    codes=(
        "end-day-wrong",
        "end-hour-wrong",
        "end-reason-wrong",
        "end-not-told",
        "end-not-sent",
        "end-under-wrong-number",
        "end-sent-twice",
    ),
)
def true_end_of_stay(history: History) -> Iterator[Outcome]:
    """An end of stay carries what was told, and is sent once, under the number that holds the stay then."""
    for case in history.cases:
        for sent in case.ends:
            yield from _of_end(history, case, sent)
        yield from _sent_twice(history, case)
        told, accepted = case.stay.end_told(), _accepted_at(case)
        if any(one.taken_back for one in case.stay.versions):
            continue
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
    if message.facility not in (numbers := _numbers_on(history, case, message, sent.seq)):
        found = True
        yield wrong(
            history,
            "end-under-wrong-number",
            field_spot(sent, EndOfStay, "facility"),
            expected=" or ".join(numbers),
            received=message.facility,
            cause=case.cause,
        )
    if not found:
        yield Occasion(sent.seq)


def _numbers_on(history: History, case: Case, message: EndOfStay, seq: int) -> list[Hco]:
    """The numbers that hold a stay on the day of its end, as it was told or as it was sent."""
    moves = [move for told, move in history.takeovers if told < seq]
    ends = [one.end for one in case.stay.until(seq) if one.end is not None]
    days = [brussels(end).date() for end in (*ends, message.end)]
    return list(dict.fromkeys(number_on(case.stay.facility, day, moves) for day in days))


def _sent_twice(history: History, case: Case) -> Iterator[Outcome]:
    """An end that leaves once more, though it was told once and nothing that came back gives cause."""
    for sent in case.ends:
        told = [one for one in case.stay.until(sent.seq) if one.end is not None]
        if len(told) == 1 and is_one_too_many(history, case, sent, case.ends):
            yield wrong(
                history,
                "end-sent-twice",
                whole(sent),
                expected="one original",
                received=f"a second original, {sent.reference}, beside {case.ends[0].reference}",
                cause=case.cause,
            )
            return


def _accepted_at(case: Case) -> int | None:
    """Where the vendor learned that the stay was accepted; None while it is not."""
    known = [
        heard.reply.fetched[0]
        for sent in case.admitting
        for heard in case.heard.get((sent.facility, sent.reference), ())
        if heard.reply.fetched
    ]
    return next((seq for seq in sorted(known) if case.state(seq) is DecisionState.ACCEPTED), None)
