"""What a flat file has that the instructions do not foresee, and that is read all the same.

Source: real answers of funds (seen, not published): fillers in error slots, records that are left out, a last
character that is missing, check digits that nobody computed, echoes of zones that cannot be read. Letters
with accents are project-defined. A deviation is no error; it is told.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from generale.protocol.flatfile.answer import LETTERS, errors_of, index_of, told
from generale.protocol.flatfile.check_digit import record_check
from generale.protocol.flatfile.file import File
from generale.protocol.flatfile.judged import SLOTS, Letter
from generale.protocol.flatfile.judgement import RefusalType
from generale.protocol.flatfile.note import Deviation, note
from generale.protocol.flatfile.record import Record, place
from generale.protocol.flatfile.settlement_deviation import settlement_deviations

_LAST = 999_999
_LIMIT = 500
"""The share of errors, in hundredths of a percent, over which the instructions let a file be refused."""
_WHOLE = 10_000
"""All of a file, in hundredths of a percent."""

_ASKED: Mapping[str, Mapping[str, str]] = {
    "300": {
        "month": "no-month",
        "sending_number": "no-number",
        "created": "no-day",
        "error_percentage": "no-number",
    },
    "20": {"bill_number": "no-number"},
    "80": {"bill_number": "no-number"},
}
"""The zones of an answer that are read as more than text, and what they are otherwise; each may echo what is
refused.
"""
_READ = {"no-month": Record.month, "no-number": Record.whole, "no-day": Record.required_day}


def deviations(file: File) -> tuple[Deviation, ...]:
    """Everything about an answer that is not as the instructions have it; nothing for an invoice file."""
    if file.type == "920000":
        return ()
    judged = [one for one in file.records if "letter_1" in one.layout.cuts]
    counted = [one for one in judged if "record_index" in one.layout.cuts]
    return (
        *_missing_end(file),
        *(found for one in (file.header300, *file.records) for found in _letters(one)),
        *_refusal(file, judged),
        *(found for one in (file.header300, *judged) for found in _unread(one)),
        *_gaps(counted),
        *(found for one in judged for found in _slots(one)),
        *(found for one in counted for found in _check(one)),
        *settlement_deviations(file),
    )


def _missing_end(file: File) -> Iterator[Deviation]:
    last = file.records[-1] if file.records else file.header300
    if len(last.raw) < last.layout.length:
        yield note(place(last, last.layout.zones[-1]), "missing-end")


def _letters(record: Record) -> Iterator[Deviation]:
    """The texts with letters that the instructions do not know."""
    if record.raw.isascii():
        return
    for zone in record.layout.zones:
        beyond = dict.fromkeys(one for one in record[zone.number] if not one.isascii())
        if beyond:
            yield note(place(record, zone), "letters", letters=" ".join(beyond))


def _refusal(file: File, judged: Sequence[Record]) -> Iterator[Deviation]:
    """A kind of refusal left open, a share under the limit or over all, a letter B that blocks nothing."""
    head = file.header300
    if "refusal_type" not in head.layout.cuts:
        return
    kind, share = head["refusal_type"], told(head.whole, "error_percentage") or 0
    if not kind.strip() and file.type != "920099":
        yield note(_at(head, "refusal_type"), "no-kind-of-refusal", text=kind)
    if kind == RefusalType.TOO_MANY and 0 < share <= _LIMIT:
        yield note(_at(head, "error_percentage"), "share-under-limit", share=f"{share / 100:g}")
    if share > _WHOLE:
        yield note(_at(head, "error_percentage"), "share-over-all", share=f"{share / 100:.2f}")
    for one in judged if file.type != "920099" else ():
        if any(error.letter is Letter.FILE for error in errors_of(one)):
            yield note(_at(one, "letter_1"), "blocks-nothing", type=file.type)


def _unread(record: Record) -> Iterator[Deviation]:
    """The zones that say nothing, because they cannot be read."""
    for key, otherwise in _ASKED.get(record.type, {}).items():
        if key in record.layout.cuts and told(partial(_READ[otherwise], record), key) is None:
            is_empty = otherwise == "no-day" and not record[key].strip("0")
            yield note(_at(record, key), "no-date" if is_empty else otherwise, text=record[key])


def _gaps(counted: Sequence[Record]) -> Iterator[Deviation]:
    before, is_known = 0, True
    for one in counted:
        where, index = _at(one, "record_index"), index_of(one)
        echo, end = one["record_index"], one["judged_record_index"]
        if echo != end and len(end) == len(echo) and end.strip(" 0"):
            yield note(where, "other-index" if echo.strip(" 0") else "empty-index", echo=echo, end=end)
        if not index:
            yield note(where, "no-index", echo=echo, end=end)
            yield from _homeless(one)
            is_known = False
            continue
        if is_known and before < index - 1 < _LAST:
            key = "record-left-out" if before + 2 == index else "records-left-out"
            yield note(where, key, first=str(before + 1), last=str(index - 1))
        if index <= before:
            yield note(where, "index-behind", index=str(index), before=str(before))
        before, is_known = index, True


def _homeless(record: Record) -> Iterator[Deviation]:
    """The errors of a record that cannot be told: nobody finds them at a line, so they are told here."""
    if errors := errors_of(record):
        named = ", ".join(f"{one.letter} {one.code} {one.comment}".strip() for one in errors)
        yield note(_at(record, "letter_1"), "errors-without-record", errors=named)


def _slots(record: Record) -> Iterator[Deviation]:
    for slot in range(1, SLOTS + 1):
        letter, code = record[f"letter_{slot}"], record[f"code_{slot}"]
        if letter in LETTERS:
            if not (code.isascii() and code.isalnum() and code[:4].isdigit()):
                yield note(_at(record, f"code_{slot}"), "no-error-code", code=code)
        elif (letter + code).strip():
            yield note(_at(record, f"letter_{slot}"), "filled-slot", text=letter + code)


def _check(record: Record) -> Iterator[Deviation]:
    check = f"{record_check(record.raw):02d}"
    if "record_check" in record.layout.cuts and record["record_check"] != check:
        yield note(_at(record, "record_check"), "other-check", found=record["record_check"], check=check)


def _at(record: Record, key: str) -> str:
    return place(record, record.layout.zone(key))
