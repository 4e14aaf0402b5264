"""A clean month at the reference vendor, and mistakes that each change one thing in it."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from tests.unit.refvendor.fake_platform import (
    FUND,
    HCO,
    OTHER_FUND,
    FakePlatform,
    facility,
    person,
    vendor_at,
)

from generale.driver.observations import DecisionState, FacilityView, InvoiceStatus, LineStatus
from generale.driver.stimuli import Admit, BillMonth, EndStay
from generale.protocol.calendar import CareMonth
from generale.protocol.clock import BRUSSELS
from generale.protocol.flatfile import Problem, decode, technical_faults
from generale.protocol.genericasync import Compression
from generale.protocol.ids import FundNumber, Insz
from generale.protocol.messages import Admission, EndOfStay, EndReason, StayType
from generale.protocol.money import Euro
from generale.refvendor.product import ReferenceVendor

APRIL = CareMonth(2019, 4)
STAYER, LEAVER, DEAD = person(1), person(2), person(3)


def at(day: int, hour: int = 10) -> datetime:
    return datetime(2019, 4, day, hour, 30, tzinfo=BRUSSELS)


def fund_of(insz: Insz) -> FundNumber:
    return OTHER_FUND if insz == LEAVER.insz else FUND


def play(defect: str = "") -> tuple[FakePlatform, ReferenceVendor]:
    """Three residents in April: one stays, one leaves on the 20th, one dies on the 11th."""
    platform = FakePlatform(fund_of=fund_of)
    vendor = vendor_at(platform, defect)
    for resident, stay_type, day in (
        (STAYER, StayType.RVT, 3),
        (LEAVER, StayType.ROB, 5),
        (DEAD, StayType.ROB, 10),
    ):
        vendor.act(Admit(facility=HCO, resident=resident, stay_type=stay_type, start=at(day)))
    vendor.act(EndStay(facility=HCO, insz=LEAVER.insz, end=at(20), reason=EndReason.DEPARTURE))
    vendor.act(EndStay(facility=HCO, insz=DEAD.insz, end=at(11), reason=EndReason.DEATH))
    vendor.sync()
    vendor.set_clock(datetime(2019, 5, 2, 9, 0, tzinfo=BRUSSELS))
    vendor.act(BillMonth(facility=HCO, month=APRIL))
    vendor.sync()
    vendor.sync()
    return platform, vendor


def view(vendor: ReferenceVendor) -> FacilityView:
    return vendor.observe().facilities[0]


def days(platform: FakePlatform) -> dict[str, int]:
    """Days billed per resident."""
    bills = [bill for file in platform.files for bill in file.bills]
    return {bill.insz: sum(line.days for line in bill.lines) for bill in bills}


def test_a_clean_month_is_settled_for_everybody_and_leaves_nothing_to_do() -> None:
    platform, vendor = play()
    seen = view(vendor)
    assert {stay.decision for stay in seen.stays} == {DecisionState.ACCEPTED}
    assert {invoice.status for invoice in seen.invoices} == {InvoiceStatus.SETTLED}
    assert {line.status for invoice in seen.invoices for line in invoice.lines} == {LineStatus.ACCEPTED}
    assert seen.worklist == ()
    assert platform.unread == 0


def test_there_is_one_technically_valid_file_per_fund() -> None:
    platform, _ = play()
    assert [file.fund for file in platform.files] == [820, 830]
    for one in platform.taken[5:]:
        assert not list(technical_faults(decode(one.content)))


def test_days_are_counted_by_the_table_and_priced_by_stay_type_and_date() -> None:
    platform, _ = play()
    assert days(platform) == {STAYER.insz: 28, LEAVER.insz: 15, DEAD.insz: 2}
    stayer = next(bill for file in platform.files for bill in file.bills if bill.insz == STAYER.insz)
    assert [(line.first, line.last, line.amount) for line in stayer.lines] == [
        (date(2019, 4, 3), date(2019, 4, 15), Euro.parse("911.30")),
        (date(2019, 4, 16), date(2019, 4, 30), Euro.parse("1068.75")),
    ]


def test_the_same_rehearsal_gives_the_same_bytes_references_and_message_ids() -> None:
    (first, _), (second, _) = play(), play()
    assert first.posts == second.posts
    assert first.message_ids == second.message_ids
    assert len(set(first.message_ids)) == len(first.message_ids)
    assert len({post.reference for post in first.posts}) == len(first.posts)


def test_billing_again_sends_nothing_twice() -> None:
    platform, vendor = play()
    vendor.act(BillMonth(facility=HCO, month=APRIL))
    vendor.sync()
    assert len(platform.files) == 2


def test_the_mailbox_is_read_to_the_end_over_several_pages() -> None:
    platform = FakePlatform()
    vendor = vendor_at(platform)
    for serial in range(20):
        told = Admit(facility=HCO, resident=person(serial), stay_type=StayType.ROB, start=at(1))
        vendor.act(told)
    vendor.sync()
    assert platform.unread == 0
    assert all(get.message_query.max == 8 for get in platform.gets)
    assert {stay.decision for stay in view(vendor).stays} == {DecisionState.ACCEPTED}


def test_after_a_reset_nothing_is_left() -> None:
    platform, vendor = play()
    fresh = vendor_at(platform)
    assert view(fresh).stays == ()
    assert view(vendor).stays != ()


ADMISSION_MISTAKES = {
    "admission-day-late": timedelta(days=1),
    "utc-midnight": timedelta(hours=-2),
}


@pytest.mark.parametrize("defect", ADMISSION_MISTAKES)
def test_a_mistake_with_the_admission_shifts_its_moment_and_nothing_else(defect: str) -> None:
    (right, _), (wrong, _) = play(), play(defect)
    pairs = list(zip(right.of(Admission), wrong.of(Admission), strict=True))
    shifts = [b.start - a.start for a, b in pairs if isinstance(a, Admission) and isinstance(b, Admission)]
    assert shifts == [ADMISSION_MISTAKES[defect]] * 3
    assert right.of(EndOfStay) == wrong.of(EndOfStay)


def test_a_year_in_two_digits_moves_births_by_a_century() -> None:
    wrong, _ = play("birth-century")
    births = [one.birth_date.year for one in wrong.of(Admission) if isinstance(one, Admission)]
    assert births == [2030] * 3


def test_mistakes_with_the_end_change_its_reason_or_its_day() -> None:
    ends = [one for one in play("death-as-departure")[0].of(EndOfStay) if isinstance(one, EndOfStay)]
    assert {end.reason for end in ends} == {EndReason.DEPARTURE}
    early = [one for one in play("end-day-early")[0].of(EndOfStay) if isinstance(one, EndOfStay)]
    assert sorted(end.end.day for end in early) == [10, 19]


COUNTING_MISTAKES = {
    "departure-day-billed": (28, 16, 2),
    "admission-day-forgotten": (27, 14, 1),
    "death-day-forgotten": (28, 15, 1),
}


@pytest.mark.parametrize("defect", COUNTING_MISTAKES)
def test_a_mistake_in_counting_moves_one_day(defect: str) -> None:
    billed = days(play(defect)[0])
    assert tuple(billed[one.insz] for one in (STAYER, LEAVER, DEAD)) == COUNTING_MISTAKES[defect]


def amounts(defect: str = "") -> list[Euro]:
    platform, _ = play(defect)
    return [line.amount for file in platform.files for bill in file.bills for line in bill.lines]


def test_mistakes_with_money_change_the_amounts_only() -> None:
    lost = [right - wrong for right, wrong in zip(amounts(), amounts("float-to-cents"), strict=True)]
    assert lost == [Euro(13), Euro(0), Euro(2), Euro(15)]
    assert Euro.parse("64.35") == Euro(amounts("one-rate-per-facility")[0].cents // 28)


def test_mistakes_with_the_file_show_in_the_file() -> None:
    everybody, _ = play("everybody-to-first-fund")
    assert [file.fund for file in everybody.files] == [810]
    together, _ = play("all-funds-in-one-file")
    (content,) = [one.content for one in together.taken[5:]]
    bills = decode(content).of_type("20")
    assert {one.whole("destination_fund") for one in bills} == {820, 830}
    codes = {line.code for file in play("one-code-for-all")[0].files for b in file.bills for line in b.lines}
    assert codes == {"0990010"}


def test_the_file_names_the_house_its_account_and_the_day_of_billing() -> None:
    house = facility()
    for file in play()[0].files:
        assert (file.company_number, file.iban, file.bic) == (house.enterprise, house.iban, house.bic)
        assert (file.created, file.invoice_date) == (date(2019, 5, 2), date(2019, 5, 2))
    assert all(file.iban != house.iban for file in play("account-of-another-house")[0].files)
    dates = {file.invoice_date for file in play("invoice-date-at-month-end")[0].files}
    assert dates == {APRIL.last}


def test_a_bill_states_the_resident_and_the_stay() -> None:
    right = {bill.insz: bill for file in play()[0].files for bill in file.bills}
    assert {right[one.insz].sex for one in (STAYER, LEAVER, DEAD)} == {STAYER.sex}
    assert [right[one.insz].admission_date.day for one in (STAYER, LEAVER, DEAD)] == [3, 5, 10]
    assert [right[one.insz].discharge_date for one in (STAYER, LEAVER, DEAD)] == [
        None,
        date(2019, 4, 20),
        date(2019, 4, 11),
    ]


@pytest.mark.parametrize(
    ("defect", "changed"),
    [
        ("sex-swapped-on-bill", "sex"),
        ("admission-date-of-the-month", "admission_date"),
        ("discharge-date-left-out", "discharge_date"),
    ],
)
def test_a_mistake_with_the_bill_changes_one_fact_of_it(defect: str, changed: str) -> None:
    right = {bill.insz: bill for file in play()[0].files for bill in file.bills}
    wrong = {bill.insz: bill for file in play(defect)[0].files for bill in file.bills}
    assert wrong != right
    for insz, bill in wrong.items():
        assert replace(bill, **{changed: getattr(right[insz], changed)}) == right[insz]


def test_a_file_is_addressed_to_its_fund() -> None:
    assert play()[0].destinations[-2:] == [
        "urn:nip:destination:io:820",
        "urn:nip:destination:io:830",
    ]
    assert len(set(play("destination-of-first-fund")[0].destinations[-2:])) == 1


@pytest.mark.parametrize("defect", ["total-without-last-line", "wrong-record-count"])
def test_a_file_that_is_summed_wrongly_is_technically_wrong(defect: str) -> None:
    platform, vendor = play(defect)
    found = {fault.problem for one in platform.taken[5:] for fault in technical_faults(decode(one.content))}
    assert found == {Problem.INCONSISTENT}
    assert {invoice.status for invoice in view(vendor).invoices} == {InvoiceStatus.REFUSED}
    assert "invoice 2019-04 fund 820" in {item.subject for item in view(vendor).worklist}


def test_mistakes_in_transport_leave_the_content_alone() -> None:
    right = [one.content for one in play()[0].taken]
    packed, _ = play("zlib-header")
    assert [one.content for one in packed.taken] == right
    assert {post.blob.compression for post in packed.posts} == {Compression.ZLIB}
    silent, _ = play("confirms-nothing")
    assert [one.content for one in silent.taken] == right
    assert silent.confirms == []
    telling, _ = play("insz-in-reference")
    assert telling.posts[0].reference.startswith(STAYER.insz)


def test_a_date_in_dutch_is_refused_at_the_door_and_shown() -> None:
    platform, vendor = play("dutch-date-format")
    assert platform.of(Admission) == []
    assert STAYER.insz in {item.subject for item in view(vendor).worklist}


def test_base64_in_another_alphabet_is_refused_at_the_door_and_shown() -> None:
    platform, vendor = play("encoded-for-addresses")
    assert platform.of(Admission) == []
    assert STAYER.insz in {item.subject for item in view(vendor).worklist}


def test_a_settlement_that_is_ignored_is_only_not_shown() -> None:
    _, vendor = play("settlement-ignored")
    assert {invoice.status for invoice in view(vendor).invoices} == {InvoiceStatus.RECEIVED}
    assert {invoice.paid for invoice in view(vendor).invoices} == {None}
