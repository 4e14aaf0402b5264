"""Faults between records: totals, counts and control numbers that do not add up.

Source: RIZIV flat-file instructions (record 80 and 90 zones 15, 19, 98; records 95 and 96). Only for
files whose records stand in order and whose numbers can be read. The amount of a record 51 repeats what
a fund told before, and is not added up (inferred).
"""

from collections.abc import Iterable, Iterator, Sequence

from generale.protocol.flatfile.check_digit import control_number
from generale.protocol.flatfile.composition import signed
from generale.protocol.flatfile.fault import Problem, ZoneFault, zone_fault
from generale.protocol.flatfile.file import File
from generale.protocol.flatfile.invoice_reader import BillGroup
from generale.protocol.flatfile.invoice_writer import WHOLE_FILE
from generale.protocol.flatfile.record import Record

HEAD_AND_TOTAL = 2
"""Record 96 counts records 10 and 90 as well."""

_NO_SUM = "the total is not the sum of the records before it"


def total_faults(file: File, groups: Sequence[BillGroup]) -> Iterator[ZoneFault]:
    """Every total, count and control number that is not what the records before it give."""
    for group in groups:
        yield from _bill_faults(group)
    for whole in file.of_type("90"):
        yield from _amount(whole, "amount_a", _sum(_totals(groups), "amount_a"))
        yield from _amount(whole, "amount_b", _sum(_totals(groups), "amount_b"))
        yield from _number(whole, "control_number", _control(groups))
    yield from _fund_faults(file.of_type("95"), groups)
    funds = [one["fund"] for one in file.of_type("95")]
    for last in file.of_type("96"):
        if last["fund"] != funds[0][0] + WHOLE_FILE:
            expected = funds[0][0] + WHOLE_FILE
            yield zone_fault(last, "fund", Problem.NOT_ALLOWED, expected=expected)
        yield from _network_faults(last, groups, HEAD_AND_TOTAL)


def _bill_faults(group: BillGroup) -> Iterator[ZoneFault]:
    for total in _totals([group]):
        on_account_b = total.cents("amount_b")
        yield from _amount(total, "amount_a", _sum(group.lines, "amount") - on_account_b)
        yield from _amount(total, "patient_share", _sum(group.lines, "patient_share"))
        yield from _amount(total, "supplement", _sum(group.lines, "supplement"))
        yield from _number(total, "control_number", _control([group]))


def _fund_faults(records: Sequence[Record], groups: Sequence[BillGroup]) -> Iterator[ZoneFault]:
    by_fund: dict[str, list[BillGroup]] = {}
    for group in groups:
        by_fund.setdefault(group.head["destination_fund"], []).append(group)
    for record in records:
        own = by_fund.pop(record["fund"], None)
        if own is None:
            yield zone_fault(
                record, "fund", Problem.INCONSISTENT, expected="one record 95 per fund with bills"
            )
        else:
            yield from _network_faults(record, own, 0)
    expected = " or ".join(dict.fromkeys(one["fund"] for one in records))
    for group, *_ in by_fund.values():
        message = "no record 95 gives the total of this fund"
        head = group.head
        yield zone_fault(head, "destination_fund", Problem.INCONSISTENT, expected=expected, message=message)


def _network_faults(record: Record, groups: Sequence[BillGroup], more: int) -> Iterator[ZoneFault]:
    """Records 95 and 96: amounts, count (and how many records more) and control number."""
    totals = _totals(groups)
    on_a, on_b = _sum(totals, "amount_a"), _sum(totals, "amount_b")
    yield from _amount(record, "asked_a", on_a)
    yield from _amount(record, "asked_b", on_b)
    yield from _amount(record, "asked", on_a + on_b)
    yield from _amount(record, "asked_c", 0, "no record before it asks anything on account C")
    yield from _number(record, "record_count", sum(group.size for group in groups) + more)
    yield from _number(record, "control_number", _control(groups))


def _totals(groups: Iterable[BillGroup]) -> list[Record]:
    return [group.total for group in groups if group.total]


def _sum(records: Iterable[Record], key: str) -> int:
    # The zones were judged before, so each is a sign and digits, which int() reads as they stand.
    return sum([int(one.raw[one.layout.cuts[key]]) for one in records])


def _control(groups: Iterable[BillGroup]) -> int:
    return control_number(code for group in groups for code in group.codes)


def _amount(record: Record, key: str, cents: int, message: str = _NO_SUM) -> Iterator[ZoneFault]:
    received = record.cents(key)
    if received != cents:
        yield zone_fault(
            record,
            key,
            Problem.INCONSISTENT,
            expected=signed(cents, 12),
            received=signed(received, 12),
            message=message,
        )


def _number(record: Record, key: str, number: int) -> Iterator[ZoneFault]:
    if record.whole(key) != number:
        length = record.layout.zone(key).length
        yield zone_fault(record, key, Problem.INCONSISTENT, expected=str(number).rjust(length, "0"))
