"""Whether anything about a resident still waits for somebody, as far as the vendor can know.

In doubt something does: the contract leaves open what else a product puts on its worklist.
"""

from collections.abc import Sequence

from generale.conformance.bill import Fate
from generale.conformance.case import Case
from generale.conformance.expectation import due_bills
from generale.conformance.history import History
from generale.conformance.sent import Answer, Sent
from generale.protocol.messages import Outcome


def is_settled(history: History, case: Case, seq: int) -> bool:
    """Whether all that was told of a resident is sent and accepted, and all that was billed is paid.

    A resident of whom nothing was billed yet is not settled, nor is anybody while a reply lies unread.
    """
    mine = [one for one in history.cases if one.stay.insz == case.stay.insz]
    if case.stay.entered > seq or history.unreadable():
        return False
    return all(_is_accepted(one, seq) for one in mine) and _is_paid(history, mine, seq)


def _is_accepted(case: Case, seq: int) -> bool:
    """Whether the last message about each part of a stay was accepted, and says the last that was told."""
    ended, told = case.stay.end_told(), case.stay.until(seq)
    parts: list[Sequence[Sent]] = [case.admitting]
    if ended is not None and ended <= seq:
        parts.append((*case.ends, *case.end_corrections))
    last = [max((one for one in part if one.seq < seq), key=_place, default=None) for part in parts]
    newest = max((one.seq for one in last if one), default=0)
    return (
        all(one is not None and _stands(case, one, seq) for one in last)
        and not any(one.corrected and one.since > newest for one in told)
        and not any(one.answer in (Answer.FAILURE, Answer.FAULT) for one in case.all)
    )


def _place(sent: Sent) -> int:
    return sent.seq


def _stands(case: Case, sent: Sent, seq: int) -> bool:
    decision = case.decision_on(sent, seq)
    return decision is not None and decision.outcome is Outcome.ACCEPTED


def _is_paid(history: History, cases: Sequence[Case], seq: int) -> bool:
    """Whether every day that was billed or told to be billed stands on a line that the fund accepted."""
    lines = [
        one
        for one in history.booked
        if one.sent.seq < seq and any(case.stay.is_known_as(one.insz) for case in cases)
    ]
    fates = [one.fate(seq) for one in lines]
    paid = {day for one, fate in zip(lines, fates, strict=True) if fate is Fate.ACCEPTED for day in one.days}
    due = {day for one in due_bills(history) if one.case in cases and one.told.seq < seq for day in one.days}
    billed = {day for one in lines for day in one.days}
    return bool(paid) and Fate.OPEN not in fates and (due | billed) <= paid
