"""Whether anything about a resident, a file or a number still waits for somebody, as far as is known.

In doubt something does: the contract leaves open what else a product puts on its worklist.
"""

from collections.abc import Sequence
from datetime import timedelta

from generale.conformance.assessed import assessed_of
from generale.conformance.bill import Fate
from generale.conformance.case import Case
from generale.conformance.exchange import INVOICES, UNAVAILABLE, Exchange
from generale.conformance.expectation import days_billed, days_under, due_bills
from generale.conformance.file_names import numbers_of_file
from generale.conformance.history import History, Seen
from generale.conformance.membership import changes_of, notices
from generale.conformance.money import money_told
from generale.conformance.reply import OUTBOUND
from generale.conformance.sent import Answer, Sent
from generale.conformance.told import days_due
from generale.protocol.clock import brussels
from generale.protocol.flatfile import InvoiceFile
from generale.protocol.ids import Hco
from generale.protocol.messages import InsuranceAnswer, Outcome


def is_settled(history: History, case: Case, seq: int) -> bool:
    """Whether all that was told of a resident is sent and accepted, and all that was billed is paid.

    A resident of whom nothing was billed yet is not settled, nor is anybody while a reply lies unread. Nor
    is one of whom something was taken back, who changed funds, who was away, whose stay is of another type
    now or whose agreement has ended: that may still be somebody's matter.
    """
    mine = [one for one in history.cases if one.stay.insz == case.stay.insz]
    if case.stay.entered > seq or history.unreadable() or history.strays:
        return False
    versions = [version for one in mine for version in one.stay.until(seq)]
    if any(one.seq < seq for one in changes_of(history, case)):
        return False
    if any(one.taken_back or one.absences or one.changes or one.agreement for one in versions):
        return False
    assessed = [one for one in assessed_of(history) if one.seq <= seq < one.until and one.case in mine]
    return (
        all(_is_accepted(one, seq) for one in mine)
        and all(one.acceptance(seq) for one in assessed)
        and _is_paid(history, mine, seq)
    )


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
    """Whether every day that was billed or told to be billed stands on a line that the fund accepted.

    Where a paid day is not due any more, or something was credited, that may still be somebody's matter.
    """
    lines = [
        one
        for one in history.booked
        if one.sent.seq < seq and any(case.stay.is_known_as(one.insz) for case in cases)
    ]
    fates = [one.fate(seq) for one in lines]
    paid = {day for one, fate in zip(lines, fates, strict=True) if fate is Fate.ACCEPTED for day in one.days}
    due = {day for one in due_bills(history) if one.case in cases and one.told.seq < seq for day in one.days}
    billed = {day for one in lines for day in one.days}
    if not paid or any(one.credited_days for one in lines):
        return False
    counting, first, last = history.profile.counting, min(paid), max(paid)
    spans = (days_due(one.version(seq), counting, first, last, one.start(seq)) for one in cases)
    still = {day for span in spans for day in span}
    return Fate.OPEN not in fates and (due | billed) <= paid <= still


def is_at_rest(history: History, sent: Sent, seq: int) -> bool:
    """Whether all is settled that a file bills, and all else that its number bills to anybody for its month.

    A file that came back is at rest once another has brought what it billed, and that is paid.
    """
    if not isinstance(sent.invoice, InvoiceFile) or history.unreadable() or history.strays:
        return False
    group = [one for one in history.messages if one.seq < seq and of_one_month(one, sent)]
    lines = [one for one in history.lines if one.sent in group]
    fates = [(one, one.fate(seq)) for one in lines]
    paid = {(one.insz, day) for one, fate in fates if fate is Fate.ACCEPTED for day in one.days}
    return (
        all((one.insz, day) in paid for one in lines for day in one.days)
        and not any(one.sent.received and fate is Fate.OPEN for one, fate in fates)
        and not any(one.warning for one in group)
        and all(is_settled(history, case, seq) for case in _present(history, sent.invoice, seq))
    )


def of_one_month(one: Sent, other: Sent) -> bool:
    """Whether two files are of one number, for one fund and one month."""
    mine, theirs = one.invoice, other.invoice
    if not isinstance(mine, InvoiceFile) or not isinstance(theirs, InvoiceFile):
        return False
    return (mine.provider, mine.fund, mine.month) == (theirs.provider, theirs.fund, theirs.month)


def _present(history: History, file: InvoiceFile, seq: int) -> list[Case]:
    """Who stays under the number of a file in its month."""
    facility = history.facility_of(file.provider[1:9])
    return [
        case
        for case in history.cases
        if facility and days_under(history, case, facility.hco, file.month, seq, decided=False)
    ]


def is_quiet(history: History, hco: Hco, seen: Seen) -> bool:
    """Whether nothing at all waits at a number: every stay and every file settled, and nothing went wrong.

    A fault, a cut line, a warning, a stimulus that was not taken, an answer to nothing that was sent or a
    month that is over and not billed may each be worth an item of some product, and so may money that a fund
    told of, or a change of fund.
    """
    seq, facility = seen.seq, history.facilities.get(hco)
    if facility is None or history.unreadable() or history.strays:
        return False
    unasked = (*money_told(history), *notices(history))
    if any(one.facility == facility.nihii and one.seq < seq for one in unasked):
        return False
    cases = [one for one in history.cases if one.stay.entered < seq and hco in history.numbers_of(one.stay)]
    sent = [one for one in history.messages if one.seq < seq and hco in numbers_of_file(history, one)]
    replies = [one for one in history.replies if one.is_known(seq) and one.facility == facility.nihii]
    names, questions = ({one.reference for one in sent}, {one.reference for one in sent if one.question})
    return (
        all(is_settled(history, case, seq) and _is_billed(history, case, seen) for case in cases)
        and all(_is_over(history, one, seq) for one in sent)
        and all(one.about in names and one.kind != OUTBOUND for one in replies)
        and all(isinstance(one.document, InsuranceAnswer) for one in replies if one.about in questions)
        and not any(_went_wrong(one) for one in history.exchanges if one.seq < seq)
        and all(one.taken for one in history.told if one.seq < seq and one.operation == "act")
    )


def _is_billed(history: History, case: Case, seen: Seen) -> bool:
    """Whether every due day of a stay stands on a bill, but for the month that is not over.

    It looks no further than the first day that does not: the work is bounded by what was billed.
    """
    version, start = case.version(seen.seq), case.start(seen.seq)
    over = brussels(seen.at).date().replace(day=1) - timedelta(days=1)
    since = version.first_day.replace(day=1)
    due = days_due(version, history.profile.counting, since, over, start)
    billed = days_billed(history, case, seen.seq)
    return all(day in billed for day in due)


def _is_over(history: History, sent: Sent, seq: int) -> bool:
    """Whether a file is at rest, or another message was received without a word of warning."""
    if sent.service == INVOICES:
        return is_at_rest(history, sent, seq)
    return sent.answer is not Answer.FAILURE and sent.warning is None


def _went_wrong(exchange: Exchange) -> bool:
    """Whether a request was not answered as usual; what came of an invoice file is told by the file."""
    is_file = exchange.operation == "post" and exchange.service == INVOICES
    wrong = bool(exchange.fault or exchange.imposed or exchange.spoiled) and not is_file
    return wrong or exchange.is_cut or exchange.status == UNAVAILABLE
