"""What a care fund answers to an invoice file: per line accepted or refused, and what it pays."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from generale.carefunds.ledger import Payment
from generale.carefunds.life import FileState
from generale.protocol import flatfile as flat
from generale.protocol.errors import OurError
from generale.protocol.flatfile.file import File
from generale.protocol.flatfile.invoice import Bill, InvoiceFile, Line, bill_places
from generale.protocol.flatfile.judged import SLOTS, Span, share_of_errors
from generale.protocol.flatfile.judgement import refusal_type
from generale.protocol.money import ZERO, Euro
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
    rates: tuple[Decimal, ...] = ()
    """The allowance of each of its days, in euro, where it is accepted and no credit note."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BillResult:
    """One bill with its lines; ``findings`` are about the bill as a whole."""

    bill: Bill
    lines: tuple[LineResult, ...]
    findings: tuple[Finding, ...] = ()

    @property
    def accepted(self) -> tuple[LineResult, ...]:
        """The lines that are accepted."""
        return tuple(line for line in self.lines if line.accepted)

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
    """None where nothing is accepted, or all of it is set off against advances and credit notes."""
    set_off: Euro = ZERO
    """What of the accepted amount was deducted from advances and from what credit notes gave back."""
    limit: flat.ErrorLimit | None = None
    """What the fund tolerates, where it judges files as a whole."""
    refusal: flat.RefusalType = flat.RefusalType.NONE
    """Why the file came back as a whole."""

    @property
    def is_told_ahead(self) -> bool:
        """Whether the errors are told before the settlement: they are tolerated, and there are some."""
        errors = any(bill.is_refused for bill in self.bills)
        return errors and self.limit is not None and self.state is not FileState.SENT_BACK

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
    told = _told(result, rule_set)
    for place in bill_places(result.file):
        told[place.head] = (*told[_RECORD_10], *told[place.head])[:SLOTS]
    payment = result.payment.communication if result.payment else ""
    reply = flat.settle(invoice, told, fund_reference=fund_reference, payment_reference=payment)
    if (reply.asked, reply.accepted) != (result.asked, result.accepted):
        raise OurError(f"the settlement tells {reply.accepted} where {result.accepted} is accepted")
    return reply


def judged_as_a_whole(
    result: SettlementResult, rule_set: RuleSet, limit: flat.ErrorLimit
) -> SettlementResult:
    """The result at a fund that judges whole files: what is over the limit comes back, nothing accepted."""
    errors = _blocking(_told(result, rule_set))
    refusal = refusal_type(errors, _share(result.file, errors, limit), limit)
    if refusal is flat.RefusalType.NONE:
        return replace(result, limit=limit)
    bills = tuple(
        replace(bill, lines=tuple(replace(line, accepted=False) for line in bill.lines))
        for bill in result.bills
    )
    return replace(result, state=FileState.SENT_BACK, bills=bills, limit=limit, refusal=refusal)


def judgement_reply(
    result: SettlementResult, invoice: File, rule_set: RuleSet, *, fund_reference: str
) -> flat.FileJudgement:
    """The 920099 or 920098 that tells a result; ``invoice`` is the file as received, for its echo.

    What is wrong with the file as a whole stands behind record 10, with letter B.
    """
    if result.limit is None:
        raise OurError("a fund without a limit of errors does not judge files as a whole")
    errors = _blocking(_told(result, rule_set))
    reply = flat.judge(invoice, errors, limit=result.limit, fund_reference=fund_reference)
    if reply.refusal is not result.refusal:
        raise OurError(f"the judgement tells {reply.refusal.name} where it is {result.refusal.name}")
    return reply


def _told(result: SettlementResult, rule_set: RuleSet) -> dict[int, tuple[flat.RecordError, ...]]:
    """The errors of each record, by index: the first three findings, all that a record has room for."""
    told = {_RECORD_10: _errors(result.findings, rule_set)}
    for place, bill in zip(bill_places(result.file), result.bills, strict=True):
        told[place.head] = _errors(bill.findings, rule_set)
        for index, line in zip(place.lines, bill.lines, strict=True):
            told[index] = _errors(line.findings, rule_set)
    return told


def _blocking(
    told: Mapping[int, tuple[flat.RecordError, ...]],
) -> dict[int, tuple[flat.RecordError, ...]]:
    """The same errors, where those of record 10 refuse the file."""
    of_file = tuple(replace(error, letter=flat.Letter.FILE) for error in told[_RECORD_10])
    return {**told, _RECORD_10: of_file}


def _share(
    file: InvoiceFile, errors: Mapping[int, tuple[flat.RecordError, ...]], limit: flat.ErrorLimit
) -> int:
    spans = [Span(one.head, one.lines, one.total) for one in bill_places(file)]
    return share_of_errors(spans, spans[-1].total + 1, errors, limit.counted)


def _errors(findings: Sequence[Finding], rule_set: RuleSet) -> tuple[flat.RecordError, ...]:
    return tuple(_record_errors(findings, rule_set))[:SLOTS]


def _record_errors(findings: Sequence[Finding], rule_set: RuleSet) -> Iterator[flat.RecordError]:
    for finding in findings:
        row = rule_set.row_of(finding)
        if row.flat is None:
            raise OurError(f"{row.id} is no control of invoice files")
        comment = f"{row.id} {row.text_nl}"[:COMMENT_LENGTH]
        yield flat.RecordError(letter=row.flat.letter, code=row.flat.code, comment=comment)
