"""Checks of the chapter correction: how an earlier message is repaired, and what follows from it."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise

from generale.conformance.case import Case
from generale.conformance.checks.admission import ADMISSIONS, same_text
from generale.conformance.checks.check import Occasion, Outcome, check, missing, whole, wrong
from generale.conformance.checks.place import field_spot
from generale.conformance.expectation import rejects_about
from generale.conformance.history import History
from generale.conformance.reply import INBOUND
from generale.conformance.sent import Sent
from generale.conformance.told import Version
from generale.protocol.messages import Admission, Correction, EndOfStay
from generale.protocol.messages import Outcome as Decided
from generale.results.verdicts import EvidenceKind

_ADMISSION_FIELDS = ("insz", "family_name", "given_name", "birth_date", "sex", "stay_type", "start")
_END_FIELDS = ("end", "reason")


@check(
    "CK-COR-01",
    disproves=("RQ-COR-01",),
    evidence=EvidenceKind.WIRE,
    codes=("second-original", "names-no-message", "names-corrected-message", "correction-not-sent"),
)
def corrections_name_what_they_change(history: History) -> Iterator[Outcome]:
    """What the facility corrected after it was sent leaves as a correction that names it."""
    for case in history.cases:
        for before, after in pairwise(case.stay.versions):
            if not after.corrected:
                continue
            if _differ(before, after, _ADMISSION_FIELDS):
                originals, repairs = case.admissions, case.admission_corrections
                yield from _repaired(history, case, after.since, originals, repairs)
            if _differ(before, after, _END_FIELDS):
                yield from _repaired(history, case, after.since, case.ends, case.end_corrections)
        for repairs in (case.admission_corrections, case.end_corrections):
            yield from _outdated(history, case, repairs)


def _repaired(
    history: History, case: Case, since: int, originals: Sequence[Sent], repairs: Sequence[Sent]
) -> Iterator[Outcome]:
    known = [
        one
        for one in originals
        if one.seq < since
        and one.received
        and not case.is_dependent(one, history.events[-1].seq)
        and not any(reply.kind == INBOUND for reply in rejects_about(history, one, since))
    ]
    if not known:
        return
    second = next((one for one in originals if one.seq > since), None)
    repair = next((one for one in repairs if one.seq > since), None)
    stray = next((one for one in history.messages if one.seq > since and _names_nothing(history, one)), None)
    cause = case.cause
    if second:
        expected = f"a correction of {known[0].reference}"
        received = f"a new original, {second.reference}"
        yield wrong(
            history, "second-original", whole(second), expected=expected, received=received, cause=cause
        )
    elif repair:
        yield Occasion(repair.seq)
    elif stray:
        spot = field_spot(stray, Correction, "corrects")
        expected = f"a correction of {known[0].reference}"
        assert isinstance(stray.message, Correction)
        received = f"a correction of {stray.message.corrects}"
        yield wrong(history, "names-no-message", spot, expected=expected, received=received, cause=cause)
    elif history.must_have_left(since, ADMISSIONS) and not _was_taken_back_since(case, since):
        expected = f"a correction of {known[0].reference}"
        yield missing(history, "correction-not-sent", since, expected=expected, cause=cause)


def _was_taken_back_since(case: Case, seq: int) -> bool:
    """Whether somebody took something of the stay back after a place: then nothing is left to correct."""
    return any(one.taken_back and one.since > seq for one in case.stay.versions)


def _outdated(history: History, case: Case, repairs: Sequence[Sent]) -> Iterator[Outcome]:
    """Corrections of what the vendor knew to be replaced by an accepted correction."""
    for place, sent in enumerate(repairs):
        named = _named(sent)
        accepted = [one for one in repairs[:place] if _named(one) == named and _is_accepted(case, one, sent)]
        if accepted:
            yield wrong(
                history,
                "names-corrected-message",
                field_spot(sent, Correction, "corrects"),
                expected=f"a correction of {accepted[-1].reference}",
                received=f"a correction of {named}",
                cause=case.cause,
            )


def _named(sent: Sent) -> str:
    """The reference of the message that a correction changes."""
    assert isinstance(sent.message, Correction)
    return sent.message.corrects


def _is_accepted(case: Case, sent: Sent, later: Sent) -> bool:
    """Whether the vendor knew that a message was accepted when another left."""
    decision = case.decision_on(sent, later.seq)
    return decision is not None and decision.outcome is Decided.ACCEPTED


def _names_nothing(history: History, sent: Sent) -> bool:
    """Whether a message is a correction of something that was never sent."""
    if not isinstance(sent.message, Correction):
        return False
    corrects = sent.message.corrects
    return not any(
        one.reference == corrects and one.facility == sent.facility and one.seq < sent.seq
        for one in history.messages
    )


def _value(version: Version, field: str) -> object:
    own = field in ("stay_type", "start", "end", "reason")
    value: object = getattr(version if own else version.person, field)
    return value


def _differ(one: Version, other: Version, fields: Sequence[str]) -> bool:
    return any(_value(one, field) != _value(other, field) for field in fields)


@check(
    "CK-COR-02",
    disproves=("RQ-COR-02",),
    evidence=EvidenceKind.WIRE,
    codes=("old-value-in-correction", "wrong-value-in-correction", "corrected-fact-missing"),
)
def corrections_carry_the_new_facts(history: History) -> Iterator[Outcome]:
    """Every field of a correction is as the facility corrected it, and what was corrected is there."""
    for case in history.cases:
        for repairs, fields in (
            (case.admission_corrections, _ADMISSION_FIELDS),
            (case.end_corrections, _END_FIELDS),
        ):
            for place, sent in enumerate(repairs):
                yield from _compared(history, case, sent, repairs[:place], fields)


def _compared(
    history: History, case: Case, sent: Sent, earlier: Sequence[Sent], fields: Sequence[str]
) -> Iterator[Outcome]:
    told = case.stay.until(sent.seq)
    corrected, found = _meant(told, earlier, fields), False
    for field in fields:
        code = _fault(sent, field, told, corrected)
        if code:
            found = True
            yield wrong(
                history,
                code,
                field_spot(sent, Correction, field),
                expected=str(_value(corrected[-1], field)),
                received=str(getattr(sent.message, field)),
                cause=case.cause,
            )
    if not found:
        yield Occasion(sent.seq)


def _meant(told: Sequence[Version], earlier: Sequence[Sent], fields: Sequence[str]) -> Sequence[Version]:
    """The versions of a stay that a correction may state: what was corrected and not stated since.

    The last one it may always state; one before that where no earlier correction has left for it.
    """
    changes = [
        after for before, after in pairwise(told) if after.corrected and _differ(before, after, fields)
    ]
    stated = max((one.seq for one in earlier if one.received), default=0)
    return [one for one in changes if one is changes[-1] or one.since > stated] or told


def _fault(sent: Sent, field: str, told: Sequence[Version], corrected: Sequence[Version]) -> str:
    """What is wrong with one field of a correction; empty where nothing is."""
    value = getattr(sent.message, field)
    if value is None:
        changed = _value(told[0], field) != _value(corrected[-1], field)
        return "corrected-fact-missing" if changed else ""
    if any(_is_same(value, _value(one, field)) for one in corrected):
        return ""
    is_old = any(_is_same(value, _value(one, field)) for one in told)
    return "old-value-in-correction" if is_old else "wrong-value-in-correction"


def _is_same(one: object, other: object) -> bool:
    return same_text(one, other) if isinstance(one, str) and isinstance(other, str) else one == other


@check(
    "CK-COR-03",
    disproves=("RQ-COR-03",),
    evidence=EvidenceKind.WIRE,
    codes=("dependent-not-sent-again", "dependents-out-of-order"),
)
def dependents_go_again(history: History) -> Iterator[Outcome]:
    """What was refused because of an earlier message, or held back, leaves in order once that is repaired."""
    final = history.events[-1].seq
    for insz in dict.fromkeys(case.stay.insz for case in history.cases):
        mine = [case for case in history.cases if case.stay.insz == insz]
        repair = _repair(mine, final)
        if repair is None or any(_is_unrepaired(case, sent, final) for case in mine for sent in case.all):
            continue
        repaired, known = repair
        again: list[tuple[datetime, Sent]] = []
        for case, dependent in _dependents(mine, final):
            successor = _successor(case, dependent, repaired.seq)
            if successor:
                again.append((_happened(case, dependent), successor))
            elif history.must_have_left(known, ADMISSIONS):
                expected = f"what was sent as {dependent.reference} sent again"
                yield missing(history, "dependent-not-sent-again", known, expected=expected, cause=case.cause)
        for case, happened, sent in _held_back(mine, repaired.seq):
            if sent:
                again.append((happened, sent))
            elif history.must_have_left(known, ADMISSIONS):
                expected = f"what was held back about {insz} sent"
                yield missing(history, "dependent-not-sent-again", known, expected=expected, cause=case.cause)
        again.sort(key=lambda pair: pair[1].seq)
        yield from _in_order(history, again, mine[0].cause)


def _repair(cases: Sequence[Case], seq: int) -> tuple[Sent, int] | None:
    """The first correction about a person that was accepted, and where the vendor learned it."""
    for case in cases:
        for sent in (*case.admission_corrections, *case.end_corrections):
            for heard in case.heard_on(sent, seq):
                if heard.decision.outcome is Decided.ACCEPTED:
                    return sent, heard.reply.fetched[0]
    return None


def _is_unrepaired(case: Case, sent: Sent, seq: int) -> bool:
    """Whether a message stands refused by itself and no accepted correction has taken its place."""
    decision = case.decision_on(sent, seq)
    if decision is None or decision.outcome is not Decided.REFUSED or case.is_dependent(sent, seq):
        return False
    repairs = (
        case.decision_on(one, seq)
        for one in (*case.admission_corrections, *case.end_corrections)
        if isinstance(one.message, Correction) and one.message.corrects == sent.reference
    )
    return not any(one is not None and one.outcome is Decided.ACCEPTED for one in repairs)


def _dependents(cases: Sequence[Case], seq: int) -> Iterator[tuple[Case, Sent]]:
    for case in cases:
        for sent in (*case.admissions, *case.ends):
            if case.is_dependent(sent, seq):
                yield case, sent


def _held_back(cases: Sequence[Case], seq: int) -> Iterator[tuple[Case, datetime, Sent | None]]:
    """What was told and not sent before a repair: when it happened, and the message that left since."""
    for case in cases:
        version, ended = case.version(seq), case.stay.end_told()
        if any(one.taken_back for one in case.stay.versions):
            continue
        if case.stay.entered < seq and not any(one.seq < seq for one in case.admissions):
            yield case, version.start, next(iter(case.admissions), None)
        if ended is not None and ended < seq and not any(one.seq < seq for one in case.ends):
            yield case, version.end or version.start, next(iter(case.ends), None)


def _successor(case: Case, dependent: Sent, seq: int) -> Sent | None:
    """The message that takes the place of a dependent one, sent after the repair."""
    kind = type(dependent.message)
    for sent in case.all:
        message = sent.message
        names_it = isinstance(message, Correction) and message.corrects == dependent.reference
        if sent.seq > seq and sent is not dependent and (type(message) is kind or names_it):
            return sent
    return None


def _happened(case: Case, sent: Sent) -> datetime:
    version = case.version(sent.seq)
    match sent.message:
        case EndOfStay(end=end):
            return version.end or end
        case Admission(start=start):
            return start
        case _:
            return version.start


def _in_order(history: History, again: Sequence[tuple[datetime, Sent]], cause: str) -> Iterator[Outcome]:
    for place, (happened, sent) in enumerate(again):
        late = [one for one, _ in again[place + 1 :] if one < happened]
        if late:
            expected = f"what happened on {min(late).date()} first"
            received = f"what happened on {happened.date()} first"
            spot = whole(sent)
            yield wrong(
                history, "dependents-out-of-order", spot, expected=expected, received=received, cause=cause
            )
        else:
            yield Occasion(sent.seq)
