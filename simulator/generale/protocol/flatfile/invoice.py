"""The invoice file as a care home means it: bills for residents, with lines for days of care.

Source of the fields: RIZIV flat-file instructions (records 10 to 96). One file is for one facility, one
care month and one fund (project-defined); fund numbers and codes of care are project-defined as well.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, time
from enum import IntEnum

from generale.protocol.calendar import CareMonth
from generale.protocol.ids import Sex
from generale.protocol.money import Euro


class BillKind(IntEnum):
    """Why a bill is sent: record 20 zone 11."""

    NORMAL = 0
    REBILL = 1
    """Billed again after a refusal."""
    CREDIT = 3
    """Paid back: every amount and number of days is negative."""
    REGULARISATION = 4
    """Known from the error lists only; its meaning is not public."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviousBill:
    """The bill that a rebill or credit note goes back to: record 20 zones 29-31, 34-36, 37 and 41.

    Two are the same where these are; the references of the fund (zones 38-39 and 49-51) may be left out.
    """

    number: int
    sending_number: int
    fund: int
    month: CareMonth
    reference_a: str = field(default="", compare=False)
    """How the fund paid on account A; at most 22 characters."""
    reference_b: str = field(default="", compare=False)
    """How the fund paid on account B; at most 22 characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Days or flat rates under one code of care: record 30."""

    code: str
    """Seven digits, a zero in front and a check digit behind."""
    first: date
    last: date
    days: int
    amount: Euro
    service: int = 0
    """Service code, record 30 zone 13; carries the kind of stay (project-defined)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """What one resident costs one fund in one month: records 20 to 80."""

    number: int
    insz: str
    sex: Sex
    affiliated_fund: int
    destination_fund: int
    admission_date: date
    lines: tuple[Line, ...]
    kind: BillKind = BillKind.NORMAL
    admission_time: time = time(0, 0)
    """To the minute."""
    discharge_date: date | None = None
    facility_reference: str = ""
    """At most 25 characters, free for the facility."""
    previous: PreviousBill | None = None

    @property
    def amount(self) -> Euro:
        """The sum of the lines."""
        return Euro.total([line.amount for line in self.lines])


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Whom the fund can call about a file: header 300 zones 305 to 307."""

    name: str = ""
    first_name: str = ""
    phone: str = "0000000000"
    """Ten digits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceFile:
    """A file 920000: the bills of one facility for one care month and one fund."""

    provider: str
    """Twelve digits: a zero and the RIZIV number of eleven."""
    sending_number: int
    month: CareMonth
    """The month that is billed."""
    created: date
    invoice_date: date
    reference: str
    """The sender's own reference, fourteen digits; shorter ones travel with zeros in front."""
    fund: int
    """Three digits, project-defined."""
    company_number: str
    """Enterprise number (KBO, BCE), ten digits."""
    iban: str
    bic: str
    bills: tuple[Bill, ...]
    file_reference: str = ""
    """At most thirteen characters, header 300 zone 303."""
    test: bool = False
    contact: Contact = Contact()

    @property
    def amount(self) -> Euro:
        """The sum of the bills."""
        return Euro.total([bill.amount for bill in self.bills])


@dataclass(frozen=True, slots=True, kw_only=True)
class BillPlace:
    """Which records carry a bill, by their index (zone 2) in the file."""

    bill: Bill
    head: int
    lines: tuple[int, ...]
    total: int


def bill_places(invoice: InvoiceFile) -> Iterator[BillPlace]:
    """Each bill with the indexes of its records 20, 30 and 80; record 10 is number 1."""
    head = 2
    for bill in invoice.bills:
        total = head + len(bill.lines) + 1
        yield BillPlace(bill=bill, head=head, lines=tuple(range(head + 1, total)), total=total)
        head = total + 1
