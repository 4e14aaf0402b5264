"""Checks of the chapter takeover: one facility number ends and another continues its activity."""

from collections.abc import Iterator, Sequence
from datetime import date

from generale.conformance.bill import BilledLine
from generale.conformance.case import Case
from generale.conformance.checks.check import Occasion, Outcome, Spot, check, missing, whole, wrong
from generale.conformance.checks.invoice_content import boundary_days, is_again
from generale.conformance.checks.place import zone_spot
from generale.conformance.expectation import due_bills
from generale.conformance.history import History
from generale.conformance.sent import Sent
from generale.driver.stimuli import TakeOver
from generale.protocol.ids import Hco
from generale.protocol.messages import Admission, EndOfStay
from generale.results.verdicts import EvidenceKind


def continuing(history: History, move: TakeOver, seq: int) -> Iterator[Case]:
    """The stays that last over the first day of the new number, as far as was known."""
    for case in history.cases:
        version = case.stay.at(seq)
        if version is None or move.facility not in history.numbers_of(case.stay):
            continue
        lasts = version.last_day is None or version.last_day >= move.first_day
        if lasts and version.first_day < move.first_day:
            yield case


@check(
    "CK-TAK-01",
    disproves=("RQ-TAK-01",),
    evidence=EvidenceKind.WIRE,
    codes=("boundary-day-twice", "boundary-day-by-wrong-number", "boundary-day-missing"),
)
def boundary_day_once_by_the_right_number(history: History) -> Iterator[Outcome]:
    """The last day of the old number and the first of the new are each billed once, by the right one."""
    for seq, move in history.takeovers:
        for case in continuing(history, move, seq):
            days = boundary_days(move.first_day)
            for day, owner in zip(days, (move.facility, move.successor.hco), strict=True):
                yield from _of_boundary(history, case, day, owner)


def _of_boundary(history: History, case: Case, day: date, owner: Hco) -> Iterator[Outcome]:
    billed = [one for one in history.booked if case.stay.is_known_as(one.insz) and day in one.days]
    numbers = {one.nihii for one in billed}
    right, cause = history.facilities[owner].nihii, f"takeover, {case.stay.insz}"
    again = _again(history, billed, day)
    if numbers == {right} and not again:
        yield Occasion(billed[-1].sent.seq)
    elif numbers:
        line = again or next(one for one in reversed(billed) if one.nihii != right)
        yield wrong(
            history,
            "boundary-day-twice" if right in numbers else "boundary-day-by-wrong-number",
            zone_spot(line.sent, line.record, "first_day" if line.line.first == day else "last_day"),
            expected=f"{day} billed once, by number {right}",
            received=f"billed by {', '.join(one.nihii for one in billed)}",
            cause=cause,
        )
    else:
        due = next((one for one in due_bills(history) if one.case is case and day in one.days), None)
        others = any(case.stay.is_known_as(one.insz) for one in history.booked)
        if due and others and due.must_have_left(history):
            expected = f"{day} billed by number {right}"
            yield missing(history, "boundary-day-missing", due.told.seq, expected=expected, cause=cause)


def _again(history: History, billed: Sequence[BilledLine], day: date) -> BilledLine | None:
    """The first line that bills a day once more for one number, although it was not refused."""
    for place, line in enumerate(billed):
        same = (one for one in billed[:place] if one.nihii == line.nihii)
        if any(is_again(history, line, one, day) for one in same):
            return line
    return None


@check("CK-TAK-02", disproves=("RQ-TAK-02",), evidence=EvidenceKind.WIRE, codes=("move-sent-at-takeover",))
def nobody_moves(history: History) -> Iterator[Outcome]:
    """Nothing is sent about residents who stay where they are."""
    for seq, move in history.takeovers:
        for case in continuing(history, move, seq):
            moving = next((one for one in history.messages if _moves(history, case, move, one, seq)), None)
            if moving:
                yield wrong(
                    history,
                    "move-sent-at-takeover",
                    whole(moving),
                    expected="no message, for the resident stays",
                    received=type(moving.message).__name__,
                    cause=f"takeover, {case.stay.insz}",
                )
            elif any(history.chances(seq)):
                yield Occasion(seq)


def _moves(history: History, case: Case, move: TakeOver, sent: Sent, seq: int) -> bool:
    """Whether a message ends the stay under the old number, or begins it under the new, untold."""
    if sent.seq <= seq:
        return False
    match sent.message:
        case EndOfStay(facility=facility, insz=insz):
            told = case.stay.end_told()
            is_told = told is not None and told < sent.seq
            return facility == move.facility and case.stay.is_known_as(insz) and not is_told
        case Admission(facility=facility, insz=insz):
            entered = any(
                one.stay.facility == facility and one.stay.is_known_as(insz) for one in history.cases
            )
            return facility == move.successor.hco and case.stay.is_known_as(insz) and not entered
        case _:
            return False


@check("CK-TAK-03", disproves=("RQ-TAK-03",), evidence=EvidenceKind.WIRE, codes=("old-mailbox-closed",))
def old_mailbox_is_read(history: History) -> Iterator[Outcome]:
    """What arrives for the old number after the takeover is fetched."""
    for seq, move in history.takeovers:
        old = history.facilities[move.facility].nihii
        for reply in history.replies:
            if reply.facility != old or reply.is_known(seq):
                continue
            if reply.fetched:
                yield Occasion(reply.fetched[0])
            elif history.must_have_left(max(reply.seq, seq), reply.service):
                yield wrong(
                    history,
                    "old-mailbox-closed",
                    Spot(event=reply.seq, evidence=reply.event.evidence),
                    expected=f"reply {reply.reference} fetched by number {old}",
                    received="nothing",
                    cause=f"mailbox of {old}",
                )
