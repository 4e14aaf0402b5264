"""What a flat file has that the instructions do not foresee, and that is read all the same.

Source: real answers of funds (seen, not published): fillers in error slots, records that are left out, a last
character that is missing, check digits that nobody computed. A deviation is no error; it is told.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from generale.protocol.flatfile.answer import LETTERS, index_of
from generale.protocol.flatfile.check_digit import record_check
from generale.protocol.flatfile.file import File
from generale.protocol.flatfile.judged import SLOTS
from generale.protocol.flatfile.record import Record, place

_LAST = 999_999


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
        *_gaps(counted),
        *(found for one in judged for found in _slots(one)),
        *(found for one in counted for found in _check(one)),
    )


def _missing_end(file: File) -> Iterator[Deviation]:
    last = file.records[-1] if file.records else file.header300
    if len(last.raw) < last.layout.length:
        where = place(last, last.layout.zones[-1])
        yield Deviation(where=where, what="the very last character is missing")


def _gaps(counted: Sequence[Record]) -> Iterator[Deviation]:
    before = 0
    for one in counted:
        text = one["record_index"]
        if not text.strip(" 0"):
            text = one["judged_record_index"]
            what = f"the echo has no index; the end of the record says {text}"
            yield Deviation(where=_at(one, "record_index"), what=what)
        if not text.isdigit():
            yield Deviation(where=_at(one, "record_index"), what=f"'{text}' is no index")
            continue
        index = index_of(one)
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
