"""Check of the chapter invoice form: the number of a bill, by which a rebill names it later."""

from collections.abc import Iterator

from generale.conformance.checks.check import Occasion, Outcome, check, wrong
from generale.conformance.checks.place import zone_spot
from generale.conformance.checks.transport import is_copy_after_cut
from generale.conformance.expectation import came_back_at
from generale.conformance.history import History
from generale.conformance.sent import Sent
from generale.protocol.flatfile import File, InvoiceFile
from generale.results.verdicts import EvidenceKind


@check("CK-IFO-07", disproves=("RQ-IFO-07",), evidence=EvidenceKind.WIRE, codes=("bill-number-reused",))
def bill_number_is_used_once(history: History) -> Iterator[Outcome]:
    """No two bills of one facility number and year have the same number, but for those that came back."""
    files = [one for one in history.messages if isinstance(one.invoice, InvoiceFile) and one.received]
    for place, sent in enumerate(files):
        users = {
            number: f"file {one.reference}"
            for one in files[:place]
            if _is_same_series(one, sent) and _stands(history, one, sent)
            for number in _numbers(one)
        }
        is_tried = bool(users) or len(_numbers(sent)) > 1
        assert isinstance(sent.file, File)
        for head in sent.file.of_type("20"):
            number = head.whole("bill_number")
            if number in users:
                yield wrong(
                    history,
                    "bill-number-reused",
                    zone_spot(sent, head, "bill_number"),
                    expected="a number that no other bill of this facility number and year has",
                    received=f"number {number}, of another bill in {users[number]}",
                    cause="bill number",
                )
                break
            users[number] = f"file {sent.reference}"
        else:
            if is_tried:
                yield Occasion(sent.seq)


def _is_same_series(one: Sent, other: Sent) -> bool:
    """Same facility number, and the same year in whichever way a product counts it."""
    mine, theirs = one.invoice, other.invoice
    if not isinstance(mine, InvoiceFile) or not isinstance(theirs, InvoiceFile):
        return False
    same_year = mine.month.year == theirs.month.year and mine.invoice_date.year == theirs.invoice_date.year
    return mine.provider == theirs.provider and same_year


def _stands(history: History, sent: Sent, later: Sent) -> bool:
    """Whether a file still stood when another left: it had not come back, and the other is no copy of it."""
    back = came_back_at(history, sent)
    return (back is None or back > later.seq) and not is_copy_after_cut(history, later, sent)


def _numbers(sent: Sent) -> list[int]:
    return [bill.number for bill in sent.invoice.bills] if isinstance(sent.invoice, InvoiceFile) else []
