"""Checks of the chapter absence: who is away is told to be, and the days away are not billed."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from generale.conformance.case import Case
from generale.conformance.checks.admission import ADMISSIONS
from generale.conformance.checks.check import Occasion, Outcome, check, missing, whole, wrong
from generale.conformance.checks.place import field_spot, zone_spot
from generale.conformance.exchange import INVOICES
from generale.conformance.expectation import case_of, last_billing
from generale.conformance.history import History
from generale.conformance.sent import Sent
from generale.conformance.told import Away, Version
from generale.driver.observations import DecisionState
from generale.driver.stimuli import BillMonth
from generale.protocol.calendar import days_between
from generale.protocol.clock import brussels
from generale.protocol.messages import Absence, EndOfAbsence
from generale.results.verdicts import EvidenceKind


@check(
    "CK-ABS-01",
    disproves=("RQ-ABS-01",),
    evidence=EvidenceKind.WIRE,
    codes=(
        "absence-not-told",
        "leaving-wrong",
        "returning-wrong",
        "absence-reason-wrong",
        "absence-not-sent",
        "return-not-sent",
    ),
)
def absences_are_told_as_they_were(history: History) -> Iterator[Outcome]:
    """Each absence that was entered leaves with its moments and its reason, and so does the return."""
    for case in history.cases:
        for sent in case.absences:
            yield from _compared(history, case, sent)
        yield from _forgotten(history, case)


def _compared(history: History, case: Case, sent: Sent) -> Iterator[Outcome]:
    """What a message says, beside the absence that was entered nearest to it."""
    told = [away for version in case.stay.until(sent.seq) for away in version.absences]
    ends = [one.end for one in told if one.end is not None]
    message = sent.message
    assert isinstance(message, Absence | EndOfAbsence)
    if not (told if isinstance(message, Absence) else ends):
        yield wrong(
            history,
            "absence-not-told",
            whole(sent),
            expected="no absence, and no end of one",
            received=type(message).__name__,
            cause=case.cause,
        )
        return
    found = list(_differences(message, told) if isinstance(message, Absence) else _wrong_end(message, ends))
    for code, field, expected, received in found:
        spot = field_spot(sent, type(message), field)
        yield wrong(history, code, spot, expected=expected, received=received, cause=case.cause)
    if not found:
        yield Occasion(sent.seq)


def _wrong_end(message: EndOfAbsence, ends: Sequence[datetime]) -> Iterator[tuple[str, str, str, str]]:
    """Code, field, expected and received where a return is told otherwise than it was entered."""
    if message.end not in ends:
        nearest = min(ends, key=lambda one: abs(one - message.end))
        yield "returning-wrong", "end", _moment(nearest), _moment(message.end)


def _differences(message: Absence, told: Sequence[Away]) -> Iterator[tuple[str, str, str, str]]:
    """Code, field, expected and received of what an absence says otherwise than it was entered."""
    nearest = min(told, key=lambda one: abs(one.start - message.start))
    ends = [one.end for one in told if one.start == nearest.start]
    if message.start != nearest.start:
        yield "leaving-wrong", "start", _moment(nearest.start), _moment(message.start)
    if message.reason is not nearest.reason:
        yield "absence-reason-wrong", "reason", nearest.reason.value, message.reason.value
    if message.end is not None and message.end not in ends:
        yield "returning-wrong", "end", _moment(ends[-1]), _moment(message.end)


def _forgotten(history: History, case: Case) -> Iterator[Outcome]:
    """Absences and returns of an accepted stay of which nothing left, though there was time."""
    final, latest = history.events[-1].seq, case.stay.latest
    if case.state(final) is not DecisionState.ACCEPTED or latest.withdrawn:
        return
    messages = [one.message for one in case.absences]
    absences = [one for one in messages if isinstance(one, Absence)]
    returns = [one for one in messages if isinstance(one, Absence | EndOfAbsence) and one.end is not None]
    back = [one for one in latest.absences if one.end is not None]
    if len(absences) < len(latest.absences):
        away, code = latest.absences[len(absences)], "absence-not-sent"
        expected = f"an absence of {case.stay.insz} from {_moment(away.start)} on"
    elif len(returns) < len(back):
        away, code = back[len(returns)], "return-not-sent"
        expected = f"the return of {case.stay.insz} on {_moment(away.end)}"
    else:
        return
    since = next(
        one.since for one in case.stay.versions if _has(one, away, with_end=code == "return-not-sent")
    )
    if history.must_have_left(max(since, _accepted_at(case)), ADMISSIONS):
        yield missing(history, code, since, expected=expected, cause=case.cause)


def _has(version: Version, away: Away, *, with_end: bool) -> bool:
    """Whether an absence was entered by then, and where it is asked for also its end."""
    return any(one == away if with_end else one.start == away.start for one in version.absences)


def _accepted_at(case: Case) -> int:
    """Where the vendor learned of a decision on the stay for the last time: then it is accepted."""
    known = [heard.reply.fetched[0] for sent in case.admitting for heard in case.heard_on(sent, 2**62)]
    return max(known, default=0)


def _moment(moment: datetime | None) -> str:
    return "not back yet" if moment is None else brussels(moment).isoformat()


@check("CK-ABS-02", disproves=("RQ-ABS-02",), evidence=EvidenceKind.WIRE, codes=("absent-day-billed",))
def days_away_are_not_billed(history: History) -> Iterator[Outcome]:
    """No day of an absence is billed that the counting table does not pay, where it was entered by then."""
    counting, billed = history.profile.counting, list[Case]()
    for line in history.lines:
        billing = last_billing(history, line.sent.seq)
        for day in line.days:
            case = case_of(history, line.insz, day, line.sent)
            if case is None or case in billed:
                continue
            known = case.stay.at(billing.seq if billing else line.sent.seq)
            if known is None or not any(one.leaves_out(day, counting) for one in known.absences):
                continue
            billed.append(case)
            yield wrong(
                history,
                "absent-day-billed",
                zone_spot(line.sent, line.record, "first_day"),
                expected=f"no bill for {day}: the resident was away",
                received=f"{line.line.first} to {line.line.last} billed",
                cause=case.cause,
            )
    for told in history.told:
        if not told.taken or not isinstance(told.stimulus, BillMonth):
            continue
        month = told.stimulus.month
        for case in history.cases:
            known = case.stay.at(told.seq)
            if known is None or case in billed or not any(history.chances(told.seq, INVOICES)):
                continue
            days = days_between(month.first, month.last)
            if any(one.leaves_out(day, counting) for day in days for one in known.absences):
                yield Occasion(told.seq)
