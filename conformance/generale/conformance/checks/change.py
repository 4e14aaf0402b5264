"""Checks of the chapter change: who goes on in another bed is told to, and billed by it from its day on."""

from collections.abc import Iterator, Sequence
from datetime import date

from generale.conformance.bill import BilledLine
from generale.conformance.case import Case
from generale.conformance.checks.admission import ADMISSIONS
from generale.conformance.checks.check import Occasion, Outcome, check, missing, whole, wrong
from generale.conformance.checks.invoice_amount import code_on, versions_billed
from generale.conformance.checks.place import field_spot, zone_spot
from generale.conformance.expectation import case_of
from generale.conformance.history import History
from generale.conformance.sent import Sent
from generale.conformance.told import NewType, Version
from generale.driver.observations import DecisionState
from generale.protocol.clock import brussels
from generale.protocol.messages import ChangeOfStayType
from generale.protocol.messages import Outcome as Decided
from generale.protocol.profile import Profile
from generale.results.verdicts import EvidenceKind


@check(
    "CK-CHG-01",
    disproves=("RQ-CHG-01",),
    evidence=EvidenceKind.WIRE,
    codes=("change-not-told", "change-moment-wrong", "changed-type-wrong", "change-not-sent"),
)
def changes_are_told_as_they_were(history: History) -> Iterator[Outcome]:
    """Each change of stay type that was entered leaves with its moment and its new type."""
    for case in history.cases:
        for sent in case.changes:
            yield from _compared(history, case, sent)
        yield from _forgotten(history, case)


def _compared(history: History, case: Case, sent: Sent) -> Iterator[Outcome]:
    """What a message says, beside the change that was entered nearest to it."""
    told, message = case.version(sent.seq).changes, sent.message
    assert isinstance(message, ChangeOfStayType)
    if not told:
        yield wrong(
            history,
            "change-not-told",
            whole(sent),
            expected="no change of stay type",
            received=message.stay_type.value,
            cause=case.cause,
        )
        return
    found = list(_differences(message, told))
    for code, field, expected, received in found:
        spot = field_spot(sent, type(message), field)
        yield wrong(history, code, spot, expected=expected, received=received, cause=case.cause)
    if not found:
        yield Occasion(sent.seq)


def _differences(message: ChangeOfStayType, told: Sequence[NewType]) -> Iterator[tuple[str, str, str, str]]:
    """Code, field, expected and received of what a message says otherwise than it was entered."""
    nearest = min(told, key=lambda one: abs(one.start - message.start))
    if message.start != nearest.start:
        expected, received = (brussels(one.start).isoformat() for one in (nearest, message))
        yield "change-moment-wrong", "start", expected, received
    if message.stay_type is not nearest.stay_type:
        yield "changed-type-wrong", "stay_type", nearest.stay_type.value, message.stay_type.value


def _forgotten(history: History, case: Case) -> Iterator[Outcome]:
    """A change of an accepted stay of which nothing left, though there was time."""
    final, latest = history.events[-1].seq, case.stay.latest
    if case.state(final) is not DecisionState.ACCEPTED or latest.withdrawn:
        return
    sent = {one.message for one in case.changes if isinstance(one.message, ChangeOfStayType)}
    if len(sent) >= len(latest.changes):
        return
    starts = {one.start for one in sent}
    change = next((one for one in latest.changes if one.start not in starts), latest.changes[-1])
    since = next(one.since for one in case.stay.versions if change in one.changes)
    if history.must_have_left(max(since, _accepted_at(case)), ADMISSIONS):
        moment = brussels(change.start).isoformat()
        expected = f"a change of {case.stay.insz} to {change.stay_type} from {moment} on"
        yield missing(history, "change-not-sent", since, expected=expected, cause=case.cause)


def _accepted_at(case: Case) -> int:
    """Where the vendor learned of a decision on the stay for the last time: then it is accepted."""
    known = [heard.reply.fetched[0] for sent in case.admitting for heard in case.heard_on(sent, 2**62)]
    return max(known, default=0)


@check(
    "CK-CHG-02",
    disproves=("RQ-CHG-02",),
    evidence=EvidenceKind.WIRE,
    codes=("type-of-before-billed", "new-type-too-early"),
)
def each_day_is_billed_as_its_type(history: History) -> Iterator[Outcome]:
    """Each day of a stay that changed is billed by the code of its type, once the change is accepted."""
    for line in history.lines:
        case = case_of(history, line.insz, line.line.first, line.sent) if line.days else None
        if case is None or not _is_certain(case, line):
            continue
        versions = versions_billed(history, line)
        found = next((one for day in line.days if (one := _wrong_on(history, versions, line, day))), None)
        if found is None:
            yield Occasion(line.sent.seq)
            continue
        code, expected = found
        yield wrong(
            history,
            code,
            zone_spot(line.sent, line.record, "code"),
            expected=expected,
            received=f"code {line.line.code} from {line.line.first} to {line.line.last}",
            cause=case.cause,
        )


def _is_certain(case: Case, line: BilledLine) -> bool:
    """Whether a stay has changed, and every change that was told is known to be accepted."""
    version = case.version(line.sent.seq)
    decisions = [case.decision_on(one, line.sent.seq) for one in case.changes if one.seq < line.sent.seq]
    accepted = [one for one in decisions if one and one.outcome is Decided.ACCEPTED]
    return bool(version.changes) and not version.withdrawn and len(accepted) == len(version.changes)


def _wrong_on(
    history: History, versions: Sequence[Version], line: BilledLine, day: date
) -> tuple[str, str] | None:
    """Code and expected where a line bills a day by another type of its stay."""
    profile, counting = history.profile, history.profile.counting
    due = {code_on(profile, one.type_on(day, counting), day) for one in versions}
    others = {code_on(profile, kind, day) for one in versions for kind in one.types}
    if line.line.code in due or line.line.code not in others:
        return None
    is_old = any(_codes_before(one, profile, day) & {line.line.code} for one in versions)
    wanted = versions[0].type_on(day, counting)
    expected = f"code {code_on(profile, wanted, day)} ({wanted.value}) on {day}"
    return "type-of-before-billed" if is_old else "new-type-too-early", expected


def _codes_before(version: Version, profile: Profile, day: date) -> set[str]:
    """The codes of the types that the stay was of before the one of a day."""
    begun = [one for one in version.changes if one.first_day(profile.counting) <= day]
    return {code_on(profile, kind, day) for kind in version.types[: len(begun)]}
