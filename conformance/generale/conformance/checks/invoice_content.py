"""Checks of the chapter invoice content: which days are billed, and each of them once."""

from collections.abc import Iterator
from datetime import date, timedelta

from generale.conformance.bill import BilledLine, Fate
from generale.conformance.case import Case
from generale.conformance.checks.check import Occasion, Outcome, Spot, check, missing, wrong
from generale.conformance.checks.invoice_form import unreadable_files
from generale.conformance.checks.place import zone_spot
from generale.conformance.checks.transport import is_copy_after_cut
from generale.conformance.credit import is_credited
from generale.conformance.expectation import DueBill, case_of, due_bills, last_billing
from generale.conformance.history import History
from generale.conformance.told import days_due
from generale.driver.observations import DecisionState
from generale.driver.stimuli import Rebill
from generale.protocol.clock import brussels
from generale.protocol.messages import EndReason
from generale.results.verdicts import EvidenceKind


@check(
    "CK-ICO-01",
    disproves=("RQ-ICO-01",),
    evidence=EvidenceKind.WIRE,
    codes=("departure-day-billed", "day-outside-stay", "refused-stay-billed", "day-count-differs"),
)
def only_covered_days(history: History) -> Iterator[Outcome]:
    """Every day on a bill is due for an accepted stay; undecided and withdrawn ones are for others."""
    for line in history.lines:
        if not line.days:
            continue
        found = _uncovered(history, line)
        case = case_of(history, line.insz, line.line.first, line.sent)
        if found:
            code, key, expected, received = found
            spot = zone_spot(line.sent, line.record, key)
            cause = case.cause if case else f"file {line.sent.reference}"
            yield wrong(history, code, spot, expected=expected, received=received, cause=cause)
        elif case and _has_boundary(case, line):
            yield Occasion(line.sent.seq)


def _uncovered(history: History, line: BilledLine) -> tuple[str, str, str, str] | None:
    """Code, zone, expected and received where a line bills what is not covered."""
    if line.line.days != len(line.days):
        expected = f"{len(line.days)} days, from {line.line.first} to {line.line.last}"
        return "day-count-differs", "days", expected, f"{line.line.days} days"
    bare: list[tuple[date, Case]] = []
    for day in line.days:
        case = case_of(history, line.insz, day, line.sent)
        if case is None:
            return "day-outside-stay", "first_day", "nobody who was entered", f"{line.insz} billed"
        version, counting = case.version(line.sent.seq), history.profile.counting
        if version.withdrawn or any(one.leaves_out(day, counting) for one in version.absences):
            continue
        state = case.state(line.sent.seq)
        if state is DecisionState.REFUSED:
            return "refused-stay-billed", "first_day", "no bill for a refused stay", f"{day} billed"
        if state is DecisionState.ACCEPTED and not _is_coverable(history, case, line, day):
            bare.append((day, case))
    if not bare:
        return None
    (day, case), received = bare[0], f"{line.line.first} to {line.line.last} billed"
    version = case.version(line.sent.seq)
    if len(bare) == 1 and day == version.last_day and version.reason is EndReason.DEPARTURE:
        return "departure-day-billed", "last_day", f"no bill for {day}, the day of departure", received
    return "day-outside-stay", "first_day", f"no bill for {day}", received


def _is_coverable(history: History, case: Case, line: BilledLine, day: date) -> bool:
    """Whether a day is due by the stay as it was known when billing was told, or when the file left.

    Days between the start that was sent and the one that was decided are another check's matter.
    """
    billing = last_billing(history, line.sent.seq)
    versions = {case.version(line.sent.seq), case.version(billing.seq if billing else line.sent.seq)}
    counting, starts = history.profile.counting, (None, case.start(line.sent.seq))
    return any(any(days_due(one, counting, day, day, start)) for one in versions for start in starts)


def _has_boundary(case: Case, line: BilledLine) -> bool:
    """Whether the stay begins or ends in the month, so that a day too many could have been billed."""
    version, month = case.version(line.sent.seq), line.invoice.month
    return version.first_day > month.first or (
        version.last_day is not None and month.first <= version.last_day <= month.last
    )


@check("CK-ICO-02", disproves=("RQ-ICO-02",), evidence=EvidenceKind.WIRE, codes=("day-billed-again",))
def each_day_once(history: History) -> Iterator[Outcome]:
    """No day is billed again unless it was refused; what other checks look at apart is left out."""
    seen: dict[tuple[str, date], list[BilledLine]] = {}
    reported: set[tuple[int, str]] = set()
    files: dict[int, bool] = {}
    for line in history.booked:
        files.setdefault(line.sent.seq, True)
        for day in line.days:
            earlier = seen.setdefault((line.insz, day), [])
            again = next((one for one in earlier if is_again(history, line, one, day)), None)
            earlier.append(line)
            key = (line.sent.seq, line.insz)
            if again and key not in reported:
                reported.add(key)
                files[line.sent.seq] = False
                yield wrong(
                    history,
                    "day-billed-again",
                    zone_spot(line.sent, line.record, "first_day"),
                    expected=f"{day} billed once",
                    received=f"billed before in file {again.sent.reference}",
                    cause=f"days of {line.insz}",
                )
    yield from (Occasion(seq) for seq, is_clean in files.items() if is_clean)


def is_again(history: History, line: BilledLine, earlier: BilledLine, day: date) -> bool:
    """Whether a line bills a day once more that an earlier one billed, and nothing allows it."""
    fate = earlier.fate(line.sent.seq)
    if fate in (Fate.REFUSED, Fate.FILE_REFUSED) or is_copy_after_cut(history, line.sent, earlier.sent):
        return False
    boundary = {day for _, move in history.takeovers for day in boundary_days(move.first_day)}
    if earlier.nihii != line.nihii and day in boundary:
        return False
    billing = last_billing(history, line.sent.seq)
    if fate is Fate.ACCEPTED and billing and isinstance(billing.stimulus, Rebill):
        return False
    is_misled = any(
        one.insz == line.insz and day in one.days and learned < earlier.sent.seq
        for learned, one in history.refused_twice
    )
    return not is_misled and not is_credited(history, earlier, day, line.sent.seq)


def boundary_days(first_day: date) -> tuple[date, date]:
    """The last day of the old number and the first of the new."""
    return first_day - timedelta(days=1), first_day


@check(
    "CK-ICO-05",
    disproves=("RQ-ICO-05",),
    evidence=EvidenceKind.WIRE,
    codes=("admission-day-forgotten", "death-day-forgotten", "days-forgotten", "stay-forgotten"),
)
def every_covered_day(history: History) -> Iterator[Outcome]:
    """Every covered day of a month that was told to be billed stands on a bill."""
    dues = list(due_bills(history))
    for due in dues:
        if not due.days:
            continue
        lacking = due.days - due.billed(history)
        if lacking != due.days:
            lacking -= {day for _, move in history.takeovers for day in boundary_days(move.first_day)}
        if not lacking:
            yield Occasion(due.told.seq)
        elif _may_complain(history, due, dues, lacking):
            yield missing(
                history,
                _forgotten(due, lacking),
                due.told.seq,
                expected=f"{len(lacking)} days of {due.case.stay.insz} billed, from {min(lacking)} on",
                cause=due.case.cause,
            )


def _may_complain(history: History, due: DueBill, dues: list[DueBill], lacking: frozenset[date]) -> bool:
    """Not where a file cannot be read, nor where a whole bill waits for somebody else's."""
    if unreadable_files(history) or not due.must_have_left(history):
        return False
    return lacking != due.days or not _others_wait(due, dues)


def _forgotten(due: DueBill, lacking: frozenset[date]) -> str:
    version, start = due.case.version(due.told.seq), due.case.start(due.told.seq)
    first = brussels(start).date() if start else version.first_day
    if lacking == {first} and first == version.last_day:
        return "stay-forgotten"
    if lacking == {first}:
        return "admission-day-forgotten"
    if lacking == {version.last_day}:
        return "death-day-forgotten"
    return "stay-forgotten" if lacking == due.days else "days-forgotten"


def _others_wait(due: DueBill, dues: list[DueBill]) -> bool:
    return any(
        one.told is due.told and one.case.state(due.told.seq) is not DecisionState.ACCEPTED for one in dues
    )


@check("CK-ICO-06", disproves=("RQ-ICO-06",), evidence=EvidenceKind.WIRE, codes=("month-waits-for-others",))
def month_waits_for_nobody(history: History) -> Iterator[Outcome]:
    """Whoever is accepted is billed although another is not."""
    dues = list(due_bills(history))
    for due in dues:
        if not due.days or not _others_wait(due, dues):
            continue
        if due.days & due.billed(history):
            yield Occasion(due.told.seq)
        elif not unreadable_files(history) and due.must_have_left(history):
            yield wrong(
                history,
                "month-waits-for-others",
                Spot(event=due.told.seq),
                expected=f"a bill for {due.case.stay.insz}",
                received="no bill while another stay is not accepted",
                cause=f"{due.month} at {due.facility}",
            )
