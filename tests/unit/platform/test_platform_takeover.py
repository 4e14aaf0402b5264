"""A takeover with continuity: stays go on under the new number, each day under exactly one."""

from datetime import date, datetime

import pytest
from tests.unit.platform.care_desk import (
    ACCEPTED,
    ADA,
    BEA,
    GRANDHEIR,
    HEIR,
    HOME,
    Desk,
    admission,
    at,
    correction,
    end_of_stay,
)

from generale.platform.stays import StayBook
from generale.protocol.errors import OurError
from generale.protocol.messages import StayType

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
    assert changed == [before, behind]
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
    assert desk.take_over() == []

    (decided,) = desk.review(case, ACCEPTED)

    assert decided.facility == HOME.nihii
    assert [(stay.facility, stay.until_takeover) for stay in desk.stays()] == [
        (HOME.hco, LAST),
        (HEIR.hco, None),
    ]
    assert set(desk.stays()) <= set(decided.stays)


def test_a_stay_that_began_on_the_first_day_of_the_new_number_is_not_taken_over(desk: Desk) -> None:
    desk.take_over()

    desk.accepted(admission(start=at(15), facility=HEIR.hco), sender=HEIR.nihii)

    assert [(stay.facility, stay.from_takeover) for stay in desk.stays()] == [(HEIR.hco, None)]


def test_who_was_taken_over_leaves_under_the_new_number(desk: Desk) -> None:
    desk.accepted(admission())
    desk.take_over()

    desk.accepted(end_of_stay(end=at(17), facility=HEIR.hco), sender=HEIR.nihii)

    assert [(stay.facility, stay.end) for stay in desk.stays()] == [(HOME.hco, None), (HEIR.hco, at(17))]


@pytest.mark.xfail(reason="the stay under the new number is left as it was")
def test_who_left_before_the_takeover_did_not_stay_behind_under_the_new_number(desk: Desk) -> None:
    desk.accepted(admission())
    desk.take_over()

    desk.accepted(end_of_stay(end=at(10)))

    assert [(stay.facility, stay.end) for stay in desk.stays()] == [(HOME.hco, at(10))]


@pytest.mark.xfail(reason="the stay under the new number is left as it was")
def test_a_correction_of_an_admission_holds_under_both_numbers(desk: Desk) -> None:
    case = desk.accepted(admission())
    desk.take_over()

    desk.accepted(correction(case))

    assert {(stay.start, stay.stay_type) for stay in desk.stays()} == {(at(3), StayType.RVT)}
    assert [stay.facility for stay in desk.stays()] == [HOME.hco, HEIR.hco]


@pytest.mark.xfail(reason="a late acceptance is continued once, not twice")
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
        StayBook().end(end_of_stay())
