"""What houses and funds do in a transition: in order, in time, and the same for the same seed."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.scenarios.transition_by_hand import LAST, parts

from generale.driver import stimuli
from generale.protocol.clock import utc
from generale.protocol.money import ZERO
from generale.protocol.profile import standard_profile
from generale.scenarios.cast import COMPETENCE_SINCE
from generale.scenarios.transition.agenda import agenda_of, begins, counted, person
from generale.scenarios.transition.habits import Habits
from generale.scenarios.transition.money import fund_deeds
from generale.scenarios.transition.part import HousePart
from generale.simulator.advancing import MoneyDeed

FLAWLESS = Habits(mistyped=0.0, late_end=0.0)
ALL_WRONG = Habits(mistyped=1.0, late_end=1.0)
PARTS = parts()
each_house = pytest.mark.parametrize("part", PARTS, ids=lambda part: part.house.house)


def admissions(part: HousePart, habits: Habits) -> list[stimuli.Admit]:
    """Every admission that a house enters, with those of its history."""
    told = [deed.stimulus for deed in agenda_of(part, habits, LAST, 1)]
    histories = [one for one in told if isinstance(one, stimuli.ImportHistory)]
    return [
        *(admit for one in histories for admit in one.admissions),
        *(one for one in told if isinstance(one, stimuli.Admit)),
    ]


@each_house
def test_nobody_is_in_two_houses_and_everybody_of_a_house_is_in_its_part(part: HousePart) -> None:
    others = {insz for one in PARTS if one is not part for insz in one.residents}

    assert not others & set(part.residents)
    assert {stay.insz for stay in part.stays} == set(part.residents)


@each_house
def test_every_stay_that_the_funds_pay_is_admitted_once_by_who_they_are(part: HousePart) -> None:
    entered = admissions(part, FLAWLESS)

    assert Counter((one.facility, one.resident.insz, one.start.date()) for one in entered) == Counter(
        (stay.hco, stay.insz, stay.start) for stay in counted(part.stays)
    )
    assert all(one.resident == person(part.residents[one.resident.insz]) for one in entered)


@each_house
def test_a_date_of_birth_that_is_mistyped_is_put_right_later(part: HousePart) -> None:
    deeds = agenda_of(part, ALL_WRONG, LAST + timedelta(days=60), 1)
    mended = {one.stimulus.insz for one in deeds if isinstance(one.stimulus, stimuli.Correct)}

    assert mended == {one.resident.insz for one in admissions(part, ALL_WRONG)}
    for deed in deeds:
        if isinstance(deed.stimulus, stimuli.Correct):
            assert deed.stimulus.resident == person(part.residents[deed.stimulus.insz])


@each_house
def test_nothing_is_entered_before_it_happens_or_before_the_entry(part: HousePart) -> None:
    for deed in agenda_of(part, Habits(), LAST, 1):
        assert part.entry <= deed.at.date() <= LAST
        if isinstance(deed.stimulus, stimuli.Admit):
            assert utc(deed.stimulus.start) <= utc(deed.at)
        elif isinstance(deed.stimulus, stimuli.EndStay):
            assert utc(deed.stimulus.end) <= utc(deed.at)
        elif isinstance(deed.stimulus, stimuli.BillMonth):
            assert deed.stimulus.month.last < deed.at.date()


@each_house
def test_a_month_is_billed_before_it_goes_again_and_every_month_is(part: HousePart) -> None:
    billed: set[tuple[str, str]] = set()
    for deed in agenda_of(part, Habits(), LAST, 1):
        if isinstance(deed.stimulus, stimuli.Rebill):
            assert (deed.stimulus.facility, str(deed.stimulus.month)) in billed
        elif isinstance(deed.stimulus, stimuli.BillMonth):
            billed.add((deed.stimulus.facility, str(deed.stimulus.month)))
    for facility in part.facilities:
        if facility.until is None and begins(part, facility) == part.entry:
            assert (facility.hco, "2019-12") in billed


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), house=st.sampled_from(PARTS))
def test_the_same_seed_gives_the_same_deeds_in_the_order_of_time(seed: int, house: HousePart) -> None:
    profile = standard_profile()
    entered = agenda_of(house, Habits(), LAST, seed)
    moved = fund_deeds(house, profile, Habits(), LAST, seed)

    assert entered == agenda_of(house, Habits(), LAST, seed)
    assert moved == fund_deeds(house, profile, Habits(), LAST, seed)
    assert [deed.at for deed in entered] == sorted(deed.at for deed in entered)
    assert [deed.at for deed in moved] == sorted(deed.at for deed in moved)


@each_house
def test_funds_advance_every_month_to_the_entry_and_claim_once_after_it(part: HousePart) -> None:
    deeds = fund_deeds(part, standard_profile(), Habits(), LAST, 1)
    advanced = [deed for deed in deeds if deed.deed is MoneyDeed.ADVANCE]
    claimed = [(deed.facility, deed.fund) for deed in deeds if deed.deed is MoneyDeed.CLAIM]

    assert advanced
    assert all(deed.amount is not None and deed.amount > ZERO for deed in advanced)
    assert all(COMPETENCE_SINCE <= deed.at.date() <= part.entry for deed in advanced)
    assert len(claimed) == len(set(claimed))
    assert set(claimed) <= {(deed.facility, deed.fund) for deed in advanced}


def test_a_profile_without_advances_moves_no_money() -> None:
    profile = replace(standard_profile(), advances=None)

    assert [deed for part in PARTS for deed in fund_deeds(part, profile, Habits(), LAST, 1)] == []
