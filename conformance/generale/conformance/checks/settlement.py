"""Checks of the chapter settlement: what the users of the product see of files, lines and payments."""

from collections.abc import Iterator, Sequence

from generale.conformance.bill import RETURNS, BilledLine, Fate
from generale.conformance.checks.check import Occasion, Outcome, Spot, check, wrong
from generale.conformance.checks.refusal import bills_again
from generale.conformance.exchange import INVOICES
from generale.conformance.expectation import facility_views, returned_before
from generale.conformance.history import History, Seen
from generale.conformance.reply import INBOUND, Reply
from generale.conformance.sent import Answer, Sent
from generale.driver.observations import InvoiceStatus, InvoiceView, LineStatus, LineView
from generale.driver.stimuli import Rebill
from generale.protocol.flatfile import Acknowledgement, InvoiceFile, Settlement
from generale.protocol.money import ZERO, Euro
from generale.results.verdicts import EvidenceKind

_STATUS = {Fate.ACCEPTED: LineStatus.ACCEPTED, Fate.REFUSED: LineStatus.REFUSED}


@check(
    "CK-SET-01",
    disproves=("RQ-SET-01",),
    evidence=EvidenceKind.TOLD,
    codes=("settlement-not-shown", "line-status-wrong", "line-days-wrong", "line-amount-wrong"),
)
def settlement_is_shown_per_line(history: History) -> Iterator[Outcome]:
    """Each settled line is shown, whenever users look, as what the fund said of it, and as nothing else.

    What was refused may be shown otherwise once its month is told to be billed again.
    """
    for line in history.booked:
        for seen in history.observations:
            if line.days and line.fate(seen.seq) in _STATUS and not _is_dealt_with(history, seen, line):
                yield _settled(history, seen, line)


def _is_dealt_with(history: History, seen: Seen, line: BilledLine) -> bool:
    """Whether a line stands refused, and its month was told to be billed again since."""
    settled = min(one.reply.fetched[0] for one in line.answers if one.reply.fetched and one.fate in _STATUS)
    return line.fate(seen.seq) is Fate.REFUSED and any(
        isinstance(one.stimulus, Rebill) and bills_again(history, one, line.sent)
        for one in history.told
        if settled < one.seq < seen.seq
    )


def _settled(history: History, seen: Seen, line: BilledLine) -> Outcome:
    """How a settled line is shown."""
    expected = _STATUS[line.fate(seen.seq)]
    statuses = [one.status for one in _lines(history, seen, line) if _begins_in(one, line)]
    if expected in statuses and set(statuses) <= _possible(history, seen, line):
        return _counted(history, seen, line)
    is_silent = not statuses or set(statuses) == {LineStatus.SENT}
    return wrong(
        history,
        "settlement-not-shown" if is_silent else "line-status-wrong",
        Spot(event=seen.seq, path="invoices[].lines[].status"),
        expected=f"{line.line.first} to {line.line.last} of {line.insz}: {expected.value}",
        received=", ".join(one.value for one in statuses) or "no such line",
        cause=f"file {line.sent.reference}",
    )


def _possible(history: History, seen: Seen, line: BilledLine) -> set[LineStatus]:
    """What may be shown of a line: its own status, and those of lines of that file for the same day."""
    return {
        _STATUS.get(one.fate(seen.seq), LineStatus.SENT)
        for one in history.booked
        if one.sent is line.sent and one.insz == line.insz and line.line.first in one.days
    } | {_STATUS[line.fate(seen.seq)]}


def _counted(history: History, seen: Seen, line: BilledLine) -> Outcome:
    """Days and amount of a resident's lines with one fate in a file; a product may merge or split lines."""
    fate = line.fate(seen.seq)
    mine = [
        one
        for one in history.booked
        if one.sent is line.sent and one.insz == line.insz and one.fate(seen.seq) is fate and one.days
    ]
    shown = [one for one in _lines(history, seen, line) if one.status is _STATUS[fate]]
    days = sum(one.line.days for one in mine), sum(one.days for one in shown)
    amounts = Euro.total([one.line.amount for one in mine]), Euro.total([one.amount for one in shown])
    if days[0] == days[1] and amounts[0] == amounts[1]:
        return Occasion(seen.seq)
    in_days = days[0] != days[1]
    expected, received = (f"{days[0]} days", f"{days[1]} days") if in_days else _in_euro(*amounts)
    return wrong(
        history,
        "line-days-wrong" if in_days else "line-amount-wrong",
        Spot(event=seen.seq, path=f"invoices[].lines[].{'days' if in_days else 'amount'}"),
        expected=f"{line.insz}: {expected} {_STATUS[fate].value}",
        received=received,
        cause=f"file {line.sent.reference}",
    )


def _in_euro(*amounts: Euro | None) -> Sequence[str]:
    return [f"{one} euro" if one is not None else "nothing" for one in amounts]


def _begins_in(view: LineView, line: BilledLine) -> bool:
    return view.first <= line.line.first <= view.last


def _lines(history: History, seen: Seen, line: BilledLine) -> Iterator[LineView]:
    """The lines that are shown of a resident in a file; not those of one that it replaces."""
    views = _views(history, seen, line.invoice)
    standing = [one for one in views if one.status is not InvoiceStatus.REFUSED]
    yield from (one for view in standing or views for one in view.lines if one.insz == line.insz)


def _views(history: History, seen: Seen, file: InvoiceFile) -> list[InvoiceView]:
    """How a file is shown; a repaired one and the one that it replaces bear the same sending number."""
    facility = history.facility_of(file.provider[1:9])
    view = facility_views(seen).get(facility.hco) if facility else None
    return [
        one
        for one in (view.invoices if view else ())
        if (int(one.fund), one.month, one.sending_number) == (file.fund, file.month, file.sending_number)
    ]


@check(
    "CK-SET-02",
    disproves=("RQ-SET-02",),
    evidence=EvidenceKind.TOLD,
    codes=("file-status-wrong", "payment-wrong"),
)
def file_is_shown_where_it_stands(history: History) -> Iterator[Outcome]:
    """Every file that left is shown where it stands, and what the fund pays once it has settled."""
    for seen in history.observations:
        latest: dict[tuple[object, ...], tuple[Sent, InvoiceFile]] = {}
        for sent in history.messages:
            file = sent.invoice
            if sent.seq < seen.seq and isinstance(file, InvoiceFile):
                latest[file.provider, file.fund, file.month, file.sending_number] = sent, file
        for sent, file in latest.values():
            yield from _file_shown(history, seen, sent, file)


def _file_shown(history: History, seen: Seen, sent: Sent, file: InvoiceFile) -> Iterator[Outcome]:
    """How the latest file under a sending number is shown; one that came back may be shown beside it.

    One that came back and went again under another number need not be shown any more.
    """
    if history.facility_of(file.provider[1:9]) is None:
        return
    known = [one for one in _answers(history, sent) if one.is_known(seen.seq)]
    settlement = next((one.document for one in known if isinstance(one.document, Settlement)), None)
    views, right = _views(history, seen, file), _statuses(history, sent, known, seen)
    if not views and _is_replaced(history, seen, sent):
        return
    shown = [one for one in views if one.status in right]
    beside = {InvoiceStatus.REFUSED} if len(views) > 1 else set[InvoiceStatus]()
    cause = f"file {sent.reference}"
    if not shown or not {one.status for one in views} <= right | beside:
        yield wrong(
            history,
            "file-status-wrong",
            Spot(event=seen.seq, path="invoices[].status"),
            expected=f"{file.month} for fund {file.fund}: {' or '.join(sorted(one.value for one in right))}",
            received=", ".join(one.status.value for one in views) or "no such file",
            cause=cause,
        )
        return
    due = settlement.accepted if settlement else ZERO
    paid = [one.paid for one in shown]
    if not any((one or ZERO) == due for one in paid):
        expected, *received = _in_euro(due, *paid)
        yield wrong(
            history,
            "payment-wrong",
            Spot(event=seen.seq, path="invoices[].paid"),
            expected=f"{file.month} for fund {file.fund}: {expected}",
            received=", ".join(received),
            cause=cause,
        )
    else:
        yield Occasion(seen.seq)


def _is_replaced(history: History, seen: Seen, sent: Sent) -> bool:
    """Whether a file that came back went again before users looked, under whatever number."""
    later = (one for one in history.messages if sent.seq < one.seq < seen.seq)
    return any(sent in returned_before(history, one).values() for one in later)


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
