"""Checks of the chapter security about trust: what may be done with an answer that proves nothing."""

from collections.abc import Iterator
from dataclasses import dataclass

from generale.conformance.case import STATES, Case
from generale.conformance.checks.check import Occasion, Outcome, Spot, check, missing, wrong
from generale.conformance.checks.fault import has_had_time, sent_again
from generale.conformance.checks.security import billed_unaccepted
from generale.conformance.exchange import Exchange
from generale.conformance.expectation import views
from generale.conformance.history import History
from generale.driver.observations import DecisionState
from generale.protocol.errors import PeerError
from generale.protocol.genericasync import Confirm
from generale.protocol.messages import Decision
from generale.results.verdicts import EvidenceKind

_CAUSE = "security of answers"


@check(
    "CK-SEC-02", disproves=("RQ-SEC-02",), evidence=EvidenceKind.WIRE, codes=("untrusted-reply-confirmed",)
)
def nothing_confirmed_that_was_not_proved(history: History) -> Iterator[Outcome]:
    """What came in a spoiled answer is confirmed only after it came in a right one."""
    suspect: dict[tuple[str, ...], Exchange] = {}
    proved: set[tuple[str, ...]] = set()
    for exchange in history.exchanges:
        box = (exchange.facility, exchange.service)
        keys = {(*box, *key) for item in _items(exchange) for key in item}
        if exchange.spoiled:
            suspect |= dict.fromkeys(keys - proved, exchange)
        else:
            proved |= keys
        if exchange.confirms is None:
            continue
        for key in sorted({(*box, *named) for named in _named(exchange.confirms)} & suspect.keys()):
            if key in proved:
                yield Occasion(exchange.seq)
                continue
            yield wrong(
                history,
                "untrusted-reply-confirmed",
                Spot(event=exchange.seq, evidence=exchange.request.evidence, path="confirm"),
                expected="no confirmation before a right answer",
                received=f"a confirmation after {suspect[key].spoiled}",
                cause=_CAUSE,
            )


def _items(exchange: Exchange) -> Iterator[set[tuple[str, str]]]:
    """By what each thing that an answer brought can be confirmed: reference, or digest of the content."""
    if exchange.delivered is None:
        return
    for one in exchange.delivered.messages:
        yield {("reply", key) for key in (one.blob.reference, one.blob.digest.hex()) if key}
    for tack in exchange.delivered.tacks:
        yield {("acknowledgement", key) for key in (tack.reference, tack.value.hex()) if key}


def _named(confirm: Confirm) -> Iterator[tuple[str, str]]:
    """What a confirmation names, in the words of ``_items``."""
    yield from (("reply", name) for name in confirm.references)
    yield from (("reply", value.hex()) for value in confirm.hashes)
    yield from (("acknowledgement", name) for name in confirm.tack_references)
    yield from (("acknowledgement", value.hex()) for value in confirm.tack_contents)


@dataclass(frozen=True, slots=True)
class _Claim:
    """What a spoiled answer said about a stay."""

    exchange: Exchange
    case: Case
    decision: Decision


def _claims(history: History) -> Iterator[_Claim]:
    """The decisions in spoiled answers, each with the stay that it is about."""
    for exchange in history.exchanges:
        if not exchange.spoiled or exchange.delivered is None:
            continue
        for delivery in exchange.delivered.messages:
            decision = _decision(history, delivery.blob.content)
            about = (exchange.facility, decision.about) if decision else None
            for case in history.cases:
                if decision and any((one.facility, one.reference) == about for one in case.admitting):
                    yield _Claim(exchange, case, decision)


def _decision(history: History, content: bytes) -> Decision | None:
    try:
        message = history.profile.read(content)
    except PeerError:
        return None
    return message if isinstance(message, Decision) else None


@check(
    "CK-SEC-05", disproves=("RQ-SEC-02",), evidence=EvidenceKind.WIRE, codes=("untrusted-decision-billed",)
)
def nothing_billed_that_was_not_proved(history: History) -> Iterator[Outcome]:
    """After an acceptance in a spoiled answer a month is billed without what no right answer accepts."""
    judged: list[Case] = []
    for claim in _claims(history):
        case, known = claim.case, claim.exchange.seq
        if STATES[claim.decision.outcome] is not DecisionState.ACCEPTED or case in judged:
            continue
        judged.append(case)
        yield from billed_unaccepted(
            history, case, known, "untrusted-decision-billed", after=claim.exchange.spoiled
        )


@check(
    "CK-SEC-05T", disproves=("RQ-SEC-02",), evidence=EvidenceKind.TOLD, codes=("untrusted-decision-shown",)
)
def nothing_shown_that_was_not_proved(history: History) -> Iterator[Outcome]:
    """What only a spoiled answer says of a stay is not what users see."""
    claims = list(_claims(history))
    for seen in history.observations:
        for case, view in views(history, seen):
            said = {
                STATES[one.decision.outcome]: one.exchange.spoiled
                for one in claims
                if one.case is case and one.exchange.seq < seen.seq
            }
            unproved = said.keys() - case.showable(seen.seq)
            if view.decision in unproved:
                yield wrong(
                    history,
                    "untrusted-decision-shown",
                    Spot(event=seen.seq, path="stays[].decision"),
                    expected=case.state(seen.seq).value,
                    received=f"{view.decision.value}, which only an answer after {said[view.decision]} says",
                    cause=case.cause,
                )
            elif unproved:
                yield Occasion(seen.seq)


@check(
    "CK-SEC-06",
    disproves=("RQ-SEC-02",),
    evidence=EvidenceKind.WIRE,
    codes=("untrusted-receipt-taken", "untrusted-confirmation-taken"),
)
def what_nothing_proves_is_asked_again(history: History) -> Iterator[Outcome]:
    """After a spoiled answer the same message, or the same confirmation, leaves once more."""
    for sent in history.sent:
        if not sent.exchange.spoiled:
            continue
        again = sent_again(history, sent)
        if again:
            yield Occasion(again[0].seq)
        elif has_had_time(history, sent.exchange):
            yield missing(
                history,
                "untrusted-receipt-taken",
                sent.seq,
                expected="the same message once more, for nothing proves that it was received",
                cause=_CAUSE,
            )
    for exchange in history.exchanges:
        if exchange.confirms is None or not exchange.spoiled:
            continue
        later = _confirmed_again(history, exchange)
        if later is not None:
            yield Occasion(later)
        elif history.is_fair and len(list(history.chances(exchange.seq, exchange.service))) > 1:
            yield missing(
                history,
                "untrusted-confirmation-taken",
                exchange.seq,
                expected="the same confirmation once more, for nothing proves that it was taken",
                cause=_CAUSE,
            )


def _confirmed_again(history: History, exchange: Exchange) -> int | None:
    """Where anything that a confirmation named is confirmed later, by whichever key."""
    box = (exchange.facility, exchange.service)
    mine = [one for one in history.exchanges if (one.facility, one.service) == box]
    named = set(_named(exchange.confirms)) if exchange.confirms else set()
    for item in (item for one in mine for item in _items(one)):
        if named & item:
            named |= item
    later = (one for one in mine if one.seq > exchange.seq and one.confirms and not one.spoiled)
    return next((one.seq for one in later if one.confirms and named & set(_named(one.confirms))), None)
