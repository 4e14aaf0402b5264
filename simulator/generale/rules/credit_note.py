"""Controls of credit notes: what is given back was accepted, and is given back once.

That every amount and number of a credit note is below zero is technical validation, and so is its place
before what is billed anew. Who may credit what, and until when, is project-defined: a facility may take back
any accepted day, at any time.
"""

from collections.abc import Iterator

from generale.protocol.calendar import days_between
from generale.protocol.flatfile.invoice import Bill, BillKind
from generale.rules.billed import BilledLine
from generale.rules.facts import InvoiceFacts
from generale.rules.findings import Deviation
from generale.rules.invoice import control_of_bill, control_of_line, same_wrong

__all__ = ["control_of_bill", "control_of_line"]


@control_of_bill("HX-INV-20")
def credit_note_names_an_accepted_bill(bill: Bill, facts: InvoiceFacts) -> Iterator[Deviation]:
    """What is credited was accepted by this fund, from the facility that credits it."""
    if bill.kind is not BillKind.CREDIT:
        return
    if bill.previous is None:
        yield Deviation(expected="the bill that was accepted", received="no previous bill")
    elif facts.accepted(bill.previous) is None:
        former = f"bill {bill.previous.number} of sending {bill.previous.sending_number}"
        yield Deviation(expected="a bill that was accepted", received=f"{former}, {bill.previous.month}")


@control_of_bill("HX-INV-21")
def credit_note_is_for_the_same_resident(bill: Bill, facts: InvoiceFacts) -> Iterator[Deviation]:
    """The person is the one of the bill that is credited."""
    if bill.kind is not BillKind.CREDIT or bill.previous is None:
        return
    former = facts.accepted(bill.previous)
    if former is not None and former.insz != bill.insz:
        yield Deviation(expected=former.insz, received=bill.insz)


@control_of_line("HX-INV-22")
def credited_days_were_accepted(place: BilledLine, _facts: InvoiceFacts) -> Iterator[Deviation]:
    """One accepted line of the bill holds every credited day, under the same code."""
    line = place.line
    if place.former is not None and place.former.holder(line) is None:
        accepted = ", ".join(f"{one.line.first} to {one.line.last}" for one in place.former.lines)
        received = f"{line.first} to {line.last} under {line.code}"
        yield Deviation(expected=f"days of one accepted line: {accepted}", received=received)


@control_of_line("HX-INV-23")
def no_day_is_credited_twice(place: BilledLine, _facts: InvoiceFacts) -> Iterator[Deviation]:
    """No day of the line was credited earlier, nor further up in the file."""
    holder = place.former.holder(place.line) if place.former else None
    if holder is not None:
        twice = [day for day in days_between(place.line.first, place.line.last) if day in holder.credited]
        yield from same_wrong("days not credited yet", twice)


@control_of_line("HX-INV-24")
def credited_amount_was_accepted(place: BilledLine, _facts: InvoiceFacts) -> Iterator[Deviation]:
    """What is given back is what was accepted for these days."""
    holder = place.former.holder(place.line) if place.former else None
    if holder is None:
        return
    days = list(days_between(place.line.first, place.line.last))
    if holder.credited.intersection(days):
        return
    amounts = [-one for one in holder.amounts(days)]
    if place.line.amount not in amounts:
        yield Deviation(expected=" or ".join(map(str, amounts)), received=str(place.line.amount))
