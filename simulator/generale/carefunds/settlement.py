"""What a care fund answers to an invoice file: per line accepted or refused, and what it pays."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from generale.carefunds.ledger import Payment
from generale.carefunds.life import FileState
from generale.protocol import flatfile as flat
from generale.protocol.errors import OurError
from generale.protocol.flatfile.file import File
from generale.protocol.flatfile.invoice import Bill, InvoiceFile, Line, bill_places
from generale.protocol.flatfile.judged import SLOTS
from generale.protocol.money import Euro
from generale.rules.engine import RuleSet
from generale.rules.findings import Finding

COMMENT_LENGTH = 200
"""Characters of a comment behind a record. Source: MyCareNet eFact, detail of an answer."""

_RECORD_10 = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class LineResult:
    """One line: accepted, or refused by itself, with its bill, or with the file."""

    line: Line
    accepted: bool
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BillResult:
    """One bill with its lines; ``findings`` are about the bill as a whole."""

    bill: Bill
    lines: tuple[LineResult, ...]
    findings: tuple[Finding, ...] = ()

    @property
    def is_refused(self) -> bool:
        """Whether at least one line is refused, so that the bill may be billed again."""
        return not all(line.accepted for line in self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlementResult:
    """What became of an invoice file; accepted and refused always make asked."""

    file: InvoiceFile
    state: FileState
    bills: tuple[BillResult, ...]
    findings: tuple[Finding, ...] = ()
    """About the file as a whole."""
    payment: Payment | None = None
    """None where nothing is accepted."""

    @property
    def asked(self) -> Euro:
        """What the file asks."""
        return self.file.amount

    @property
    def accepted(self) -> Euro:
        """The sum of the accepted lines."""
        return self._sum(accepted=True)

    @property
    def refused(self) -> Euro:
        """The sum of the refused lines."""
        return self._sum(accepted=False)

    def _sum(self, *, accepted: bool) -> Euro:
        lines = (line for bill in self.bills for line in bill.lines)
        return Euro.total([one.line.amount for one in lines if one.accepted is accepted])


def settlement_reply(
    result: SettlementResult, invoice: File, rule_set: RuleSet, *, fund_reference: str
) -> flat.Settlement:
    """The 920900 that tells a result; ``invoice`` is the file as received, for its echo.

    A record tells its first three findings, all that it has room for. What is wrong with the file as a
    whole stands behind record 10, and behind record 20 of every bill that falls with it.
    """
    told: dict[int, Sequence[flat.RecordError]] = {_RECORD_10: _errors(result.findings, rule_set)}
    for place, bill in zip(bill_places(result.file), result.bills, strict=True):
        told[place.head] = _errors((*result.findings, *bill.findings), rule_set)
        for index, line in zip(place.lines, bill.lines, strict=True):
            told[index] = _errors(line.findings, rule_set)
    payment = result.payment.communication if result.payment else ""
    reply = flat.settle(invoice, told, fund_reference=fund_reference, payment_reference=payment)
    if (reply.asked, reply.accepted) != (result.asked, result.accepted):
        raise OurError(f"the settlement tells {reply.accepted} where {result.accepted} is accepted")
    return reply


def _errors(findings: Sequence[Finding], rule_set: RuleSet) -> tuple[flat.RecordError, ...]:
    return tuple(_record_errors(findings, rule_set))[:SLOTS]


def _record_errors(findings: Sequence[Finding], rule_set: RuleSet) -> Iterator[flat.RecordError]:
    for finding in findings:
        row = rule_set.row(finding.control)
        if row.flat is None:
            raise OurError(f"{row.id} is no control of invoice files")
        comment = f"{row.id} {row.text_nl}"[:COMMENT_LENGTH]
        yield flat.RecordError(letter=row.flat.letter, code=row.flat.code, comment=comment)
