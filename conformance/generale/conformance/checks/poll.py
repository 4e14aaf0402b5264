"""Checks of the chapter fault: what follows when a poll or a confirmation is turned away."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta

from generale.conformance.checks.check import Occasion, Outcome, Spot, check, missing, wrong
from generale.conformance.checks.fault import has_had_time
from generale.conformance.checks.refusal_shown import holds_words, words_of
from generale.conformance.checks.transport import PATIENCE, TRIES
from generale.conformance.exchange import EMPTY, Exchange
from generale.conformance.expectation import worklist
from generale.conformance.history import History, Seen
from generale.protocol.genericasync import Confirm, ConfirmResponse
from generale.results.verdicts import EvidenceKind

LASTING = timedelta(days=1)
"""How long a mailbox may refuse every poll before somebody has to be told (project-defined)."""

THROTTLE, FAULT = "throttle", "fault"
"""The behaviours that turn a poll away."""

MOST_TAKEN = 3
"""How often the confirmation of one reply may be taken (project-defined)."""


def _asked(history: History, operation: str) -> dict[tuple[str, str], list[Exchange]]:
    """The requests of one kind to each mailbox, in order."""
    boxes: dict[tuple[str, str], list[Exchange]] = {}
    for exchange in history.exchanges:
        if exchange.operation == operation:
            boxes.setdefault((exchange.facility, exchange.service), []).append(exchange)
    return boxes


def _hammering(history: History, asked: Sequence[Exchange], kind: str, span: timedelta) -> list[Exchange]:
    """The first stretch of this span in which too many requests were turned away; empty where none is."""
    away = [one for one in asked if history.imposed(one) == kind]
    for place, first in enumerate(away):
        crowd = [one for one in away[place:] if one.at - first.at < span]
        if len(crowd) > TRIES:
            return crowd
    return []


def _stormed(history: History, crowd: Sequence[Exchange], span: timedelta, code: str, cause: str) -> Outcome:
    """Too many requests of one kind turned away by one mailbox."""
    return wrong(
        history,
        code,
        Spot(event=crowd[TRIES].seq, evidence=crowd[TRIES].request.evidence),
        expected=f"at most {TRIES} of these turned away within {span.seconds} seconds",
        received=f"{len(crowd)} from {crowd[0].request.at} on",
        cause=cause,
    )


def _patient(history: History, kind: str, span: timedelta, storm: str, given_up: str) -> Iterator[Outcome]:
    """Whether each mailbox that turned polls away was left alone, and was asked again.

    Who polls several times in one round may be turned away in the last one as well: nothing follows it.
    """
    for (facility, service), polls in _asked(history, "get").items():
        away = [one for one in polls if history.imposed(one) == kind]
        cause = f"mailbox of {facility} at {service}"
        if not away:
            continue
        crowd = _hammering(history, polls, kind, span)
        answered = [one for one in polls if one.seq > away[0].seq and one not in away]
        if crowd:
            yield _stormed(history, crowd, span, storm, cause)
        elif polls[-1] is away[-1] and has_had_time(history, away[-1], span):
            expected = "another poll of this mailbox"
            yield missing(history, given_up, away[-1].seq, expected=expected, cause=cause)
        elif answered:
            yield Occasion(answered[-1].seq)


@check(
    "CK-FLT-11",
    disproves=("RQ-FLT-11",),
    evidence=EvidenceKind.WIRE,
    codes=("polled-while-throttled", "mailbox-given-up"),
)
def waits_where_it_polled_too_soon(history: History) -> Iterator[Outcome]:
    """After 'Not enough time' a mailbox is left alone as long as the profile says, and then asked again."""
    span = timedelta(seconds=history.profile.poll_seconds)
    yield from _patient(history, THROTTLE, span, "polled-while-throttled", "mailbox-given-up")


@check(
    "CK-FLT-12",
    disproves=("RQ-FLT-12",),
    evidence=EvidenceKind.WIRE,
    codes=(
        "mailbox-hammered",
        "mailbox-not-asked-again",
        "confirmation-hammered",
        "confirmation-not-repeated",
    ),
)
def a_fault_at_the_mailbox_is_not_the_end(history: History) -> Iterator[Outcome]:
    """A poll or a confirmation that met a fault is made again, not too often, and nothing is lost by it."""
    yield from _patient(history, FAULT, PATIENCE, "mailbox-hammered", "mailbox-not-asked-again")
    for (facility, service), confirmations in _asked(history, "confirm").items():
        crowd = _hammering(history, confirmations, FAULT, PATIENCE)
        if crowd:
            cause = f"mailbox of {facility} at {service}"
            yield _stormed(history, crowd, PATIENCE, "confirmation-hammered", cause)
    yield from _repeated(history, FAULT, "confirmation-not-repeated")


def _repeated(history: History, kind: str, given_up: str) -> Iterator[Outcome]:
    """Whether what a confirmation named that was turned away is confirmed again."""
    for exchange in history.exchanges:
        asked = exchange.confirms
        if asked is None or history.imposed(exchange) != kind:
            continue
        box = (exchange.facility, exchange.service)
        later = [one for one in history.exchanges if one.seq > exchange.seq and one.confirms]
        mine = [one.confirms for one in later if (one.facility, one.service) == box and one.confirms]
        if _are_covered(asked, mine):
            yield Occasion(later[0].seq)
        elif has_had_time(history, exchange):
            expected = f"a confirmation of {' '.join(asked.references) or 'the same replies'}"
            cause = f"mailbox of {exchange.facility} at {exchange.service}"
            yield missing(history, given_up, exchange.seq, expected=expected, cause=cause)


def _are_covered(asked: Confirm, later: Sequence[Confirm]) -> bool:
    """Whether everything that a confirmation names is named again, in whatever portions."""
    references = {name for one in later for name in one.references}
    hashes = {value for one in later for value in one.hashes}
    return references >= set(asked.references) and hashes >= set(asked.hashes)


@check(
    "CK-FLT-14",
    disproves=("RQ-FLT-14",),
    evidence=EvidenceKind.WIRE,
    codes=("empty-answer-taken", "empty-answer-hammered", "confirmed-for-ever"),
)
def only_a_confirm_response_confirms(history: History) -> Iterator[Outcome]:
    """An empty answer confirms nothing and is asked again, not too often; what was taken is let be."""
    for (facility, service), confirmations in _asked(history, "confirm").items():
        cause = f"mailbox of {facility} at {service}"
        if crowd := _hammering(history, confirmations, EMPTY, PATIENCE):
            yield _stormed(history, crowd, PATIENCE, "empty-answer-hammered", cause)
        yield from _taken_too_often(history, confirmations, cause)
    yield from _repeated(history, EMPTY, "empty-answer-taken")


def _taken_too_often(history: History, confirmations: Sequence[Exchange], cause: str) -> Iterator[Outcome]:
    """The first confirmation of a mailbox that names something which was confirmed often enough."""
    taken: Counter[str | bytes] = Counter()
    for one in confirmations:
        asked = one.confirms
        if asked is None or one.spoiled or not isinstance(one.answered, ConfirmResponse):
            continue
        taken.update({*asked.references, *asked.hashes, *asked.tack_references, *asked.tack_contents})
        often = next((name for name, times in taken.items() if times > MOST_TAKEN), None)
        if often is not None:
            name = often if isinstance(often, str) else often.hex()
            yield wrong(
                history,
                "confirmed-for-ever",
                Spot(event=one.seq, evidence=one.request.evidence),
                expected=f"reply {name} confirmed at most {MOST_TAKEN} times",
                received=f"a confirmation that was taken {MOST_TAKEN} times before",
                cause=cause,
            )
            return


@check(
    "CK-FLT-13", disproves=("RQ-FLT-13",), evidence=EvidenceKind.TOLD, codes=("refused-mailbox-not-shown",)
)
def a_mailbox_that_refuses_for_long_is_shown(history: History) -> Iterator[Outcome]:
    """What users see tells of a mailbox of which every poll met a final fault for a day or longer."""
    for seen in history.observations:
        for (facility, service), polls in _asked(history, "get").items():
            refused = _refused_last(history, [one for one in polls if one.seq < seen.seq])
            if refused and seen.at - refused[0].at >= LASTING:
                yield _told_of(history, seen, refused, f"mailbox of {facility} at {service}")


def _refused_last(history: History, polls: Sequence[Exchange]) -> list[Exchange]:
    """The polls since the last that was not refused for good, as a scenario asked for it."""
    refused: list[Exchange] = []
    for one in polls:
        is_final = history.imposed(one) == FAULT and one.fault is not None and not one.fault.invites_retry
        refused = [*refused, one] if is_final else []
    return refused if len(refused) >= TRIES else []


def _told_of(history: History, seen: Seen, refused: Sequence[Exchange], cause: str) -> Outcome:
    words = tuple(dict.fromkeys(word for one in refused for word in words_of(one.fault)))
    if any(holds_words(item, words) for item in worklist(seen)):
        return Occasion(seen.seq)
    return wrong(
        history,
        "refused-mailbox-not-shown",
        Spot(event=seen.seq, path="worklist[]"),
        expected=f"an item with '{' or '.join(words)}'",
        received=f"{len(worklist(seen))} items, none that says so",
        cause=cause,
    )
