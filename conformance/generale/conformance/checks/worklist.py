"""Checks of the chapters worklist and settlement: what the users of the product get to see."""

from collections.abc import Iterator
from datetime import timedelta

from generale.conformance.bill import BilledLine, Fate
from generale.conformance.case import Case
from generale.conformance.checks.check import Occasion, Outcome, Spot, check, wrong
from generale.conformance.checks.decision import standing_controls
from generale.conformance.expectation import case_of, facility_views, items_about, worklist
from generale.conformance.history import History, Seen
from generale.driver.observations import DecisionState, LineStatus, LineView
from generale.driver.stimuli import Rebill
from generale.results.verdicts import EvidenceKind

UNANSWERED = timedelta(days=1)
"""From how long on an unanswered stay is worth a line on the worklist (project-defined)."""

_STATUS = {Fate.ACCEPTED: LineStatus.ACCEPTED, Fate.REFUSED: LineStatus.REFUSED}


@check(
    "CK-WOR-01",
    disproves=("RQ-WOR-01",),
    evidence=EvidenceKind.TOLD,
    codes=("refusal-not-shown", "refused-bill-not-shown"),
)
def refusals_stand_on_the_worklist(history: History) -> Iterator[Outcome]:
    """Every refused admission and bill that nobody has dealt with is on the worklist."""
    for seen in history.observations:
        for case in history.cases:
            if case.state(seen.seq) is DecisionState.REFUSED and _is_untouched(case, seen.seq):
                yield _listed(history, seen, case, "refusal-not-shown")
        bills = (_refused_bill(history, line, seen) for line in history.booked)
        for bill in dict.fromkeys(bills):
            if bill is not None:
                yield _listed(history, seen, bill, "refused-bill-not-shown")


def _is_untouched(case: Case, seq: int) -> bool:
    return bool(standing_controls(case, seq)) or not any(one.corrected for one in case.stay.until(seq))


def _refused_bill(history: History, line: BilledLine, seen: Seen) -> Case | None:
    """The case of a line that stands refused and has not been billed again; None for any other line."""
    known = [one.reply.fetched[0] for one in line.answers if one.fate is Fate.REFUSED and one.reply.fetched]
    if line.fate(seen.seq) is not Fate.REFUSED or not known:
        return None
    told = any(known[0] < one.seq < seen.seq and isinstance(one.stimulus, Rebill) for one in history.told)
    return None if told else case_of(history, line.insz, line.line.first, line.sent.seq)


def _listed(history: History, seen: Seen, case: Case, code: str) -> Outcome:
    if items_about(history, seen, case):
        return Occasion(seen.seq)
    return wrong(
        history,
        code,
        Spot(event=seen.seq, path="worklist[]"),
        expected=f"an item about {case.stay.insz}",
        received=f"{len(worklist(seen))} items, none about this resident",
        cause=case.cause,
    )


@check("CK-WOR-02", disproves=("RQ-WOR-02",), evidence=EvidenceKind.TOLD, codes=("pending-not-shown",))
def who_waits_is_named(history: History) -> Iterator[Outcome]:
    """Residents whose stay is pending, or unanswered after a day, are named on the worklist."""
    for seen in history.observations:
        for case in history.cases:
            state = case.state(seen.seq)
            silent = (one for one in case.admitting_until(seen.seq) if not case.decision_on(one, seen.seq))
            is_old = any(seen.at - one.at >= UNANSWERED for one in silent)
            if state is DecisionState.PENDING or (state is DecisionState.NOT_ANSWERED and is_old):
                yield _listed(history, seen, case, "pending-not-shown")


@check(
    "CK-SET-01",
    disproves=("RQ-SET-01",),
    evidence=EvidenceKind.TOLD,
    codes=("settlement-not-shown", "line-status-wrong"),
)
def settlement_is_shown_per_line(history: History) -> Iterator[Outcome]:
    """Each settled line is shown at the next observation as what the fund said of it, and as nothing else."""
    for line in history.booked:
        seen = next((one for one in history.observations if line.fate(one.seq) in _STATUS), None)
        if seen is None or not line.days:
            continue
        told = [one.seq for one in history.told if isinstance(one.stimulus, Rebill)]
        settled = min(
            one.reply.fetched[0] for one in line.answers if one.reply.fetched and one.fate in _STATUS
        )
        if any(settled < seq < seen.seq for seq in told):
            continue
        expected = _STATUS[line.fate(seen.seq)]
        statuses = [one.status for one in _views(history, seen, line)]
        if expected in statuses and set(statuses) <= _possible(history, seen, line):
            yield Occasion(seen.seq)
            continue
        is_silent = not statuses or set(statuses) == {LineStatus.SENT}
        yield wrong(
            history,
            "settlement-not-shown" if is_silent else "line-status-wrong",
            Spot(event=seen.seq, path="invoices[].lines[].status"),
            expected=f"{line.line.first} to {line.line.last} of {line.insz}: {expected.value}",
            received=", ".join(one.value for one in statuses) or "no such line",
            cause=f"file {line.sent.reference}",
        )


def _possible(history: History, seen: Seen, line: BilledLine) -> set[LineStatus]:
    """What may be shown of a line: its own status, and those of lines of that file for the same day."""
    return {
        _STATUS.get(one.fate(seen.seq), LineStatus.SENT)
        for one in history.booked
        if one.sent is line.sent and one.insz == line.insz and line.line.first in one.days
    } | {_STATUS[line.fate(seen.seq)]}


def _views(history: History, seen: Seen, line: BilledLine) -> Iterator[LineView]:
    """How a billed line is shown; a product may merge or split the days, but not leave any out."""
    facility = history.facility_of(line.nihii)
    view = facility_views(seen).get(facility.hco) if facility else None
    for invoice in view.invoices if view else ():
        fits = (int(invoice.fund), invoice.month) == (line.invoice.fund, line.invoice.month)
        if fits and invoice.sending_number == line.invoice.sending_number:
            yield from (
                one
                for one in invoice.lines
                if one.insz == line.insz and one.first <= line.line.first <= one.last
            )
