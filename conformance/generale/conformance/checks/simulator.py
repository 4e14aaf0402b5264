"""Checks of the simulator itself: whatever they find is an error of the rehearsal, never the vendor's."""

from collections.abc import Iterator

from generale.conformance.checks.check import Occasion, Outcome, Spot, check, whole, wrong
from generale.conformance.history import History
from generale.conformance.reply import UNREADABLE
from generale.protocol.errors import PeerError
from generale.protocol.genericasync import EnvelopeError, Get, tack_is_genuine
from generale.results.verdicts import Blame, EvidenceKind


@check("CK-SIM-01", disproves=(), evidence=EvidenceKind.WIRE, codes=("reply-invalid",))
def replies_are_valid(history: History) -> Iterator[Outcome]:
    """Every reply that was not garbled on purpose can be read as what it is said to be."""
    for reply in history.replies:
        if reply.kind == UNREADABLE:
            continue
        if not isinstance(reply.document, PeerError):
            yield Occasion(reply.seq)
            continue
        yield wrong(
            history,
            "reply-invalid",
            Spot(event=reply.seq, evidence=reply.event.evidence, path=reply.document.where),
            expected=f"a valid reply of kind {reply.kind}",
            received=str(reply.document),
            blame=Blame.SIMULATOR,
        )


@check("CK-SIM-02", disproves=(), evidence=EvidenceKind.WIRE, codes=("tack-not-genuine",))
def acknowledgements_are_genuine(history: History) -> Iterator[Outcome]:
    """Every acknowledgement belongs to the content and the reference that it answers."""
    for sent in history.sent:
        if sent.tack is None:
            continue
        if tack_is_genuine(sent.tack, sent.content) and sent.tack.input_reference == sent.reference:
            yield Occasion(sent.seq)
            continue
        yield wrong(
            history,
            "tack-not-genuine",
            whole(sent),
            expected=f"an acknowledgement of {sent.reference}",
            received=f"one of {sent.tack.input_reference}, or of other content",
            blame=Blame.SIMULATOR,
        )


@check("CK-SIM-03", disproves=(), evidence=EvidenceKind.WIRE, codes=("count-wrong",))
def counts_are_right(history: History) -> Iterator[Outcome]:
    """The counts in an answer to a get are those of what it holds, and no more than was asked for."""
    for exchange in history.exchanges:
        answer = exchange.delivered
        if answer is None or exchange.response is None:
            continue
        most = exchange.asked.message_query.max if isinstance(exchange.asked, Get) else len(answer.messages)
        fits = answer.msg_count >= len(answer.messages) <= most and answer.tack_count >= len(answer.tacks)
        if fits:
            yield Occasion(exchange.response.seq)
            continue
        yield wrong(
            history,
            "count-wrong",
            Spot(event=exchange.response.seq, evidence=exchange.response.evidence, path="return/@MsgCount"),
            expected=f"{len(answer.messages)} messages, at most {most}",
            received=f"MsgCount {answer.msg_count}",
            blame=Blame.SIMULATOR,
        )


@check("CK-SIM-04", disproves=(), evidence=EvidenceKind.WIRE, codes=("delivered-to-another",))
def nobody_gets_what_is_not_theirs(history: History) -> Iterator[Outcome]:
    """A mailbox holds only what was put in it for its number and service."""
    put = {(one.facility, one.service, one.reference) for one in history.replies}
    for exchange in history.exchanges:
        if exchange.delivered is None or exchange.response is None:
            continue
        for delivery in exchange.delivered.messages:
            reference = delivery.blob.reference or ""
            if (exchange.facility, exchange.service, reference) in put:
                yield Occasion(exchange.response.seq)
                continue
            yield wrong(
                history,
                "delivered-to-another",
                Spot(event=exchange.response.seq, evidence=exchange.response.evidence),
                expected=f"only replies for number {exchange.facility}",
                received=f"reply {reference}",
                blame=Blame.SIMULATOR,
            )


@check("CK-SIM-05", disproves=(), evidence=EvidenceKind.WIRE, codes=("response-missing", "response-invalid"))
def every_request_is_answered(history: History) -> Iterator[Outcome]:
    """Every request has a readable answer, or the line was cut on purpose."""
    for exchange in history.exchanges:
        if exchange.response is None:
            yield wrong(
                history,
                "response-missing",
                Spot(event=exchange.seq, evidence=exchange.request.evidence),
                expected="an answer, or a cut line",
                received="nothing",
                blame=Blame.SIMULATOR,
            )
        elif exchange.status in (200, 500) and (
            exchange.answered is None or isinstance(exchange.answered, EnvelopeError)
        ):
            yield wrong(
                history,
                "response-invalid",
                Spot(event=exchange.response.seq, evidence=exchange.response.evidence),
                expected="a valid envelope",
                received=str(exchange.answered or "nothing"),
                blame=Blame.SIMULATOR,
            )
        else:
            yield Occasion(exchange.response.seq)
