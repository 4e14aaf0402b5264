"""An invoice file by itself: kinds of bills that funds do not take, links of rebills that lead nowhere."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

import pytest
from tests.unit.conformance.test_message_check import INVOICE, check, remarks

from generale.cli.check import text
from generale.conformance.lone_facts import LoneInvoiceFacts
from generale.conformance.lone_invoice import lone_breaches
from generale.protocol import flatfile as flat
from generale.protocol.calendar import CareMonth
from generale.protocol.clock import BRUSSELS
from generale.protocol.profile import standard_profile
from generale.rules.engine import rule_set

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
RECEIVED = datetime(2019, 6, 3, 9, tzinfo=BRUSSELS)
KIND = "record 2 (20) zone 11"


def written(*bills: flat.Bill) -> bytes:
    """The invoice file with other bills."""
    return flat.write_invoice(replace(FILE, bills=bills))


def linked(**values: object) -> bytes:
    """A file with one rebill, whose link to the former bill has other values."""
    return written(replace(REBILL, previous=replace(FORMER, **values)))  # type: ignore[arg-type]  # by name


@pytest.mark.parametrize("bills", [[CREDIT], [CREDIT, REBILL]])
def test_of_a_credit_note_that_stands_alone_nothing_is_wrong(bills: Sequence[flat.Bill]) -> None:
    assert not remarks(check(written(*bills)))


@pytest.mark.parametrize(
    ("former", "received"),
    [
        (replace(FORMER, fund=830), "830"),
        (replace(FORMER, number=CREDIT.number, sending_number=FILE.sending_number), "the bill itself"),
    ],
)
def test_a_credit_note_of_another_fund_or_of_itself_is_told(former: flat.PreviousBill, received: str) -> None:
    (remark,) = remarks(check(written(replace(CREDIT, previous=former))))

    assert (remark.control, remark.received) == ("HX-INV-20", received)


def test_a_bill_of_a_kind_that_funds_do_not_take_is_told_once_and_nothing_else() -> None:
    (remark,) = remarks(check(written(replace(REBILL, kind=flat.BillKind.REGULARISATION))))

    assert remark.control == "HX-INV-06"
    assert remark.place.startswith(KIND)


@pytest.mark.parametrize(
    ("day", "code"),
    [(date(2019, 5, 1), "0101032"), (date(2019, 5, 1), "0991012"), (date(2018, 12, 1), "0990010")],
    ids=["no code of the exchange", "a code of later", "before there was any"],
)
def test_a_code_that_no_kind_of_stay_has_on_the_day_of_care_is_told(day: date, code: str) -> None:
    month = CareMonth.of(day)
    line = replace(BILL.lines[0], code=code, first=day, last=day, days=1)
    file = replace(FILE, month=month, bills=(replace(BILL, lines=(line,)),))

    (remark,) = remarks(check(flat.write_invoice(file)))

    assert (remark.control, remark.received) == ("HX-INV-12", code)
    assert "zone 4," in remark.place


def test_a_fund_that_the_profile_does_not_know_is_told_at_every_place() -> None:
    bills = tuple(replace(one, destination_fund=870) for one in FILE.bills)

    found = check(flat.write_invoice(replace(FILE, fund=870, bills=bills)))

    assert {remark.received for remark in remarks(found)} == {"870"}
    zones = [remark.place.partition(" (")[2].partition(",")[0] for remark in remarks(found)]
    assert zones == ["20) zone 18"] * len(bills) + ["95) zone 401"]


def test_a_bill_for_another_fund_than_that_of_the_file_is_told() -> None:
    profile = standard_profile()
    other = next(number for number in profile.funds if int(number) != FILE.fund)
    file = flat.decode(INVOICE)
    facts = replace(LoneInvoiceFacts.of(file, profile, RECEIVED), fund=other)

    found = list(lone_breaches(file, facts, rule_set(date(2019, 4, 1)), is_dated=False))

    assert [finding.control for _, finding in found] == ["HX-INV-04"] * len(FILE.bills)


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
