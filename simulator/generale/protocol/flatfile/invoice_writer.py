"""Writing an invoice file 920000: records 10, {20, 30.., 80}.., 90, 95 and 96 with their totals.

Source: RIZIV flat-file instructions. Where the real value for a care home is not public the constants
below are project-defined. What cannot be written, such as a file without bills, is an OurError.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Self

from generale.protocol.errors import OurError
from generale.protocol.flatfile.check_digit import control_number
from generale.protocol.flatfile.composition import Value, build, change, plain
from generale.protocol.flatfile.invoice import (
    Bill,
    BillKind,
    BillPlace,
    InvoiceFile,
    PreviousBill,
    bill_places,
)
from generale.protocol.flatfile.mould import Hole, Mould
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
    return b"".join((_header_200(invoice).raw, _header_300(invoice).raw, *_records(invoice)))


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


def _records(invoice: InvoiceFile) -> Iterator[bytes]:
    places = tuple(bill_places(invoice))
    account = _account(invoice)
    yield build(
        "record_10",
        record_index=1,
        account_count=ONE_ACCOUNT,
        instructions_version=INSTRUCTIONS[invoice.test],
        created=invoice.created,
        **account,
    ).raw
    moulds = _Moulds.of(invoice)
    for place in places:
        yield from _bill(moulds, place)
    control = control_number(line.code for bill in invoice.bills for line in bill.lines)
    amount, count = invoice.amount, places[-1].total - 1
    yield build(
        "record_90",
        record_index=places[-1].total + 1,
        amount_a=amount,
        control_number=control,
        **account,
    ).raw
    of_fund: dict[str, Value] = {
        "summary_number": f"{invoice.month.compact}{invoice.sending_number:03d}",
        "asked_a": amount,
        "asked": amount,
        "control_number": control,
    }
    fund = f"{invoice.fund:03d}"
    yield build("record_95", fund=fund, record_count=count, **of_fund).raw
    yield build("record_96", fund=fund[0] + WHOLE_FILE, record_count=count + 2, **of_fund).raw


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
class _Moulds:
    """Records 20, 30 and 80 with what they have in common over the whole file."""

    head: Mould
    line: Mould
    total: Mould

    @classmethod
    def of(cls, invoice: InvoiceFile) -> Self:
        """The moulds of a file."""
        bill: dict[str, Value] = {
            "provider": invoice.provider,
            "destination_fund": invoice.fund,
            "invoice_type": HOSPITAL,
            "insz_flag": 1,
            "invoice_date": invoice.invoice_date,
        }
        stay: dict[str, Hole] = {"admission_time": int, "admission_date": int, "discharge_date": int}
        person: dict[str, Hole] = {"affiliated_fund": int, "insz": bytes, "sex": int}
        number: dict[str, Hole] = {"bill_number": int, "facility_reference": bytes}
        return cls(
            head=Mould.of(
                build("record_20", stay_provider=invoice.provider, **bill),
                record_index=int, **stay, **person, bill_kind=int, **number,
            ),
            line=Mould.of(
                build("record_30", provider=invoice.provider, stay_provider=invoice.provider),
                record_index=int, code=bytes, first_day=int, last_day=int, **person,
                service=int, amount=bytes, days=int, facility_reference=bytes,
            ),
            total=Mould.of(
                build("record_80", **bill),
                record_index=int, **stay, **person, amount_a=bytes, **number, control_number=int,
            ),
        )  # fmt: skip


def _bill(moulds: _Moulds, place: BillPlace) -> Iterator[bytes]:
    bill = place.bill
    admitted = bill.admission_time.hour * 100 + bill.admission_time.minute
    stay = admitted, _day(bill.admission_date), _day(bill.discharge_date) if bill.discharge_date else 0
    person = bill.affiliated_fund, _digits(bill.insz, 13), SEX_DIGIT[bill.sex]
    number, reference = bill.number, plain(bill.facility_reference).encode("ascii")
    head = moulds.head.cast(place.head, *stay, *person, bill.kind.value, number, reference)
    if bill.previous:
        head = change(replace(moulds.head.record, raw=head), **_previous(bill.previous)).raw
    yield head
    for index, line in zip(place.lines, bill.lines, strict=True):
        amount = _amount(bill, line.amount)
        yield moulds.line.cast(
            index, _digits(line.code, 7), _day(line.first), _day(line.last), *person,
            line.service, amount, line.days, reference,
        )  # fmt: skip
    amount, control = _amount(bill, bill.amount), control_number(line.code for line in bill.lines)
    yield moulds.total.cast(place.total, *stay, *person, amount, number, reference, control)


def _day(day: date) -> int:
    return day.year * 10_000 + day.month * 100 + day.day


def _digits(text: str, length: int) -> bytes:
    """Digits with zeros in front; what ASCII cannot say is no digit."""
    return text.encode("ascii", "replace").zfill(length)


def _amount(bill: Bill, amount: Euro) -> bytes:
    """An amount of a bill; in a credit note even zero is negative."""
    if bill.kind is BillKind.CREDIT and not amount.cents:
        return b"-00000000000"
    return b"%+012d" % amount.cents


def _previous(previous: PreviousBill) -> dict[str, Value]:
    return {
        "previous_bill_number": previous.number,
        "previous_sending_number": previous.sending_number,
        "previous_fund": previous.fund,
        "previous_month": previous.month.compact,
        "fund_reference_a": previous.reference_a,
        "fund_reference_b": previous.reference_b,
    }
