"""What a flat file has that the instructions do not foresee, and that is read all the same.

Source: real answers of funds (seen, not published): fillers in error slots, records that are left out, a last
character that is missing, check digits that nobody computed, echoes of zones that cannot be read. A deviation
is no error; it is told.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from generale.protocol.errors import PeerError
from generale.protocol.flatfile.answer import LETTERS, errors_of, index_of
from generale.protocol.flatfile.check_digit import record_check
from generale.protocol.flatfile.file import File
from generale.protocol.flatfile.judged import SLOTS, Letter
from generale.protocol.flatfile.judgement import RefusalType
from generale.protocol.flatfile.record import Record, place
from generale.protocol.flatfile.settlement_deviation import settlement_deviations

_LAST = 999_999
_LIMIT = 500
"""The share of errors, in hundredths of a percent, over which the instructions let a file be refused."""

_ASKED: Mapping[str, Mapping[str, Callable[[Record, str], object]]] = {
    "300": {
        "month": Record.month,
        "sending_number": Record.whole,
        "created": Record.required_day,
        "error_percentage": Record.whole,
    },
    "20": {"bill_number": Record.whole},
    "80": {"bill_number": Record.whole},
}
"""The zones of an answer that are read as more than text, and how; each may echo what is refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deviation:
    """One thing that is otherwise: where it stands, and what is there."""

    where: str
    what: str


def deviations(file: File) -> tuple[Deviation, ...]:
    """Everything about an answer that is not as the instructions have it; nothing for an invoice file."""
    if file.type == "920000":
        return ()
    judged = [one for one in file.records if "letter_1" in one.layout.cuts]
    counted = [one for one in judged if "record_index" in one.layout.cuts]
    return (
        *_missing_end(file),
        *_refusal(file, judged),
        *(found for one in (file.header300, *judged) for found in _unread(one)),
        *_gaps(counted),
        *(found for one in judged for found in _slots(one)),
        *(found for one in counted for found in _check(one)),
        *(Deviation(where=_at(one, key), what=what) for one, key, what in settlement_deviations(file)),
    )


def _missing_end(file: File) -> Iterator[Deviation]:
    last = file.records[-1] if file.records else file.header300
    if len(last.raw) < last.layout.length:
        where = place(last, last.layout.zones[-1])
        yield Deviation(where=where, what="the very last character is missing")


def _refusal(file: File, judged: Sequence[Record]) -> Iterator[Deviation]:
    """A kind of refusal that is left open, a share under the limit, a blocking error that blocks nothing."""
    head = file.header300
    if "refusal_type" not in head.layout.cuts:
        return
    kind, share = head["refusal_type"], head["error_percentage"]
    if not kind.strip() and file.type != "920099":
        yield Deviation(where=_at(head, "refusal_type"), what=f"'{kind}' is no kind of refusal")
    if kind == RefusalType.TOO_MANY and share.isdigit() and 0 < int(share) <= _LIMIT:
        what = f"the file is refused for too many errors, and {int(share) / 100:g} % is not over 5 %"
        yield Deviation(where=_at(head, "error_percentage"), what=what)
    for one in judged if file.type != "920099" else ():
        if any(error.letter is Letter.FILE for error in errors_of(one)):
            what = f"letter B refuses a whole file, and a {file.type} refuses none"
            yield Deviation(where=_at(one, "letter_1"), what=what)


def _unread(record: Record) -> Iterator[Deviation]:
    """The zones that say nothing, because they cannot be read."""
    for key, read in _ASKED.get(record.type, {}).items():
        try:
            if key in record.layout.cuts:
                read(record, key)
        except PeerError as error:
            yield Deviation(where=error.where, what=str(error).removeprefix(f"{error.where}: "))


def _gaps(counted: Sequence[Record]) -> Iterator[Deviation]:
    before = 0
    for one in counted:
        index, echo, end = index_of(one), one["record_index"], one["judged_record_index"]
        if echo != end and len(end) == len(echo) and end.strip("0"):
            empty = "the echo has no index" if not echo.strip(" 0") else f"the echo has index '{echo}'"
            yield Deviation(where=_at(one, "record_index"), what=f"{empty}; the end of the record says {end}")
        if not index:
            yield Deviation(where=_at(one, "record_index"), what=f"neither '{echo}' nor '{end}' is an index")
            continue
        if before < index - 1 < _LAST:
            left_out = f"{before + 1}" if before + 1 == index - 1 else f"{before + 1} to {index - 1}"
            what = f"of the invoice file record {left_out} is left out in front of it"
            yield Deviation(where=_at(one, "record_index"), what=what)
        if index <= before:
            what = f"index {index} stands behind index {before}"
            yield Deviation(where=_at(one, "record_index"), what=what)
        before = index


def _slots(record: Record) -> Iterator[Deviation]:
    for slot in range(1, SLOTS + 1):
        letter, code = record[f"letter_{slot}"], record[f"code_{slot}"]
        if letter in LETTERS:
            if not (code.isalnum() and code[:4].isdigit()):
                yield Deviation(where=_at(record, f"code_{slot}"), what=f"'{code}' is no error code")
        elif (letter + code).strip():
            what = f"the slot has no error and is filled with '{letter}{code}'"
            yield Deviation(where=_at(record, f"letter_{slot}"), what=what)


def _check(record: Record) -> Iterator[Deviation]:
    check = f"{record_check(record.raw):02d}"
    if "record_check" in record.layout.cuts and record["record_check"] != check:
        what = f"the echo has check digits {record['record_check']}, and its characters give {check}"
        yield Deviation(where=_at(record, "record_check"), what=what)


def _at(record: Record, key: str) -> str:
    return place(record, record.layout.zone(key))
