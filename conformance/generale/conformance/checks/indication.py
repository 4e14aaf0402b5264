"""Checks of the chapter indication: assessments leave as recorded, once, and behind the admission."""

from collections.abc import Iterator

from generale.conformance.assessed import RECORDED, Assessed, assessed_of, recorded
from generale.conformance.checks.admission import ADMISSIONS, is_one_too_many, same_text
from generale.conformance.checks.check import Occasion, Outcome, check, missing, whole, wrong
from generale.conformance.checks.place import field_spot
from generale.conformance.history import History
from generale.conformance.sent import Answer, Sent
from generale.driver.observations import DecisionState
from generale.protocol.messages import Assessment
from generale.protocol.messages import Outcome as Decided
from generale.results.verdicts import EvidenceKind

_CODES = {
    "assessed": "assessment-day-changed",
    "assessor": "assessor-changed",
    "dementia": "diagnosis-changed",
    "diagnosed": "diagnosis-changed",
}
"""The code of a field that is sent otherwise than it was recorded; of all others it is that of a score."""


@check(
    "CK-IND-01",
    disproves=("RQ-IND-01",),
    evidence=EvidenceKind.WIRE,
    codes=("score-changed", "diagnosis-changed", "assessment-day-changed", "assessor-changed"),
)
def scores_leave_as_recorded(history: History) -> Iterator[Outcome]:
    """Every field of an assessment that was sent says what the facility recorded."""
    for one in assessed_of(history):
        for sent in one.sent:
            found = list(_differences(one, sent))
            for name, told, said in found:
                yield wrong(
                    history,
                    _CODES.get(name, "score-changed"),
                    field_spot(sent, Assessment, name),
                    expected=f"{name}: {told}",
                    received=said,
                    cause=one.cause,
                )
            if not found:
                yield Occasion(sent.seq)


def _differences(one: Assessed, sent: Sent) -> Iterator[tuple[str, str, str]]:
    for name in RECORDED:
        told, said = str(getattr(one.stimulus, name)), str(recorded(sent, name))
        if told != said and not (name == "assessor" and same_text(told, said)):
            yield name, told, said


@check(
    "CK-IND-03",
    disproves=("RQ-IND-03",),
    evidence=EvidenceKind.WIRE,
    codes=("assessment-forgotten", "assessment-sent-twice"),
)
def each_assessment_once(history: History) -> Iterator[Outcome]:
    """Each assessment leaves once, at the latest when the admission is accepted.

    One that another has replaced before there was a chance to send it need not leave.
    """
    for one in assessed_of(history):
        twice = next((sent for sent in one.sent if _is_twice(history, one, sent)), None)
        if twice:
            yield wrong(
                history,
                "assessment-sent-twice",
                whole(twice),
                expected="one message",
                received=f"a second one, {twice.reference}, beside {one.sent[0].reference}",
                cause=one.cause,
            )
        elif one.sent:
            yield Occasion(one.sent[0].seq)
        elif _must_have_left(history, one, one.seq):
            expected = f"an assessment of {one.stimulus.insz} on {one.stimulus.assessed}"
            yield missing(history, "assessment-forgotten", one.seq, expected=expected, cause=one.cause)


def _is_twice(history: History, one: Assessed, sent: Sent) -> bool:
    """A second message though nothing said that the first one needs another, and it was not refused."""
    if not is_one_too_many(history, one.case, sent, one.sent):
        return False
    before = [other for other in one.sent if other.seq < sent.seq]
    decisions = (one.case.decision_on(other, sent.seq) for other in before)
    return not all(each is not None and each.outcome is Decided.REFUSED for each in decisions)


def _must_have_left(history: History, one: Assessed, since: int) -> bool:
    """Whether there was an undisturbed chance after a place, with the stay accepted, and no excuse."""
    return any(
        one.case.state(poll.seq) is DecisionState.ACCEPTED
        and not one.case.version(poll.seq).withdrawn
        and poll.until < one.until
        for poll in history.chances(since, ADMISSIONS)
        if history.is_fair
    )


@check(
    "CK-IND-04", disproves=("RQ-IND-04",), evidence=EvidenceKind.WIRE, codes=("assessment-before-admission",)
)
def assessments_come_behind_the_admission(history: History) -> Iterator[Outcome]:
    """Before an assessment stands the admission of the stay that it is about."""
    for one in assessed_of(history):
        for sent in one.sent[:1]:
            if any(admission.seq < sent.seq for admission in one.case.admissions):
                yield Occasion(sent.seq)
            else:
                yield wrong(
                    history,
                    "assessment-before-admission",
                    whole(sent),
                    expected=f"the admission of {one.stimulus.insz} first",
                    received="the assessment",
                    cause=one.cause,
                )


@check(
    "CK-IND-06", disproves=("RQ-IND-06",), evidence=EvidenceKind.WIRE, codes=("assessment-not-sent-again",)
)
def refused_with_the_admission_goes_again(history: History) -> Iterator[Outcome]:
    """An assessment that was refused only because the admission was leaves again once that is accepted.

    One that had been held back until then has nothing to repeat.
    """
    for one in assessed_of(history):
        if one.sent and one.case.refusals(one.sent[0].seq):
            yield Occasion(one.sent[0].seq)
        for place, sent in enumerate(one.sent):
            known = _known_at(one, sent)
            if known is None or not one.case.is_dependent(sent, known):
                continue
            if any(again.answer is not Answer.NONE for again in one.sent[place + 1 :]):
                yield Occasion(one.sent[place + 1].seq)
            elif _must_have_left(history, one, known):
                expected = f"the assessment of {one.stimulus.insz} once more, behind the repaired admission"
                yield missing(
                    history, "assessment-not-sent-again", sent.seq, expected=expected, cause=one.cause
                )


def _known_at(one: Assessed, sent: Sent) -> int | None:
    """Where the vendor learned the first decision on a message."""
    heard = one.case.heard.get((sent.facility, sent.reference), ())
    return min((each.reply.fetched[0] for each in heard if each.reply.fetched), default=None)
