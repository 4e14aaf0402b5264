"""The reference vendor asks for the insurance status, once for each fact, and shows who is not covered."""

from datetime import date, timedelta

import pytest
from tests.unit.refvendor.fake_platform import (
    ANNA,
    BERTA,
    HCO,
    FakePlatform,
    admit,
    at,
    run_to_rest,
    vendor_at,
    view,
)

from generale.driver.stimuli import Correct
from generale.protocol.clock import brussels


def asked(platform: FakePlatform) -> list[tuple[date, str]]:
    """About which day and whom it was asked, in order."""
    return [(one.day, one.insz) for one in platform.questions]


def test_each_admission_is_preceded_by_a_question_about_its_first_day() -> None:
    platform = FakePlatform()
    vendor = vendor_at(platform)
    told = [admit(ANNA, 2), admit(BERTA, 5)]
    for one in told:
        vendor.act(one)
    run_to_rest(vendor)

    assert asked(platform) == [(brussels(one.start).date(), one.resident.insz) for one in told]
    assert {one.facility for one in platform.questions} == {HCO}


def test_the_same_is_not_asked_again_and_another_day_is() -> None:
    platform = FakePlatform()
    vendor = vendor_at(platform)
    vendor.act(admit(ANNA, 2))
    run_to_rest(vendor)
    run_to_rest(vendor)
    vendor.act(Correct(facility=HCO, insz=ANNA.insz, start=at(2) + timedelta(days=1)))
    run_to_rest(vendor)

    first = brussels(at(2)).date()
    assert asked(platform) == [(first, ANNA.insz), (first + timedelta(days=1), ANNA.insz)]


@pytest.mark.parametrize(
    ("defect", "expected"),
    [
        pytest.param("status-never-asked", [], id="never"),
        pytest.param("status-of-today", ["today"], id="today"),
    ],
)
def test_a_mistake_with_the_question_shows_in_what_is_asked(defect: str, expected: list[str]) -> None:
    platform = FakePlatform()
    vendor = vendor_at(platform, defect)
    vendor.act(admit(ANNA, 2))
    run_to_rest(vendor)

    first = brussels(at(2)).date()
    assert ["that day" if one.day == first else "today" for one in platform.questions] == expected


def test_who_is_covered_by_nobody_stands_on_the_worklist() -> None:
    platform = FakePlatform(uninsured=frozenset({ANNA.insz}))
    vendor = vendor_at(platform)
    vendor.act(admit(ANNA, 2))
    vendor.act(admit(BERTA, 2))
    run_to_rest(vendor)

    shown = [(one.subject, one.text) for one in view(vendor).worklist]
    assert shown == [(ANNA.insz, f"Geen zorgkas op {brussels(at(2)).date()} volgens het platform.")]
