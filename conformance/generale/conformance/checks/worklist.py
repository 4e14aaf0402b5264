"""Checks of the chapter worklist: what waits for somebody, as the users of the product see it."""

from collections.abc import Iterator
from datetime import timedelta

from generale.conformance.bill import BilledLine, Fate
from generale.conformance.case import Case
from generale.conformance.checks.check import Occasion, Outcome, Spot, check, wrong
from generale.conformance.checks.decision import standing_controls
from generale.conformance.expectation import case_of, cases_named, items_about, worklist
from generale.conformance.file_names import files_named
from generale.conformance.history import History, Seen
from generale.conformance.peace import is_quiet, is_settled
from generale.driver.observations import DecisionState, WorklistItem
from generale.driver.stimuli import Rebill
from generale.protocol.ids import Hco
from generale.protocol.messages import Outcome as Decided
from generale.results.verdicts import EvidenceKind

UNANSWERED = timedelta(days=1)
"""From how long on an unanswered stay is worth a line on the worklist (project-defined)."""


@check(
    "CK-WOR-01",
    disproves=("RQ-WOR-01",),
    evidence=EvidenceKind.TOLD,
    codes=(
        "refusal-not-shown",
        "refused-bill-not-shown",
        "dealt-with-still-listed",
        "listed-without-a-problem",
        "listed-about-nobody",
    ),
)
def refusals_stand_on_the_worklist(history: History) -> Iterator[Outcome]:
    """Refused admissions and bills are on the worklist until somebody deals with them, and nobody else is."""
    for seen in history.observations:
        for case in history.cases:
            if case.state(seen.seq) is DecisionState.REFUSED and _is_untouched(case, seen.seq):
                yield _listed(history, seen, case, "refusal-not-shown")
        bills = (refused_bill(history, line, seen) for line in history.booked)
        for bill in dict.fromkeys(bills):
            if bill is not None:
                yield _listed(history, seen, bill, "refused-bill-not-shown")
        yield from _needlessly_listed(history, seen)
        yield from _about_nobody(history, seen)


def _needlessly_listed(history: History, seen: Seen) -> Iterator[Outcome]:
    """Items about residents about whom nothing waits."""
    for case in history.cases:
        if not is_settled(history, case, seen.seq):
            continue
        items, refused = items_about(history, seen, case), _was_refused(history, case, seen.seq)
        if items:
            yield wrong(
                history,
                "dealt-with-still-listed" if refused else "listed-without-a-problem",
                Spot(event=seen.seq, path="worklist[]"),
                expected=f"no item about {case.stay.insz}: all accepted and paid",
                received=" ".join(filter(None, (items[0].subject, items[0].control, items[0].text))),
                cause=case.cause,
            )
        elif refused:
            yield Occasion(seen.seq)


def _about_nobody(history: History, seen: Seen) -> Iterator[Outcome]:
    """The first item that names nobody and no file, at each number where nothing waits."""
    for view in seen.observation.facilities:
        idle = (item for item in view.worklist if not _is_about_something(history, seen, view.facility, item))
        item = next(idle, None) if is_quiet(history, view.facility, seen) else None
        if item is not None:
            yield wrong(
                history,
                "listed-about-nobody",
                Spot(event=seen.seq, path="worklist[]"),
                expected=f"nothing: all that {view.facility} told and billed is accepted and paid",
                received=" ".join(filter(None, (item.subject, item.control, item.text))) or "an empty item",
                cause=f"worklist of {view.facility}",
            )


def _is_about_something(history: History, seen: Seen, hco: Hco, item: WorklistItem) -> bool:
    """Whether an item is about one resident or a file, or about several of whom one is not settled.

    Whether it may stand there is judged for the resident, and for the file.
    """
    named = cases_named(history, item)
    is_open = any(not is_settled(history, case, seen.seq) for case in named)
    return (
        is_open
        or any(item in items_about(history, seen, case) for case in named)
        or bool(files_named(history, item, hco, seen.seq))
    )


def _was_refused(history: History, case: Case, seq: int) -> bool:
    """Whether the vendor had to deal with a refusal of a message or a bill of this stay."""
    messages = (heard.decision for sent in case.all for heard in case.heard_on(sent, seq))
    fates = (
        answer.fate
        for line in history.booked
        if case.stay.is_known_as(line.insz)
        for answer in line.answers
        if answer.reply.is_known(seq)
    )
    return any(one.outcome is Decided.REFUSED for one in messages) or Fate.REFUSED in fates


def _is_untouched(case: Case, seq: int) -> bool:
    entered = case.stay.until(seq)
    return bool(standing_controls(case, seq)) or not any(one.corrected or one.taken_back for one in entered)


def refused_bill(history: History, line: BilledLine, seen: Seen) -> Case | None:
    """The case of a line that stands refused and has not been billed again; None for any other line.

    What a product makes of a refused credit note is its own.
    """
    known = [one.reply.fetched[0] for one in line.answers if one.fate is Fate.REFUSED and one.reply.fetched]
    if line.fate(seen.seq) is not Fate.REFUSED or not known or line.credited_days:
        return None
    told = any(known[0] < one.seq < seen.seq and isinstance(one.stimulus, Rebill) for one in history.told)
    if told or _went_again(history, line, known[0], seen.seq):
        return None
    case = case_of(history, line.insz, line.line.first, line.sent)
    return None if case and case.version(seen.seq).withdrawn else case


def _went_again(history: History, line: BilledLine, since: int, until: int) -> bool:
    """Whether days of a line were billed once more between two places, though nobody may have told so."""
    later = (one for one in history.lines if since < one.sent.seq < until and one.insz == line.insz)
    return any(set(one.days) & set(line.days) for one in later)


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
            if case.version(seen.seq).withdrawn:
                continue
            state = case.state(seen.seq)
            silent = (one for one in case.admitting_until(seen.seq) if not case.decision_on(one, seen.seq))
            is_old = any(seen.at - one.at >= UNANSWERED for one in silent)
            if state is DecisionState.PENDING or (state is DecisionState.NOT_ANSWERED and is_old):
                yield _listed(history, seen, case, "pending-not-shown")
