"""Each control of credit notes, with parts that pass and parts that fail with it alone."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import pytest
from tests.unit.rules.test_invoice_controls import INSZ, OF_CREDIT_NOTES, RATE, RULES, Books, file, line, may

from generale.protocol.calendar import CareMonth
from generale.protocol.flatfile.invoice import BillKind, InvoiceFile, Line, PreviousBill
from generale.protocol.ids import Insz
from generale.protocol.money import Euro
from generale.rules.accepted import AcceptedBill, AcceptedLine
from generale.rules.billed import BilledPeople
from generale.rules.findings import Finding

PAID = PreviousBill(number=3, sending_number=2, fund=820, month=CareMonth(2019, 5))
NEW = Decimal("62.005")


@dataclass(frozen=True, kw_only=True)
class Paid(Books):
    """A fund that accepted a bill of May, of a stay that nobody knows any more."""

    bill: AcceptedBill

    def accepted(self, previous: PreviousBill) -> AcceptedBill | None:
        return self.bill if previous == PAID else None


def accepted(*lines: Line, insz: Insz = INSZ, rates: Sequence[Decimal] = (RATE,) * 31) -> Paid:
    rows = tuple(AcceptedLine(line=one, rates=tuple(rates[: one.days])) for one in lines)
    return Paid(bill=AcceptedBill(insz=insz, lines=rows), accepted_stays=())


def back(first: int, last: int, amount: str | None = None) -> Line:
    """A line that takes days of May back."""
    days = last - first + 1
    euro = -Euro.of_rate(RATE, days) if amount is None else Euro.parse(amount)
    return replace(line(first, last), days=-days, amount=euro)


def credit(*lines: Line, previous: PreviousBill | None = PAID) -> InvoiceFile:
    return file(*lines, kind=BillKind.CREDIT, previous=previous)


def less(books: Paid, *lines: Line) -> Paid:
    """The same fund after days were credited."""
    bill = books.bill
    for one in lines:
        bill = bill.less(one)
    return replace(books, bill=bill)


def judged(invoice: InvoiceFile, books: Books) -> list[Finding]:
    """All findings on a file, as a fund makes them: what it accepts of a credit note holds further down."""
    people, found = BilledPeople(invoice, books), list(RULES.judge_file(invoice, books))
    for bill in invoice.bills:
        found += RULES.judge_bill(invoice, bill, books)
        for one in bill.lines:
            of_line = RULES.judge_line(people.place(bill, one), books)
            found += of_line
            if bill.kind is BillKind.CREDIT and not of_line:
                people.credit(bill, one)
    return found


MONTH = accepted(line(1, 31))
STRANGER = replace(MONTH, bill=replace(MONTH.bill, insz=Insz("38021499972")))
MIXED = accepted(
    replace(line(1, 31), amount=Euro.of_rate(RATE * 15 + NEW * 16, 1)), rates=(RATE,) * 15 + (NEW,) * 16
)
Case = tuple[str, str, InvoiceFile, Paid]

PASSES: list[Case] = [
    ("HX-INV-20", "a bill that was paid", credit(back(1, 31)), MONTH),
    ("HX-INV-21", "the same resident", credit(back(1, 31)), MONTH),
    ("HX-INV-22", "the last days of a line", credit(back(18, 31)), MONTH),
    ("HX-INV-22", "two lines of a bill", credit(back(1, 9), back(14, 31)),
     accepted(line(1, 9), line(14, 31))),
    ("HX-INV-23", "the days that were left", credit(back(1, 17)), less(MONTH, back(18, 31))),
    ("HX-INV-24", "days times rate", credit(back(18, 18, "-61.35")), MONTH),
    ("HX-INV-24", "what is left beyond the days that stay", credit(back(18, 18, "-61.35")), MONTH),
    ("HX-INV-24", "the other side of a half cent", credit(back(18, 18, "-61.34")), accepted(line(1, 30))),
    ("HX-INV-24", "all that is left", credit(back(1, 17, "-1042.86")), less(MONTH, back(18, 31, "-858.84"))),
    ("HX-INV-24", "each day at its own rate", credit(back(15, 16, "-123.35")), MIXED),
]  # fmt: skip

FAILS: list[Case] = [
    ("HX-INV-20", "a bill that nobody knows", credit(back(1, 31), previous=replace(PAID, number=4)), MONTH),
    ("HX-INV-20", "no bill at all", credit(back(1, 31), previous=None), MONTH),
    ("HX-INV-21", "another resident", credit(back(1, 31)), STRANGER),
    ("HX-INV-22", "a day that was not accepted", credit(back(1, 21)), accepted(line(1, 20))),
    ("HX-INV-22", "another code", credit(replace(back(1, 31), code="0990010")), MONTH),
    ("HX-INV-22", "a gap between two lines", credit(back(1, 31)), accepted(line(1, 9), line(14, 31))),
    ("HX-INV-23", "a day too many", credit(back(1, 18)), less(MONTH, back(18, 31))),
    ("HX-INV-23", "twice in one file", credit(back(1, 18), back(18, 31)), MONTH),
    ("HX-INV-24", "more than was accepted", credit(back(1, 31, "-1901.71")), MONTH),
    ("HX-INV-24", "less than was accepted", credit(back(1, 31, "-1901.69")), MONTH),
    ("HX-INV-24", "not all that is left", credit(back(1, 17, "-1042.87")),
     less(MONTH, back(18, 31, "-858.84"))),
    ("HX-INV-24", "the new rate for all days", credit(back(15, 16, "-124.01")), MIXED),
]  # fmt: skip


def name(case: Case) -> str:
    return f"{case[0]} {case[1]}"


@pytest.mark.parametrize("case", PASSES, ids=name)
def test_a_credit_note_that_keeps_a_control_passes(case: Case) -> None:
    _, _, invoice, books = case

    assert judged(invoice, books) == []


@pytest.mark.parametrize("case", FAILS, ids=name)
def test_a_credit_note_that_breaks_a_control_fails_with_that_control_alone(case: Case) -> None:
    control, _, invoice, books = case

    findings = judged(invoice, books)

    assert [finding.control for finding in findings] == [control]
    assert all(finding.expected and finding.received and finding.field for finding in findings)


@pytest.mark.parametrize("cases", [PASSES, FAILS], ids=["passes", "fails"])
def test_every_control_of_credit_notes_has_an_example_on_each_side(cases: list[Case]) -> None:
    assert {case[0] for case in cases} == OF_CREDIT_NOTES


def test_days_that_are_credited_may_be_billed_anew_behind_it() -> None:
    first = credit(back(18, 31))
    again = replace(first.bills[0], number=2, kind=BillKind.NORMAL, previous=None, lines=(line(18, 31),))
    settled = replace(MONTH, accepted_stays=Books().accepted_stays, settled=frozenset(map(may, range(1, 32))))

    assert judged(replace(first, bills=(*first.bills, again)), settled) == []
    assert [one.control for one in judged(replace(first, bills=(again,)), settled)] == ["HX-INV-15"]


@pytest.mark.parametrize("last", range(1, 31))
def test_two_credit_notes_take_back_to_the_cent_what_was_accepted(last: int) -> None:
    holder = MONTH.bill.lines[0]
    for amount in holder.amounts([may(day) for day in range(last + 1, 32)]):
        rest = holder.less(back(last + 1, 31, str(-amount))).amounts([may(day) for day in range(1, last + 1)])

        assert [amount + one for one in rest] == [holder.line.amount]
