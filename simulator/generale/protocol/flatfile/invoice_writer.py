"""Writing an invoice file 920000: records 10, {20, 30.., 80}.., 90, 95 and 96 with their totals.

Source: RIZIV flat-file instructions. Where the real value for a care home is not public the constants
below are project-defined. What cannot be written, such as a file without bills, is an OurError.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from generale.protocol.errors import OurError
from generale.protocol.flatfile.check_digit import control_number
from generale.protocol.flatfile.composition import Value, build, change, signed
from generale.protocol.flatfile.file import encode, file_of
from generale.protocol.flatfile.invoice import Bill, BillKind, BillPlace, InvoiceFile, Line, bill_places
from generale.protocol.flatfile.record import Record
from generale.protocol.ids import Sex
from generale.protocol.money import Euro

ENVIRONMENT = {False: 12, True: 92}
"""Header 200 zone 202: production or test."""

INSTRUCTIONS = {False: "0001999", True: "9991999"}
"""Header 300 zone 304 and record 10 zone 4: production or test."""

SEX_DIGIT = {Sex.MAN: 1, Sex.WOMAN: 2}
"""Zone 9 of records 20, 30 and 80."""

HOSPITAL = 1
"""Header 300 zone 308 and record 20 zone 10: a stay in a facility (project-defined for care homes)."""

ONE_ACCOUNT = 1
"""Header 300 zone 309 and record 10 zone 3."""

WHOLE_FILE = "99"
"""Record 96 zone 501: the first digit of the fund, then this."""


def write_invoice(invoice: InvoiceFile) -> bytes:
    """The bytes of an invoice file.

    OurError where a value does not fit, a bill is for another fund, a rebill or credit note names no former
    bill, or a credit note is not negative or follows the new bill of the same person.
    """
    if not invoice.bills or not all(bill.lines for bill in invoice.bills):
        raise OurError("an invoice file has at least one bill and every bill at least one line")
    if any(bill.destination_fund != invoice.fund for bill in invoice.bills):
        raise OurError(f"all bills of a file go to one fund, here {invoice.fund}")
    billed: set[str] = set()
    for bill in invoice.bills:
        _must_be_coherent(bill)
        if bill.kind is not BillKind.CREDIT:
            billed.add(bill.insz)
        elif bill.insz in billed:
            raise OurError(
                f"bill {bill.number} is a credit note that follows the new bill of the same person"
            )
    return encode(file_of(_header_200(invoice), _header_300(invoice), _records(invoice)))


def _must_be_coherent(bill: Bill) -> None:
    """Only a normal bill goes back to no other, and all of a credit note is negative."""
    if (bill.kind is BillKind.NORMAL) is not (bill.previous is None):
        raise OurError(f"bill {bill.number} is {bill.kind.name.lower()}, and names a former bill or not")
    positive = any(line.amount.cents > 0 or line.days > 0 for line in bill.lines)
    if bill.kind is BillKind.CREDIT and positive:
        raise OurError(f"bill {bill.number} is a credit note with a positive line")


def _header_200(invoice: InvoiceFile) -> Record:
    return build(
        "header_200",
        message_type="920000",
        format_version=1,
        environment=ENVIRONMENT[invoice.test],
        reference=invoice.reference,
    )


def _header_300(invoice: InvoiceFile) -> Record:
    return build(
        "header_300",
        month=invoice.month.compact,
        sending_number=invoice.sending_number,
        created=invoice.created,
        file_reference=invoice.file_reference,
        instructions_version=INSTRUCTIONS[invoice.test],
        contact_name=invoice.contact.name,
        contact_first_name=invoice.contact.first_name,
        contact_phone=invoice.contact.phone,
        invoice_type=HOSPITAL,
        account_mode=ONE_ACCOUNT,
    )


def _records(invoice: InvoiceFile) -> Iterator[Record]:
    places = tuple(bill_places(invoice))
    account = _account(invoice)
    yield build(
        "record_10",
        record_index=1,
        account_count=ONE_ACCOUNT,
        instructions_version=INSTRUCTIONS[invoice.test],
        created=invoice.created,
        **account,
    )
    blanks = _Blanks.of(invoice)
    for place in places:
        yield from _bill(blanks, place)
    control = control_number(line.code for bill in invoice.bills for line in bill.lines)
    amount, count = invoice.amount, places[-1].total - 1
    yield build(
        "record_90",
        record_index=places[-1].total + 1,
        amount_a=amount,
        control_number=control,
        **account,
    )
    of_fund: dict[str, Value] = {
        "summary_number": f"{invoice.month.compact}{invoice.sending_number:03d}",
        "asked_a": amount,
        "asked": amount,
        "control_number": control,
    }
    fund = f"{invoice.fund:03d}"
    yield build("record_95", fund=fund, record_count=count, **of_fund)
    yield build("record_96", fund=fund[0] + WHOLE_FILE, record_count=count + 2, **of_fund)


def _account(invoice: InvoiceFile) -> dict[str, Value]:
    """Who asks and on which account: the same in records 10 and 90."""
    belgian = invoice.iban.startswith("BE") and invoice.iban[2:].isdigit() and len(invoice.iban) == 16
    return {
        "account_a_number": invoice.iban[4:] if belgian else 0,
        "sending_number": invoice.sending_number,
        "provider": invoice.provider,
        "year": invoice.month.year,
        "month_of_year": invoice.month.month,
        "company_number": invoice.company_number,
        "facility_reference": invoice.file_reference,
        "account_a_bic": invoice.bic,
        "account_a_iban": invoice.iban,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Blanks:
    """Records 20, 30 and 80 with what they have in common over the whole file."""

    head: Record
    line: Record
    total: Record

    @classmethod
    def of(cls, invoice: InvoiceFile) -> Self:
        """The blanks of a file."""
        bill: dict[str, Value] = {
            "provider": invoice.provider,
            "destination_fund": invoice.fund,
            "invoice_type": HOSPITAL,
            "insz_flag": 1,
            "invoice_date": invoice.invoice_date,
        }
        return cls(
            head=build("record_20", stay_provider=invoice.provider, **bill),
            line=build("record_30", provider=invoice.provider, stay_provider=invoice.provider),
            total=build("record_80", **bill),
        )


def _bill(blanks: _Blanks, place: BillPlace) -> Iterator[Record]:
    bill = place.bill
    person: dict[str, Value] = {
        "affiliated_fund": bill.affiliated_fund,
        "insz": bill.insz,
        "sex": SEX_DIGIT[bill.sex],
    }
    if bill.facility_reference:
        person["facility_reference"] = bill.facility_reference
    stay: dict[str, Value] = {
        "admission_time": bill.admission_time.hour * 100 + bill.admission_time.minute,
        "admission_date": bill.admission_date,
        "bill_number": bill.number,
    }
    if bill.discharge_date:
        stay["discharge_date"] = bill.discharge_date
    yield change(
        blanks.head,
        record_index=place.head,
        bill_kind=bill.kind.value,
        **person,
        **stay,
        **_previous(bill),
    )
    for index, line in zip(place.lines, bill.lines, strict=True):
        yield _line(blanks, bill, line, index, person)
    yield change(
        blanks.total,
        record_index=place.total,
        amount_a=_amount(bill, bill.amount),
        control_number=control_number(line.code for line in bill.lines),
        **person,
        **stay,
    )


def _line(blanks: _Blanks, bill: Bill, line: Line, index: int, person: dict[str, Value]) -> Record:
    return change(
        blanks.line,
        record_index=index,
        code=line.code,
        first_day=line.first,
        last_day=line.last,
        service=line.service,
        amount=_amount(bill, line.amount),
        days=line.days,
        **person,
    )


def _amount(bill: Bill, amount: Euro) -> Euro | str:
    """An amount of a bill; in a credit note even zero is negative."""
    if bill.kind is BillKind.CREDIT and not amount.cents:
        return signed(0, 12, negative=True)
    return amount


def _previous(bill: Bill) -> dict[str, Value]:
    if bill.previous is None:
        return {}
    return {
        "previous_bill_number": bill.previous.number,
        "previous_sending_number": bill.previous.sending_number,
        "previous_fund": bill.previous.fund,
        "previous_month": bill.previous.month.compact,
        "fund_reference_a": bill.previous.reference_a,
        "fund_reference_b": bill.previous.reference_b,
    }
