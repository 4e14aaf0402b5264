"""Check of the chapter settlement: the invoice files as the users of the product see them, and no others."""

from collections.abc import Iterator, Sequence

from generale.conformance.bill import RETURNS
from generale.conformance.checks.check import Occasion, Outcome, Spot, check, wrong
from generale.conformance.checks.settlement import file_views, in_euro
from generale.conformance.exchange import INVOICES
from generale.conformance.expectation import biller, line_of_numbers, returned_before
from generale.conformance.history import History, Seen
from generale.conformance.money import has_set_off
from generale.conformance.reply import INBOUND, Reply
from generale.conformance.sent import Answer, Sent
from generale.driver.observations import InvoiceStatus, InvoiceView
from generale.protocol.errors import PeerError
from generale.protocol.flatfile import Acknowledgement, InvoiceFile, Settlement
from generale.protocol.money import ZERO
from generale.results.verdicts import EvidenceKind


@check(
    "CK-SET-02",
    disproves=("RQ-SET-02",),
    evidence=EvidenceKind.TOLD,
    codes=("file-status-wrong", "payment-wrong", "file-shown-twice", "file-never-sent"),
)
def file_is_shown_where_it_stands(history: History) -> Iterator[Outcome]:
    """Every file that left is shown where it stands, and what the fund pays once it has settled."""
    for seen in history.observations:
        under: dict[tuple[object, ...], list[Sent]] = {}
        for sent in history.messages:
            file = sent.invoice
            if sent.seq < seen.seq and isinstance(file, InvoiceFile):
                key = file.provider, file.fund, file.month, file.sending_number
                under.setdefault(key, []).append(sent)
        for one in under.values():
            yield from _file_shown(history, seen, one)
        yield from _never_sent(history, seen)


def _file_shown(history: History, seen: Seen, under: Sequence[Sent]) -> Iterator[Outcome]:
    """How the latest file under a sending number is shown; those before it may be shown beside it.

    One that came back and went again under another number need not be shown any more.
    """
    sent = under[-1]
    file = sent.invoice
    assert isinstance(file, InvoiceFile)
    if history.facility_of(file.provider[1:9]) is None:
        return
    known = _known(history, sent, seen)
    views, right = file_views(history, seen, file), _statuses(history, sent, known, seen)
    if not views and _is_replaced(history, seen, sent):
        return
    yield (
        _status_wrong(history, seen, sent, views, right, under[:-1])
        or _paid_wrong(history, seen, sent, [one for one in views if one.status in right])
        or _shown_twice(history, seen, views, under)
        or Occasion(seen.seq)
    )


def _status_wrong(
    history: History,
    seen: Seen,
    sent: Sent,
    views: Sequence[InvoiceView],
    right: set[InvoiceStatus],
    earlier: Sequence[Sent],
) -> Outcome | None:
    """A file that is not shown where it stands, or also where neither it nor one before it ever stood."""
    assert isinstance(sent.invoice, InvoiceFile)
    beside = {
        status for one in earlier for status in _statuses(history, one, _known(history, one, seen), seen)
    }
    shown = {one.status for one in views}
    if shown & right and shown <= right | beside:
        return None
    return wrong(
        history,
        "file-status-wrong",
        Spot(event=seen.seq, path="invoices[].status"),
        expected=f"{_words(sent.invoice)}: {' or '.join(sorted(one.value for one in right))}",
        received=", ".join(one.status.value for one in views) or "no such file",
        cause=f"file {sent.reference}",
    )


def _paid_wrong(history: History, seen: Seen, sent: Sent, views: Sequence[InvoiceView]) -> Outcome | None:
    """A payment, wherever the file is shown, that is not what its fund accepted.

    Where a part was set off against advances it may stand there without that part.
    """
    assert isinstance(sent.invoice, InvoiceFile)
    documents = (one.document for one in _known(history, sent, seen))
    settlement = next((one for one in documents if isinstance(one, Settlement)), None)
    due, paid = settlement.accepted if settlement else ZERO, [one.paid for one in views]
    rest = due - has_set_off(history, sent.facility, sent.reference)
    if all((one or ZERO) in (due, rest) for one in paid):
        return None
    expected, *received = in_euro(due, *paid)
    return wrong(
        history,
        "payment-wrong",
        Spot(event=seen.seq, path="invoices[].paid"),
        expected=f"{_words(sent.invoice)}: {expected}",
        received=", ".join(received),
        cause=f"file {sent.reference}",
    )


def _shown_twice(
    history: History, seen: Seen, views: Sequence[InvoiceView], under: Sequence[Sent]
) -> Outcome | None:
    """More files under a sending number than ever left under it."""
    file = under[-1].invoice
    assert isinstance(file, InvoiceFile)
    if len(views) <= len(under):
        return None
    return wrong(
        history,
        "file-shown-twice",
        Spot(event=seen.seq, path="invoices[]"),
        expected=f"{_words(file)}, number {file.sending_number}: shown {_times(len(under))}",
        received=f"shown {_times(len(views))}",
        cause=f"file {under[-1].reference}",
    )


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _words(file: InvoiceFile) -> str:
    return f"{file.month} for fund {file.fund}"


def _never_sent(history: History, seen: Seen) -> Iterator[Outcome]:
    """Files that are shown as sent or further on, and that neither this number nor one in its line sent.

    Not where a file that left cannot be read: then it may be that one. A file that still waits to be sent may
    be shown as not acknowledged.
    """
    before = [one for one in history.messages if one.seq < seen.seq and one.service == INVOICES]
    if any(isinstance(one.invoice, PeerError) for one in before):
        return
    files = [(biller(history, one), one.invoice) for one in before if isinstance(one.invoice, InvoiceFile)]
    for facility in seen.observation.facilities:
        numbers = line_of_numbers(history, facility.facility)
        for view in facility.invoices:
            shown = f"{view.month} for fund {view.fund}, number {view.sending_number}"
            key = (int(view.fund), view.month, view.sending_number)
            is_left = any(
                (one.fund, one.month, one.sending_number) == key and (hco is None or hco in numbers)
                for hco, one in files
            )
            if is_left or view.status is InvoiceStatus.NOT_ACKNOWLEDGED:
                continue
            yield wrong(
                history,
                "file-never-sent",
                Spot(event=seen.seq, path="invoices[]"),
                expected=f"a file that left, of the {len(files)} in all",
                received=f"{shown}: {view.status.value}",
                cause=f"files of {facility.facility}",
            )


def _is_replaced(history: History, seen: Seen, sent: Sent) -> bool:
    """Whether a file that came back went again before users looked, under whatever number."""
    later = (one for one in history.messages if sent.seq < one.seq < seen.seq)
    return any(sent in returned_before(history, one).values() for one in later)


def _known(history: History, sent: Sent, seen: Seen) -> list[Reply]:
    """What users can know by then of the answers to a file."""
    return [one for one in _answers(history, sent) if one.is_known(seen.seq)]


def _answers(history: History, sent: Sent) -> Iterator[Reply]:
    return (
        one
        for one in history.replies
        if one.service == INVOICES and (one.facility, one.about) == (sent.facility, sent.reference)
    )


def _statuses(history: History, sent: Sent, known: Sequence[Reply], seen: Seen) -> set[InvoiceStatus]:
    """Where a file stands by what was fetched about it, else by how its posting was answered.

    A rejection that was never confirmed could not be read: that is another check's matter.
    """
    documents = [one.document for one in known]
    for document in documents:
        if isinstance(document, Settlement):
            nothing = document.accepted == ZERO
            return {InvoiceStatus.SETTLED} | ({InvoiceStatus.REFUSED} if nothing else set())
    rejections = [one for one in known if one.kind == INBOUND]
    if rejections or any(one.kind in RETURNS for one in known):
        was_read = not rejections or any(one.confirmed for one in rejections)
        return {InvoiceStatus.REFUSED} | (set() if was_read else {InvoiceStatus.SENT})
    if any(isinstance(one, Acknowledgement) for one in documents):
        return {InvoiceStatus.RECEIVED}
    tries = [
        one.answer
        for one in history.sent
        if one.seq < seen.seq and (one.facility, one.reference) == (sent.facility, sent.reference)
    ]
    if {Answer.SUCCESS, Answer.DUPLICATE} & set(tries):
        return {InvoiceStatus.SENT}
    if {Answer.FAILURE, Answer.FAULT} & set(tries):
        return {InvoiceStatus.REFUSED, InvoiceStatus.NOT_ACKNOWLEDGED}
    return {InvoiceStatus.NOT_ACKNOWLEDGED}
