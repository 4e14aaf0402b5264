"""What credit notes take back: which accepted lines, and which of their days."""

from collections.abc import Iterator
from datetime import date

from generale.conformance.bill import BilledLine, Fate
from generale.conformance.history import History
from generale.protocol.flatfile import BillKind, PreviousBill

_VOID = (Fate.REFUSED, Fate.FILE_REFUSED)


def name_of(line: BilledLine) -> PreviousBill:
    """What a credit note names the bill of a line with."""
    file = line.invoice
    return PreviousBill(
        number=line.bill.number, sending_number=file.sending_number, fund=file.fund, month=file.month
    )


def credit_lines(history: History) -> Iterator[BilledLine]:
    """Every line of every credit note that was sent, in order."""
    return (one for one in history.lines if one.bill.kind is BillKind.CREDIT)


def accepted_lines(history: History, credit: BilledLine) -> Iterator[BilledLine]:
    """The lines that the number had billed before a credit note, and of which a fund accepted each."""
    for one in history.lines:
        is_own = one.nihii == credit.nihii and one.sent.seq < credit.sent.seq
        if is_own and one.days and any(told.fate is Fate.ACCEPTED for told in one.answers):
            yield one


def is_credited(history: History, old: BilledLine, day: date, seq: int) -> bool:
    """Whether a day of a line was taken back by then, as far as the vendor knows."""
    return any(
        one.sent.seq <= seq
        and one.nihii == old.nihii
        and one.bill.previous == name_of(old)
        and day in one.credited_days
        and stands(one, seq)
        for one in credit_lines(history)
    )


def stands(credit: BilledLine, seq: int) -> bool:
    """Whether the vendor knows by then of no refusal of a credit note."""
    return credit.fate(seq) not in _VOID
