"""Checks of the chapter transport: how replies are fetched, confirmed and followed."""

from collections.abc import Iterator

from generale.conformance.bill import BilledLine, Fate
from generale.conformance.case import Case
from generale.conformance.checks.check import Occasion, Outcome, Spot, check, missing, whole, wrong
from generale.conformance.expectation import due_bills, views
from generale.conformance.history import History
from generale.conformance.reply import REJECTS, UNREADABLE, Reply
from generale.conformance.told import Told
from generale.driver.observations import DecisionState
from generale.protocol.flatfile import BillKind
from generale.protocol.genericasync import Get
from generale.protocol.messages import Outcome as Decided
from generale.results.verdicts import EvidenceKind


def fetched_in(history: History, sync: Told) -> dict[tuple[str, str], list[tuple[str, ...]]]:
    """What a poll fetched, page by page: the references of the replies, for each mailbox that was opened."""
    pages: dict[tuple[str, str], list[tuple[str, ...]]] = {}
    for exchange in history.exchanges:
        if sync.seq < exchange.seq < sync.until and exchange.delivered is not None:
            names = tuple(one.blob.reference or "" for one in exchange.delivered.messages)
            pages.setdefault((exchange.facility, exchange.service), []).append(names)
    return pages


def waiting(history: History, box: tuple[str, str], seq: int) -> list[Reply]:
    """What lay unconfirmed in a mailbox at a place in the transcript, oldest first."""
    return [
        one
        for one in history.replies
        if (one.facility, one.service) == box
        and one.seq < seq
        and not (one.confirmed and one.confirmed[0] < seq)
    ]


def _spot(reply: Reply, event: int) -> Spot:
    return Spot(event=event, evidence=reply.event.evidence)


@check(
    "CK-TRA-03",
    disproves=("RQ-TRA-03",),
    evidence=EvidenceKind.WIRE,
    codes=("not-confirmed", "confirmed-unfetched"),
)
def confirms_what_it_read(history: History) -> Iterator[Outcome]:
    """Every readable reply that was fetched is confirmed; behind a garbled one another check looks."""
    garbled = {one.fetched[0] for one in history.unreadable() if one.fetched}
    for reply in history.replies:
        if reply.kind in {UNREADABLE, *REJECTS} or not reply.fetched:
            continue
        if reply.confirmed:
            yield Occasion(reply.confirmed[0])
        elif reply.fetched[0] not in garbled and could_confirm(history, reply):
            yield wrong(
                history,
                "not-confirmed",
                _spot(reply, reply.fetched[0]),
                expected=f"a confirmation of reply {reply.reference}",
                received="nothing",
                cause="confirming",
            )
    yield from _confirmed_unfetched(history)


def _confirmed_unfetched(history: History) -> Iterator[Outcome]:
    """Confirmations of references that no answer held; not after a cut line, which may have held them."""
    held: dict[tuple[str, str], set[str]] = {}
    unknown: set[tuple[str, str]] = set()
    for exchange in history.exchanges:
        box = exchange.facility, exchange.service
        if exchange.delivered is not None:
            held.setdefault(box, set()).update(
                one.blob.reference or "" for one in exchange.delivered.messages
            )
        elif exchange.is_cut:
            unknown.add(box)
        if exchange.confirms is None or box in unknown or history.facility_of(box[0]) is None:
            continue
        strange = [one for one in exchange.confirms.references if one not in held.get(box, ())]
        if strange:
            yield wrong(
                history,
                "confirmed-unfetched",
                Spot(event=exchange.seq, evidence=exchange.request.evidence),
                expected="only references of replies that were fetched",
                received=strange[0],
                cause="confirming",
            )


def could_confirm(history: History, reply: Reply) -> bool:
    """Whether the poll that fetched it ran to its end without trouble."""
    if not history.syncs:
        return history.is_fair
    polls = (one for one in history.syncs if one.seq < reply.fetched[0] < one.until)
    return history.is_fair and any(history.undisturbed(one, reply.service) for one in polls)


@check("CK-TRA-04", disproves=("RQ-TRA-04",), evidence=EvidenceKind.WIRE, codes=("page-left-unread",))
def polls_until_empty(history: History) -> Iterator[Outcome]:
    """At the end of a poll nothing is left unfetched that lay in an opened mailbox when the poll began.

    Who confirms what it fetched at its next poll only gets to see the next page then, and is right.
    """
    for sync in history.syncs:
        for box, pages in fetched_in(history, sync).items():
            if not history.undisturbed(sync, box[1]):
                continue
            before = waiting(history, box, sync.seq)
            if any(one.kind == UNREADABLE for one in before) or not _confirms(before, sync):
                continue
            if any((one.facility, one.service) == box for one in history.strays):
                continue
            unread = [one for one in before if not one.is_known(sync.until)]
            if unread and not _confirms(_fresh(before, sync), sync):
                continue
            if unread:
                yield wrong(
                    history,
                    "page-left-unread",
                    _spot(unread[0], sync.until),
                    expected=f"all {len(before)} waiting replies fetched",
                    received=f"{len(before) - len(unread)} fetched in {len(pages)} pages",
                    cause=f"mailbox of {box[0]}",
                )
            elif before and (len(pages[0]) < len(before) or _ran_dry(history, sync, box)):
                yield Occasion(sync.until)


def _ran_dry(history: History, sync: Told, box: tuple[str, str]) -> bool:
    """Whether a poll asked a mailbox for more than it got."""
    return any(
        isinstance(one.asked, Get)
        and one.delivered is not None
        and len(one.delivered.messages) < one.asked.message_query.max
        for one in history.exchanges
        if sync.seq < one.seq < sync.until and (one.facility, one.service) == box
    )


def _fresh(replies: list[Reply], sync: Told) -> list[Reply]:
    """Those of these replies that a poll was the first to fetch."""
    return [one for one in replies if one.fetched and sync.seq < one.fetched[0] < sync.until]


def _confirms(replies: list[Reply], sync: Told) -> bool:
    """Whether a poll confirmed any of these: a mailbox that is never emptied is another check's matter."""
    return any(sync.seq < seq < sync.until for one in replies for seq in one.confirmed)


@check(
    "CK-TRA-09",
    disproves=("RQ-TRA-09",),
    evidence=EvidenceKind.WIRE,
    codes=("unreadable-confirmed", "stopped-at-unreadable"),
)
def unreadable_stays_and_blocks_nobody(history: History) -> Iterator[Outcome]:
    """A garbled reply stays unconfirmed; the readable ones of its mailbox are confirmed all the same.

    Who stores what it reads and confirms it at its next poll is right.
    """
    for bad in history.unreadable():
        cause = f"unreadable reply {bad.reference}"
        if bad.confirmed:
            yield wrong(
                history,
                "unreadable-confirmed",
                _spot(bad, bad.confirmed[0]),
                expected="no confirmation, for nobody has read it",
                received=f"a confirmation of reply {bad.reference}",
                cause=cause,
            )
        polls = list(history.chances(bad.seq, bad.service))
        box = (bad.facility, bad.service)
        for sync, following in zip(polls, [*polls[1:], None], strict=False):
            if box not in fetched_in(history, sync):
                continue
            others = [one for one in waiting(history, box, sync.seq) if one.kind != UNREADABLE]
            end = following.until if following else sync.until
            left = [one for one in others if not (one.confirmed and one.confirmed[0] < end)]
            if left and following:
                yield wrong(
                    history,
                    "stopped-at-unreadable",
                    _spot(left[0], end),
                    expected=f"{len(others)} readable replies processed and confirmed",
                    received=f"{len(others) - len(left)} confirmed",
                    cause=cause,
                )
                break
            if others and not left and not bad.confirmed:
                yield Occasion(sync.until)


@check("CK-TRA-05", disproves=("RQ-TRA-05",), evidence=EvidenceKind.WIRE, codes=("older-decision-followed",))
def bills_by_the_last_decision(history: History) -> Iterator[Outcome]:
    """Where decisions arrived out of order, bills follow the one that was decided last."""
    for line in history.lines:
        for case in history.cases:
            if not case.stay.is_known_as(line.insz) or not _is_disordered(case, line.sent.seq):
                continue
            if case.state(line.sent.seq) is DecisionState.ACCEPTED:
                yield Occasion(line.sent.seq)
            elif _was_once_accepted(case, line.sent.seq):
                yield wrong(
                    history,
                    "older-decision-followed",
                    whole(line.sent),
                    expected="no bill, for the decision taken last is no acceptance",
                    received=f"{line.line.days} days billed",
                    cause=case.cause,
                )
    yield from _unbilled_after_disorder(history)


def _unbilled_after_disorder(history: History) -> Iterator[Outcome]:
    """An acceptance decided last but not arrived last is billed like any other."""
    for due in due_bills(history):
        case, seq = due.case, due.told.seq
        if not due.days or not _is_disordered(case, seq) or not _ends_without_acceptance(case, seq):
            continue
        if not due.days & due.billed(history) and due.must_have_left(history):
            expected = "a bill, for the decision taken last is an acceptance"
            yield missing(history, "older-decision-followed", seq, expected=expected, cause=case.cause)


def _is_disordered(case: Case, seq: int) -> bool:
    """Whether decisions on one message about a stay came in another order than they were taken in."""
    for sent in case.admitting:
        times = [one.decision.decided for one in case.heard_on(sent, seq)]
        if times != sorted(times):
            return True
    return False


def _was_once_accepted(case: Case, seq: int) -> bool:
    heard = (one for sent in case.admitting for one in case.heard_on(sent, seq))
    return any(one.decision.outcome is Decided.ACCEPTED for one in heard)


def _ends_without_acceptance(case: Case, seq: int) -> bool:
    """Whether the last to arrive is no acceptance."""
    heard = [one for sent in case.admitting for one in case.heard_on(sent, seq)]
    last = max(heard, key=lambda one: one.reply.arrival)
    return last.decision.outcome is not Decided.ACCEPTED


@check("CK-TRA-05T", disproves=("RQ-TRA-05",), evidence=EvidenceKind.TOLD, codes=("older-decision-shown",))
def shows_the_last_decision(history: History) -> Iterator[Outcome]:
    """Where decisions arrived out of order, users see the one that was decided last."""
    for seen in history.observations:
        for case, view in views(history, seen):
            if not _is_disordered(case, seen.seq):
                continue
            if view.decision is case.state(seen.seq):
                yield Occasion(seen.seq)
            else:
                yield wrong(
                    history,
                    "older-decision-shown",
                    Spot(event=seen.seq, path="stays[].decision"),
                    expected=case.state(seen.seq).value,
                    received=view.decision.value,
                    cause=case.cause,
                )


@check("CK-TRA-10", disproves=("RQ-TRA-10",), evidence=EvidenceKind.WIRE, codes=("effect-per-delivery",))
def twice_delivered_once_done(history: History) -> Iterator[Outcome]:
    """What a settlement refused is billed again once, though the settlement came twice."""
    for former in history.lines:
        settling = [one.reply for one in former.answers if one.fate is Fate.REFUSED]
        if not _came_twice(settling):
            continue
        known = settling[0].fetched[0]
        again = [
            line
            for line in history.booked
            if line.sent.seq > known and line.insz == former.insz and set(line.days) & set(former.days)
        ]
        twice = next((line for place, line in enumerate(again) if _is_repeated(line, again[:place])), None)
        if twice:
            yield wrong(
                history,
                "effect-per-delivery",
                whole(twice.sent),
                expected=f"{former.line.first} to {former.line.last} billed again once",
                received="billed again more than once",
                cause=f"file {former.sent.reference}",
            )
        elif again:
            yield Occasion(again[0].sent.seq)


def _came_twice(settling: list[Reply]) -> bool:
    """Whether the vendor fetched the same settlement more than once."""
    return bool(settling) and sum(len(one.fetched) for one in settling) > 1 and bool(settling[0].fetched)


def _is_repeated(line: BilledLine, earlier: list[BilledLine]) -> bool:
    """Whether a line bills days that an earlier one bills whose fate is still open."""
    return line.bill.kind is not BillKind.CREDIT and any(
        set(line.days) & set(one.days) and one.fate(line.sent.seq) in (Fate.OPEN, Fate.ACCEPTED)
        for one in earlier
    )
