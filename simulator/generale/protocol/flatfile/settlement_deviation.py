"""What records 91 and 92 of a settlement have otherwise: zones that cannot be read, counts that do not fit.

Source: MyCareNet eFact. Count and control number repeat those of records 95 and 96 of the invoice file: they
are echoes, so what is wrong in them is told and contradicts nothing.
"""

from collections.abc import Iterator, Sequence

from generale.protocol.flatfile.answer import index_of, told
from generale.protocol.flatfile.check_digit import control_number
from generale.protocol.flatfile.file import File
from generale.protocol.flatfile.note import Deviation, note
from generale.protocol.flatfile.record import Record, place
from generale.protocol.flatfile.settlement_validation import AMOUNTS
from generale.protocol.flatfile.total_validation import HEAD_AND_TOTAL

_NUMBERS = ("fund", "record_count", "control_number")
_SIGNS = ("+", "-")


def settlement_deviations(file: File) -> Iterator[Deviation]:
    """What is otherwise in records 91 and 92."""
    funds, wholes = file.of_type("91"), file.of_type("92")
    for record in (*funds, *wholes):
        yield from _unread(record)
    counted = [one for one in file.records if "judged_record_index" in one.layout.cuts]
    yield from _fits(funds, wholes, "record_count", *_counts(funds, counted))
    yield from _fits(funds, wholes, "control_number", *_control_numbers(funds, counted))


def _unread(record: Record) -> Iterator[Deviation]:
    for key in (*_NUMBERS, *AMOUNTS):
        if told(record.whole, key) is None:
            yield note(_at(record, key), "no-number", text=record[key])
    for key in AMOUNTS:
        sign, amount = record[f"{key}_sign"], told(record.whole, key)
        if sign not in _SIGNS and amount:
            yield note(_at(record, f"{key}_sign"), "no-sign", text=sign)


def _fits(
    funds: Sequence[Record], wholes: Sequence[Record], key: str, of_fund: int | None, of_whole: int | None
) -> Iterator[Deviation]:
    """The numbers of the only record 91, and of record 92, that are readable and not what they should be."""
    for records, due in ((funds if len(funds) == 1 else (), of_fund), (wholes, of_whole)):
        for record in records:
            if due is not None and told(record.whole, key) not in (None, due):
                otherwise = f"other-{key.replace('_', '-')}"
                yield note(_at(record, key), otherwise, found=record[key], due=str(due))


def _at(record: Record, key: str) -> str:
    return place(record, record.layout.zone(key))


def _counts(funds: Sequence[Record], counted: Sequence[Record]) -> tuple[int | None, int | None]:
    """How many records a fund and the file have: the index of record 90 tells, or else the records 91."""
    if counted and counted[-1].type == "90" and index_of(counted[-1]):
        whole = index_of(counted[-1])
        return whole - HEAD_AND_TOTAL, whole
    numbers = [told(one.whole, "record_count") for one in funds]
    known = [one for one in numbers if one is not None]
    return None, sum(known) + HEAD_AND_TOTAL if known and len(known) == len(numbers) else None


def _control_numbers(funds: Sequence[Record], counted: Sequence[Record]) -> tuple[int | None, int | None]:
    """The control number of the codes where no record is left out, or else that of the records 91."""
    codes = [one["code"] for one in counted if "code" in one.layout.cuts]
    is_whole = bool(counted) and counted[-1].type == "90" and index_of(counted[-1]) == len(counted)
    if is_whole and all(code.isdigit() for code in codes):
        return control_number(codes), control_number(codes)
    numbers = [told(one.whole, "control_number") for one in funds]
    known = [one for one in numbers if one is not None]
    return None, sum(known) % 97 or 97 if known and len(known) == len(numbers) else None
