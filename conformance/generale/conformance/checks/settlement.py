"""Check of the chapter settlement: what the users of the product see of billed lines."""

from collections.abc import Iterator, Sequence

from generale.conformance.bill import BilledLine, Fate
from generale.conformance.checks.check import Occasion, Outcome, Spot, check, wrong
from generale.conformance.checks.refusal import bills_again
from generale.conformance.expectation import facility_views
from generale.conformance.history import History, Seen
from generale.driver.observations import InvoiceStatus, InvoiceView, LineStatus, LineView
from generale.driver.stimuli import Rebill
from generale.protocol.flatfile import InvoiceFile
from generale.protocol.money import Euro
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
    expected, received = (f"{days[0]} days", f"{days[1]} days") if in_days else in_euro(*amounts)
    return wrong(
        history,
        "line-days-wrong" if in_days else "line-amount-wrong",
        Spot(event=seen.seq, path=f"invoices[].lines[].{'days' if in_days else 'amount'}"),
        expected=f"{line.insz}: {expected} {_STATUS[fate].value}",
        received=received,
        cause=f"file {line.sent.reference}",
    )


def in_euro(*amounts: Euro | None) -> Sequence[str]:
    """Amounts in words."""
    return [f"{one} euro" if one is not None else "nothing" for one in amounts]


def _begins_in(view: LineView, line: BilledLine) -> bool:
    return view.first <= line.line.first <= view.last


def _lines(history: History, seen: Seen, line: BilledLine) -> Iterator[LineView]:
    """The lines that are shown of a resident in a file; not those of one that it replaces."""
    views = file_views(history, seen, line.invoice)
    standing = [one for one in views if one.status is not InvoiceStatus.REFUSED]
    yield from (one for view in standing or views for one in view.lines if one.insz == line.insz)


def file_views(history: History, seen: Seen, file: InvoiceFile) -> list[InvoiceView]:
    """How a file is shown; a repaired one and the one that it replaces bear the same sending number."""
    facility = history.facility_of(file.provider[1:9])
    view = facility_views(seen).get(facility.hco) if facility else None
    return [
        one
        for one in (view.invoices if view else ())
        if (int(one.fund), one.month, one.sending_number) == (file.fund, file.month, file.sending_number)
    ]
