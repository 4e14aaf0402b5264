"""Check of the chapter worklist: the invoice files that came back, as the users of the product see them."""

from collections.abc import Iterator, Sequence

from generale.conformance.bill import Fate
from generale.conformance.checks.check import Occasion, Outcome, Spot, check, wrong
from generale.conformance.checks.fault import is_followed
from generale.conformance.checks.refusal import bills_again
from generale.conformance.checks.refusal_shown import holds_words, words_of
from generale.conformance.expectation import answers_to, came_back_at, cases_named, worklist
from generale.conformance.file_names import files_named, items_about_file
from generale.conformance.history import History, Seen
from generale.conformance.peace import is_at_rest, is_settled, of_one_month
from generale.conformance.sent import Answer, Sent
from generale.driver.observations import WorklistItem
from generale.protocol.flatfile import FileJudgement, InvoiceFile, TechnicalRefusal
from generale.protocol.genericasync import Reject
from generale.results.verdicts import EvidenceKind

_FROM_A_FUND = ("920999", "920099")
"""The answers by which a fund sends a file back."""

_RECEIVED = "931000"
_SHORTEST = 5
"""Characters by which the words of a refusal are known again; fewer may stand in any item."""


@check(
    "CK-WOR-03",
    disproves=("RQ-WOR-03",),
    evidence=EvidenceKind.TOLD,
    codes=("returned-file-not-shown", "file-still-listed"),
)
def files_that_came_back_stand_on_the_worklist(history: History) -> Iterator[Outcome]:
    """A file that came back is named on the worklist until it is billed again, and no longer."""
    for seen in history.observations:
        for sent in history.messages:
            if sent.seq < seen.seq and isinstance(sent.invoice, InvoiceFile):
                yield from _shown(history, seen, sent)
        yield from _still_listed(history, seen)


def _shown(history: History, seen: Seen, sent: Sent) -> Iterator[Outcome]:
    if not waits_for_repair(history, sent, seen.seq):
        return
    if items_about_file(history, seen, sent):
        yield Occasion(seen.seq)
        return
    assert isinstance(sent.invoice, InvoiceFile)
    number, fund, month = sent.invoice.sending_number, sent.invoice.fund, sent.invoice.month
    yield wrong(
        history,
        "returned-file-not-shown",
        Spot(event=seen.seq, path="worklist[]"),
        expected=f"an item that names file {number} of {month} for fund {fund}",
        received=f"{len(worklist(seen))} items, none that names it",
        cause=f"file {sent.reference}",
    )


def waits_for_repair(history: History, sent: Sent, seq: int) -> bool:
    """Whether a fund sent a file back, and nobody has billed its month again since."""
    known = came_back_at(history, sent, _FROM_A_FUND)
    if known is None or known > seq or is_followed(history, sent, known, seq):
        return False
    return not any(known < one.seq < seq and bills_again(history, one, sent) for one in history.told)


def _still_listed(history: History, seen: Seen) -> Iterator[Outcome]:
    """Items about files of which nothing waits any more; an occasion for each that is off the list."""
    listed: set[str] = set()
    for view in seen.observation.facilities:
        for item in view.worklist:
            files = files_named(history, item, view.facility, seen.seq)
            listed |= {one.reference for one in files}
            if files and _is_needless(history, item, files, seen.seq):
                yield wrong(
                    history,
                    "file-still-listed",
                    Spot(event=seen.seq, path="worklist[]"),
                    expected=f"nothing about file {files[-1].reference}: it was repaired, or all is paid",
                    received=" ".join(filter(None, (item.subject, item.control, item.text))),
                    cause=f"file {files[-1].reference}",
                )
    for sent in history.messages:
        known = _came_back_at(history, sent)
        if known is None or known > seen.seq or sent.reference in listed:
            continue
        if is_at_rest(history, sent, seen.seq):
            yield Occasion(seen.seq)


def _is_needless(history: History, item: WorklistItem, files: Sequence[Sent], seq: int) -> bool:
    """Whether all files that an item names are at rest, or it repeats a refusal that was repaired since."""
    if any(not is_settled(history, case, seq) for case in cases_named(history, item)):
        return False
    if all(is_at_rest(history, one, seq) for one in files):
        return True
    words = [word for one in files for word in _words(history, one, seq)]
    return all(_is_replaced(history, one, seq) for one in files) and holds_words(item, words)


def _is_replaced(history: History, sent: Sent, seq: int) -> bool:
    """Whether the last file of that month was received, and nothing but that is known of it as yet.

    Not where a bill of an earlier one stands refused: it may be for the same reason.
    """
    group = [one for one in history.messages if one.seq < seq and of_one_month(one, sent)]
    known = {one.kind for one in answers_to(history, group[-1]) if one.is_known(seq)}
    fates = [one.fate(seq) for one in history.lines if one.sent in group]
    is_taken = group[-1].received and group[-1].answer in (Answer.SUCCESS, Answer.DUPLICATE)
    return is_taken and known <= {_RECEIVED} and Fate.REFUSED not in fates


def _came_back_at(history: History, sent: Sent) -> int | None:
    """Where the vendor learned that a file came back in whichever way; None for another message."""
    if not isinstance(sent.invoice, InvoiceFile):
        return None
    at_door = sent.answer in (Answer.FAILURE, Answer.FAULT) and not sent.invites_retry
    return sent.seq if at_door else came_back_at(history, sent)


def _words(history: History, sent: Sent, seq: int) -> Iterator[str]:
    """By which words users know why the files of that month came back, until then."""
    for one in history.messages:
        if one.seq >= seq or not of_one_month(one, sent) or _came_back_at(history, one) is None:
            continue
        told = [*words_of(one.exchange.fault or (one.tack if one.answer is Answer.FAILURE else None))]
        for reply in answers_to(history, one):
            match reply.document:
                case Reject(fault=fault):
                    told += words_of(fault)
                case TechnicalRefusal(remark=remark):
                    told.append(remark)
                case FileJudgement(records=records):
                    errors = (error for record in records for error in record.errors)
                    told += (word for error in errors for word in error.comment.split(" ", 1))
                case _:
                    continue
        yield from (word for word in told if len(word) >= _SHORTEST)
