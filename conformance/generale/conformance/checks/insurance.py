"""Checks of the chapter insurance: whether the platform is asked which care fund covers a resident."""

from collections.abc import Iterator

from generale.conformance.checks.check import Occasion, Outcome, check, whole, wrong
from generale.conformance.checks.place import field_spot
from generale.conformance.history import History
from generale.conformance.sent import Answer, Sent
from generale.protocol.clock import brussels
from generale.protocol.messages import Admission
from generale.results.verdicts import EvidenceKind

_NOT_ASKED = frozenset({Answer.FAILURE, Answer.FAULT, Answer.UNAVAILABLE})
"""Answers by which the platform has not taken a question in."""


@check(
    "CK-INS-01",
    disproves=("RQ-INS-01",),
    evidence=EvidenceKind.WIRE,
    codes=("status-not-asked", "status-asked-for-another-day"),
)
def status_is_asked_before_an_admission(history: History) -> Iterator[Outcome]:
    """Before every admission stands a question about the same person on the first day of the stay."""
    for case in history.cases:
        for sent in case.admissions:
            assert isinstance(sent.message, Admission)
            message, day = sent.message, brussels(sent.message.start).date()
            days = sorted(
                one.question.day
                for one in _asked_before(history, sent)
                if one.question is not None
                and (one.question.facility, one.question.insz) == (message.facility, message.insz)
            )
            if day in days:
                yield Occasion(sent.seq)
            elif days:
                yield wrong(
                    history,
                    "status-asked-for-another-day",
                    field_spot(sent, Admission, "start"),
                    expected=f"a question about {day}",
                    received=f"one about {days[-1]}",
                    cause=case.cause,
                )
            else:
                yield wrong(
                    history,
                    "status-not-asked",
                    whole(sent),
                    expected=f"a question about {day} before the admission",
                    received="none",
                    cause=case.cause,
                )


def _asked_before(history: History, sent: Sent) -> Iterator[Sent]:
    """The questions that the platform had taken in when a message left."""
    return (one for one in history.sent if one.seq < sent.seq and one.answer not in _NOT_ASKED)
