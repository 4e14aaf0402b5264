"""Checks on what leaves although nobody told it: months, bills that were refused, and corrections."""

from collections.abc import Iterator, Sequence

from generale.conformance.bill import BilledLine, Fate
from generale.conformance.case import Case
from generale.conformance.checks.check import Occasion, Outcome, check, whole, wrong
from generale.conformance.checks.place import zone_spot
from generale.conformance.checks.refusal import overlap, refused_before
from generale.conformance.expectation import biller, line_of_numbers, rejects_about
from generale.conformance.history import History
from generale.conformance.reply import INBOUND
from generale.conformance.sent import Answer, Sent
from generale.conformance.told import Told, Version
from generale.driver.stimuli import BillMonth, Rebill
from generale.protocol.flatfile import InvoiceFile
from generale.protocol.messages import Correction
from generale.results.verdicts import EvidenceKind


@check("CK-ICO-08", disproves=("RQ-ICO-08",), evidence=EvidenceKind.WIRE, codes=("month-not-told",))
def only_months_that_were_told(history: History) -> Iterator[Outcome]:
    """An invoice file is for a number and a month that somebody told to be billed before it left."""
    for sent in history.messages:
        invoice = sent.invoice
        if not isinstance(invoice, InvoiceFile):
            continue
        if any(one.seq < sent.seq and _tells_to_bill(history, one, sent) for one in history.told):
            yield Occasion(sent.seq)
            continue
        yield wrong(
            history,
            "month-not-told",
            whole(sent),
            expected="no file before somebody bills that month of that number",
            received=f"a file for {invoice.month} of {biller(history, sent) or sent.facility}",
            cause=f"{invoice.month} at {biller(history, sent) or sent.facility}",
        )


def _tells_to_bill(history: History, told: Told, sent: Sent) -> bool:
    """Whether a stimulus asks for the month of a file, of its number or of one in the same line."""
    stimulus, invoice = told.stimulus, sent.invoice
    if not isinstance(stimulus, BillMonth | Rebill) or not isinstance(invoice, InvoiceFile):
        return False
    hco = biller(history, sent)
    is_its = hco is None or hco in line_of_numbers(history, stimulus.facility)
    return is_its and stimulus.month == invoice.month


@check("CK-REF-09", disproves=("RQ-REF-09",), evidence=EvidenceKind.WIRE, codes=("refused-billed-unasked",))
def refused_waits_until_it_is_told_to_go_again(history: History) -> Iterator[Outcome]:
    """What a settlement refused is billed again only once its month was told to be billed again."""
    judged: set[tuple[int, str]] = set()
    for line in history.lines:
        former, key = refused_before(history, line), (line.sent.seq, line.insz)
        if former is None or key in judged or _went_between(history, former, line):
            continue
        judged.add(key)
        arrived = min(one.reply.seq for one in former.answers if one.fate is Fate.REFUSED)
        if any(
            arrived < one.seq < line.sent.seq and _tells_to_bill(history, one, former.sent)
            for one in history.told
        ):
            yield Occasion(line.sent.seq)
            continue
        yield wrong(
            history,
            "refused-billed-unasked",
            zone_spot(line.sent, line.record, "first_day"),
            expected="no bill before somebody bills the month again",
            received=f"{line.line.first} to {line.line.last} of {line.insz} in file {line.sent.reference}",
            cause=f"file {former.sent.reference}",
        )


def _went_between(history: History, former: BilledLine, line: BilledLine) -> bool:
    """Whether the days went again between two lines already; then the later one repeats that bill."""
    return any(former.sent.seq < one.sent.seq < line.sent.seq and overlap(one, line) for one in history.lines)


@check("CK-COR-04", disproves=("RQ-COR-04",), evidence=EvidenceKind.WIRE, codes=("correction-unasked",))
def only_what_was_told_is_corrected(history: History) -> Iterator[Outcome]:
    """There are no more corrections of a message than times that somebody entered its facts anew.

    One that came back, or was refused because of an earlier message, goes again by itself.
    """
    for case in history.cases:
        for repairs, is_end in ((case.admission_corrections, False), (case.end_corrections, True)):
            for place, sent in enumerate(repairs):
                taken = [one for one in repairs[:place] if _has_arrived(history, one, sent.seq)]
                told = _entered_anew(history, case, sent.seq, is_end=is_end)
                freed = sum(case.is_dependent(one, sent.seq) for one in case.all if one.seq < sent.seq)
                if len(taken) < len(told) + freed:
                    yield Occasion(sent.seq)
                    continue
                assert isinstance(sent.message, Correction)
                yield wrong(
                    history,
                    "correction-unasked",
                    whole(sent),
                    expected=_corrections(told),
                    received=f"{len(taken) + 1}, the last of {sent.message.corrects}",
                    cause=case.cause,
                )


def _corrections(told: Sequence[Version]) -> str:
    return f"{len(told) or 'no'} correction{'' if len(told) == 1 else 's'}"


def _entered_anew(history: History, case: Case, seq: int, *, is_end: bool) -> list[Version]:
    """Each time that facts of a stay were entered anew: its own, or those of its resident elsewhere.

    For an end also each time that it was told once more.
    """
    own = [one for one in case.stay.until(seq) if one.corrected]
    others = [
        version
        for other in history.cases
        if other is not case and other.stay.is_known_as(case.stay.insz)
        for version in other.stay.until(seq)
        if version.corrected
    ]
    ends = [one for one in case.stay.until(seq) if one.end is not None and not one.corrected]
    return [*own, *others, *(ends[1:] if is_end else ())]


def _has_arrived(history: History, sent: Sent, seq: int) -> bool:
    """Whether the vendor knows by then that a message was taken in, and not of any rejection."""
    if any(one.kind == INBOUND for one in rejects_about(history, sent, seq)):
        return False
    return any(
        one.answer in (Answer.SUCCESS, Answer.DUPLICATE)
        for one in history.sent
        if one.seq < seq and (one.facility, one.reference) == (sent.facility, sent.reference)
    )
