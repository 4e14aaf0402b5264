"""Checks of the chapter agreement: the end of a residence agreement is told, and as what it is."""

from collections.abc import Iterator

from generale.conformance.case import Case
from generale.conformance.checks.admission import ADMISSIONS
from generale.conformance.checks.check import Occasion, Outcome, check, missing, whole, wrong
from generale.conformance.checks.place import field_spot
from generale.conformance.history import History
from generale.conformance.sent import Sent
from generale.driver.observations import DecisionState
from generale.protocol.messages import EndOfAgreement
from generale.results.verdicts import EvidenceKind


@check(
    "CK-AGR-01",
    disproves=("RQ-AGR-01",),
    evidence=EvidenceKind.WIRE,
    codes=(
        "agreement-end-not-told",
        "agreement-day-wrong",
        "agreement-reason-wrong",
        "agreement-end-not-sent",
    ),
)
def ends_of_agreements_are_told_as_they_were(history: History) -> Iterator[Outcome]:
    """Each end of a residence agreement that was entered leaves with its last day and its reason."""
    for case in history.cases:
        for sent in case.agreement_ends:
            yield from _compared(history, case, sent)
        yield from _forgotten(history, case)


def _compared(history: History, case: Case, sent: Sent) -> Iterator[Outcome]:
    """What a message says, beside what was entered by then."""
    message = sent.message
    assert isinstance(message, EndOfAgreement)
    told = [version.agreement for version in case.stay.until(sent.seq) if version.agreement]
    if not told:
        yield wrong(
            history,
            "agreement-end-not-told",
            whole(sent),
            expected="no end of an agreement",
            received=str(message.last_day),
            cause=case.cause,
        )
        return
    nearest = min(told, key=lambda one: abs(one.last_day - message.last_day))
    pairs = (
        ("agreement-day-wrong", "last_day", str(nearest.last_day), str(message.last_day)),
        ("agreement-reason-wrong", "reason", nearest.reason.value, message.reason.value),
    )
    found = [one for one in pairs if one[2] != one[3]]
    for code, field, expected, received in found:
        spot = field_spot(sent, type(message), field)
        yield wrong(history, code, spot, expected=expected, received=received, cause=case.cause)
    if not found:
        yield Occasion(sent.seq)


def _forgotten(history: History, case: Case) -> Iterator[Outcome]:
    """The end of the agreement of an accepted stay that never left, though there was time."""
    latest, final = case.stay.latest, history.events[-1].seq
    if latest.agreement is None or latest.withdrawn or case.agreement_ends:
        return
    if case.state(final) is not DecisionState.ACCEPTED:
        return
    since = next(one.since for one in case.stay.versions if one.agreement)
    known = [heard.reply.fetched[0] for sent in case.admitting for heard in case.heard_on(sent, final)]
    if history.must_have_left(max(since, *known), ADMISSIONS):
        expected = f"the end of the agreement of {case.stay.insz} with {latest.agreement.last_day}"
        yield missing(history, "agreement-end-not-sent", since, expected=expected, cause=case.cause)
