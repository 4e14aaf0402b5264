"""Checks of the chapter credit notes: what was accepted and is not due is given back, once and as paid."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from generale.conformance.bill import BilledLine, Fate
from generale.conformance.case import Case
from generale.conformance.checks.check import Occasion, Outcome, check, missing, wrong
from generale.conformance.checks.place import zone_spot
from generale.conformance.credit import accepted_lines, credit_lines, name_of, stands
from generale.conformance.exchange import INVOICES
from generale.conformance.expectation import case_of, days_under, rate_on, told_again
from generale.conformance.history import History
from generale.conformance.told import Told
from generale.driver.stimuli import BillMonth
from generale.protocol.ids import Hco
from generale.protocol.messages import Outcome as Decided
from generale.protocol.money import Euro
from generale.results.verdicts import EvidenceKind

ROUNDED_TWICE = 2
"""Cents that a credited amount may lie off its days times their rates: the accepted line was rounded, and
what stays of it is. Funds control to the cent; how a vendor rounds on the way is its own.
"""


@check(
    "CK-CRE-01",
    disproves=("RQ-CRE-01",),
    evidence=EvidenceKind.WIRE,
    codes=("credit-not-sent", "credit-days-forgotten"),
)
def accepted_days_that_are_not_due_are_credited(history: History) -> Iterator[Outcome]:
    """Once billing of a month is told again, its accepted days that are not due are taken back."""
    for told in history.told:
        if not told.taken or not isinstance(told.stimulus, BillMonth):
            continue
        for line in history.booked:
            if line.days and _is_of(history, line, told) and line.fate(told.seq) is Fate.ACCEPTED:
                yield from _credited(history, told, line)


def _is_of(history: History, line: BilledLine, told: Told) -> bool:
    facility = history.facility_of(line.nihii)
    assert isinstance(told.stimulus, BillMonth)
    month = told.stimulus.month
    return facility is not None and (facility.hco, line.invoice.month) == (told.stimulus.facility, month)


def _credited(history: History, told: Told, line: BilledLine) -> Iterator[Outcome]:
    assert isinstance(told.stimulus, BillMonth)
    hco, case = told.stimulus.facility, case_of(history, line.insz, line.line.first, line.sent)
    if case is None or not _is_settled(case, told.seq):
        return
    gone = set(line.days) - _due(history, hco, line, told.seq)
    until = told_again(history, told)
    back = {
        day
        for one in credit_lines(history)
        if one.sent.seq < until and (one.insz, one.nihii) == (line.insz, line.nihii)
        for day in one.credited_days
    }
    lacking = gone - back
    if gone and not lacking:
        yield Occasion(told.seq)
    elif lacking and history.must_have_left(told.seq, INVOICES, until):
        yield missing(
            history,
            "credit-days-forgotten" if gone & back else "credit-not-sent",
            told.seq,
            expected=f"{len(lacking)} days of {line.insz} credited, from {min(lacking)} on",
            cause=case.cause,
        )


def _is_settled(case: Case, seq: int) -> bool:
    """Whether the vendor knows that the last thing told of a stay was accepted, and all before it."""
    sent = [one for one in case.all if one.seq < seq and one.received]
    decisions = [case.decision_on(one, seq) for one in sent]
    version = case.version(seq)
    return (
        any(one.seq > version.since for one in sent)
        and bool(decisions)
        and all(one is not None and one.outcome is Decided.ACCEPTED for one in decisions)
    )


def _due(history: History, hco: Hco, line: BilledLine, seq: int) -> set[date]:
    """The days of the month that are due for the resident of a line, of whichever stay."""
    mine = [one for one in history.cases if one.stay.is_known_as(line.insz)]
    month = line.invoice.month
    return {day for one in mine for day in days_under(history, one, hco, month, seq, decided=True)}


class _Wrong(NamedTuple):
    """What is wrong with a line of a credit note: in its record 20 or 30."""

    code: str
    is_head: bool
    zone: str
    expected: str
    received: str


@check(
    "CK-CRE-02",
    disproves=("RQ-CRE-02",),
    evidence=EvidenceKind.WIRE,
    codes=(
        "credit-sign-wrong",
        "credit-to-another-fund",
        "credit-for-another-resident",
        "credit-names-another-bill",
        "credit-of-unaccepted-days",
        "credited-twice",
        "credit-amount-wrong",
    ),
)
def credit_notes_mirror_what_was_accepted(history: History) -> Iterator[Outcome]:
    """A credit note repeats what stood on the bill that it names, below zero, for its fund and once."""
    for line in credit_lines(history):
        found = _unlike(history, line)
        if found is None:
            yield Occasion(line.sent.seq)
            continue
        yield wrong(
            history,
            found.code,
            zone_spot(line.sent, line.head if found.is_head else line.record, found.zone),
            expected=found.expected,
            received=found.received,
            cause=f"credit note for {line.insz}",
        )


def _unlike(history: History, line: BilledLine) -> _Wrong | None:
    own, days = line.line, set(line.credited_days)
    if own.days >= 0 or own.amount >= Euro(0):
        received = f"{own.days} days, {own.amount} euro"
        return _Wrong("credit-sign-wrong", False, "amount", "days and amount below zero", received)
    accepted = list(accepted_lines(history, line))
    former = [one for one in accepted if name_of(one) == line.bill.previous]
    holding = [one for one in former if days <= set(one.days) and one.line.code == own.code]
    if not holding:
        return _of_what(line, days, accepted, former)
    old = holding[0]
    if line.invoice.fund != old.invoice.fund or line.bill.destination_fund != old.invoice.fund:
        expected, received = f"fund {old.invoice.fund}", f"fund {line.bill.destination_fund}"
        return _Wrong("credit-to-another-fund", True, "destination_fund", expected, received)
    if line.insz != old.insz:
        return _Wrong("credit-for-another-resident", True, "insz", old.insz, line.insz)
    twice = [day for day in days if _was_credited(history, line, old, day)]
    if twice:
        return _Wrong("credited-twice", False, "first_day", f"{min(twice)} credited once", "credited before")
    cost = _cost(history, old, days)
    if cost is not None and abs(Decimal(-own.amount.cents) - cost * 100) > ROUNDED_TWICE:
        return _Wrong("credit-amount-wrong", False, "amount", f"-{cost} euro", f"{own.amount} euro")
    return None


def _of_what(
    line: BilledLine, days: set[date], accepted: list[BilledLine], former: list[BilledLine]
) -> _Wrong:
    """Why no accepted line of the named bill holds the days: another bill does, or none."""
    other = next((one for one in accepted if one.insz == line.insz and days <= set(one.days)), None)
    received = f"{line.line.first} to {line.line.last}"
    if other is None or former:
        on_bill = ", ".join(f"{one.line.first} to {one.line.last}" for one in former) or "no accepted day"
        return _Wrong("credit-of-unaccepted-days", False, "first_day", on_bill, received)
    expected, named = f"bill {other.bill.number} of file {other.invoice.sending_number}", line.bill.previous
    said = f"bill {named.number} of file {named.sending_number}" if named else "no bill"
    return _Wrong("credit-names-another-bill", True, "previous_bill_number", expected, said)


def _was_credited(history: History, line: BilledLine, old: BilledLine, day: date) -> bool:
    """Whether another line, further up in the same file or sent before, takes the day of that bill back."""
    for one in credit_lines(history):
        if one is line:
            return False
        is_same = one.bill.previous == name_of(old) and one.nihii == old.nihii and day in one.credited_days
        if is_same and stands(one, line.sent.seq) and one.sent.reference != line.sent.reference:
            return True
        if is_same and one.sent is line.sent:
            return True
    return False


def _cost(history: History, old: BilledLine, days: set[date]) -> Decimal | None:
    """What the days cost by the rates of the facility, in euro; None where a rate is not known."""
    facility = history.facility_of(old.nihii)
    types = {f"0{row.code}": row.stay_type for row in history.profile.performance_codes}
    stay_type = types.get(old.line.code)
    if facility is None or stay_type is None:
        return None
    rates = [rate_on(facility, stay_type, day) for day in sorted(days)]
    known = [rate for rate in rates if rate is not None]
    return sum(known, Decimal(0)) if len(known) == len(rates) else None


@check("CK-CRE-03", disproves=("RQ-CRE-03",), evidence=EvidenceKind.WIRE, codes=("due-day-credited",))
def credited_days_that_are_due_are_billed_anew(history: History) -> Iterator[Outcome]:
    """A credited day that is due when it is credited, and stays due, stands on a later bill."""
    last = history.events[-1].seq
    for line in credit_lines(history):
        facility = history.facility_of(line.nihii)
        if facility is None or not line.sent.received or not stands(line, last):
            continue
        due = {
            one
            for seq in (line.sent.seq, last)
            for one in [frozenset(_due(history, facility.hco, line, seq))]
        }
        days = set(line.credited_days).intersection(*due)
        anew = {
            day
            for one in history.lines
            if one.sent.seq >= line.sent.seq and one.insz == line.insz
            for day in one.days
        }
        lacking = days - anew
        if not lacking:
            yield Occasion(line.sent.seq)
        elif history.must_have_left(line.sent.seq, INVOICES):
            yield wrong(
                history,
                "due-day-credited",
                zone_spot(line.sent, line.record, "first_day"),
                expected=f"{min(lacking)} not credited, or billed anew",
                received=f"{line.line.first} to {line.line.last} credited",
                cause=f"credit note for {line.insz}",
            )
