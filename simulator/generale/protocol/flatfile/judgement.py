"""The judgement of an invoice file as a whole: 920099 refuses it, 920098 takes it in in spite of errors.

Source: MyCareNet eFact, header 300 zones 310 (error percentage) and 311 (kind of refusal). A refused file is
not booked. Both give the records with their errors and no amounts; a 920900 follows a 920098.
"""

from dataclasses import dataclass
from enum import StrEnum

from generale.protocol.errors import PeerError
from generale.protocol.flatfile.answer import answer_headers, errors_of, judged_records, read_judged
from generale.protocol.flatfile.file import File, decode, encode, file_of
from generale.protocol.flatfile.invoice_reader import invoice_of
from generale.protocol.flatfile.judged import (
    Counted,
    Errors,
    Judged,
    Letter,
    error_percentage,
    settled_records,
)


class RefusalType(StrEnum):
    """Header 300 zone 311: why a file is refused as a whole."""

    NONE = "00"
    BLOCKING = "01"
    """At least one record has an error with letter B."""
    TOO_MANY = "02"
    """No error blocks, but the error percentage is over the limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorLimit:
    """From where on a fund sends a file back: a share in hundredths of a percent, and of what it is a share.

    ``percentage`` is None where the fund tolerates any share; a blocking error refuses the file all the same.
    """

    percentage: int | None = 500
    counted: Counted = Counted.RECORDS


@dataclass(frozen=True, slots=True, kw_only=True)
class FileJudgement(Judged):
    """A 920099 where ``refusal`` says why, a 920098 where it is none."""

    refusal: RefusalType

    @property
    def is_refused(self) -> bool:
        """Whether the file came back and nothing of it is booked."""
        return self.refusal is not RefusalType.NONE

    @property
    def message_type(self) -> str:
        """The number of the answer."""
        return _MESSAGES[self.is_refused]


_MESSAGES = {True: "920099", False: "920098"}


def judge(invoice: File, errors: Errors, *, limit: ErrorLimit, fund_reference: str) -> FileJudgement:
    """The judgement of an invoice file with these errors; OurError where they do not fit the file."""
    read = invoice_of(invoice)
    percentage = error_percentage(invoice, errors, limit.counted)
    return FileJudgement(
        reference=read.reference,
        fund_reference=fund_reference,
        month=read.month,
        sending_number=read.sending_number,
        created=read.created,
        file_reference=read.file_reference,
        error_percentage=percentage,
        records=tuple(settled_records(invoice, errors)),
        refusal=refusal_type(errors, percentage, limit),
        test=read.test,
    )


def refusal_type(errors: Errors, percentage: int, limit: ErrorLimit) -> RefusalType:
    """Whether a file with these errors, and this share of them, comes back under a limit, and why."""
    if any(error.letter is Letter.FILE for reasons in errors.values() for error in reasons):
        return RefusalType.BLOCKING
    if limit.percentage is not None and percentage > limit.percentage:
        return RefusalType.TOO_MANY
    return RefusalType.NONE


def write_judgement(judgement: FileJudgement, invoice: File, *, flagged_only: bool = False) -> bytes:
    """The bytes of a 920098 or 920099 about this invoice file.

    With ``flagged_only`` records without errors are left out, as some funds do, except the records 20 and
    80 around a flagged line. OurError where a value does not fit.
    """
    headers = answer_headers(judgement, invoice, judgement.message_type, refusal_type=judgement.refusal.value)
    judged = judged_records(judgement, invoice, flagged_only=flagged_only)
    return encode(file_of(*headers, judged))


def read_judgement(raw: bytes) -> FileJudgement:
    """The judgement in these bytes; PeerError where they are none, or zone 311 contradicts the message.

    A zone 311 that is none of the kinds leaves the message and its letters to tell why a file is refused.
    """
    file = decode(raw)
    if file.type not in _MESSAGES.values():
        raise file.header200.wrong("message_type", f"{file.type} is no 920098 or 920099")
    kind = file.header300["refusal_type"]
    refusal = RefusalType(kind) if kind in list(RefusalType) else refusal_told(file)
    if file.type != _MESSAGES[refusal is not RefusalType.NONE]:
        raise _contradiction(file)
    return read_judged(FileJudgement, file, refusal=refusal)


def refusal_told(file: File) -> RefusalType:
    """Why an answer refuses its file, by its number and the letters of its errors alone."""
    if file.type != _MESSAGES[True]:
        return RefusalType.NONE
    judged = (one for one in file.records if "letter_1" in one.layout.cuts)
    blocks = any(error.letter is Letter.FILE for one in judged for error in errors_of(one))
    return RefusalType.BLOCKING if blocks else RefusalType.TOO_MANY


def _contradiction(file: File) -> PeerError:
    expected = "00" if file.type == _MESSAGES[False] else "01 or 02"
    return file.header300.wrong("refusal_type", f"a {file.type} has {expected} here")
