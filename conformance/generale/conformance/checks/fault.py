"""Checks of the chapter fault: what follows a refusal at the door, a fault or a technical acknowledgement.

Only refusals that a scenario asked for count: one that the vendor called for is another check's matter.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from generale.conformance.case import Case
from generale.conformance.checks.check import Occasion, Outcome, check, missing, whole, wrong
from generale.conformance.checks.refusal import bills_again
from generale.conformance.checks.refusal_shown import (
    case_around,
    is_repaired,
    off_the_list,
    shown,
    words_of,
)
from generale.conformance.checks.returned_file import short, unasked
from generale.conformance.checks.transport import PATIENCE, TRIES, essence
from generale.conformance.exchange import INVOICES, Exchange
from generale.conformance.expectation import (
    bills_the_same,
    rejects_about,
)
from generale.conformance.history import History
from generale.conformance.reply import INBOUND
from generale.conformance.sent import FORGED, Answer, Sent
from generale.conformance.told import Told
from generale.driver.stimuli import Admit, Assess, BillMonth, Correct, EndStay, Person, Rebill
from generale.protocol.flatfile import InvoiceFile
from generale.protocol.messages import Correction
from generale.results.verdicts import EvidenceKind


def is_refused(history: History, sent: Sent) -> bool:
    """Whether a posting was refused because a scenario asked for it, by fault or failure."""
    return sent.answer in (Answer.FAULT, Answer.FAILURE) and bool(history.imposed(sent.exchange))


def is_final(history: History, sent: Sent) -> bool:
    """Whether the refusal asks for no other try of the same content."""
    return is_refused(history, sent) and not sent.invites_retry


def sent_again(history: History, sent: Sent) -> list[Sent]:
    """The later postings that say the same, under whatever reference."""
    return [
        one
        for one in history.sent
        if one.seq > sent.seq
        and (one.service, one.facility) == (sent.service, sent.facility)
        and essence(one) == essence(sent)
    ]


def follows(history: History, later: Sent, sent: Sent) -> bool:
    """Whether a posting follows from the answer to another: it has its reference, or left at a later poll."""
    return later.reference == sent.reference or any(sent.seq < poll.seq < later.seq for poll in history.syncs)


def has_had_time(history: History, exchange: Exchange, pause: timedelta = PATIENCE) -> bool:
    """Whether an undisturbed poll began so long after a request that it may be made again."""
    polls = history.chances(exchange.seq, exchange.service)
    return history.is_fair and any(poll.at - exchange.at >= pause for poll in polls)


def acts_after(history: History, sent: Sent, seq: int) -> Iterator[Told]:
    """What the product was told about the resident or the month of a message, after a place."""
    case = case_around(history, sent)
    return (one for one in history.told if one.seq > seq and _is_about(history, one, sent, case))


def _is_about(history: History, told: Told, sent: Sent, case: Case | None) -> bool:
    """Whether a stimulus is about the stay of a message, or bills what a file bills; in doubt it is."""
    if told.operation != "act":
        return False
    if isinstance(sent.invoice, InvoiceFile):
        return bills_again(history, told, sent)
    match told.stimulus:
        case Admit(resident=Person(insz=insz)) | EndStay(insz=insz) | Correct(insz=insz) | Assess(insz=insz):
            return case is None or case.stay.is_known_as(insz)
        case BillMonth() | Rebill():
            return case is None
        case _:
            return True


@check(
    "CK-FLT-01",
    disproves=("RQ-FLT-01",),
    evidence=EvidenceKind.WIRE,
    codes=("retried-against-advice",),
)
def no_retry_where_none_is_asked_for(history: History) -> Iterator[Outcome]:
    """What a refusal calls final is not sent again unchanged before anybody has told more about it."""
    for sent in history.sent:
        if not is_final(history, sent):
            continue
        acts = (one.seq for one in acts_after(history, sent, sent.seq))
        end = min(acts, default=history.events[-1].seq + 1)
        again = [one for one in sent_again(history, sent) if one.seq < end and follows(history, one, sent)]
        if again:
            yield wrong(
                history,
                "retried-against-advice",
                whole(again[0]),
                expected="no other try before somebody repairs it",
                received=f"the same content, {again[0].at - sent.at} later",
                cause=f"message {sent.reference}",
            )
        elif any(sent.seq < poll.seq < end for poll in history.chances(sent.seq, sent.service)):
            yield Occasion(sent.seq)


@check(
    "CK-FLT-02",
    disproves=("RQ-FLT-02",),
    evidence=EvidenceKind.WIRE,
    codes=("retry-storm-after-fault", "new-reference-after-fault", "lost-after-fault"),
)
def retries_as_the_refusal_asks(history: History) -> Iterator[Outcome]:
    """Where a refusal asks for another try, the same message leaves again, not too often, and is not lost."""
    seen: set[tuple[str, str, str]] = set()
    for sent in history.sent:
        key = (sent.service, sent.facility, sent.reference)
        if not is_refused(history, sent) or not sent.invites_retry or key in seen:
            continue
        seen.add(key)
        again = sent_again(history, sent)
        cause = f"message {sent.reference}"
        crowd = crowded([sent.exchange, *(one.exchange for one in again)])
        if again and again[0].reference != sent.reference:
            yield wrong(
                history,
                "new-reference-after-fault",
                whole(again[0]),
                expected=f"reference {sent.reference}",
                received=f"reference {again[0].reference}",
                cause=cause,
            )
        elif crowd:
            yield wrong(
                history,
                "retry-storm-after-fault",
                whole(again[TRIES - 1]),
                expected=f"at most {TRIES} tries within {PATIENCE.seconds} seconds",
                received=f"{len(crowd)} tries from {crowd[0].request.at} on",
                cause=cause,
            )
        elif again:
            yield Occasion(again[0].seq)
        elif has_had_time(history, sent.exchange):
            expected = "the same message, once more"
            yield missing(history, "lost-after-fault", sent.seq, expected=expected, cause=cause)


def crowded(tries: Sequence[Exchange]) -> Sequence[Exchange]:
    """The first stretch of patience that holds too many tries; empty where none does."""
    for place, first in enumerate(tries):
        crowd = [one for one in tries[place:] if one.at - first.at < PATIENCE]
        if len(crowd) > TRIES:
            return crowd
    return ()


@check(
    "CK-FLT-03",
    disproves=("RQ-FLT-03",),
    evidence=EvidenceKind.TOLD,
    codes=("fault-not-shown", "failure-not-shown", "repaired-still-listed"),
)
def refusals_at_the_door_are_shown(history: History) -> Iterator[Outcome]:
    """A message refused at the door stands on the worklist, with code or text, until it is repaired."""
    for seen in history.observations:
        for sent in history.sent:
            if sent.seq > seen.seq or not is_final(history, sent):
                continue
            words = words_of(sent.exchange.fault or sent.tack)
            if is_repaired(history, sent, seen.seq):
                yield off_the_list(history, seen, sent, "repaired-still-listed", words)
            elif is_placed(history, sent) and not is_followed(history, sent, sent.seq, seen.seq):
                code = "fault-not-shown" if sent.answer is Answer.FAULT else "failure-not-shown"
                yield shown(history, seen, sent, code, words)


def is_placed(history: History, sent: Sent) -> bool:
    """Whether it is known whom or what a posting is about: a stay that was told, or an invoice file."""
    return case_around(history, sent) is not None or sent.service == INVOICES


def is_followed(history: History, sent: Sent, since: int, until: int) -> bool:
    """Whether something about the same stay, or a file that bills the same, left between two places."""
    case = case_around(history, sent)
    about = (*case.all, *sent_again(history, sent)) if case else files_like(history, sent)
    return any(since < one.seq < until for one in about)


def files_like(history: History, sent: Sent) -> list[Sent]:
    """The invoice files that bill what a file bills."""
    return [one for one in history.sent if bills_the_same(one, sent)]


@check(
    "CK-FLT-04",
    disproves=("RQ-FLT-04",),
    evidence=EvidenceKind.WIRE,
    codes=("repair-not-sent", "corrects-what-was-refused", "repair-short", "rejected-file-unasked"),
)
def repaired_as_a_new_message(history: History) -> Iterator[Outcome]:
    """What was refused or rejected before it was handled leaves repaired, as a message of the same kind."""
    for sent in history.messages:
        known, case = _refused_at(history, sent), case_around(history, sent)
        if known is None:
            continue
        if known > sent.seq and (early := unasked(history, sent, known, "rejected-file-unasked")):
            yield early
            continue
        acts = acts_after(history, sent, known)
        told = next((one for one in acts if _repairs(history, one, sent, case)), None)
        if told is None:
            continue
        later = [one for one in (case.all if case else files_like(history, sent)) if one.seq > told.seq]
        corrects = next((one for one in later if _corrects(one, sent)), None)
        repaired = [one for one in later if type(one.message) is type(sent.message)]
        what = type(sent.message).__name__ if case else "file"
        cause = f"message {sent.reference}"
        if corrects:
            yield wrong(
                history,
                "corrects-what-was-refused",
                whole(corrects),
                expected=f"a new {what}",
                received=f"a correction of {sent.reference}",
                cause=cause,
            )
        elif repaired:
            lacking = short(history, sent, repaired[0], known, "repair-short")
            yield lacking or Occasion(repaired[0].seq)
        elif history.must_have_left(told.seq, sent.service):
            expected = f"the repaired {what}"
            yield missing(history, "repair-not-sent", told.seq, expected=expected, cause=cause)


def _refused_at(history: History, sent: Sent) -> int | None:
    """Where the vendor learned that a message will not be handled; None where it will, or it cannot know.

    Who sent it again and was heard broke another rule; who cannot read a rejection does not confirm it.
    """
    if is_final(history, sent):
        return None if sent.received else sent.seq
    rejects = rejects_about(history, sent, history.events[-1].seq)
    return next((one.fetched[0] for one in rejects if one.kind == INBOUND and one.confirmed), None)


def _repairs(history: History, told: Told, sent: Sent, case: Case | None) -> bool:
    """Whether a stimulus tells what was entered wrongly about a stay, or to bill again what a file bills."""
    stimulus = told.stimulus
    if case is not None:
        return told.taken and isinstance(stimulus, Correct) and case.stay.is_known_as(stimulus.insz)
    return isinstance(stimulus, Rebill) and bills_again(history, told, sent)


def _corrects(later: Sent, sent: Sent) -> bool:
    return isinstance(later.message, Correction) and later.message.corrects == sent.reference


@check(
    "CK-FLT-05",
    disproves=("RQ-FLT-05",),
    evidence=EvidenceKind.WIRE,
    codes=("forged-acknowledgement-trusted", "renamed-after-forged-acknowledgement"),
)
def only_a_fitting_acknowledgement_counts(history: History) -> Iterator[Outcome]:
    """After the acknowledgement of other content the same message leaves again, under the same reference."""
    for sent in history.sent:
        if history.imposed(sent.exchange) != FORGED:
            continue
        again, cause = sent_again(history, sent), f"message {sent.reference}"
        if again and again[0].reference != sent.reference:
            yield wrong(
                history,
                "renamed-after-forged-acknowledgement",
                whole(again[0]),
                expected=f"reference {sent.reference}",
                received=f"reference {again[0].reference}",
                cause=cause,
            )
        elif again:
            yield Occasion(again[0].seq)
        elif has_had_time(history, sent.exchange):
            expected = "the same message once more, for nothing acknowledges it"
            yield missing(history, "forged-acknowledgement-trusted", sent.seq, expected=expected, cause=cause)


@check("CK-FLT-06", disproves=("RQ-FLT-06",), evidence=EvidenceKind.WIRE, codes=("resent-after-warning",))
def a_warning_is_a_receipt(history: History) -> Iterator[Outcome]:
    """What was received with a warning is not sent again."""
    for sent in history.sent:
        if sent.warning is None:
            continue
        again = next((one for one in sent_again(history, sent) if follows(history, one, sent)), None)
        if again:
            yield wrong(
                history,
                "resent-after-warning",
                whole(again),
                expected="no other try, for the message was received",
                received=f"the same content, {again.at - sent.at} later",
                cause=f"message {sent.reference}",
            )
        elif any(history.chances(sent.seq, sent.service)):
            yield Occasion(sent.seq)


@check("CK-FLT-07", disproves=("RQ-FLT-07",), evidence=EvidenceKind.TOLD, codes=("warning-not-shown",))
def warnings_are_shown(history: History) -> Iterator[Outcome]:
    """A warning stands on the worklist the next time that users look, with its code or its text."""
    for sent in history.sent:
        seen = next((one for one in history.observations if one.seq > sent.seq), None)
        if sent.warning is None or seen is None:
            continue
        if is_placed(history, sent) and not is_followed(history, sent, sent.seq, seen.seq):
            yield shown(history, seen, sent, "warning-not-shown", words_of(sent.warning))
