"""Writing an invoice file 920000: records 10, {20, 30.., 80}.., 90, 95 and 96 with their totals.

Source: RIZIV flat-file instructions. Where the real value for a care home is not public the constants
below are project-defined. What cannot be written, such as a file without bills, is an OurError.
"""

from collections.abc import Iterator

from generale.protocol.errors import OurError
from generale.protocol.flatfile.check_digit import control_number
from generale.protocol.flatfile.composition import Value, build, signed
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
    """The bytes of an invoice file; OurError where a value does not fit or a bill is for another fund."""
    if not invoice.bills or not all(bill.lines for bill in invoice.bills):
        raise OurError("an invoice file has at least one bill and every bill at least one line")
    if any(bill.destination_fund != invoice.fund for bill in invoice.bills):
        raise OurError(f"all bills of a file go to one fund, here {invoice.fund}")
    return encode(file_of(_header_200(invoice), _header_300(invoice), _records(invoice)))


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
    for place in places:
        yield from _bill(invoice, place)
    control = control_number(line.code for bill in invoice.bills for line in bill.lines)
    yield build(
        "record_90",
        record_index=places[-1].total + 1,
        amount_a=invoice.amount,
        control_number=control,
        **account,
    )
    count = places[-1].total - 1
    yield _network_total(invoice, "record_95", f"{invoice.fund:03d}", count, control)
    yield _network_total(invoice, "record_96", f"{invoice.fund:03d}"[0] + WHOLE_FILE, count + 2, control)


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


def _network_total(invoice: InvoiceFile, name: str, fund: str, count: int, control: int) -> Record:
    return build(
        name,
        fund=fund,
        summary_number=f"{invoice.month.compact}{invoice.sending_number:03d}",
        asked_a=invoice.amount,
        asked=invoice.amount,
        record_count=count,
        control_number=control,
    )


def _bill(invoice: InvoiceFile, place: BillPlace) -> Iterator[Record]:
    bill = place.bill
    stay: dict[str, Value] = {
        "admission_time": f"{bill.admission_time:%H%M}",
        "admission_date": bill.admission_date,
        "discharge_date": bill.discharge_date or 0,
        "invoice_type": HOSPITAL,
        "destination_fund": bill.destination_fund,
        "bill_number": bill.number,
        "insz_flag": 1,
        "invoice_date": invoice.invoice_date,
    }
    person = _person(invoice, bill)
    yield build(
        "record_20",
        record_index=place.head,
        bill_kind=bill.kind.value,
        stay_provider=invoice.provider,
        **person,
        **stay,
        **_previous(bill),
    )
    for index, line in zip(place.lines, bill.lines, strict=True):
        yield _line(invoice, bill, line, index, person)
    yield build(
        "record_80",
        record_index=place.total,
        amount_a=_amount(bill, bill.amount),
        control_number=control_number(line.code for line in bill.lines),
        **person,
        **stay,
    )


def _person(invoice: InvoiceFile, bill: Bill) -> dict[str, Value]:
    """Whom the bill is about and who sends it: the same in records 20, 30 and 80."""
    return {
        "affiliated_fund": bill.affiliated_fund,
        "insz": bill.insz,
        "sex": SEX_DIGIT[bill.sex],
        "provider": invoice.provider,
        "facility_reference": bill.facility_reference,
    }


def _line(invoice: InvoiceFile, bill: Bill, line: Line, index: int, person: dict[str, Value]) -> Record:
    return build(
        "record_30",
        record_index=index,
        code=line.code,
        first_day=line.first,
        last_day=line.last,
        service=line.service,
        stay_provider=invoice.provider,
        amount=_amount(bill, line.amount),
        days=line.days,
        **person,
    )


def _amount(bill: Bill, amount: Euro) -> str:
    """An amount of a bill; in a credit note even zero is negative."""
    return signed(amount.cents, 12, negative=bill.kind is BillKind.CREDIT and not amount.cents)


def _previous(bill: Bill) -> dict[str, Value]:
    if bill.previous is None:
        return {}
    return {
        "previous_bill_number": bill.previous.number,
        "previous_sending_number": bill.previous.sending_number,
        "previous_fund": bill.previous.fund,
        "previous_month": bill.previous.month.compact,
    }
