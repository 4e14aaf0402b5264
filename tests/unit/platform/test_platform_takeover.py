"""A takeover with continuity: stays go on under the new number, each day under exactly one."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.platform.care_desk import (
    ACCEPTED,
    ADA,
    BEA,
    FUND,
    GRANDHEIR,
    HEIR,
    HOME,
    Desk,
    admission,
    at,
    correction,
    end_correction,
    end_of_stay,
)

from generale.platform.stays import NOTHING, Change, StayBook
from generale.protocol.errors import OurError
from generale.protocol.ids import Reference
from generale.protocol.messages import StayType
from generale.rules.facts import StayRecord

LAST, FIRST = date(2019, 5, 14), date(2019, 5, 15)


@pytest.fixture
def desk() -> Desk:
    """A platform that knows one care home."""
    return Desk()


def test_the_old_number_ends_and_names_its_successor(desk: Desk) -> None:
    desk.take_over()

    old, new = desk.platform.facilities[HOME.hco], desk.platform.facilities[HEIR.hco]
    assert (old.valid_until, old.successor) == (LAST, HEIR.hco)
    assert new == HEIR


def test_a_stay_that_lasts_goes_on_under_the_new_number(desk: Desk) -> None:
    case = desk.accepted(admission())

    changed = desk.take_over()

    before, behind = desk.stays()
    assert changed.noted == (before, behind)
    assert [stay.until_takeover for stay in changed.withdrawn] == [None]
    assert (before.facility, before.until_takeover, before.from_takeover) == (HOME.hco, LAST, None)
    assert (behind.facility, behind.until_takeover, behind.from_takeover) == (HEIR.hco, None, FIRST)
    assert {stay.admission for stay in (before, behind)} == {case.reference}


@pytest.mark.parametrize(
    ("end", "places"),
    [
        pytest.param(at(10), [HOME.hco], id="ended before"),
        pytest.param(at(14, 23), [HOME.hco], id="ended on the last evening"),
        pytest.param(at(15, 0), [HOME.hco, HEIR.hco], id="ended on the first day"),
    ],
)
def test_only_who_is_still_there_on_the_first_day_is_taken_over(
    desk: Desk, end: datetime, places: list[str]
) -> None:
    desk.accepted(admission())
    desk.accepted(end_of_stay(end=end))

    desk.take_over()

    assert [stay.facility for stay in desk.stays()] == places
    assert desk.stays()[-1].end == end


def test_an_admission_that_was_pending_goes_on_under_the_new_number_once_accepted(desk: Desk) -> None:
    case = desk.pending(admission())
    assert desk.take_over() == NOTHING

    (decided,) = desk.review(case, ACCEPTED)

    assert decided.facility == HOME.nihii
    assert [(stay.facility, stay.until_takeover) for stay in desk.stays()] == [
        (HOME.hco, LAST),
        (HEIR.hco, None),
    ]
    assert decided.change.noted == tuple(desk.stays())


def test_a_stay_that_began_on_the_first_day_of_the_new_number_is_not_taken_over(desk: Desk) -> None:
    desk.take_over()

    desk.accepted(admission(start=at(15), facility=HEIR.hco), sender=HEIR.nihii)

    assert [(stay.facility, stay.from_takeover) for stay in desk.stays()] == [(HEIR.hco, None)]


def test_who_was_taken_over_leaves_under_the_new_number(desk: Desk) -> None:
    desk.accepted(admission())
    desk.take_over()

    desk.accepted(end_of_stay(end=at(17), facility=HEIR.hco), sender=HEIR.nihii)

    assert [(stay.facility, stay.end) for stay in desk.stays()] == [(HOME.hco, None), (HEIR.hco, at(17))]


def test_who_left_before_the_takeover_did_not_stay_behind_under_the_new_number(desk: Desk) -> None:
    desk.accepted(admission())
    desk.take_over()

    desk.accepted(end_of_stay(end=at(10)))

    assert [(stay.facility, stay.end) for stay in desk.stays()] == [(HOME.hco, at(10))]


def test_a_correction_of_an_admission_holds_under_both_numbers(desk: Desk) -> None:
    case = desk.accepted(admission())
    desk.take_over()

    desk.accepted(correction(case))

    assert {(stay.start, stay.stay_type) for stay in desk.stays()} == {(at(3), StayType.RVT)}
    assert [stay.facility for stay in desk.stays()] == [HOME.hco, HEIR.hco]


def test_a_number_that_was_taken_over_can_be_taken_over_again(desk: Desk) -> None:
    desk.accepted(admission(ADA))
    late = desk.pending(admission(BEA))
    desk.take_over()
    desk.platform.take_over(HEIR.hco, GRANDHEIR, GRANDHEIR.valid_from)

    desk.review(late, ACCEPTED)

    chain = [HOME.hco, HEIR.hco, GRANDHEIR.hco]
    assert sorted(stay.facility for stay in desk.stays(ADA)) == chain
    assert sorted(stay.facility for stay in desk.stays(BEA)) == chain


def test_a_stay_that_is_not_there_cannot_be_ended() -> None:
    with pytest.raises(OurError, match="1001 has no such stay"):
        StayBook().end((HOME.nihii, Reference.parse("R1")), end_of_stay())


def test_who_was_said_to_have_left_in_time_and_did_not_goes_on_after_all(desk: Desk) -> None:
    for insz in (ADA, BEA):
        desk.accepted(admission(insz))
    end = desk.accepted(end_of_stay(ADA))
    desk.take_over()
    other = replace(
        end_correction(end, BEA, at(9)),
        family_name="Peeters",
        given_name="Bea",
        birth_date=BEA.birth_date,
        sex=BEA.sex,
    )

    desk.accepted(other)

    assert [stay.facility for stay in desk.stays(ADA)] == [HOME.hco, HEIR.hco]
    assert [(stay.facility, stay.end) for stay in desk.stays(BEA)] == [(HOME.hco, at(9))]
    changed = desk.heard[-1].change
    assert {(stay.insz, stay.facility) for stay in changed.withdrawn} == {
        (ADA, HOME.hco),
        (BEA, HOME.hco),
        (BEA, HEIR.hco),
    }


@given(start=st.integers(1, 20), end=st.none() | st.integers(1, 25), order=st.permutations(range(4)))
def test_when_a_takeover_becomes_known_makes_no_difference_to_the_stays(
    start: int, end: int | None, order: list[int]
) -> None:
    root, end_root = (HOME.nihii, Reference.parse("R1")), (HOME.nihii, Reference.parse("R2"))
    opening = admission(start=at(start))

    def play(steps: list[int]) -> tuple[StayRecord, ...]:
        book, known = StayBook(), set[StayRecord]()

        def note(change: Change) -> None:
            known.difference_update(change.withdrawn)
            known.update(change.noted)

        for step in steps:
            match step:
                case 0:
                    note(book.admit(root, opening, opening.start, FUND))
                case 1:
                    note(book.take_over(HOME.hco, HEIR.hco, HEIR.valid_from))
                case 2:
                    note(book.take_over(HEIR.hco, GRANDHEIR.hco, GRANDHEIR.valid_from))
                case _:
                    note(book.admit(root, opening, opening.start, FUND))
        if end is not None:
            closing = end_of_stay(end=at(end))
            if book.ends(end_root, closing):
                note(book.end(end_root, closing)[1])
        assert known == set(book.of(ADA))
        return book.of(ADA)

    assert play(order) == play([0, 1, 2, 3])
