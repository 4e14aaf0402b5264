"""Controls of an invoice file, of its bills and of their lines.

They follow technical validation, so every number can be read. Days outside the billed month are refused
by one control and not looked at by the others.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

from generale.protocol.calendar import CareMonth
from generale.protocol.clock import brussels
from generale.protocol.flatfile.invoice import Bill, BillKind, InvoiceFile
from generale.protocol.money import Euro
from generale.rules.billed import EXCHANGED, BilledLine
from generale.rules.control import Controls
from generale.rules.facts import InvoiceFacts
from generale.rules.findings import Deviation

control_of_file = Controls[InvoiceFile, InvoiceFacts]()
control_of_bill = Controls[Bill, InvoiceFacts]()
control_of_line = Controls[BilledLine, InvoiceFacts]()


@control_of_file("HX-INV-01")
def facility_that_bills_is_known(file: InvoiceFile, facts: InvoiceFacts) -> Iterator[Deviation]:
    """The RIZIV number that bills is that of a recognised facility."""
    if facts.facility() is None:
        yield Deviation(expected="the RIZIV number of a recognised facility", received=file.provider)


@control_of_file("HX-INV-02")
def sending_number_is_new_in_the_year(file: InvoiceFile, facts: InvoiceFacts) -> Iterator[Deviation]:
    """The facility sends this number to this fund once a year; a technically refused file keeps it."""
    if facts.sending_number_is_used(file.sending_number, file.month.year):
        expected = f"a sending number that is new in {file.month.year}"
        yield Deviation(expected=expected, received=str(file.sending_number))


@control_of_file("HX-INV-03")
def billed_month_has_begun(file: InvoiceFile, facts: InvoiceFacts) -> Iterator[Deviation]:
    """The month that is billed does not lie after the month of receipt."""
    present = CareMonth.of(brussels(facts.received).date())
    if file.month > present:
        yield Deviation(expected=f"at the latest {present}", received=str(file.month))


@control_of_bill("HX-INV-04")
def bill_is_meant_for_this_fund(bill: Bill, facts: InvoiceFacts) -> Iterator[Deviation]:
    """The fund of destination is the fund that received the file."""
    if bill.destination_fund != int(facts.fund):
        yield Deviation(expected=facts.fund, received=f"{bill.destination_fund:03d}")


@control_of_bill("HX-INV-05")
def rebill_refers_to_a_refused_bill(bill: Bill, facts: InvoiceFacts) -> Iterator[Deviation]:
    """What is billed again names the bill that was refused."""
    if bill.kind is not BillKind.REBILL:
        return
    if bill.previous is None:
        yield Deviation(expected="the bill that was refused", received="no previous bill")
    elif not facts.refused(bill.previous):
        former = f"bill {bill.previous.number} of sending {bill.previous.sending_number}"
        yield Deviation(expected="a bill that was refused", received=f"{former}, {bill.previous.month}")


@control_of_bill("HX-INV-06")
def bill_is_of_a_kind_that_is_exchanged(bill: Bill, _facts: InvoiceFacts) -> Iterator[Deviation]:
    """A bill is new, billed again or a credit note; this exchange knows no regularisations."""
    if bill.kind not in EXCHANGED:
        yield Deviation(expected="0, 1 or 3", received=str(bill.kind.value))


@control_of_line("HX-INV-07")
def facility_number_is_valid_on_every_day(place: BilledLine, facts: InvoiceFacts) -> Iterator[Deviation]:
    """The number that bills is valid on each billed day."""
    facility = facts.facility()
    if facility:
        expected = f"days on which {facility.hco} is valid"
        yield from same_wrong(expected, (day for day in place.days if not facility.is_valid_on(day)))


@control_of_line("HX-INV-08")
def period_lies_in_the_billed_month(place: BilledLine, _facts: InvoiceFacts) -> Iterator[Deviation]:
    """First and last day lie in the month of the file."""
    line, month = place.line, place.file.month
    if line.first < month.first or line.last > month.last:
        yield Deviation(expected=f"days of {month}", received=f"{line.first} to {line.last}")


@control_of_line("HX-INV-09")
def number_of_days_agrees_with_the_period(place: BilledLine, _facts: InvoiceFacts) -> Iterator[Deviation]:
    """A line holds all days from its first to its last, and at least one; a credit note counts below zero."""
    line, sign = place.line, -1 if place.bill.kind is BillKind.CREDIT else 1
    expected = sign * max((line.last - line.first).days + 1, 1)
    if line.days != expected or line.last < line.first:
        received = f"{line.days} from {line.first} to {line.last}"
        yield Deviation(expected=str(expected), received=received)


@control_of_line("HX-INV-10")
def every_day_lies_in_an_accepted_stay(place: BilledLine, _facts: InvoiceFacts) -> Iterator[Deviation]:
    """On each day the person has an accepted stay with this fund under the number that bills."""
    yield from same_wrong(
        "days of an accepted stay", (day for day, known in place.known if known.stay is None)
    )


@control_of_line("HX-INV-11")
def every_day_is_due(place: BilledLine, _facts: InvoiceFacts) -> Iterator[Deviation]:
    """Each day of a stay that is billed is one that the counting table lets be paid."""
    yield from same_wrong(
        "days that are due", (day for day, known in place.known if known.stay and not known.is_due)
    )


@control_of_line("HX-INV-12")
def code_fits_the_stay_type(place: BilledLine, _facts: InvoiceFacts) -> Iterator[Deviation]:
    """The performance code is that of the accepted stay type on the date of care."""
    for day, known in place.known:
        if known.stay is None or known.allowance is None:
            continue
        code, stay_type = known.allowance.code, known.stay_type
        if code is None or place.line.code != f"0{code}":
            expected = f"0{code} for {stay_type}" if code else f"no code for {stay_type}"
            yield Deviation(expected=f"{expected} on {day}", received=place.line.code)
            return


@control_of_line("HX-INV-13")
def amount_is_days_times_rate(place: BilledLine, _facts: InvoiceFacts) -> Iterator[Deviation]:
    """The amount is the allowance of facility, stay type and date of care for the days, rounded once."""
    rates: list[Decimal] = []
    for day, known in place.known:
        if known.stay is None or known.allowance is None:
            return
        rate = known.allowance.per_day
        if rate is None:
            yield Deviation(expected=f"a tariff for {known.stay_type} on {day}", received="none")
            return
        rates.append(rate)
    if not rates:
        return
    expected = _amount(rates, place.line.days)
    if place.line.amount != expected:
        yield Deviation(expected=str(expected), received=str(place.line.amount))


@control_of_line("HX-INV-14")
def person_is_a_member_on_every_day(place: BilledLine, _facts: InvoiceFacts) -> Iterator[Deviation]:
    """The person is a member of this fund on each billed day; of a change of fund speaks another control."""
    yield from same_wrong(
        "days of membership",
        (day for day, known in place.known if not known.is_insured and known.fund_instead is None),
    )


@control_of_line("HX-INV-15")
def no_day_was_settled_before(place: BilledLine, _facts: InvoiceFacts) -> Iterator[Deviation]:
    """No billed day was accepted earlier, under whatever number."""
    yield from same_wrong("days not settled yet", (day for day, known in place.known if known.is_settled))


@control_of_line("HX-INV-16")
def no_day_stands_twice_in_the_file(place: BilledLine, _facts: InvoiceFacts) -> Iterator[Deviation]:
    """No day of a person stands in two lines of one file; where one does, both lines are refused."""
    yield from same_wrong(
        "days that stand once in the file", (d for d, known in place.known if known.times > 1)
    )


@control_of_line("HX-INV-17")
def nobody_is_absent_on_a_billed_day(place: BilledLine, _facts: InvoiceFacts) -> Iterator[Deviation]:
    """No billed day is one of an accepted absence that the counting table does not pay."""
    yield from same_wrong("days on which nobody was absent", (d for d, known in place.known if known.is_away))


@control_of_line("HX-INV-18")
def short_stay_in_a_row_has_its_limit(place: BilledLine, facts: InvoiceFacts) -> Iterator[Deviation]:
    """A day of short stay is not one too many in a row, whatever houses the person stayed in."""
    limit = facts.profile.short_stay
    if limit is not None:
        yield from same_wrong(
            f"at most {limit.in_a_row} days of short stay in a row",
            (day for day, known in place.known if (s := known.short_stay) and s.in_a_row > limit.in_a_row),
        )


@control_of_line("HX-INV-19")
def short_stay_in_a_year_has_its_limit(place: BilledLine, facts: InvoiceFacts) -> Iterator[Deviation]:
    """A day of short stay is not one too many in its calendar year, whatever houses the person stayed in."""
    limit = facts.profile.short_stay
    if limit is not None:
        yield from same_wrong(
            f"at most {limit.in_a_year} days of short stay in a year",
            (
                day
                for day, known in place.known
                if (s := known.short_stay) and s.in_the_year > limit.in_a_year
            ),
        )


@control_of_line("HX-INV-25")
def every_day_is_of_this_fund_by_the_change(place: BilledLine, _facts: InvoiceFacts) -> Iterator[Deviation]:
    """Of somebody who changed funds, the former one pays the days before, the new one the others."""
    others = {known.fund_instead for _, known in place.known} - {None}
    for fund in sorted(one for one in others if one):
        days = (day for day, known in place.known if known.fund_instead == fund)
        yield from same_wrong(f"a bill to fund {fund}", days)


def _amount(rates: list[Decimal], days: int) -> Euro:
    """Days times rate; where the rate changes within the line, the sum of the rates of its days."""
    return Euro.of_rate(rates[0], days) if len(set(rates)) == 1 else Euro.of_rate(sum(rates, Decimal()), 1)


def same_wrong(expected: str, days: Iterable[date]) -> Iterator[Deviation]:
    """One deviation for all days of a line that are wrong in the same way."""
    wrong = list(days)
    if wrong:
        received = str(wrong[0]) if len(wrong) == 1 else f"{wrong[0]} to {wrong[-1]} ({len(wrong)} days)"
        yield Deviation(expected=expected, received=received)
