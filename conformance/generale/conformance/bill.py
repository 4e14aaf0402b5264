"""The lines that were billed: in which file, for which days, and what the fund made of them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

from generale.conformance.exchange import INVOICES
from generale.conformance.reply import INBOUND, Reply
from generale.conformance.sent import Sent
from generale.protocol.calendar import days_between
from generale.protocol.flatfile import (
    Bill,
    BillKind,
    File,
    InvoiceFile,
    Line,
    Record,
    Settlement,
    line_decisions,
)
from generale.protocol.ids import Insz

RETURNS = ("920999", "920099", INBOUND)
"""The answers with which an invoice file comes back as a whole."""


MOST_SPANS = 1024
"""How many spans of days are remembered: most lines of a rehearsal have the same ones."""


class Fate(StrEnum):
    """What became of a billed line, as far as the vendor knows."""

    OPEN = "open"
    FILE_REFUSED = "file-refused"
    """The file came back with a 920999 or 920099, or was rejected; nothing of it is booked."""
    ACCEPTED = "accepted"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdicted:
    """What one reply made of one line, and the reply."""

    reply: Reply
    fate: Fate


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BilledLine:
    """One line of a bill in a file that was sent; ``head`` and ``record`` are its records 20 and 30."""

    sent: Sent
    invoice: InvoiceFile
    bill: Bill
    line: Line
    head: Record
    record: Record
    answers: tuple[Verdicted, ...]

    @property
    def insz(self) -> Insz:
        """The number of the resident."""
        return Insz(self.bill.insz)

    @property
    def nihii(self) -> str:
        """The number that bills, eight digits, from record 10."""
        return self.invoice.provider[1:9]

    @property
    def days(self) -> tuple[date, ...]:
        """The days that the line names; none for a credit note."""
        if self.bill.kind is BillKind.CREDIT:
            return ()
        return _days(self.line.first, self.line.last)

    @property
    def credited_days(self) -> tuple[date, ...]:
        """The days that a line of a credit note takes back; none for another one."""
        return _days(self.line.first, self.line.last) if self.bill.kind is BillKind.CREDIT else ()

    @property
    def learned_twice(self) -> int | None:
        """Where the vendor learned of a refusal that it fetched more than once; None where of none."""
        settling = [one.reply for one in self.answers if one.fate is Fate.REFUSED]
        if sum(len(one.fetched) for one in settling) < 2 or not settling[0].fetched:
            return None
        return settling[0].fetched[0]

    def fate(self, seq: int) -> Fate:
        """What the vendor knows to have become of it, at a place in the transcript."""
        known = [one for one in self.answers if one.reply.is_known(seq)]
        return max(known, key=lambda one: one.reply.arrival).fate if known else Fate.OPEN


@lru_cache(maxsize=MOST_SPANS)
def _days(first: date, last: date) -> tuple[date, ...]:
    return tuple(days_between(first, min(last, _end_of_span(first))))


def _end_of_span(first: date) -> date:
    """No line is read further than a year, so that a wild date costs nothing."""
    return date(min(first.year + 1, 9999), first.month, 1)


def lines_billed(messages: Iterable[Sent], replies: Sequence[Reply]) -> Iterator[BilledLine]:
    """Every line of every invoice file that can be read, in order."""
    about: dict[tuple[str, str], list[Reply]] = defaultdict(list)
    for one in replies:
        if one.service == INVOICES:
            about[one.facility, one.about].append(one)
    for sent in messages:
        invoice, file = sent.invoice, sent.file
        if isinstance(invoice, InvoiceFile) and isinstance(file, File):
            answers = about[sent.facility, sent.reference] if sent.received else []
            yield from _lines(sent, invoice, file, answers)


def _lines(sent: Sent, invoice: InvoiceFile, file: File, about: Sequence[Reply]) -> Iterator[BilledLine]:
    answers = [(reply, _fates(reply, invoice)) for reply in about]
    heads, rows = file.of_type("20"), iter(file.of_type("30"))
    place = 0
    for head, bill in zip(heads, invoice.bills, strict=True):
        for line in bill.lines:
            fates = (
                Verdicted(reply=reply, fate=found[place]) for reply, found in answers if place < len(found)
            )
            yield BilledLine(
                sent=sent,
                invoice=invoice,
                bill=bill,
                line=line,
                head=head,
                record=next(rows),
                answers=tuple(fates),
            )
            place += 1


def _fates(reply: Reply, invoice: InvoiceFile) -> list[Fate]:
    """What a reply makes of each line, in the order of the file; nothing for an acknowledgement."""
    if reply.kind in RETURNS:
        return [Fate.FILE_REFUSED for bill in invoice.bills for _ in bill.lines]
    if not isinstance(reply.document, Settlement):
        return []
    told = line_decisions(reply.document, invoice)
    return [Fate.ACCEPTED if one.accepted else Fate.REFUSED for one in told]
