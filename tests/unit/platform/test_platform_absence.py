"""Absences at the platform: noted with the stay, which funds hear of, and ended by a return."""

import pytest
from tests.unit.platform.care_desk import (
    ACCEPTED,
    FUND,
    Desk,
    absence,
    admission,
    at,
    correction,
    end_of_stay,
    return_,
    withdrawal,
)

from generale.protocol.messages import Outcome
from generale.rules.facts import Away


@pytest.fixture
def desk() -> Desk:
    """A platform that knows one care home."""
    return Desk()


def test_an_absence_stands_with_its_stay_and_the_fund_hears_of_it(desk: Desk) -> None:
    desk.accepted(admission())

    desk.accepted(absence())

    (stay,) = desk.stays()
    assert stay.absences == (Away(start=at(3)),)
    assert desk.heard[-1].change.noted == (stay,)
    assert desk.heard[-1].decision.fund == FUND


def test_a_return_ends_the_absence_that_lasts(desk: Desk) -> None:
    desk.accepted(admission())
    desk.accepted(absence(at(5), at(6)))
    desk.accepted(absence(at(8)))

    desk.accepted(return_(at(9)))

    assert [(one.start, one.end) for one in desk.stays()[0].absences] == [(at(5), at(6)), (at(8), at(9))]
    assert desk.controls(desk.refused(return_(at(9, 12)))) == ("HX-ABS-08",)


def test_an_absence_is_told_of_the_stay_that_holds_it(desk: Desk) -> None:
    desk.accepted(admission())
    desk.accepted(end_of_stay(end=at(6)))
    desk.accepted(admission(start=at(8)))

    desk.accepted(absence(at(4), at(5)))
    desk.accepted(absence(at(9)))

    assert [[one.start for one in stay.absences] for stay in desk.stays()] == [[at(4)], [at(9)]]


def test_an_absence_waits_for_the_admission_that_is_not_decided(desk: Desk) -> None:
    case = desk.pending(admission())
    behind = desk.send(absence())
    desk.decide(behind)
    assert desk.outcome(behind) is None

    desk.review(case, ACCEPTED)

    assert desk.outcome(behind) is Outcome.ACCEPTED


def test_an_absence_outlives_a_correction_of_its_admission(desk: Desk) -> None:
    case = desk.accepted(admission())
    desk.accepted(absence(at(5), at(6)))

    desk.accepted(correction(case))

    assert [len(stay.absences) for stay in desk.stays()] == [1]


def test_an_absence_goes_with_a_stay_that_is_withdrawn(desk: Desk) -> None:
    case = desk.accepted(admission())
    desk.accepted(absence(at(5)))
    desk.accepted(withdrawal(case))

    desk.accepted(admission())

    assert [stay.absences for stay in desk.stays()] == [()]


def test_an_absence_can_be_neither_corrected_nor_withdrawn(desk: Desk) -> None:
    desk.accepted(admission())
    away = desk.accepted(absence())

    assert desk.controls(desk.refused(withdrawal(away))) == ("HX-WDR-01",)


def test_a_scenario_cannot_force_the_acceptance_of_an_absence_from_no_stay(desk: Desk) -> None:
    case = desk.send(absence(), imposed=ACCEPTED)
    desk.decide(case)

    assert desk.controls(case) == ("HX-ABS-02",)
