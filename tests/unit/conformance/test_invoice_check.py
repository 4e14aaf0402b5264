"""An invoice file by itself: kinds of bills that funds do not take, links of rebills that lead nowhere."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from tests.unit.conformance.test_message_check import INVOICE, check, remarks

from generale.cli.check import text
from generale.protocol import flatfile as flat
from generale.protocol.calendar import CareMonth

FILE = flat.read_invoice(INVOICE)
BILL = FILE.bills[0]
FORMER = flat.PreviousBill(number=1, sending_number=99, fund=FILE.fund, month=FILE.month)
CREDIT = replace(
    BILL,
    kind=flat.BillKind.CREDIT,
    previous=FORMER,
    lines=tuple(replace(one, days=-one.days, amount=-one.amount) for one in BILL.lines),
)
REBILL = replace(BILL, number=BILL.number + 1, kind=flat.BillKind.REBILL, previous=FORMER)
KIND = "record 2 (20) zone 11"


def written(*bills: flat.Bill) -> bytes:
    """The invoice file with other bills."""
    return flat.write_invoice(replace(FILE, bills=bills))


def linked(**values: object) -> bytes:
    """A file with one rebill, whose link to the former bill has other values."""
    return written(replace(REBILL, previous=replace(FORMER, **values)))  # type: ignore[arg-type]  # by name


@pytest.mark.parametrize(
    "bills", [[CREDIT], [CREDIT, REBILL], [replace(REBILL, kind=flat.BillKind.REGULARISATION)]]
)
def test_a_bill_of_a_kind_that_funds_do_not_take_is_told_once_and_nothing_else(
    bills: Sequence[flat.Bill],
) -> None:
    (remark,) = remarks(check(written(*bills)))

    assert remark.control == "HX-INV-06"
    assert remark.place.startswith(KIND)


LINKS = {
    "itself": (
        linked(number=REBILL.number, sending_number=FILE.sending_number),
        "record 2 (20) zone 29,30,31, byte 739",
        "the bill itself",
    ),
    "another-bill-of-the-file": (
        linked(number=7, sending_number=FILE.sending_number),
        "record 2 (20) zone 29,30,31, byte 739",
        "bill 7 of this file",
    ),
    "another-fund": (linked(fund=999), "record 2 (20) zone 37, byte 756", "999"),
}


@pytest.mark.parametrize(("raw", "place", "received"), LINKS.values(), ids=LINKS)
def test_a_rebill_of_what_no_fund_can_have_refused_is_told_with_record_and_zone(
    raw: bytes, place: str, received: str
) -> None:
    (remark,) = remarks(check(raw))

    assert (remark.control, remark.place, remark.received) == ("HX-INV-05", place, received)
    assert remark.rule_nl


def test_a_rebill_of_a_bill_of_an_earlier_file_holds() -> None:
    found = check(written(REBILL))

    assert (found.holds, found.notes) == (True, ())


def test_a_rebill_of_a_month_that_had_not_begun_is_noted_in_both_languages() -> None:
    found = check(linked(month=CareMonth(2031, 4)))

    assert found.holds
    assert "note: record 2 (20), zone 41 previous_month, byte 783: the former bill" in text(found, "en")
    assert "opmerking: record 2 (20), zone 41 previous_month, byte 783: de vorige" in text(found, "nl")
