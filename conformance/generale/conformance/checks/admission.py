"""Checks of the chapter admission: what the platform is told when a resident moves in, and when."""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from generale.conformance.case import Case
from generale.conformance.checks.check import Occasion, Outcome, Spot, check, missing, whole, wrong
from generale.conformance.checks.place import field_spot
from generale.conformance.expectation import rejects_about
from generale.conformance.history import History
from generale.conformance.sent import Sent
from generale.conformance.told import Told, Version
from generale.driver.observations import DecisionState
from generale.protocol.clock import brussels
from generale.protocol.errors import PeerError
from generale.protocol.messages import Admission, EndOfStay
from generale.results.verdicts import EvidenceKind

ADMISSIONS = "admissions"
"""Name of the service for messages of the admission family."""

_FIELDS = {
    "family_name": "name-wrong",
    "given_name": "name-wrong",
    "birth_date": "birth-date-wrong",
    "sex": "sex-wrong",
    "stay_type": "stay-type-wrong",
}


@check(
    "CK-ADM-01",
    disproves=("RQ-ADM-01",),
    evidence=EvidenceKind.WIRE,
    codes=("admission-day-wrong", "admission-in-universal-time", "admission-hour-wrong"),
)
def true_time_of_admission(history: History) -> Iterator[Outcome]:
    """The start in an admission is the moment that was told, in Belgian time."""
    for case in history.cases:
        for sent in case.admissions:
            assert isinstance(sent.message, Admission)
            told, start = case.stay.until(sent.seq), sent.message.start
            if any(one.start == start for one in told):
                yield Occasion(sent.seq)
                continue
            yield wrong(
                history,
                _time_code(start, told[-1].start),
                field_spot(sent, Admission, "start"),
                expected=brussels(told[-1].start).isoformat(),
                received=brussels(start).isoformat(),
                cause=case.cause,
            )


def _time_code(sent: datetime, told: datetime) -> str:
    if is_universal(sent, told):
        return "admission-in-universal-time"
    if brussels(sent).date() != brussels(told).date():
        return "admission-day-wrong"
    return "admission-hour-wrong"


def is_universal(sent: datetime, told: datetime) -> bool:
    """Whether a wrong time has the mark of universal time: off by the Belgian offset, or its midnight."""
    offset = brussels(told).utcoffset() or timedelta(0)
    midnight = sent.astimezone(UTC)
    at_midnight = midnight.hour == midnight.minute == 0 and brussels(told).hour != brussels(sent).hour
    return abs(sent - told) == offset or at_midnight


@check(
    "CK-ADM-02",
    disproves=("RQ-ADM-02",),
    evidence=EvidenceKind.WIRE,
    codes=("name-wrong", "birth-date-wrong", "sex-wrong", "stay-type-wrong", "person-unknown"),
)
def data_as_registered(history: History) -> Iterator[Outcome]:
    """Person and stay type in an admission are those that the facility registered."""
    placed = {one.seq for case in history.cases for one in case.admissions}
    for case in history.cases:
        for sent in case.admissions:
            assert isinstance(sent.message, Admission)
            found = list(_differences(sent.message, case.stay.until(sent.seq)))
            for field, expected, received in found:
                yield wrong(
                    history,
                    _FIELDS[field],
                    field_spot(sent, Admission, field),
                    expected=expected,
                    received=received,
                    cause=case.cause,
                )
            if not found:
                yield Occasion(sent.seq)
    for sent in history.messages:
        if isinstance(sent.message, Admission) and sent.seq not in placed:
            yield from _unknown(history, sent, sent.message)


def _differences(message: Admission, told: tuple[Version, ...]) -> Iterator[tuple[str, str, str]]:
    """Field, what was told last, and what was sent, for each field that fits no version told so far."""
    for field in _FIELDS:
        values = [str(one.stay_type if field == "stay_type" else getattr(one.person, field)) for one in told]
        received = str(getattr(message, field))
        if not any(same_text(received, value) for value in values):
            yield field, values[-1], received


def same_text(one: str, other: str) -> bool:
    """Whether two texts are the same but for capitals and the way accents are coded."""
    return unicodedata.normalize("NFC", one).casefold() == unicodedata.normalize("NFC", other).casefold()


def _unknown(history: History, sent: Sent, message: Admission) -> Iterator[Outcome]:
    """An admission of nobody who was told; what only moves a resident at a takeover is another check's."""
    moved = any(
        one.stay.is_known_as(message.insz) and message.facility in history.numbers_of(one.stay)[1:]
        for one in history.cases
    )
    known = any(one.stay.is_known_as(message.insz) for one in history.cases)
    if not moved and history.stays and not (known and len(history.facilities) > 1):
        yield wrong(
            history,
            "person-unknown",
            field_spot(sent, Admission, "insz"),
            expected="somebody who was entered",
            received=message.insz,
            cause=f"message {sent.reference}",
        )


@check(
    "CK-ADM-03",
    disproves=("RQ-ADM-03",),
    evidence=EvidenceKind.WIRE,
    codes=("admission-sent-twice", "admission-late", "admission-forgotten"),
)
def each_admission_once(history: History) -> Iterator[Outcome]:
    """Each admission that was told leaves once as an original, at the first poll after it was told."""
    garbled = any(isinstance(one.message, PeerError) for one in history.messages)
    for case in history.cases:
        twice = next(
            (one for one in case.admissions if is_one_too_many(history, case, one, case.admissions)), None
        )
        if twice:
            yield wrong(
                history,
                "admission-sent-twice",
                whole(twice),
                expected="one original",
                received=f"a second original, {twice.reference}, beside {case.admissions[0].reference}",
                cause=case.cause,
            )
        elif case.admissions and (missed := _missed_poll(history, case)):
            yield wrong(
                history,
                "admission-late",
                whole(case.admissions[0]),
                expected=f"an admission of {case.stay.insz} at the poll of event {missed.seq}",
                received=f"sent in event {case.admissions[0].seq}",
                cause=f"polls of {case.stay.facility}",
            )
        elif case.admissions:
            yield Occasion(case.admissions[0].seq)
        elif case.stay.latest.withdrawn or garbled or is_held(history, case, history.events[-1].seq):
            continue
        elif history.must_have_left(case.stay.entered, ADMISSIONS):
            yield missing(
                history,
                "admission-forgotten",
                case.stay.entered,
                expected=f"an admission of {case.stay.insz}",
                cause=case.cause,
            )


def _missed_poll(history: History, case: Case) -> Told | None:
    """The first poll after an admission was told, where that passed without it and without excuse.

    An excuse is an earlier stay of the same person that is not accepted, an insurance question about them
    that was not answered before, and any trouble at the service up to then: who was turned away may wait
    longer than one poll.
    """
    poll = next((one for one in history.syncs if one.seq > case.stay.entered), None)
    if poll is None or poll.until > case.admissions[0].seq or is_held(history, case, poll.seq):
        return None
    if _asks_first(history, case, poll):
        return None
    until_then = (one for one in history.syncs if one.seq <= poll.seq)
    if not all(history.undisturbed(one, ADMISSIONS) for one in until_then):
        return None
    return None if _garbled_before(history, poll.until) else poll


def _asks_first(history: History, case: Case, poll: Told) -> bool:
    """Whether a question about the person was on its way, whose answer the admission may wait for."""
    return any(
        sent.question is not None
        and case.stay.is_known_as(sent.question.insz)
        and sent.seq < poll.until
        and not any(one.about == sent.reference and one.is_known(poll.seq) for one in history.replies)
        for sent in history.messages
    )


def is_held(history: History, case: Case, seq: int) -> bool:
    """Whether an earlier stay of the same person is not accepted, so that this one may wait for it."""
    return any(
        one is not case
        and one.stay.insz == case.stay.insz
        and one.version(seq).start < case.version(seq).start
        and one.state(seq) is not DecisionState.ACCEPTED
        and not one.version(seq).withdrawn
        for one in history.cases
    )


def is_one_too_many(history: History, case: Case, sent: Sent, originals: Iterable[Sent]) -> bool:
    """A second original for which no refusal of the kind, no failed attempt and no correction gives cause."""
    before = [one for one in originals if one.seq < sent.seq and one.received]
    if not before or not sent.received:
        return False
    if any(one.corrected and one.since < sent.seq for one in case.stay.versions):
        return False
    if any(rejects_about(history, one, sent.seq) for one in before):
        return False
    if any(one.exchange.is_cut for one in history.sent if one.reference in {x.reference for x in before}):
        return False
    return not all(case.is_dependent(one, sent.seq) for one in before)


@check("CK-ADM-04", disproves=("RQ-ADM-04",), evidence=EvidenceKind.WIRE, codes=("sent-out-of-order",))
def events_in_order(history: History) -> Iterator[Outcome]:
    """What happened to a resident earlier leaves earlier, as far as it was known."""
    for number in dict.fromkeys(case.stay.insz for case in history.cases):
        events = sorted(_originals(history, number), key=lambda one: one[0].seq)
        for place, (later, happened, _) in enumerate(events):
            for earlier, before, known in events[place + 1 :]:
                if earlier.facility == later.facility and before < happened and known < later.seq:
                    yield wrong(
                        history,
                        "sent-out-of-order",
                        whole(later),
                        expected=f"what happened on {brussels(before).date()} first",
                        received=f"what happened on {brussels(happened).date()} first",
                        cause=f"order of {number}",
                    )
            if place and events[place - 1][1] <= happened:
                yield Occasion(later.seq)


def _originals(history: History, insz: str) -> Iterator[tuple[Sent, datetime, int]]:
    """The first admission and the first end of each stay of a person, when it happened, where it was told."""
    for case in history.cases:
        if case.stay.insz != insz:
            continue
        ended = case.stay.end_told()
        for sent in (*case.admissions[:1], *case.ends[:1]):
            if isinstance(sent.message, Admission):
                yield sent, case.version(sent.seq).start, case.stay.entered
            elif isinstance(sent.message, EndOfStay) and ended is not None:
                yield sent, case.version(sent.seq).end or sent.message.end, ended


@check("CK-ADM-05", disproves=("RQ-ADM-05",), evidence=EvidenceKind.WIRE, codes=("held-up-by-another",))
def nobody_waits_for_another(history: History) -> Iterator[Outcome]:
    """While one resident's message stands refused, what was told about the others has left."""
    for case in history.cases:
        for refused, known in _refusals(case):
            yield from _told_meanwhile(history, case, refused, known)
            others = [
                one
                for one in history.cases
                if one.stay.insz != case.stay.insz
                and one.stay.facility == case.stay.facility
                and one.stay.entered < refused.seq
                and not is_held(history, one, known)
            ]
            poll = next((one for one in history.syncs if one.until > known), None)
            if not others or poll is None or not history.undisturbed(poll, ADMISSIONS):
                continue
            waiting = [one for one in others if not any(sent.seq < poll.until for sent in one.admissions)]
            if waiting and history.is_fair and not _garbled_before(history, poll.until):
                yield wrong(
                    history,
                    "held-up-by-another",
                    Spot(event=poll.until),
                    expected=f"the admissions of all {len(others)} others sent",
                    received=f"{len(waiting)} not sent while that of {case.stay.insz} stands refused",
                    cause=case.cause,
                )
            elif not waiting:
                yield Occasion(known)


def _told_meanwhile(history: History, case: Case, refused: Sent, known: int) -> Iterator[Outcome]:
    """What was told about others after the refused message left, until somebody deals with the refusal."""
    until = _dealt_with(history, case, known)
    for other in history.cases:
        if other.stay.insz == case.stay.insz or other.stay.facility != case.stay.facility:
            continue
        for told, due, what, left in _told_about(other, until):
            if not refused.seq < due < until or is_held(history, other, until):
                continue
            if any(told < one.seq < until for one in left):
                yield Occasion(due)
            elif history.must_have_left(max(due, known), ADMISSIONS, until):
                expected = f"{what} of {other.stay.insz} sent while that of {case.stay.insz} stands refused"
                if not _garbled_before(history, until):
                    yield missing(history, "held-up-by-another", told, expected=expected, cause=case.cause)


def _dealt_with(history: History, case: Case, known: int) -> int:
    """Where a refusal is dealt with: a correction is told, or the admission leaves again; else the end."""
    corrected = [one.since for one in case.stay.versions if one.corrected and one.since > known]
    again = [one.seq for one in case.admitting if one.seq > known]
    return min(corrected + again, default=history.events[-1].seq + 1)


def _told_about(case: Case, until: int) -> Iterator[tuple[int, int, str, tuple[Sent, ...]]]:
    """Where each thing about a stay was told, from where it is due, what it asks for, and what can tell it.

    Ends and corrections are due once the stay is accepted: until then a product may hold them back. So it may
    a correction while an earlier one is undecided.
    """
    yield case.stay.entered, case.stay.entered, "an admission", case.admissions
    accepted = [seq for seq in _known_at(case) if seq < until and case.state(seq) is DecisionState.ACCEPTED]
    if not accepted:
        return
    for before, after in pairwise(case.stay.versions):
        due = max(after.since, min(accepted))
        if after.corrected:
            if _says_more(before, after) and not _is_being_corrected(case, after.since, until):
                yield after.since, due, "a correction", case.all
        elif after.end and not before.end:
            yield after.since, due, "an end of stay", case.ends


def _says_more(before: Version, after: Version) -> bool:
    return replace(before, since=after.since, corrected=True) != after


def _is_being_corrected(case: Case, seq: int, until: int) -> bool:
    """Whether a correction had left before a place that was not decided until another."""
    left = (one for one in (*case.admission_corrections, *case.end_corrections) if one.seq < seq)
    return any(case.decision_on(one, until) is None for one in left)


def _known_at(case: Case) -> list[int]:
    """Where the vendor learned each decision on a message that can make a stay accepted."""
    heard = (one for sent in case.admitting for one in case.heard.get((sent.facility, sent.reference), ()))
    return [one.reply.fetched[0] for one in heard if one.reply.fetched]


def _refusals(case: Case) -> Iterator[tuple[Sent, int]]:
    """The first admission of a case that stood refused, and where the vendor learned it."""
    for sent in case.admissions[:1]:
        for heard in case.heard.get((sent.facility, sent.reference), ()):
            if heard.decision.outcome.value == "refused" and heard.reply.fetched:
                yield sent, heard.reply.fetched[0]
                return


def _garbled_before(history: History, seq: int) -> bool:
    return any(isinstance(one.message, PeerError) and one.seq < seq for one in history.messages)
