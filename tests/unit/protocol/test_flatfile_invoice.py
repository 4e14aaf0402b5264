"""An invoice file survives the trip without faults, and no bytes break its reader."""

from dataclasses import replace
from datetime import date, time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generale.protocol.calendar import CareMonth
from generale.protocol.errors import OurError, PeerError
from generale.protocol.flatfile import (
    Bill,
    BillKind,
    Contact,
    InvoiceFile,
    Line,
    PreviousBill,
    bill_places,
    change,
    decode,
    encode,
    file_of,
    read_invoice,
    technical_faults,
    write_invoice,
)
from generale.protocol.ids import Insz, Nihii, Sex
from generale.protocol.money import Euro

MARCH = CareMonth(2021, 3)


def line(code: str = "0990010", cents: int = 186_000, days: int = 31) -> Line:
    return Line(code=code, first=MARCH.first, last=MARCH.last, days=days, amount=Euro(cents), service=1)


def bill(number: int, *lines: Line, kind: BillKind = BillKind.NORMAL) -> Bill:
    return Bill(
        number=number,
        insz="38021499972",
        sex=Sex.MAN,
        kind=kind,
        affiliated_fund=319,
        destination_fund=319,
        admission_date=date(2019, 5, 6),
        admission_time=time(14, 30),
        facility_reference=f"KAMER {number}",
        lines=lines or (line(),),
        previous=None
        if kind is BillKind.NORMAL
        else PreviousBill(number=9, sending_number=4, fund=319, month=MARCH),
    )


def invoice(*bills: Bill) -> InvoiceFile:
    return InvoiceFile(
        provider="071999932000",
        sending_number=7,
        month=MARCH,
        created=date(2021, 4, 8),
        invoice_date=date(2021, 4, 7),
        reference="00000000000042",
        fund=319,
        company_number="0428759497",
        iban="BE32123456789002",
        bic="KREDBEBB",
        contact=Contact(name="PEETERS", first_name="AN", phone="0470000000"),
        bills=bills or (bill(1, line(), line("0991012", -4_050)), bill(2)),
    )


FILE = decode(write_invoice(invoice()))
"""Records 10, 20 30 30 80, 20 30 80, 90, 95, 96."""


def test_the_records_of_a_file_stand_in_order_with_their_totals() -> None:
    raw = write_invoice(invoice())

    assert len(raw) == 67 + 160 + 11 * 350
    assert [one.type for one in FILE.records] == [
        "10",
        "20",
        "30",
        "30",
        "80",
        "20",
        "30",
        "80",
        "90",
        "95",
        "96",
    ]
    assert [one["record_index"] for one in FILE.records[:9]] == [f"{n:06d}" for n in range(1, 10)]
    assert raw[:67] == b"9200000001001200000000000000000042000000000000000000" + b"0" * 15
    assert [one["amount_a"] for one in FILE.of_type("80")] == ["+00000181950", "+00000186000"]
    (whole,), (fund,), (last,) = FILE.of_type("90"), FILE.of_type("95"), FILE.of_type("96")
    assert whole["amount_a"] == "+00000367950"
    assert (fund["fund"], fund["record_count"], fund["asked_a_sign"]) == ("319", "00000007", "+")
    assert (last["fund"], last["record_count"], last["asked"]) == ("399", "00000009", "00000367950")
    control = (990010 + 991012 + 990010) % 97 or 97
    assert {whole.whole("98"), fund.whole("410"), last.whole("510")} == {control}


def test_test_files_say_so_in_three_places() -> None:
    file = decode(write_invoice(replace(invoice(), test=True)))

    assert file.header200["environment"] == "92"
    assert file.header300["304"] == file.records[0]["4"] == "9991999"
    assert read_invoice(encode(file)).test


def test_a_credit_note_is_negative_even_where_it_is_zero() -> None:
    credit = bill(1, line(cents=0, days=0), line(cents=-100, days=-31), kind=BillKind.CREDIT)
    file = decode(write_invoice(invoice(credit)))

    assert [one["amount"] for one in file.of_type("30")] == ["-00000000000", "-00000000100"]
    assert read_invoice(encode(file)).bills == (credit,)
    assert technical_faults(file) == ()


def test_a_credit_note_comes_before_the_new_bill_of_the_same_person() -> None:
    credit = bill(1, line(cents=-100, days=-31), kind=BillKind.CREDIT)
    raw = decode(write_invoice(invoice(credit, bill(2))))
    with pytest.raises(OurError, match="bill 1 is a credit note that follows"):
        write_invoice(invoice(bill(2), credit))

    head, *bills, account, fund, whole = raw.records
    turned = (head, *bills[3:], *bills[:3], account, fund, whole)
    renumbered = [change(one, record_index=place) for place, one in enumerate(turned[:-2], start=1)]
    file = file_of(raw.header200, raw.header300, [*renumbered, fund, whole])

    assert [(one.record_number, one.name) for one in technical_faults(file)] == [(5, "bill_kind")]


def test_bill_places_name_the_records_of_each_bill() -> None:
    places = list(bill_places(invoice()))

    assert [(one.head, one.lines, one.total) for one in places] == [(2, (3, 4), 5), (6, (7,), 8)]


def test_a_file_without_bills_or_for_two_funds_is_our_own_error() -> None:
    elsewhere = replace(bill(1), destination_fund=1)
    for bills in ((), (bill(1), elsewhere), (replace(bill(1), lines=()),)):
        with pytest.raises(OurError):
            write_invoice(replace(invoice(), bills=bills))


@pytest.mark.parametrize(
    "bill_",
    [
        replace(bill(1, kind=BillKind.REBILL), previous=None),
        replace(bill(1), previous=bill(1, kind=BillKind.REBILL).previous),
        bill(1, line(cents=1, days=-31), kind=BillKind.CREDIT),
        bill(1, line(cents=-1, days=31), kind=BillKind.CREDIT),
    ],
    ids=["rebill-without-link", "normal-with-link", "credit-of-plus-one-cent", "credit-of-plus-days"],
)
def test_a_bill_that_contradicts_its_kind_is_not_written(bill_: Bill) -> None:
    with pytest.raises(OurError, match="bill 1 is"):
        write_invoice(invoice(bill_))


def test_a_rebill_carries_the_references_of_the_fund() -> None:
    rebill = bill(1, kind=BillKind.REBILL)
    assert rebill.previous is not None
    told = replace(rebill, previous=replace(rebill.previous, reference_a="810/1", reference_b="B"))
    file = decode(write_invoice(invoice(told)))

    assert (file.of_type("20")[0].text("38"), file.of_type("20")[0].text("49")) == ("810/1", "B")
    assert read_invoice(encode(file)).bills[0].previous == rebill.previous


def test_a_code_of_six_digits_travels_with_a_zero_in_front() -> None:
    file = decode(write_invoice(invoice(bill(1, line("990010")))))

    assert file.of_type("30")[0]["code"] == "0990010"


DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))
MONTHS = st.builds(CareMonth, st.integers(1990, 2090), st.integers(1, 12))
FUNDS = st.integers(1, 999)


def digits(length: int) -> st.SearchStrategy[str]:
    return st.integers(1, 10**length - 1).map(lambda number: f"{number:0{length}d}")


def words(length: int, least: int = 0) -> st.SearchStrategy[str]:
    text = st.text("ABCXYZ0189 -/.", min_size=least, max_size=length).map(str.strip)
    return text.filter(lambda one: len(one.strip("0 ")) >= least)


LINES = st.builds(
    Line,
    code=st.integers(1, 99_999).map(lambda five: f"0{five:05d}{five % 7}"),
    first=DAYS,
    last=DAYS,
    days=st.integers(-9_999, 9_999),
    amount=st.integers(-(10**8), 10**8).map(Euro),
    service=st.integers(0, 999),
)


@st.composite
def coherent(draw: st.DrawFn, bills: st.SearchStrategy[Bill]) -> Bill:
    """A bill that names a former one where its kind asks for that; a credit note is negative."""
    bill = draw(bills)
    kind, previous = bill.kind, draw(PREVIOUS)
    lines = bill.lines
    if kind is BillKind.CREDIT:
        lines = tuple(
            replace(line, days=-abs(line.days), amount=Euro(-abs(line.amount.cents))) for line in lines
        )
    return replace(bill, lines=lines, previous=None if kind is BillKind.NORMAL else previous)


PREVIOUS = st.builds(
    PreviousBill,
    number=st.integers(1, 10**12 - 1),
    sending_number=st.integers(1, 999),
    fund=FUNDS,
    month=MONTHS,
)
INSZ = st.builds(Insz.synthetic, DAYS, st.sampled_from(Sex))


def credits_first(bills: list[Bill]) -> tuple[Bill, ...]:
    """What is taken back stands before what is billed."""
    return tuple(sorted(bills, key=lambda bill: bill.kind is not BillKind.CREDIT))


@st.composite
def invoices(draw: st.DrawFn) -> InvoiceFile:
    """Any invoice file of a facility."""
    fund = draw(FUNDS)
    bills = st.builds(
        Bill,
        number=st.integers(1, 10**12 - 1),
        insz=INSZ,
        sex=st.sampled_from(Sex),
        kind=st.sampled_from(BillKind),
        affiliated_fund=FUNDS,
        destination_fund=st.just(fund),
        admission_date=DAYS,
        admission_time=st.times().map(lambda at: at.replace(second=0, microsecond=0)),
        discharge_date=st.none() | DAYS,
        facility_reference=words(25),
        lines=st.lists(LINES, min_size=1, max_size=4).map(tuple),
    )
    return draw(
        st.builds(
            InvoiceFile,
            provider=st.integers(0, 999_999).map(lambda serial: Nihii.of_serial(serial).in_flat_file),
            sending_number=st.integers(1, 999),
            month=MONTHS,
            created=DAYS,
            invoice_date=DAYS,
            reference=digits(14),
            file_reference=words(13),
            test=st.booleans(),
            fund=st.just(fund),
            company_number=digits(10),
            iban=words(34, least=1),
            bic=words(11, least=1),
            contact=st.builds(Contact, name=words(45), first_name=words(24), phone=digits(10)),
            bills=st.lists(coherent(bills), min_size=1, max_size=4).map(credits_first),
        )
    )


SLOW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@SLOW
@given(invoices())
def test_any_invoice_file_is_read_back_equal_and_without_faults(one: InvoiceFile) -> None:
    raw = write_invoice(one)
    file = decode(raw)

    assert encode(file) == raw
    assert technical_faults(file) == ()
    assert read_invoice(raw) == one


@SLOW
@given(st.binary(max_size=2_000))
def test_no_bytes_at_all_break_the_reader(raw: bytes) -> None:
    with pytest.raises(PeerError):
        read_invoice(raw)
