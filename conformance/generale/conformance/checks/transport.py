"""Checks of the chapter transport: how messages travel, are lost and are sent again."""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta

from generale.conformance.checks.check import Occasion, Outcome, Spot, check, missing, whole, wrong
from generale.conformance.checks.place import difference, error_spot, header_spot
from generale.conformance.exchange import INVOICES, Exchange
from generale.conformance.history import History
from generale.conformance.reply import Reply
from generale.conformance.sent import Answer, Original, Sent
from generale.protocol.errors import PeerError
from generale.protocol.flatfile import InvoiceFile
from generale.protocol.genericasync import Compression, Encoding, EnvelopeError, Post, ResultMajor
from generale.protocol.messages import (
    Correction,
    Decision,
    InsuranceQuestion,
)
from generale.protocol.messages import Outcome as Decided
from generale.protocol.profile import INVOICE_NAME
from generale.results.verdicts import EvidenceKind

PATIENCE = timedelta(seconds=60)
"""The stretch of business time in which one message may be tried ``TRIES`` times (project-defined)."""

TRIES = 3

DESTINATION = "urn:nip:destination:io:"
"""What a logical destination begins with, before the number of the fund."""

EVERYBODY = "MULTICAST"
"""The destination that leaves the choice of the fund to the platform."""


def essence(sent: Sent) -> bytes | InvoiceFile | Original | InsuranceQuestion:
    """What a message says, without what changes when it leaves anew: reference and date of creation.

    Not how it is written: other prefixes or another comment say nothing else. The unreadable is its bytes.
    """
    if isinstance(sent.invoice, InvoiceFile):
        return replace(sent.invoice, reference="", file_reference="", created=date.min)
    said = sent.question or sent.message
    return sent.content if said is None or isinstance(said, PeerError) else said


def is_copy_after_cut(history: History, later: Sent, earlier: Sent) -> bool:
    """Whether a message only repeats one whose line was cut, under whatever reference."""
    cut = any(_is_repetition(one, earlier) for one in history.cut_off)
    return cut and essence(later) == essence(earlier)


@check(
    "CK-TRA-01",
    disproves=("RQ-TRA-01",),
    evidence=EvidenceKind.WIRE,
    codes=("reference-changed", "sent-after-receipt", "sent-after-duplicate", "not-sent-again"),
)
def same_reference_after_no_answer(history: History) -> Iterator[Outcome]:
    """After a cut line the same bytes leave under the same reference, until it is known to be received.

    The mailbox may tell that before the next try is due. What says the same in other bytes, under another
    reference, is a second message.
    """
    for cut in history.sent:
        if cut.answer is not Answer.NONE or not cut.exchange.is_cut:
            continue
        again = [one for one in history.sent if one.seq > cut.seq and _is_same_box(one, cut)]
        renamed = next((one for one in again if _is_renamed(history, one, cut)), None)
        repeated = next((one for one in again if _is_repetition(one, cut)), None)
        cause = f"message {cut.reference}"
        if renamed:
            late = repeated is not None and repeated.seq < renamed.seq
            yield wrong(
                history,
                "sent-after-receipt" if late else "reference-changed",
                whole(renamed),
                expected=f"reference {cut.reference}",
                received=f"reference {renamed.reference}",
                cause=cause,
            )
        elif insisted := _sent_though_received(again, cut):
            yield wrong(
                history,
                "sent-after-duplicate",
                whole(insisted),
                expected="no more of it after the answer 'already received'",
                received=f"reference {cut.reference} once more",
                cause=cause,
            )
        elif repeated:
            yield Occasion(repeated.seq)
        elif known := _known_received(history, cut):
            yield Occasion(known)
        elif _had_time(history, cut):
            expected = f"the same content under reference {cut.reference}"
            yield missing(history, "not-sent-again", cut.seq, expected=expected, cause=cause)


def _sent_though_received(again: Iterable[Sent], cut: Sent) -> Sent | None:
    """The first repetition that left after another had been answered as already received."""
    same = [one for one in again if _is_repetition(one, cut)]
    answers = (
        one.exchange.response.seq
        for one in same
        if one.answer is Answer.DUPLICATE and one.exchange.response is not None
    )
    known = min(answers, default=sys.maxsize)
    return next((one for one in same if one.seq > known), None)


def _is_same_box(one: Sent | Exchange, other: Sent) -> bool:
    return one.service == other.service and one.facility == other.facility


def _is_repetition(one: Sent, other: Sent) -> bool:
    return one.reference == other.reference and one.content == other.content


def _is_renamed(history: History, later: Sent, cut: Sent) -> bool:
    """The same content under another reference, although no answer to the first gave cause for it."""
    if later.reference == cut.reference or essence(later) != essence(cut):
        return False
    between = (one for one in history.sent if cut.seq < one.seq < later.seq and _is_repetition(one, cut))
    refused = any(one.answer is Answer.FAILURE for one in between)
    return not refused and not any(
        _refuses(one) and one.is_known(later.seq)
        for one in history.replies
        if one.about == cut.reference and one.facility == cut.facility
    )


def _refuses(reply: Reply) -> bool:
    """Whether a reply may be a reason to send the same again under a new reference."""
    if isinstance(reply.document, Decision):
        return reply.document.outcome is Decided.REFUSED
    return reply.kind in ("920999", "920099", "920900")


def _known_received(history: History, sent: Sent) -> int | None:
    """Where the vendor learned from the mailbox that a message was received; None where it did not.

    By a reply to it, or by the acknowledgement that it was picked up.
    """
    about = (one for one in history.replies if one.about == sent.reference and one.facility == sent.facility)
    replies = (seq for one in about for seq in one.fetched)
    return min((*replies, *_acknowledged(history, sent)), default=None)


def _acknowledged(history: History, sent: Sent) -> Iterator[int]:
    """Where the mailbox brought a success of picking up a message."""
    for exchange in history.exchanges:
        if exchange.delivered is None or exchange.response is None or not _is_same_box(exchange, sent):
            continue
        for tack in exchange.delivered.tacks:
            if tack.input_reference == sent.reference and tack.result_major is ResultMajor.SUCCESS:
                yield exchange.response.seq


def _had_time(history: History, sent: Sent) -> bool:
    """Whether a poll without trouble began so long after a try that the message may be tried again."""
    polls = history.chances(sent.seq, sent.service)
    return history.is_fair and any(poll.at - sent.at >= PATIENCE for poll in polls)


@check("CK-TRA-02", disproves=("RQ-TRA-02",), evidence=EvidenceKind.WIRE, codes=("reference-reused",))
def other_content_other_reference(history: History) -> Iterator[Outcome]:
    """Content that differs from what was sent before travels under a new reference."""
    first: dict[tuple[str, str], Sent] = {}
    for sent in history.messages:
        before = first.setdefault((sent.facility, sent.reference), sent)
        if before is not sent:
            yield wrong(
                history,
                "reference-reused",
                difference(sent, before.content),
                expected="a reference that was not used before",
                received=f"reference {sent.reference}, used before for other content",
                cause=f"message {sent.reference}",
            )
        elif _replaces(history, sent):
            yield Occasion(sent.seq)


def _replaces(history: History, sent: Sent) -> bool:
    """Whether a message comes in the place of an earlier one: a correction, or a file for the same number."""
    if isinstance(sent.message, Correction):
        return True
    invoice = sent.invoice
    return isinstance(invoice, InvoiceFile) and any(
        isinstance(one.invoice, InvoiceFile)
        and one.seq < sent.seq
        and _is_same_box(one, sent)
        and (one.invoice.fund, one.invoice.month, one.invoice.sending_number)
        == (invoice.fund, invoice.month, invoice.sending_number)
        for one in history.messages
    )


@check(
    "CK-TRA-06",
    disproves=("RQ-TRA-06",),
    evidence=EvidenceKind.WIRE,
    codes=("retry-storm", "lost-while-unavailable"),
)
def patient_while_unavailable(history: History) -> Iterator[Outcome]:
    """At most three tries of one message within a minute while the service is unavailable, and none lost."""
    for sent in history.messages:
        tries = [one for one in history.sent if _is_same_box(one, sent) and _is_repetition(one, sent)]
        turned_away = [one for one in tries if one.answer is Answer.UNAVAILABLE]
        if not turned_away:
            continue
        cause = f"message {sent.reference}"
        crowd = _crowd(tries)
        if crowd:
            yield wrong(
                history,
                "retry-storm",
                whole(crowd[TRIES]),
                expected=f"at most {TRIES} tries within {PATIENCE.seconds} seconds",
                received=f"{len(crowd)} tries from {crowd[0].at.isoformat()} on",
                cause=cause,
            )
        elif tries[-1] is turned_away[-1]:
            if _had_time(history, tries[-1]):
                expected = "the message leaves once the service is available"
                yield missing(
                    history, "lost-while-unavailable", tries[-1].seq, expected=expected, cause=cause
                )
        else:
            yield Occasion(tries[-1].seq)


def _crowd(tries: list[Sent]) -> list[Sent]:
    """The first stretch of patience with too many tries, of which at least one was turned away; else none."""
    for place, first in enumerate(tries):
        crowd = [one for one in tries[place:] if one.at - first.at < PATIENCE]
        if len(crowd) > TRIES and any(one.answer is Answer.UNAVAILABLE for one in crowd[:TRIES]):
            return crowd
    return []


@check("CK-TRA-07", disproves=("RQ-TRA-07",), evidence=EvidenceKind.WIRE, codes=("not-raw-deflate",))
def compressed_as_declared(history: History) -> Iterator[Outcome]:
    """Content is packed as it is announced: as raw DEFLATE, or not at all."""
    for sent in history.messages:
        blob = sent.post.blob
        if blob.is_sealed:
            continue
        if blob.encoding is Encoding.NONE:
            if not isinstance(sent.message, PeerError) and not isinstance(sent.file, PeerError):
                yield Occasion(sent.seq)
            continue
        if blob.compression is Compression.RAW:
            yield Occasion(sent.seq)
        else:
            spot = Spot(
                event=sent.seq, evidence=sent.exchange.request.evidence, path="Detail/@ContentEncoding"
            )
            received = f"packed as {blob.compression.value}"
            yield wrong(history, "not-raw-deflate", spot, expected="raw DEFLATE", received=received)


@check(
    "CK-TRA-08",
    disproves=("RQ-TRA-08",),
    evidence=EvidenceKind.WIRE,
    codes=("envelope-invalid", "content-invalid", "message-name-wrong"),
)
def technically_valid(history: History) -> Iterator[Outcome]:
    """Envelope (its hash included), content and name of everything that was sent are valid."""
    for exchange in history.exchanges:
        if isinstance(exchange.asked, EnvelopeError):
            error = exchange.asked
            spot = Spot(event=exchange.seq, evidence=exchange.request.evidence, path=error.where)
            yield wrong(history, "envelope-invalid", spot, expected="a valid envelope", received=str(error))
        elif not isinstance(exchange.asked, Post):
            yield Occasion(exchange.seq)
    for sent in history.messages:
        if not sent.post.blob.is_sealed:
            yield _valid(history, sent)


def _valid(history: History, sent: Sent) -> Outcome:
    blob, cause = sent.post.blob, f"message {sent.reference}"
    if isinstance(sent.message, PeerError):
        spot, received = error_spot(sent, sent.message.where), str(sent.message)
        return wrong(
            history, "content-invalid", spot, expected="a valid message", received=received, cause=cause
        )
    name = _name(sent)
    if blob.message_name != name:
        spot = replace(whole(sent), path="Detail/@MessageName")
        received = blob.message_name
        return wrong(history, "message-name-wrong", spot, expected=name, received=received, cause=cause)
    return Occasion(sent.seq)


def _name(sent: Sent) -> str:
    message = sent.question or sent.message
    match message:
        case PeerError() | None:
            return INVOICE_NAME if sent.service == INVOICES else sent.post.blob.message_name
        case _:
            return sent.profile.message_name(type(message))


@check(
    "CK-TRA-11", disproves=("RQ-TRA-11",), evidence=EvidenceKind.WIRE, codes=("destination-of-another-fund",)
)
def addressed_to_the_fund_it_bills(history: History) -> Iterator[Outcome]:
    """A logical destination on an invoice file is the fund of the file; a plain address says nothing."""
    for sent in history.sent:
        envelope, invoice = sent.exchange.envelope, sent.invoice
        if isinstance(envelope, EnvelopeError) or not isinstance(invoice, InvoiceFile):
            continue
        to = (envelope.addressing.to or "").strip()
        named = to.removeprefix(DESTINATION)
        if to == named or named.upper() == EVERYBODY or (named.isdigit() and int(named) == invoice.fund):
            yield Occasion(sent.seq)
            continue
        yield wrong(
            history,
            "destination-of-another-fund",
            header_spot(sent, "To"),
            expected=f"{DESTINATION}{invoice.fund:03d}",
            received=to,
            cause="destination of invoice files",
        )
