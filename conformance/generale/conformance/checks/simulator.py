"""Checks of the simulator itself: whatever they find is an error of the rehearsal, never the vendor's."""

from collections.abc import Container, Iterator
from datetime import date

from generale.conformance.checks.check import Occasion, Outcome, Spot, check, whole, wrong
from generale.conformance.checks.label import is_mislabelled
from generale.conformance.exchange import EMPTY, Exchange
from generale.conformance.history import History
from generale.conformance.membership import memberships
from generale.conformance.reply import UNREADABLE, Document
from generale.conformance.sent import FORGED, Answer, Sent
from generale.driver.setup import FacilitySetUp
from generale.protocol.clock import brussels
from generale.protocol.errors import PeerError
from generale.protocol.flatfile import File
from generale.protocol.genericasync import (
    CARE_HOME,
    Confirm,
    EnvelopeError,
    Fault,
    Get,
    Origin,
    Post,
    Reject,
    Sender,
    tack_is_genuine,
)
from generale.protocol.ids import Nihii, Reference
from generale.protocol.messages import (
    Assessment,
    Decision,
    EndOfAbsence,
    EndOfAgreement,
    EndOfStay,
    InsuranceAnswer,
    InsuranceQuestion,
    Message,
    Withdrawal,
)
from generale.protocol.messages import Outcome as Decided
from generale.protocol.profile import INVOICE_NAME, UnknownKeys
from generale.results.events import EventType
from generale.results.verdicts import Blame, EvidenceKind, Finding

_IMPOSING = frozenset({"refuse", "pend", "accept-late", "out-of-order"})
"""The behaviours that force a decision upon the platform."""


def ours(history: History, code: str, spot: Spot, expected: str, received: str) -> Finding:
    """A finding that the rehearsal itself is to blame for."""
    return wrong(history, code, spot, expected=expected, received=received, blame=Blame.SIMULATOR)


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
        if sent.tack is None or history.imposed(sent.exchange) == FORGED:
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
    yield from _later_acknowledgements(history)


def _later_acknowledgements(history: History) -> Iterator[Outcome]:
    """What a mailbox gives acknowledges a message that was sent from its number to its service."""
    for exchange in history.exchanges:
        if exchange.delivered is None or exchange.response is None:
            continue
        for tack in exchange.delivered.tacks:
            about = (exchange.facility, exchange.service, tack.input_reference)
            if any(
                (one.facility, one.service, one.reference) == about and tack_is_genuine(tack, one.content)
                for one in history.sent
            ):
                yield Occasion(exchange.response.seq)
                continue
            spot = Spot(event=exchange.response.seq, evidence=exchange.response.evidence)
            expected = "an acknowledgement of a message that was sent"
            yield ours(history, "tack-not-genuine", spot, expected, f"one of {tack.input_reference}")


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
    put = {(one.facility, one.service, one.reference) for one in history.mailed}
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
        elif exchange.is_empty and history.imposed(exchange) == EMPTY:
            continue
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


@check(
    "CK-SIM-07",
    disproves=(),
    evidence=EvidenceKind.WIRE,
    codes=("valid-content-refused", "success-without-receipt"),
)
def acknowledgements_are_true(history: History) -> Iterator[Outcome]:
    """What is valid and new is received, and what is said to be received is stored."""
    for sent in history.sent:
        if history.imposed(sent.exchange):
            continue
        if sent.answer is Answer.FAILURE and _is_receivable(history, sent):
            yield ours(history, "valid-content-refused", whole(sent), "a success", "a failure")
        elif sent.answer in (Answer.SUCCESS, Answer.DUPLICATE) and not sent.received:
            expected = f"message {sent.reference} stored"
            yield ours(history, "success-without-receipt", whole(sent), expected, "nothing stored")
        elif sent.tack is not None:
            yield Occasion(sent.seq)


def _is_receivable(history: History, sent: Sent) -> bool:
    """Whether a message is technically valid under its name, and no other content has its reference."""
    for event in history.of_type(EventType.ACKNOWLEDGED):
        ids = event.ids
        if event.seq < sent.seq and (ids["facility"], ids["reference"]) == (sent.facility, sent.reference):
            return history.evidence(event.evidence) == sent.content
    if is_mislabelled(history, sent):
        return False
    match sent.message:
        case PeerError() | None:
            pass
        case message:
            return _is_at_home(sent, type(message))
    if sent.question is not None:
        return _is_at_home(sent, InsuranceQuestion)
    is_file = isinstance(sent.file, File) and sent.file.type == "920000"
    return is_file and sent.post.blob.message_name == INVOICE_NAME


def _is_at_home(sent: Sent, kind: type[Message]) -> bool:
    """Whether a message travels under its name and to its service."""
    binding = sent.profile.bindings[kind]
    return (sent.post.blob.message_name, sent.service) == (binding.message_name, binding.service)


@check("CK-SIM-08", disproves=(), evidence=EvidenceKind.WIRE, codes=("right-request-refused",))
def nobody_is_turned_away(history: History) -> Iterator[Outcome]:
    """A request that says what it may, of a known number with its own licence, is not answered by a fault."""
    for exchange in history.exchanges:
        asked = exchange.asked
        if not isinstance(asked, Post | Get | Confirm) or not _is_entitled(history, exchange, asked):
            continue
        if (
            history.imposed(exchange)
            or exchange.is_unproved
            or exchange.fault_due(history.profile.funds)
            or _may_name_too_much(history, asked)
        ):
            continue
        if isinstance(exchange.answered, Fault):
            spot = Spot(event=exchange.seq, evidence=exchange.request.evidence)
            received = f"{exchange.answered.code} {exchange.answered.message}"
            yield ours(history, "right-request-refused", spot, "an answer", received)
        elif exchange.answered is not None:
            yield Occasion(exchange.seq)


def _may_name_too_much(history: History, asked: Post | Get | Confirm) -> bool:
    return isinstance(asked, Confirm) and history.profile.unknown_keys is UnknownKeys.FAULT


def _is_entitled(history: History, exchange: Exchange, asked: Post | Get | Confirm) -> bool:
    """Whether the platform knows number and licence of a request, and can take its reference."""
    known = set(history.set_up.facilities) if history.set_up else set()
    for event in history.of_type(EventType.BEHAVIOUR):
        if event.data.get("kind") == "takeover" and event.seq < exchange.seq:
            known |= {one for one in history.facilities.values() if one.hco == event.data.get("new")}
    try:
        number = Nihii.parse(asked.origin.nihii or exchange.facility)
        if isinstance(asked, Post):
            Reference.parse(asked.reference)
    except PeerError:
        return False
    return any(one.nihii == number and _is_claimed_rightly(asked.origin, one) for one in known)


def _is_claimed_rightly(origin: Origin, facility: FacilitySetUp) -> bool:
    """Whether licence and organisation in an origin are those of the facility."""
    licence = (origin.licence_username, origin.licence_password)
    own = (facility.enterprise, facility.nihii, facility.nihii.padded)
    organisation = origin.organisation.value if origin.organisation else facility.enterprise
    is_care_home = origin.quality in ("", CARE_HOME) and origin.person is None
    return (
        licence == (facility.username, facility.password)
        and is_care_home
        and organisation in own
        and _sends_rightly(origin.sender, own)
    )


def _sends_rightly(sender: Sender | None, own: Container[str]) -> bool:
    """Whether nothing in a sender may be refused, whatever the security of the rehearsal is."""
    if sender is None:
        return True
    organisation = sender.organisation
    parties = (sender.person, organisation)
    return all(one is None or one.is_well_formed for one in parties) and (
        organisation is None or (organisation.value in own and organisation.quality in ("", CARE_HOME))
    )


@check(
    "CK-SIM-09",
    disproves=(),
    evidence=EvidenceKind.WIRE,
    codes=("reply-about-another", "fund-of-another", "decision-not-delivered", "decision-forced-unasked"),
)
def decisions_fit_what_they_answer(history: History) -> Iterator[Outcome]:
    """A decision names a message that was received and the fund of its resident, and reaches a mailbox."""
    received = {(one.facility, one.service, one.reference): one for one in history.messages if one.received}
    for reply in history.replies:
        sent = received.get((reply.facility, reply.service, reply.about))
        document = reply.document
        spot = Spot(event=reply.seq, evidence=reply.event.evidence)
        about = reply.about
        if isinstance(document, Decision | InsuranceAnswer):
            about = document.about
        elif isinstance(document, Reject):
            about = document.input_reference
        if sent is None or about != reply.about:
            expected = "a reply on a message that was received"
            yield ours(
                history, "reply-about-another", spot, expected, f"one on {reply.about}, {about} inside"
            )
        elif not _is_of_its_fund(history, sent, document, reply.seq):
            expected = "the fund of the resident on the first day"
            yield ours(history, "fund-of-another", spot, expected, f"fund {getattr(document, 'fund', None)}")
        else:
            yield Occasion(reply.seq)
    yield from _undelivered(history)


def _is_of_its_fund(history: History, sent: Sent, document: Document | PeerError, at: int) -> bool:
    """Whether the fund that is named has the resident as a member; where the cast says nothing, it has."""
    match document:
        case InsuranceAnswer(insz=insz, day=day, fund=fund):
            funds = memberships(history, insz, at)
            return funds is None or fund == next(
                (name for name, since, until in funds if _holds(since, until, day)), None
            )
        case Decision(outcome=Decided.ACCEPTED) as decision:
            return _is_of_its_stay(history, sent, decision, at)
        case _:
            return True


def _is_of_its_stay(history: History, sent: Sent, decision: Decision, at: int) -> bool:
    message = sent.message
    if isinstance(message, PeerError | None):
        return True
    if isinstance(message, Assessment):
        return decision.fund is None and decision.category is not None
    funds = memberships(history, message.insz or "", at)
    if funds is None:
        return True
    if isinstance(message, Withdrawal | EndOfAgreement):
        return decision.fund is None or any(fund == decision.fund for fund, _, _ in funds)
    told = message.end if isinstance(message, EndOfStay | EndOfAbsence) else message.start
    start = decision.start or told
    day = brussels(start).date() if start else None
    return any(fund == decision.fund and _holds(since, until, day) for fund, since, until in funds)


def _holds(since: date, until: date | None, day: date | None) -> bool:
    return day is None or (since <= day and (until is None or day <= until))


def _undelivered(history: History) -> Iterator[Outcome]:
    """Each decision is put in the mailbox as soon as it was taken, and none was forced without a reason."""
    forcing = [e.seq for e in history.of_type(EventType.BEHAVIOUR) if e.data.get("kind") in _IMPOSING]
    for event in history.of_type(EventType.DECIDED):
        spot, about = Spot(event=event.seq), event.ids.get("reference", "")
        follower = next(
            (one for one in history.replies if one.seq > event.seq and one.kind != UNREADABLE), None
        )
        if follower is None or (follower.about, follower.facility) != (about, event.ids.get("facility")):
            yield ours(history, "decision-not-delivered", spot, f"a reply on {about}", "none")
        elif event.data.get("imposed") and not any(seq < event.seq for seq in forcing):
            yield ours(history, "decision-forced-unasked", spot, "a decision by the rules", "a forced one")
