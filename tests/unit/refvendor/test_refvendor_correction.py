"""Corrections of accepted and refused facts at the reference vendor, and what is billed by them."""

from datetime import date, datetime
from typing import Any

import pytest
from tests.unit.refvendor.fake_platform import (
    ANNA,
    APRIL,
    BIRTH,
    HCO,
    FakePlatform,
    admit,
    at,
    run_to_rest,
    vendor_at,
    view,
)

from generale.driver.stimuli import BillMonth, Correct, EndStay
from generale.protocol.calendar import CareMonth
from generale.protocol.clock import BRUSSELS
from generale.protocol.flatfile import Bill
from generale.protocol.messages import Admission, Correction, EndOfStay, EndReason, Message, Outcome, StayType
from generale.refvendor.product import ReferenceVendor

SWAPPED = {"start": at(2), "stay_type": StayType.RVT}
LATER = {"end": at(22), "reason": EndReason.DEATH}


def play(defect: str = "") -> tuple[FakePlatform, ReferenceVendor]:
    """Anna is admitted on 1 April in a ROB bed, which is accepted."""
    platform = FakePlatform()
    vendor = vendor_at(platform, defect)
    vendor.act(admit())
    run_to_rest(vendor)
    return platform, vendor


def ended(defect: str = "", outcome: Outcome = Outcome.ACCEPTED) -> tuple[FakePlatform, ReferenceVendor]:
    """She leaves on 18 April, which is decided so."""
    platform, vendor = play(defect)
    platform.judge = lambda message: outcome if isinstance(message, EndOfStay) else Outcome.ACCEPTED
    vendor.act(EndStay(facility=HCO, insz=ANNA.insz, end=at(18), reason=EndReason.DEPARTURE))
    run_to_rest(vendor)
    return platform, vendor


def correct(vendor: ReferenceVendor, **facts: Any) -> None:
    vendor.act(Correct(facility=HCO, insz=ANNA.insz, **facts))
    run_to_rest(vendor)


def corrections(platform: FakePlatform) -> list[Correction]:
    return [one for one in platform.of(Correction) if isinstance(one, Correction)]


def billed(platform: FakePlatform, vendor: ReferenceVendor) -> Bill:
    """The bill of April."""
    vendor.set_clock(datetime(2019, 5, 2, 9, 0, tzinfo=BRUSSELS))
    vendor.act(BillMonth(facility=HCO, month=APRIL))
    run_to_rest(vendor)
    (bill,) = platform.files[0].bills
    return bill


def refuse_corrections(message: Message) -> Outcome:
    return Outcome.REFUSED if isinstance(message, Correction) else Outcome.ACCEPTED


def test_a_second_correction_names_the_first_and_carries_both_new_facts() -> None:
    platform, vendor = play()
    correct(vendor, stay_type=StayType.RVT)
    correct(vendor, start=at(2))
    first, second = corrections(platform)
    assert [first.corrects, second.corrects] == [one.reference for one in platform.taken[:2]]
    assert (second.stay_type, second.start) == (StayType.RVT, at(2))
    assert (first.stay_type, first.start) == (StayType.RVT, at(1))


def test_a_correction_after_a_refused_one_names_the_message_that_stands() -> None:
    platform, vendor = play()
    platform.judge = refuse_corrections
    correct(vendor, stay_type=StayType.RVT)
    assert [(item.subject, item.control) for item in view(vendor).worklist] == [(ANNA.insz, BIRTH)]
    platform.judge = lambda _: Outcome.ACCEPTED
    correct(vendor, start=at(2))
    assert {one.corrects for one in corrections(platform)} == {platform.taken[0].reference}
    assert view(vendor).worklist == ()


@pytest.mark.parametrize(
    ("defect", "first"),
    [("", 1), ("refused-correction-billed", 3), ("refused-correction-undoes-acceptance", None)],
)
def test_a_refused_correction_leaves_the_accepted_start_in_force(defect: str, first: int | None) -> None:
    platform, vendor = play(defect)
    platform.judge = refuse_corrections
    correct(vendor, start=at(3))
    vendor.act(BillMonth(facility=HCO, month=APRIL))
    run_to_rest(vendor)
    starts = [bill.lines[0].first.day for file in platform.files for bill in file.bills]
    assert starts == ([] if first is None else [first])


def test_a_mistake_with_a_refused_correction_hides_it() -> None:
    platform, vendor = play("refused-correction-not-shown")
    platform.judge = refuse_corrections
    correct(vendor, start=at(3))
    assert view(vendor).worklist == ()


def test_a_mistake_with_a_second_correction_names_what_is_replaced_already() -> None:
    platform, vendor = play("every-correction-names-the-original")
    correct(vendor, stay_type=StayType.RVT)
    correct(vendor, start=at(2))
    assert {one.corrects for one in corrections(platform)} == {platform.taken[0].reference}


@pytest.mark.parametrize(
    ("defect", "stay_type", "start"),
    [
        ("", StayType.RVT, at(2)),
        ("correction-with-old-start", StayType.RVT, at(1)),
        ("correction-with-old-stay-type", StayType.ROB, at(2)),
    ],
)
def test_a_mistake_with_the_correction_of_an_admission_repeats_one_old_fact(
    defect: str, stay_type: StayType, start: datetime
) -> None:
    platform, vendor = play(defect)
    correct(vendor, **SWAPPED)
    (correction,) = corrections(platform)
    assert (correction.stay_type, correction.start) == (stay_type, start)


@pytest.mark.parametrize(
    ("defect", "end", "reason"),
    [
        ("", at(22), EndReason.DEATH),
        ("correction-with-old-end", at(18), EndReason.DEATH),
        ("correction-with-old-reason", at(22), EndReason.DEPARTURE),
    ],
)
def test_a_mistake_with_the_correction_of_an_end_repeats_one_old_fact(
    defect: str, end: datetime, reason: EndReason
) -> None:
    platform, vendor = ended(defect)
    correct(vendor, **LATER)
    (correction,) = corrections(platform)
    assert correction.corrects == platform.taken[1].reference
    assert (correction.end, correction.reason) == (end, reason)
    assert (correction.start, correction.stay_type) == (None, None)


@pytest.mark.parametrize(
    ("defect", "ends"), [("correction-as-second-end", 2), ("accepted-end-never-corrected", 1)]
)
def test_a_mistake_with_an_accepted_end_sends_no_correction(defect: str, ends: int) -> None:
    platform, vendor = ended(defect)
    correct(vendor, **LATER)
    assert (len(platform.of(EndOfStay)), len(corrections(platform))) == (ends, 0)


@pytest.mark.parametrize(
    ("defect", "first", "code"),
    [
        ("", 2, "0990021"),
        ("start-of-the-first-acceptance", 1, "0990021"),
        ("corrected-stay-type-only-sent", 2, "0990010"),
    ],
)
def test_a_month_is_billed_by_the_corrected_admission(defect: str, first: int, code: str) -> None:
    platform, vendor = play(defect)
    correct(vendor, **SWAPPED)
    bill = billed(platform, vendor)
    assert (bill.lines[0].first, bill.lines[0].code) == (date(2019, 4, first), code)
    assert bill.admission_date == date(2019, 4, first)
    (correction,) = corrections(platform)
    assert correction.stay_type is StayType.RVT


@pytest.mark.parametrize(
    ("defect", "last"),
    [("", 22), ("corrected-end-only-sent", 18), ("corrected-reason-only-sent", 21)],
)
def test_a_month_is_billed_by_the_corrected_end(defect: str, last: int) -> None:
    platform, vendor = ended(defect)
    correct(vendor, **LATER)
    assert billed(platform, vendor).lines[-1].last == date(2019, 4, last)
    (correction,) = corrections(platform)
    assert (correction.end, correction.reason) == (at(22), EndReason.DEATH)


def test_a_refused_end_is_shown_with_its_control_until_its_correction_is_accepted() -> None:
    platform, vendor = ended(outcome=Outcome.REFUSED)
    (item,) = view(vendor).worklist
    assert (item.subject, item.control, item.text) == (ANNA.insz, BIRTH, "Geboortedatum klopt niet")
    correct(vendor, **LATER)
    assert view(vendor).worklist == ()
    assert (len(platform.of(EndOfStay)), len(corrections(platform))) == (1, 1)


def test_mistakes_with_a_refused_end_hide_it_or_its_text() -> None:
    assert view(ended("refused-end-not-shown", Outcome.REFUSED)[1]).worklist == ()
    (item,) = view(ended("refusal-in-own-words", Outcome.REFUSED)[1]).worklist
    assert (item.control, item.text) == (BIRTH, "Einde van verblijf geweigerd.")


@pytest.mark.parametrize(
    ("defect", "reason", "days"),
    [
        ("", EndReason.DEATH, 1),
        ("", EndReason.DEPARTURE, 0),
        ("same-day-stay-forgotten", EndReason.DEATH, 0),
        ("same-day-departure-billed", EndReason.DEPARTURE, 1),
    ],
)
def test_a_stay_of_one_day_is_billed_by_the_table(defect: str, reason: EndReason, days: int) -> None:
    platform, vendor = play(defect)
    end = at(1).replace(hour=20)
    vendor.act(EndStay(facility=HCO, insz=ANNA.insz, end=end, reason=reason))
    vendor.act(BillMonth(facility=HCO, month=APRIL))
    run_to_rest(vendor)
    assert [line.days for file in platform.files for bill in file.bills for line in bill.lines] == [1] * days


@pytest.mark.parametrize(
    ("defect", "numbers"), [("", [1, 2, 1]), ("sending-number-restarts-monthly", [1, 1, 1])]
)
def test_sending_numbers_go_on_from_month_to_month_and_begin_again_with_the_year(
    defect: str, numbers: list[int]
) -> None:
    platform, vendor = play(defect)
    for month in (CareMonth(2019, 4), CareMonth(2019, 5), CareMonth(2020, 1)):
        vendor.act(BillMonth(facility=HCO, month=month))
        run_to_rest(vendor)
    assert [file.sending_number for file in platform.files] == numbers
    assert len(platform.of(Admission)) == 1


@pytest.mark.parametrize(
    ("defect", "corrected"), [("", 0), ("last-stay-corrected", 1), ("one-stay-per-resident", 1)]
)
def test_of_two_stays_the_one_that_is_named_is_corrected(defect: str, corrected: int) -> None:
    platform, vendor = ended(defect)
    vendor.act(admit(day=20))
    run_to_rest(vendor)
    correct(vendor, stay=at(1), start=at(2))
    sent = [one.reference for one in platform.taken if one.message in platform.of(Admission)]
    assert [one.corrects for one in corrections(platform)] == [sent[corrected]]


def test_a_stay_is_named_by_the_start_with_which_it_was_entered() -> None:
    platform, vendor = play()
    correct(vendor, start=at(2))
    correct(vendor, stay=at(1), start=at(3))
    assert not vendor.act(Correct(facility=HCO, insz=ANNA.insz, stay=at(2), start=at(4))).taken
    assert [one.start for one in corrections(platform)] == [at(2), at(3)]
