"""Ends of residence agreements at the platform: noted with the stay, which they do not end."""

import pytest
from tests.unit.platform.care_desk import (
    ACCEPTED,
    FUND,
    Desk,
    admission,
    at,
    correction,
    end_of_agreement,
    end_of_stay,
)


@pytest.fixture
def desk() -> Desk:
    """A platform that knows one care home."""
    return Desk()


def test_the_end_of_an_agreement_stands_with_its_stay_and_does_not_end_it(desk: Desk) -> None:
    desk.accepted(admission())

    desk.accepted(end_of_agreement())

    (stay,) = desk.stays()
    assert (stay.agreement_until, stay.end) == (at(10).date(), None)
    assert desk.heard[-1].decision.fund == FUND


def test_an_agreement_ends_after_its_stay_and_with_the_stay_that_had_begun(desk: Desk) -> None:
    desk.accepted(admission())
    desk.accepted(end_of_stay(end=at(4)))
    desk.accepted(admission(start=at(8)))

    desk.accepted(end_of_agreement(at(6).date()))

    assert [one.agreement_until for one in desk.stays()] == [at(6).date(), None]


def test_the_end_of_an_agreement_outlives_a_correction_of_the_admission(desk: Desk) -> None:
    case = desk.accepted(admission())
    desk.accepted(end_of_agreement())

    desk.accepted(correction(case))

    assert desk.stays()[0].agreement_until == at(10).date()


def test_a_scenario_cannot_force_the_end_of_an_agreement_of_no_stay(desk: Desk) -> None:
    case = desk.send(end_of_agreement(), imposed=ACCEPTED)
    desk.decide(case)

    assert desk.controls(case) == ("HX-AGR-03",)
