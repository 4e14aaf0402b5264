"""The table of seeded defects and its switches."""

import re
from importlib import resources

import pytest
from tests.unit.refvendor.fake_platform import NEW_HCO, PROFILE, START, FakePlatform, person, vendor_at

from generale.driver.contract import ProductClock
from generale.driver.stimuli import STIMULI, Admit
from generale.protocol.clock import VirtualClock
from generale.protocol.errors import OurError, UsageError
from generale.protocol.messages import StayType
from generale.refvendor.defects import DEFECTS, Defect
from generale.refvendor.product import ReferenceVendor
from generale.refvendor.switches import Switches

CODE = "\n".join(
    entry.read_text(encoding="utf-8")
    for entry in resources.files("generale.refvendor").iterdir()
    if entry.name.endswith(".py")
)
CONSULTED = re.findall(r"\.on\(\s*\"([a-z-]+)\"", CODE)


def test_every_defect_of_the_table_is_consulted_in_the_code_and_none_besides() -> None:
    assert set(CONSULTED) == set(DEFECTS)


@pytest.mark.parametrize("defect", DEFECTS.values(), ids=DEFECTS)
def test_a_defect_says_what_was_done_in_two_languages_and_where_it_shows(defect: Defect) -> None:
    assert defect.did.endswith(".")
    assert defect.deed.endswith(".")
    assert re.fullmatch(r"RQ-[A-Z]{3}-\d\d", defect.requirement)
    assert re.fullmatch(r"[a-z-]+/[a-z-]+", defect.scenario)


def test_an_unknown_defect_is_the_users_mistake_and_the_hint_names_what_looks_like_it() -> None:
    with pytest.raises(UsageError) as caught:
        Switches("utc-midnigth")
    assert "utc-midnight" in caught.value.hint


def test_a_switch_without_a_row_is_our_own_mistake() -> None:
    with pytest.raises(OurError):
        Switches().on("no-such-thing")


def test_what_was_consulted_is_remembered_until_the_next_reset() -> None:
    vendor = vendor_at(FakePlatform())
    assert vendor.switches.consulted == set()
    vendor.sync()
    assert "ends-before-admissions" in vendor.switches.consulted
    assert "retry-storm" not in vendor.switches.consulted


def test_the_product_declares_everything_and_its_clock() -> None:
    said = ReferenceVendor(FakePlatform(), PROFILE).describe()
    assert said.capabilities == (*STIMULI, "reset")
    assert said.clock is ProductClock.SETTABLE
    with_clock = ReferenceVendor(FakePlatform(), PROFILE, clock=VirtualClock(START))
    assert with_clock.describe().clock is ProductClock.WALL


def test_it_has_to_be_set_up_before_it_is_used() -> None:
    with pytest.raises(UsageError):
        ReferenceVendor(FakePlatform(), PROFILE).sync()


def test_what_happens_at_an_unknown_number_is_not_taken() -> None:
    told = Admit(facility=NEW_HCO, resident=person(), stay_type=StayType.ROB, start=START)
    assert not vendor_at(FakePlatform()).act(told).taken
