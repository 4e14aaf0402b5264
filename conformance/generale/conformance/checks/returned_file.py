"""Checks of the chapter refusal: the file that takes the place of one that a fund sent back as a whole."""

from collections.abc import Iterator
from dataclasses import dataclass

from generale.conformance.bill import BilledLine, Fate
from generale.conformance.checks.check import Occasion, Outcome, check, missing, whole, wrong
from generale.conformance.checks.place import zone_spot
from generale.conformance.checks.refusal import bills_again, covered_days
from generale.conformance.exchange import INVOICES
from generale.conformance.expectation import answers_to, bills_the_same, came_back_at, case_of
from generale.conformance.history import History
from generale.conformance.membership import fund_on
from generale.conformance.sent import Sent
from generale.conformance.told import Told
from generale.driver.stimuli import Rebill
from generale.protocol.flatfile import File, FileJudgement, InvoiceFile
from generale.protocol.profile import ReturnedNumber
from generale.results.verdicts import EvidenceKind

_SENDING_NUMBER = "1007"
"""Record 10 zone 7: how an error begins that refuses the sending number itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Codes:
    """What a repaired file can do wrong after one kind of answer."""

    number: str
    date: str
    kind: str
    left: str
    short: str
    unasked: str
    kept: str = ""
    """That it has the sending number which was itself refused; no technical refusal says that of one."""

    @property
    def all(self) -> tuple[str, ...]:
        """Every one that can arise."""
        found = (self.number, self.date, self.kind, self.left, self.short, self.unasked, self.kept)
        return tuple(filter(None, found))


_TECHNICAL = _Codes(
    number="new-sending-number",
    date="invoice-date-changed",
    kind="bill-kind-changed",
    left="file-not-sent-again",
    short="repaired-file-short",
    unasked="repaired-file-unasked",
)
_FOR_ERRORS = _Codes(
    number="returned-under-new-number",
    date="returned-with-new-date",
    kind="returned-as-other-kind",
    left="returned-file-left",
    short="returned-file-short",
    unasked="returned-file-unasked",
    kept="refused-number-kept",
)


@check("CK-REF-01", disproves=("RQ-REF-01",), evidence=EvidenceKind.WIRE, codes=_TECHNICAL.all)
def repaired_file_keeps_its_number(history: History) -> Iterator[Outcome]:
    """The file that replaces a technically refused one says the same, and leaves when it is asked for."""
    return _repairs(history, "920999", _TECHNICAL)


@check("CK-REF-05", disproves=("RQ-REF-05",), evidence=EvidenceKind.WIRE, codes=_FOR_ERRORS.all)
def file_refused_for_its_errors_is_repaired_whole(history: History) -> Iterator[Outcome]:
    """The file that replaces one refused for its errors keeps what a repaired file keeps."""
    return _repairs(history, "920099", _FOR_ERRORS)


def _repairs(history: History, answer: str, codes: _Codes) -> Iterator[Outcome]:
    for sent in history.messages:
        known = came_back_at(history, sent, (answer,))
        if known is None or not isinstance(sent.invoice, InvoiceFile):
            continue
        told = rebill_told(history, sent, known)
        repaired = next(
            (one for one in history.messages if one.seq > known and bills_the_same(one, sent)), None
        )
        if repaired is not None:
            yield (
                unasked(history, sent, known, codes.unasked)
                or _changed(history, sent, repaired, codes)
                or short(history, sent, repaired, known, codes.short)
                or Occasion(repaired.seq)
            )
        elif told and not _is_of_others(history, sent, told) and history.must_have_left(told.seq, INVOICES):
            expected = f"the repaired file, with sending number {sent.invoice.sending_number}"
            cause = f"file {sent.reference}"
            yield missing(history, codes.left, told.seq, expected=expected, cause=cause)


def _is_of_others(history: History, sent: Sent, told: Told) -> bool:
    """Whether all that a file bills is of other funds now, since its residents have changed."""
    mine = [one for one in history.lines if one.sent is sent]
    cases = [(one, case_of(history, one.insz, one.line.first, sent)) for one in mine]
    return bool(mine) and all(
        case is not None and fund_on(history, case, one.line.first, told.seq) not in (None, _fund(one))
        for one, case in cases
    )


def _fund(line: BilledLine) -> str:
    return f"{line.invoice.fund:03d}"


def rebill_told(history: History, sent: Sent, known: int) -> Told | None:
    """The first time that billing the month of a file again was told, after a place in the transcript."""
    rebills = (one for one in history.told if one.seq > known and isinstance(one.stimulus, Rebill))
    return next((one for one in rebills if bills_again(history, one, sent)), None)


def unasked(history: History, sent: Sent, known: int, code: str) -> Outcome | None:
    """A file that bills days of one that came back, before anybody told its month to be billed.

    Who was told while the answer still lay in the mailbox may fetch it first.
    """
    arrived = max(one.seq for one in answers_to(history, sent) if known in one.fetched)
    days = {(one.insz, day) for one in history.lines if one.sent is sent for day in one.days}
    for line in history.lines:
        later = line.sent
        if later.seq < known or not days & {(line.insz, day) for day in line.days}:
            continue
        if any(arrived < one.seq < later.seq and bills_again(history, one, sent) for one in history.told):
            return None
        return wrong(
            history,
            code,
            whole(later),
            expected="no file before somebody bills the month again",
            received=f"its days in file {later.reference}, {later.at - sent.at} after file {sent.reference}",
            cause=f"file {sent.reference}",
        )
    return None


def short(history: History, sent: Sent, repaired: Sent, known: int, code: str) -> Outcome | None:
    """A covered day of a file that came back, where billing again was told and no file since holds it."""
    told = rebill_told(history, sent, known)
    if told is None or not history.must_have_left(told.seq, INVOICES):
        return None
    for line in history.lines:
        if line.sent is not sent:
            continue
        held = {
            day
            for one in history.lines
            if one.insz == line.insz and one.sent is not sent and _holds(one, known, told)
            for day in one.days
        }
        lacking = (set(line.days) & covered_days(history, line, told)) - held
        if lacking:
            return wrong(
                history,
                code,
                whole(repaired),
                expected=f"{len(lacking)} more days of {line.insz}, from {min(lacking)} on",
                received="no file with them since",
                cause=f"file {sent.reference}",
            )
    return None


def _holds(line: BilledLine, known: int, told: Told) -> bool:
    """Whether a line was sent after a file came back, or stands or is accepted in another file."""
    if line.sent.seq > known:
        return True
    return line.sent.received and line.fate(told.seq) in (Fate.OPEN, Fate.ACCEPTED)


def _keeps_number(history: History, sent: Sent) -> bool:
    """Whether the file that replaces one that came back must keep its sending number."""
    judged = any(one.kind == "920099" for one in answers_to(history, sent))
    return not judged or history.profile.returned_number is ReturnedNumber.SAME


def _is_number_refused(history: History, sent: Sent) -> bool:
    """Whether one of the errors for which a file came back is about its sending number."""
    return any(
        error.code.startswith(_SENDING_NUMBER)
        for one in answers_to(history, sent)
        if one.kind == "920099" and isinstance(one.document, FileJudgement)
        for record in one.document.records
        for error in record.errors
    )


def _changed(history: History, sent: Sent, repaired: Sent, codes: _Codes) -> Outcome | None:
    """What a repaired file may not change, or what it may not keep."""
    old, new = sent.invoice, repaired.invoice
    assert isinstance(old, InvoiceFile)
    assert isinstance(new, InvoiceFile)
    kinds = {bill.insz: bill.kind for bill in old.bills}
    changed = next((bill for bill in new.bills if kinds.get(bill.insz, bill.kind) != bill.kind), None)
    is_refused, has_same = _is_number_refused(history, sent), new.sending_number == old.sending_number
    if is_refused and has_same and codes.kept:
        code, key = codes.kept, "sending_number"
        expected, received = "another number", f"number {new.sending_number}, which was refused"
    elif not is_refused and not has_same and _keeps_number(history, sent):
        code, key = codes.number, "sending_number"
        expected, received = f"number {old.sending_number}", f"number {new.sending_number}"
    elif new.invoice_date != old.invoice_date:
        code, key = codes.date, "invoice_date"
        expected, received = str(old.invoice_date), str(new.invoice_date)
    elif changed:
        code, key = codes.kind, "bill_kind"
        expected, received = kinds[changed.insz].name.lower(), changed.kind.name.lower()
    else:
        return None
    assert isinstance(repaired.file, File)
    record = repaired.file.first("10" if key == "sending_number" else "20")
    assert record is not None
    spot, cause = zone_spot(repaired, record, key), f"file {sent.reference}"
    return wrong(history, code, spot, expected=expected, received=received, cause=cause)
