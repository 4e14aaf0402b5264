"""A file of many records is as much work as it is long, also where everything in it is wrong."""

from collections.abc import Callable

import pytest
from tests.unit.protocol.test_flatfile_replies import INVOICE
from tests.unit.work_done import calls_in

from generale.protocol.flatfile import File, refuse, technical_faults
from generale.protocol.flatfile.composition import change
from generale.protocol.flatfile.file import file_of


def many_totals(count: int) -> File:
    """A file with so many records 95, none of them for the fund that is billed and all unlike."""
    *bills, total, last = INVOICE.records
    totals = (change(total, fund=number % 700, record_count=number) for number in range(1, count + 1))
    return file_of(INVOICE.header200, INVOICE.header300, [*bills, *totals, last])


def many_bills(count: int) -> File:
    """A file with so many bills of as many funds, none of them with a record 95."""
    head, bill, *others = INVOICE.records
    closing = next(place for place, one in enumerate(others) if one.type == "80")
    rest = others[: closing + 1]
    bills = [one for number in range(1, count + 1) for one in (change(bill, destination_fund=number), *rest)]
    return file_of(INVOICE.header200, INVOICE.header300, [head, *bills, *others[closing + 1 :]])


@pytest.mark.parametrize("shape", [many_totals, many_bills], ids=lambda one: one.__name__)
def test_to_refuse_twice_the_records_is_twice_the_work(shape: Callable[[int], File]) -> None:
    def work(count: int) -> int:
        file = shape(count)
        technical_faults(file)  # what is remembered of values is remembered
        return calls_in(lambda: refuse(file, technical_faults(file), fund_reference="1" * 14))

    assert work(600) < 2.2 * work(300)
