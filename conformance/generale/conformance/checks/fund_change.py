"""Checks of the chapter fund change: the notice is taken in, and each day goes to the fund that it is of."""

from collections.abc import Iterator

from generale.conformance.bill import BilledLine, Fate
from generale.conformance.case import Case
from generale.conformance.checks.check import Occasion, Outcome, check, missing, wrong
from generale.conformance.checks.mailbox import could_confirm
from generale.conformance.checks.place import zone_spot
from generale.conformance.checks.refusal import bills_again, covered_days, overlap
from generale.conformance.exchange import INVOICES
from generale.conformance.expectation import case_of, places_known
from generale.conformance.history import History
from generale.conformance.membership import FundChange, changes_of, fair_funds, learned, notices
from generale.conformance.reply import Reply
from generale.conformance.told import Told
from generale.driver.stimuli import BillMonth, Rebill
from generale.protocol.flatfile import BillKind, FileJudgement
from generale.results.verdicts import EvidenceKind

_OTHER_FUND = "HX-INV-25"
"""The control that refuses days of another fund after a change (project-defined)."""


@check("CK-FCH-01", disproves=("RQ-FCH-01",), evidence=EvidenceKind.WIRE, codes=("fund-change-unconfirmed",))
def fund_change_is_taken_in(history: History) -> Iterator[Outcome]:
    """Every notice of a change of care fund that was fetched is confirmed."""
    for reply in notices(history):
        if reply.confirmed:
            yield Occasion(reply.confirmed[0])
        elif reply.fetched and could_confirm(history, reply):
            yield missing(
                history,
                "fund-change-unconfirmed",
                reply.fetched[0],
                expected=f"a confirmation of the notice {reply.reference}",
                cause="notices of a change of fund",
            )


@check(
    "CK-FCH-02",
    disproves=("RQ-FCH-02",),
    evidence=EvidenceKind.WIRE,
    codes=("later-days-at-the-former-fund",),
)
def days_from_the_change_on_go_to_the_new_fund(history: History) -> Iterator[Outcome]:
    """No bill asks the former fund for days from the change on, once the notice was fetched."""
    for line, case, change in _billed_around_a_change(history):
        if line.line.first >= change.start:
            yield from _at(history, line, case, change, "later-days-at-the-former-fund")


@check(
    "CK-FCH-03",
    disproves=("RQ-FCH-03",),
    evidence=EvidenceKind.WIRE,
    codes=("earlier-days-at-the-new-fund",),
)
def days_before_the_change_go_to_the_former_fund(history: History) -> Iterator[Outcome]:
    """No bill asks the new fund for days before the change, whenever it is made."""
    for line, case, change in _billed_around_a_change(history):
        if line.line.first < change.start:
            yield from _at(history, line, case, change, "earlier-days-at-the-new-fund")


def _billed_around_a_change(history: History) -> Iterator[tuple[BilledLine, Case, FundChange]]:
    """The lines that left after the vendor had fetched the notice of a change of their resident."""
    for line in history.lines:
        case = case_of(history, line.insz, line.line.first, line.sent)
        if case is None or line.bill.kind is BillKind.CREDIT:
            continue
        for change in changes_of(history, case):
            at = learned(history, change)
            if at is not None and at < line.sent.seq:
                yield line, case, change


def _at(history: History, line: BilledLine, case: Case, change: FundChange, code: str) -> Iterator[Outcome]:
    """Whether a line is for the right one of the two funds; a third one is another check's matter."""
    due, other = (
        (change.fund, change.former) if line.line.first >= change.start else (change.former, change.fund)
    )
    fair = {int(one) for one in fair_funds(history, case, line.line.first, places_known(history, line.sent))}
    billed = line.bill.destination_fund
    if billed == int(other) and billed not in fair:
        yield wrong(
            history,
            code,
            zone_spot(line.sent, line.head, "destination_fund"),
            expected=f"fund {due}, as the change is of {change.start}",
            received=f"fund {other}, for {line.line.first} to {line.line.last}",
            cause=case.cause,
        )
    elif billed == int(due):
        yield Occasion(line.sent.seq)


@check(
    "CK-FCH-04",
    disproves=("RQ-FCH-04",),
    evidence=EvidenceKind.WIRE,
    codes=("wrong-fund-asked-again", "days-of-the-new-fund-given-up", "refused-bill-named-at-another-fund"),
)
def days_that_the_wrong_fund_refused_go_to_the_right_one(history: History) -> Iterator[Outcome]:
    """What the former fund refused of days from the change on goes to the new one, as a new bill."""
    for old, case, change in _refused_by_the_former(history):
        for told in history.told:
            if not isinstance(told.stimulus, Rebill) or not bills_again(history, told, old.sent):
                continue
            at = learned(history, change)
            if at is None or at > told.seq or _refused_at(old, told) is None:
                continue
            yield from _answered(history, old, case, change, told)
            break


def _refused_by_the_former(history: History) -> Iterator[tuple[BilledLine, Case, FundChange]]:
    for line in history.booked:
        case = case_of(history, line.insz, line.line.first, line.sent)
        if case is None or line.bill.kind is BillKind.CREDIT:
            continue
        for change in changes_of(history, case):
            if line.line.first >= change.start and line.invoice.fund == int(change.former):
                yield line, case, change


def _answered(
    history: History, old: BilledLine, case: Case, change: FundChange, told: Told
) -> Iterator[Outcome]:
    """What billing again brought for days of the new fund: told once, and until billing is told once more."""
    following = (
        one.seq
        for one in history.told
        if one.seq > told.seq and one.taken and isinstance(one.stimulus, BillMonth | Rebill)
    )
    until = min(following, default=history.events[-1].seq + 1)
    since = max(learned(history, change) or told.seq, _refused_at(old, told) or told.seq)
    again = [
        one for one in history.lines if since < one.sent.seq < until and overlap(one, old) and one is not old
    ]
    asked = next((one for one in again if one.invoice.fund == old.invoice.fund), None)
    named = next((one for one in again if one.bill.previous and one.invoice.fund == int(change.fund)), None)
    if asked is not None:
        yield wrong(
            history,
            "wrong-fund-asked-again",
            zone_spot(asked.sent, asked.head, "destination_fund"),
            expected=f"fund {change.fund}",
            received=f"fund {change.former} once more, for {asked.line.first} to {asked.line.last}",
            cause=case.cause,
        )
    elif named is not None and _names(named, old):
        yield wrong(
            history,
            "refused-bill-named-at-another-fund",
            zone_spot(named.sent, named.head, "previous_bill_number"),
            expected="a new bill, which names no former one",
            received=f"a rebill of bill {old.bill.number} of fund {change.former}",
            cause=case.cause,
        )
    elif any(one.invoice.fund == int(change.fund) for one in again):
        yield Occasion(told.seq)
    elif set(old.days) & covered_days(history, old, told) and history.must_have_left(
        told.seq, INVOICES, until
    ):
        yield missing(
            history,
            "days-of-the-new-fund-given-up",
            told.seq,
            expected=f"a bill to fund {change.fund} for {old.line.first} to {old.line.last}",
            cause=case.cause,
        )


def _refused_at(old: BilledLine, told: Told) -> int | None:
    """Where the vendor learned that a line was refused, or its whole file for that; None where neither."""
    if old.fate(told.seq) not in (Fate.REFUSED, Fate.FILE_REFUSED):
        return None
    refusing = (
        one.reply.fetched[0]
        for one in old.answers
        if one.reply.is_known(told.seq) and (one.fate is Fate.REFUSED or _is_for_the_fund(one.reply))
    )
    return min(refusing, default=None)


def _is_for_the_fund(reply: Reply) -> bool:
    """Whether a file came back, and one of its errors is that it bills days of another fund."""
    judgement = reply.document
    return isinstance(judgement, FileJudgement) and any(
        error.comment.startswith(_OTHER_FUND) for record in judgement.records for error in record.errors
    )


def _names(line: BilledLine, old: BilledLine) -> bool:
    """Whether a bill names another as its former one, under whichever fund."""
    previous = line.bill.previous
    return previous is not None and (previous.number, previous.month) == (old.bill.number, old.invoice.month)
