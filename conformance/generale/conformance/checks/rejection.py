"""Checks of the chapter fault: what follows a rejection out of the mailbox."""

from collections.abc import Iterator

from generale.conformance.checks.check import Occasion, Outcome, Spot, check, whole, wrong
from generale.conformance.checks.fault import is_followed, is_placed, sent_again
from generale.conformance.checks.mailbox import could_confirm
from generale.conformance.checks.refusal_shown import (
    case_around,
    is_repaired,
    is_undisputed,
    off_the_list,
    shown,
    words_of,
)
from generale.conformance.history import History
from generale.conformance.reply import INBOUND, OUTBOUND, REJECTS, Reply
from generale.conformance.sent import Sent
from generale.protocol.genericasync import Reject
from generale.protocol.messages import Outcome as Decided
from generale.results.verdicts import EvidenceKind


def _rejected(history: History) -> Iterator[tuple[Reply, Sent]]:
    """Each rejection that was fetched, with the first posting of the message that it is about."""
    for reply in history.replies:
        if reply.kind not in REJECTS or not reply.fetched:
            continue
        key = (reply.facility, reply.about)
        sent = next((one for one in history.messages if (one.facility, one.reference) == key), None)
        if sent is not None:
            yield reply, sent


@check("CK-FLT-08", disproves=("RQ-FLT-08",), evidence=EvidenceKind.WIRE, codes=("rejection-not-confirmed",))
def rejections_are_confirmed(history: History) -> Iterator[Outcome]:
    """A rejection that was fetched is confirmed like any other reply."""
    for reply, _ in _rejected(history):
        if reply.confirmed:
            yield Occasion(reply.confirmed[0])
        elif could_confirm(history, reply) and _confirms_others(history, reply):
            yield wrong(
                history,
                "rejection-not-confirmed",
                Spot(event=reply.fetched[0], evidence=reply.event.evidence),
                expected=f"a confirmation of reply {reply.reference}",
                received="nothing",
                cause=f"message {reply.about}",
            )


def _confirms_others(history: History, reply: Reply) -> bool:
    """Whether other replies out of that mailbox are confirmed; who confirms nothing breaks another rule."""
    box = (reply.facility, reply.service)
    return any(one.confirmed and (one.facility, one.service) == box for one in history.replies)


@check(
    "CK-FLT-09",
    disproves=("RQ-FLT-09",),
    evidence=EvidenceKind.TOLD,
    codes=(
        "rejection-not-shown",
        "rejected-answer-not-shown",
        "repaired-rejection-still-listed",
        "late-answer-still-listed",
    ),
)
def rejections_are_shown(history: History) -> Iterator[Outcome]:
    """A rejection stands on the worklist until the message is repaired, or another answer to it has come.

    One that was never confirmed could not be read: that is another check's matter.
    """
    for seen in history.observations:
        for reply, sent in _rejected(history):
            if not reply.confirmed or not isinstance(reply.document, Reject):
                continue
            words = words_of(reply.document.fault)
            if code := _is_done_with(history, reply, sent, seen.seq):
                yield off_the_list(history, seen, sent, code, words)
                continue
            is_open = (
                is_placed(history, sent)
                and reply.is_known(seen.seq)
                and not _is_over(history, reply, seen.seq)
            )
            if is_open and not is_followed(history, sent, reply.fetched[0], seen.seq):
                code = "rejection-not-shown" if reply.kind == INBOUND else "rejected-answer-not-shown"
                yield shown(history, seen, sent, code, words)


def _is_done_with(history: History, reply: Reply, sent: Sent, seq: int) -> str:
    """By which code an item about a rejection is needless then; empty where it may stand."""
    if reply.kind == INBOUND:
        return "repaired-rejection-still-listed" if is_repaired(history, sent, seq) else ""
    case = case_around(history, sent)
    if case is None or not _is_over(history, reply, seq):
        return ""
    others = [one for one in case.all if one.seq < seq and one.reference != sent.reference]
    decision = case.decision_on(sent, seq)
    is_accepted = decision is not None and decision.outcome is Decided.ACCEPTED and sent.warning is None
    if is_accepted and all(is_undisputed(history, case, one, seq) for one in others):
        return "late-answer-still-listed"
    return ""


def _is_over(history: History, reply: Reply, seq: int) -> bool:
    """Whether the vendor has fetched by then the answer that was rejected, or a later one."""
    return reply.kind == OUTBOUND and any(
        one.kind not in REJECTS
        and one.seq > reply.seq
        and one.is_known(seq)
        and (one.facility, one.about) == (reply.facility, reply.about)
        for one in history.replies
    )


@check(
    "CK-FLT-10",
    disproves=("RQ-FLT-10",),
    evidence=EvidenceKind.WIRE,
    codes=("resent-after-rejected-answer",),
)
def a_rejected_answer_is_waited_for(history: History) -> Iterator[Outcome]:
    """A message of which only the answer was rejected is not sent again."""
    for reply, sent in _rejected(history):
        if reply.kind != OUTBOUND:
            continue
        known = reply.fetched[0]
        again = next((one for one in sent_again(history, sent) if one.seq > known), None)
        if again:
            yield wrong(
                history,
                "resent-after-rejected-answer",
                whole(again),
                expected="no other try, for the message was received",
                received=f"the same content under reference {again.reference}",
                cause=f"message {sent.reference}",
            )
        elif any(history.chances(known, sent.service)):
            yield Occasion(known)
