"""Checks of the chapter transport: later acknowledgements, and requests that agree with themselves."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from generale.conformance.checks.check import Occasion, Outcome, Spot, check, missing, wrong
from generale.conformance.exchange import Exchange
from generale.conformance.history import History
from generale.conformance.reply import INBOUND
from generale.protocol.genericasync import Confirm, EnvelopeError, Get, TAck
from generale.results.events import EventType
from generale.results.verdicts import EvidenceKind

_CAUSE = "acknowledgements in the mailbox"

_WITHOUT = ("insurance-answer", INBOUND)
"""The replies to what nobody picked up."""


@dataclass(frozen=True, slots=True)
class _Fetched:
    """An acknowledgement out of the mailbox, at the exchange that brought it first."""

    exchange: Exchange
    tack: TAck

    @property
    def box(self) -> tuple[str, str]:
        """The mailbox in which it waited."""
        return self.exchange.facility, self.exchange.service


def _fetched(history: History) -> Mapping[tuple[str, str, str], _Fetched]:
    """Every acknowledgement that came out of a mailbox, by facility, service and key, at its first time."""
    found: dict[tuple[str, str, str], _Fetched] = {}
    for exchange in history.exchanges:
        for tack in exchange.delivered.tacks if exchange.delivered and not exchange.spoiled else ():
            key = tack.reference or tack.value.hex()
            found.setdefault((exchange.facility, exchange.service, key), _Fetched(exchange, tack))
    return found


def _confirmed_at(history: History, one: _Fetched) -> int | None:
    """Where an acknowledgement was confirmed, by whichever key."""
    for exchange in history.exchanges:
        confirm = exchange.confirms
        if confirm is None or exchange.seq < one.exchange.seq:
            continue
        if (exchange.facility, exchange.service) == one.box and _names(confirm, one.tack):
            return exchange.seq
    return None


def _names(confirm: Confirm, tack: TAck) -> bool:
    return tack.reference in confirm.tack_references or tack.value in confirm.tack_contents


@check(
    "CK-TRA-12",
    disproves=("RQ-TRA-12",),
    evidence=EvidenceKind.WIRE,
    codes=("tack-not-fetched", "later-tack-not-fetched", "tack-not-confirmed"),
)
def acknowledgements_are_fetched_and_confirmed(history: History) -> Iterator[Outcome]:
    """Whoever polls a mailbox asks for the acknowledgements in it, and confirms those that it gets.

    Where a reply to a message was fetched, the message was picked up before, and said so: for every message
    the mailbox is asked for that as well.
    """
    for one in _fetched(history).values():
        confirmed = _confirmed_at(history, one)
        if confirmed is not None:
            yield Occasion(confirmed)
        elif _ran_its_course(history, one.exchange):
            response = one.exchange.response
            assert response is not None
            yield wrong(
                history,
                "tack-not-confirmed",
                Spot(event=response.seq, evidence=response.evidence, path="return/TAckResponse/TAck"),
                expected=f"a confirmation of acknowledgement {one.tack.reference}",
                received="nothing",
                cause=_CAUSE,
            )
    yield from _unasked(history)
    yield from _left_behind(history)


def _ran_its_course(history: History, exchange: Exchange) -> bool:
    """Whether the poll that holds an exchange ended without trouble; without polls, the whole history."""
    if not history.syncs:
        return history.is_fair
    polls = (one for one in history.syncs if one.seq < exchange.seq < one.until)
    return history.is_fair and any(history.undisturbed(one, exchange.service) for one in polls)


def _unasked(history: History) -> Iterator[Outcome]:
    """For each mailbox out of which replies came: a question that would have brought acknowledgements."""
    boxes: dict[tuple[str, str], Exchange] = {}
    for exchange in history.exchanges:
        if exchange.delivered is not None and exchange.delivered.messages:
            boxes.setdefault((exchange.facility, exchange.service), exchange)
    for box, first in boxes.items():
        asking = (
            _asks_for_tacks(one.asked)
            for one in history.exchanges
            if isinstance(one.asked, Get) and (one.facility, one.service) == box
        )
        if not any(asking):
            yield wrong(
                history,
                "tack-not-fetched",
                Spot(event=first.seq, evidence=first.request.evidence, path="get/TAckQuery"),
                expected="a TAckQuery with Include true",
                received="none in this mailbox",
                cause=_CAUSE,
            )


def _left_behind(history: History) -> Iterator[Outcome]:
    """The first message of each mailbox that was answered, and whose acknowledgement nobody asked for since.

    Who asks, and gets another acknowledgement first, is right.
    """
    found = {(*one.box, one.tack.input_reference) for one in _fetched(history).values()}
    last_asked: dict[tuple[str, str], int] = {}
    for exchange in history.exchanges:
        if isinstance(exchange.asked, Get) and exchange.response and _asks_for_tacks(exchange.asked):
            last_asked[exchange.facility, exchange.service] = exchange.response.seq
    named: set[tuple[str, str]] = set()
    for reply in history.replies:
        box = (reply.facility, reply.service)
        if box in named or reply.kind in _WITHOUT or (*box, reply.about) in found or not reply.fetched:
            continue
        known = reply.fetched[0]
        if last_asked.get(box, known) < known and history.must_have_left(known, reply.service):
            named.add(box)
            expected = f"the acknowledgement that message {reply.about} was picked up"
            yield missing(history, "later-tack-not-fetched", known, expected=expected, cause=_CAUSE)


def _asks_for_tacks(asked: Get) -> bool:
    return asked.tack_query.included and asked.tack_query.max > 0


@check(
    "CK-TRA-13",
    disproves=("RQ-TRA-13",),
    evidence=EvidenceKind.WIRE,
    codes=("lost-message-not-sent-again",),
)
def what_was_not_picked_up_is_sent_again(history: History) -> Iterator[Outcome]:
    """Once the product has fetched a failure, the same content leaves again under the same reference."""
    fetched = _fetched(history)
    for event in history.of_type(EventType.NOT_PICKED_UP):
        facility, service, reference = (event.ids[name] for name in ("facility", "service", "reference"))
        told = fetched.get((facility, service, event.ids["tack"]))
        if told is None:
            continue
        posted = [
            one
            for one in history.sent
            if (one.facility, one.service, one.reference) == (facility, service, reference)
        ]
        lost = [one.content for one in posted if one.seq < event.seq]
        again = next((one for one in posted if one.seq > told.exchange.seq and one.content in lost), None)
        if again is not None:
            yield Occasion(again.seq)
        elif history.must_have_left(told.exchange.seq, service):
            expected = f"the same content again under reference {reference}"
            yield missing(
                history,
                "lost-message-not-sent-again",
                told.exchange.seq,
                expected=expected,
                cause=f"message {reference}",
            )


@check(
    "CK-TRA-14",
    disproves=("RQ-TRA-14",),
    evidence=EvidenceKind.WIRE,
    codes=("request-not-allowed", "message-id-reused"),
)
def requests_agree_with_themselves(history: History) -> Iterator[Outcome]:
    """What an envelope says of itself fits what it asks, and its message id was given to no other request."""
    known: dict[str, Exchange] = {}
    for exchange in history.exchanges:
        envelope = exchange.envelope
        if isinstance(envelope, EnvelopeError):
            continue
        spot = Spot(event=exchange.seq, evidence=exchange.request.evidence, path="Header")
        fault = exchange.fault_due(history.profile.funds)
        name = envelope.addressing.message_id
        before = known.setdefault(name, exchange) if name else exchange
        if fault is not None:
            expected = f"a {exchange.operation} that is in agreement with itself"
            yield wrong(
                history,
                "request-not-allowed",
                spot,
                expected=expected,
                received=fault.message,
                cause="header",
            )
        elif before.request.evidence != exchange.request.evidence:
            yield wrong(
                history,
                "message-id-reused",
                spot,
                expected="a message id that was not used before",
                received=f"{name}, the message id of event {before.seq}",
                cause="message ids",
            )
        else:
            yield Occasion(exchange.seq)
