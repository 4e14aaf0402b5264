"""Checks of the chapter refusal: what happens after a bill or a line was refused."""

from collections.abc import Iterator
from datetime import date

from generale.conformance.bill import BilledLine, Fate
from generale.conformance.checks.check import Occasion, Outcome, Spot, check, missing, wrong
from generale.conformance.checks.place import zone_spot
from generale.conformance.credit import is_credited
from generale.conformance.exchange import INVOICES
from generale.conformance.expectation import bills_the_same, came_back_at, days_under
from generale.conformance.history import History
from generale.conformance.membership import fund_changes
from generale.conformance.sent import Sent
from generale.conformance.told import Told
from generale.driver.stimuli import BillMonth, Rebill
from generale.protocol.flatfile import BillKind, File, InvoiceFile, PreviousBill, is_sparse
from generale.results.verdicts import EvidenceKind


@check(
    "CK-REF-06", disproves=("RQ-REF-06",), evidence=EvidenceKind.WIRE, codes=("tolerated-file-sent-again",)
)
def file_taken_in_with_errors_is_not_sent_again(history: History) -> Iterator[Outcome]:
    """A file that was taken in in spite of errors does not go again, under its sending number or another."""
    for sent in history.messages:
        known = came_back_at(history, sent, ("920098",))
        if known is None or not isinstance(sent.invoice, InvoiceFile):
            continue
        again = next(
            (
                one
                for one in history.messages
                if one.seq > known and (_is_same_file(one, sent) or _is_whole_again(history, one, sent))
            ),
            None,
        )
        if again is not None:
            assert isinstance(again.file, File)
            assert isinstance(again.invoice, InvoiceFile)
            yield wrong(
                history,
                "tolerated-file-sent-again",
                zone_spot(again, again.file.records[0], "sending_number"),
                expected="a rebill of what the settlement refuses",
                received=f"file {sent.invoice.sending_number} once more, as {again.invoice.sending_number}",
                cause=f"file {sent.reference}",
            )
            continue
        told = (one for one in history.told if one.seq > known and bills_again(history, one, sent))
        yield from (Occasion(one.seq) for one in told if isinstance(one.stimulus, Rebill))


def _is_same_file(later: Sent, sent: Sent) -> bool:
    new, old = later.invoice, sent.invoice
    if not isinstance(new, InvoiceFile) or not isinstance(old, InvoiceFile):
        return False
    return bills_the_same(later, sent) and new.sending_number == old.sending_number


def _is_whole_again(history: History, later: Sent, sent: Sent) -> bool:
    """Whether a file holds all bills of another as they were, though not all of its lines are refused."""
    new, old = later.invoice, sent.invoice
    if not isinstance(new, InvoiceFile) or not isinstance(old, InvoiceFile):
        return False
    lines = [one for one in history.lines if one.sent is sent]
    return (
        bills_the_same(later, sent)
        and _claims(old) <= _claims(new)
        and any(one.fate(later.seq) is not Fate.REFUSED for one in lines)
    )


def _claims(file: InvoiceFile) -> set[tuple[str, BillKind, date, date]]:
    """What a file bills: for whom, as what kind, from when to when."""
    return {(bill.insz, bill.kind, line.first, line.last) for bill in file.bills for line in bill.lines}


def bills_again(history: History, told: Told, sent: Sent) -> bool:
    """Whether a stimulus asks for the month of a file to be billed again."""
    if not told.taken or not isinstance(told.stimulus, Rebill | BillMonth):
        return False
    facility = history.facilities.get(told.stimulus.facility)
    invoice = sent.invoice
    return (
        facility is not None
        and isinstance(invoice, InvoiceFile)
        and invoice.provider[1:9] == facility.nihii
        and invoice.month == told.stimulus.month
    )


def _told_again(history: History) -> Iterator[tuple[Told, list[BilledLine], list[BilledLine]]]:
    """Each time billing again was told: the lines that were settled by then, and those sent after it."""
    for told in history.told:
        if not told.taken or not isinstance(told.stimulus, Rebill):
            continue
        mine = [one for one in history.lines if bills_again(history, told, one.sent)]
        following = [one.seq for one in history.told if one.seq > told.seq and _is_billing(one)]
        until = min(following, default=history.events[-1].seq + 1)
        settled = [
            one
            for one in mine
            if one.sent.seq < told.seq and one.fate(told.seq) in (Fate.ACCEPTED, Fate.REFUSED)
        ]
        yield told, settled, [one for one in mine if told.seq < one.sent.seq < until]


def _is_billing(told: Told) -> bool:
    return isinstance(told.stimulus, BillMonth | Rebill)


@check("CK-REF-02", disproves=("RQ-REF-02",), evidence=EvidenceKind.WIRE, codes=("settled-billed-again",))
def only_refused_goes_again(history: History) -> Iterator[Outcome]:
    """When billing again was told, no day that the fund had accepted is billed once more."""
    for told, settled, again in _told_again(history):
        accepted = [one for one in settled if one.fate(told.seq) is Fate.ACCEPTED]
        twice = next(((new, old) for new in again for old in accepted if _is_twice(history, new, old)), None)
        if twice:
            new, old = twice
            yield wrong(
                history,
                "settled-billed-again",
                zone_spot(new.sent, new.record, "first_day"),
                expected="only what was refused",
                received=f"{old.line.first} to {old.line.last} of {old.insz}, accepted before",
                cause=f"file {new.sent.reference}",
            )
        elif accepted and again:
            yield Occasion(told.seq)


def _is_twice(history: History, new: BilledLine, old: BilledLine) -> bool:
    """Whether a line bills a day of an accepted one that was not credited in between."""
    if not overlap(new, old):
        return False
    both = set(new.days) & set(old.days)
    return not all(is_credited(history, old, day, new.sent.seq) for day in both)


def overlap(one: BilledLine, other: BilledLine) -> bool:
    """Whether two lines bill a day of the same person."""
    if one.insz != other.insz or not one.days or not other.days:
        return False
    return max(one.days[0], other.days[0]) <= min(one.days[-1], other.days[-1])


@check(
    "CK-REF-03",
    disproves=("RQ-REF-03",),
    evidence=EvidenceKind.WIRE,
    codes=("rebill-as-new", "previous-bill-wrong"),
)
def rebill_names_the_former_bill(history: History) -> Iterator[Outcome]:
    """A bill for days that were refused is marked as a rebill and linked to the refused bill."""
    heads: set[tuple[int, int]] = set()
    for line in history.lines:
        former = refused_before(history, line)
        key = (line.sent.seq, line.head.number)
        if former is None or key in heads:
            continue
        heads.add(key)
        yield _linked(history, line, former)


def refused_before(history: History, line: BilledLine) -> BilledLine | None:
    """The last refused line for the same days, as far as the vendor knew of it when this one left."""
    found = [
        one
        for one in history.lines
        if one.sent.seq < line.sent.seq
        and overlap(one, line)
        and one.fate(line.sent.seq) is Fate.REFUSED
        and not _went_on(history, one, line)
    ]
    return found[-1] if found else None


def _went_on(history: History, former: BilledLine, line: BilledLine) -> bool:
    """Whether a line is for another fund than the refused one, and its resident has changed funds."""
    changed = any(one.insz == line.insz and one.seq < line.sent.seq for one in fund_changes(history))
    return changed and former.invoice.fund != line.invoice.fund


def _linked(history: History, line: BilledLine, former: BilledLine) -> Outcome:
    cause = f"file {line.sent.reference}"
    if line.bill.kind is not BillKind.REBILL:
        return wrong(
            history,
            "rebill-as-new",
            zone_spot(line.sent, line.head, "bill_kind"),
            expected=str(BillKind.REBILL.value),
            received=str(line.bill.kind.value),
            cause=cause,
        )
    due = PreviousBill(
        number=former.bill.number,
        sending_number=former.invoice.sending_number,
        fund=former.invoice.fund,
        month=former.invoice.month,
    )
    if line.bill.previous != due:
        return wrong(
            history,
            "previous-bill-wrong",
            zone_spot(line.sent, line.head, "previous_bill_number"),
            expected=_words(due),
            received=_words(line.bill.previous),
            cause=cause,
        )
    return Occasion(line.sent.seq)


def _words(bill: PreviousBill | None) -> str:
    if bill is None:
        return "no former bill"
    return f"bill {bill.number} of file {bill.sending_number}, fund {bill.fund}, {bill.month}"


@check("CK-REF-04", disproves=("RQ-REF-04",), evidence=EvidenceKind.WIRE, codes=("refusal-swallowed",))
def refused_days_go_again(history: History) -> Iterator[Outcome]:
    """When billing again was told, every covered day that the fund had refused is billed."""
    for told, settled, again in _told_again(history):
        assert isinstance(told.stimulus, Rebill)
        for old in settled:
            if old.fate(told.seq) is not Fate.REFUSED or _went_again(history, old, told):
                continue
            covered = covered_days(history, old, told)
            billed = {day for new in again if new.insz == old.insz for day in new.days}
            lacking = (set(old.days) & covered) - billed
            cause = f"file {old.sent.reference}"
            if covered and not lacking:
                yield Occasion(told.seq)
            elif lacking and history.must_have_left(told.seq, INVOICES):
                expected = f"{len(lacking)} days of {old.insz} billed again, from {min(lacking)} on"
                yield missing(history, "refusal-swallowed", told.seq, expected=expected, cause=cause)


@check("CK-REF-07", disproves=("RQ-REF-07",), evidence=EvidenceKind.WIRE, codes=("sparse-answer-misread",))
def records_of_a_sparse_answer_are_known_by_their_index(history: History) -> Iterator[Outcome]:
    """After a settlement that leaves records out, exactly what it refuses is billed again, told or not."""
    for told, settled, again in _told_again(history):
        for old in settled:
            if not _is_sparsely_answered(old, told.seq):
                continue
            refused = old.fate(told.seq) is Fate.REFUSED
            days = set(old.days) & (covered_days(history, old, told) if refused else set(old.days))
            later = (*_untold(history, old, told), *again)
            billed = {day for new in later if new.insz == old.insz for day in new.days}
            misread = [day for day in days if (day in billed) is not refused]
            if misread and history.must_have_left(told.seq, INVOICES):
                due, received = (
                    ("billed again", "nothing") if refused else ("left as accepted", "billed again")
                )
                yield wrong(
                    history,
                    "sparse-answer-misread",
                    Spot(event=told.seq),
                    expected=f"{len(misread)} days of {old.insz} {due}, from {min(misread)} on",
                    received=received,
                    cause=f"file {old.sent.reference}",
                )
            elif days and not misread:
                yield Occasion(told.seq)


def _untold(history: History, old: BilledLine, told: Told) -> list[BilledLine]:
    """The lines for the same resident that left between the answer to a line and being told to bill again."""
    known = min(
        (one.reply.fetched[0] for one in old.answers if one.reply.is_known(told.seq)), default=told.seq
    )
    return [one for one in history.lines if known < one.sent.seq < told.seq and one.insz == old.insz]


def _is_sparsely_answered(line: BilledLine, seq: int) -> bool:
    """Whether the settlement that the vendor knows of leaves records of the file out."""
    settling = [one.reply for one in line.answers if one.reply.is_known(seq) and one.reply.kind == "920900"]
    records = line.sent.file.records if isinstance(line.sent.file, File) else ()
    counted = sum("record_index" in one.layout.cuts for one in records)
    return any(is_sparse(reply.content, counted) for reply in settling)


def _went_again(history: History, old: BilledLine, told: Told) -> bool:
    """Whether the refused days stood on a later bill already, before billing again was told."""
    return any(old.sent.seq < one.sent.seq < told.seq and overlap(one, old) for one in history.lines)


def covered_days(history: History, old: BilledLine, told: Told) -> set[date]:
    """The days of the month that are still covered for the resident, under the number that bills."""
    assert isinstance(told.stimulus, Rebill)
    facility, month = told.stimulus.facility, told.stimulus.month
    mine = (one for one in history.cases if one.stay.is_known_as(old.insz) and one.fund(told.seq))
    return {day for one in mine for day in days_under(history, one, facility, month, told.seq, decided=True)}
