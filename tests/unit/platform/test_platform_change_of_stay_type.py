"""Changes of stay type at the platform: noted with the stay, which funds hear of, and gone with it."""

import pytest
from tests.unit.platform.care_desk import (
    ACCEPTED,
    FUND,
    Desk,
    admission,
    at,
    change,
    correction,
    end_of_stay,
    withdrawal,
)

from generale.protocol.messages import Outcome, StayType
from generale.rules.facts import TypeChange


@pytest.fixture
def desk() -> Desk:
    """A platform that knows one care home."""
    return Desk()


def test_a_change_stands_with_its_stay_and_the_fund_hears_of_it(desk: Desk) -> None:
    desk.accepted(admission())

    desk.accepted(change())

    (stay,) = desk.stays()
    assert stay.changes == (TypeChange(start=at(3), stay_type=StayType.RVT),)
    assert desk.heard[-1].change.noted == (stay,)
    assert desk.heard[-1].decision.fund == FUND


def test_a_change_is_told_of_the_stay_that_holds_it(desk: Desk) -> None:
    desk.accepted(admission())
    desk.accepted(end_of_stay(end=at(6)))
    desk.accepted(admission(start=at(8)))

    desk.accepted(change(at(4)))
    desk.accepted(change(at(9)))

    assert [[one.start for one in stay.changes] for stay in desk.stays()] == [[at(4)], [at(9)]]


def test_a_change_waits_for_the_admission_that_is_not_decided(desk: Desk) -> None:
    case = desk.pending(admission())
    behind = desk.send(change())
    desk.decide(behind)
    assert desk.outcome(behind) is None

    desk.review(case, ACCEPTED)

    assert desk.outcome(behind) is Outcome.ACCEPTED


def test_a_change_outlives_a_correction_of_its_admission(desk: Desk) -> None:
    case = desk.accepted(admission())
    desk.accepted(change())

    desk.accepted(correction(case))

    assert [len(stay.changes) for stay in desk.stays()] == [1]


def test_a_change_goes_with_a_stay_that_is_withdrawn_and_can_be_told_again(desk: Desk) -> None:
    case = desk.accepted(admission())
    desk.accepted(change())
    desk.accepted(withdrawal(case))

    desk.accepted(admission())
    assert [stay.changes for stay in desk.stays()] == [()]

    desk.accepted(change())
    assert [len(stay.changes) for stay in desk.stays()] == [1]


def test_a_change_can_be_neither_corrected_nor_withdrawn(desk: Desk) -> None:
    desk.accepted(admission())
    moved = desk.accepted(change())

    assert desk.controls(desk.refused(withdrawal(moved))) == ("HX-WDR-01",)


def test_a_scenario_cannot_force_the_acceptance_of_a_change_of_no_stay(desk: Desk) -> None:
    case = desk.send(change(), imposed=ACCEPTED)
    desk.decide(case)

    assert desk.controls(case) == ("HX-CHG-03",)
