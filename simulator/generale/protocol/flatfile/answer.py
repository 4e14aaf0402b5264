"""Writing and reading what the answers 920098, 920099 and 920900 share: two headers and judged records.

Source: MyCareNet eFact. Each record is the echo of 350 characters and a detail of 450. Reading is tolerant
where real answers differ: an error slot without error holds blanks, 0, 1 or 9, and records without errors
may be left out. An answer also echoes the very zones that it refuses, so what cannot be read of them is not
known, and the errors are read all the same; a record whose index cannot be read tells it at its end.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from generale.protocol.errors import PeerError
from generale.protocol.flatfile.composition import Value, build, plain
from generale.protocol.flatfile.file import File
from generale.protocol.flatfile.invoice_writer import ENVIRONMENT
from generale.protocol.flatfile.judged import (
    SLOTS,
    Judged,
    Letter,
    RecordError,
    SettledRecord,
)
from generale.protocol.flatfile.layout import layout
from generale.protocol.flatfile.record import Record

J = TypeVar("J", bound=Judged)
T = TypeVar("T")

COMMENT_LENGTH = 200
SEPARATOR = "|"
"""Between the comments of the errors of one record (project-defined)."""

_ENDS = ("20", "80")
"""The records that tell the number of their bill."""

LETTERS = {one.value: one for one in Letter}


def answer_headers(judged: Judged, invoice: File, message_type: str, **more: Value) -> tuple[Record, Record]:
    """Headers 200 and 300 of an answer with judged records."""
    header200 = build(
        "header_200",
        message_type=message_type,
        format_version=1,
        environment=ENVIRONMENT[judged.test],
        reference=judged.reference,
        fund_reference=judged.fund_reference,
    )
    header300 = build(
        "header_300_errors",
        **_known(month=_compact(judged), created=judged.created),
        **_known(error_percentage=judged.error_percentage),
        sending_number=judged.sending_number,
        file_reference=judged.file_reference,
        instructions_version=invoice.header300["instructions_version"],
        invoice_type=invoice.header300["invoice_type"],
        account_mode=invoice.header300["account_mode"],
        **more,
    )
    return header200, header300


def _known(**values: Value | None) -> dict[str, Value]:
    """The values that are known; the zones of the others stay empty."""
    return {name: value for name, value in values.items() if value is not None}


def _compact(judged: Judged) -> str | None:
    return judged.month.compact if judged.month else None


def judged_records(judged: Judged, invoice: File, *, flagged_only: bool) -> Iterator[Record]:
    """The records 10 to 90 with their errors; with ``flagged_only`` those and the frame of their bills."""
    fund = invoice.of_type("95")[0]["fund"] if invoice.first("95") else "000"
    told = {record.index: record.errors for record in judged.records}
    flagged_bills = {record.bill_number for record in judged.records if record.bill_number}
    for record in invoice.records:
        if "record_index" not in record.layout.by_key:
            continue
        index = record.whole("record_index")
        frame = record.type in ("20", "80") and record.whole("bill_number") in flagged_bills
        if index in told or frame or not flagged_only:
            yield _with_detail(judged, record, fund, told.get(index, ()))


def _with_detail(judged: Judged, record: Record, fund: str, errors: tuple[RecordError, ...]) -> Record:
    slots: dict[str, Value] = {"comment": _comment(errors)}
    for slot, error in enumerate(errors, start=1):
        slots |= {f"letter_{slot}": error.letter, f"code_{slot}": error.code}
    detail = build(
        "detail",
        judged_sending_number=judged.sending_number,
        **_known(judged_month=_compact(judged), judged_created=judged.created),
        judged_fund=fund,
        judged_record_index=record["record_index"],
        **slots,
    )
    return Record(layout=layout(f"{record.layout.name}+detail"), raw=record.raw + detail.raw)


def _comment(errors: tuple[RecordError, ...]) -> str:
    """The comments of a record in one zone, each cut to its share of the room."""
    if not any(error.comment for error in errors):
        return ""
    share = (COMMENT_LENGTH - len(errors) + 1) // len(errors)
    return SEPARATOR.join(plain(error.comment).replace(SEPARATOR, " ")[:share] for error in errors)


def told(read: Callable[[str], T], key: str) -> T | None:
    """What a zone of an answer says, None where it cannot be read: it may be the zone that was refused."""
    try:
        return read(key)
    except PeerError:
        return None


def read_judged(kind: type[J], file: File, **more: object) -> J:
    """An answer of this kind by what every one says of its invoice file, and ``more`` that this kind says."""
    facts: dict[str, Any] = dict(
        reference=file.header200["reference"],
        fund_reference=file.header200["fund_reference"],
        month=told(file.header300.month, "month"),
        sending_number=told(file.header300.whole, "sending_number") or 0,
        created=told(file.header300.required_day, "created"),
        file_reference=file.header300.text("file_reference"),
        error_percentage=told(file.header300.whole, "error_percentage"),
        records=tuple(_settled_records(file)),
        test=file.header200["environment"] == str(ENVIRONMENT[True]),
        **more,
    )
    return kind(**facts)


def index_of(record: Record) -> int:
    """The index of a judged record: zone 2 of its echo, or else the one at its end; 0 where both are none."""
    return told(record.whole, "record_index") or told(record.whole, "judged_record_index") or 0


def _settled_records(file: File) -> Iterator[SettledRecord]:
    judged = [
        one for one in file.records if "comment" in one.layout.cuts and "record_index" in one.layout.cuts
    ]
    for record, bill in zip(judged, _bill_numbers(judged), strict=True):
        if errors := errors_of(record):
            yield SettledRecord(
                index=index_of(record), record_type=record.type, bill_number=bill, errors=errors
            )


def _bill_numbers(judged: Sequence[Record]) -> Iterator[int]:
    """The bill of each record, 0 where records are left out and another bill may have begun among them."""
    closing, ahead = 0, list[int]()
    for record in reversed(judged):
        closing = (told(record.whole, "bill_number") or 0) if record.type in _ENDS else closing
        ahead.append(0 if record.type == "20" else closing)
    bill = before = 0
    whole = True
    for record, closed_by in zip(judged, reversed(ahead), strict=True):
        index = index_of(record)
        whole = record.type in _ENDS or (whole and index == before + 1)
        bill, before = _bill_number(record, bill), index
        yield bill if whole or bill == closed_by else 0
        bill = 0 if record.type == "80" else bill


def _bill_number(record: Record, before: int) -> int:
    """The bill of a judged record, given that of the one before; an end whose number is lost tells none."""
    if record.type in _ENDS:
        return told(record.whole, "bill_number") or (before if record.type == "80" else 0)
    return 0 if record.type in ("10", "90") else before


def errors_of(record: Record) -> tuple[RecordError, ...]:
    """The errors of a judged record; a slot whose letter is none of the five is filled, not an error."""
    slots = [slot for slot in range(1, SLOTS + 1) if record[f"letter_{slot}"] in LETTERS]
    comments = record.text("comment").split(SEPARATOR) if slots else []
    comments += [""] * (len(slots) - len(comments))
    if len(comments) > len(slots):
        comments = [record.text("comment"), *[""] * (len(slots) - 1)]
    return tuple(
        RecordError(letter=LETTERS[record[f"letter_{slot}"]], code=record[f"code_{slot}"], comment=comment)
        for slot, comment in zip(slots, comments, strict=True)
    )
