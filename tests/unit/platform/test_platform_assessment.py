"""Assessments at the platform: it determines the category, and none keeps anything else waiting."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from tests.unit.platform.care_desk import (
    ADA,
    HEIR,
    HOME,
    PENDING,
    REFUSED,
    Desk,
    admission,
    at,
    correction,
    end_of_stay,
)
from tests.unit.rules.assessment_by_hand import SEVERE, assessment

from generale.platform.case import Case, Imposed
from generale.protocol.clock import BRUSSELS
from generale.protocol.messages import Assessment, Category, Decision, Outcome

FIFTH = assessment(HOME.hco, ADA, date(2019, 5, 5), washing=SEVERE)
WORSE = replace(FIFTH, assessed=date(2019, 5, 12), dressing=SEVERE, moving=SEVERE)


def desk() -> Desk:
    """A desk at which Ada's admission is accepted."""
    one = Desk()
    one.accepted(admission())
    return one


def decision_on(desk: Desk, case: Case) -> Decision:
    """The last decision on a message."""
    return next(one.decision for one in reversed(desk.heard) if one.decision.about == case.reference)


@pytest.mark.parametrize(
    ("message", "category"),
    [
        pytest.param(FIFTH, Category.A, id="a"),
        pytest.param(WORSE, Category.B, id="b"),
        pytest.param(replace(FIFTH, time=SEVERE, place=SEVERE), Category.B, id="by disorientation"),
    ],
)
def test_the_platform_answers_the_category_and_from_when_it_counts(
    message: Assessment, category: Category
) -> None:
    one = desk()

    told = decision_on(one, one.accepted(message))

    assert (told.category, told.fund) == (category, None)
    assert told.start == datetime.combine(message.assessed, datetime.min.time(), BRUSSELS)


def test_every_accepted_assessment_is_kept_in_the_order_of_its_acceptance() -> None:
    one = desk()

    for message in (WORSE, FIFTH, replace(FIFTH, eating=SEVERE)):
        one.accepted(message)

    assert [(kept.assessed.day, kept.category) for kept in one.platform.assessed.of(ADA)] == [
        (12, Category.B),
        (5, Category.A),
        (5, Category.A),
    ]


def test_an_assessment_waits_for_the_admission_and_is_judged_once_that_is_decided() -> None:
    one = Desk()
    held = one.send(admission())
    case = one.send(FIFTH)

    assert one.decide(case) == []
    one.decide(held)

    assert one.outcome(case) is Outcome.ACCEPTED


def test_an_assessment_behind_a_refused_admission_is_refused_with_it_and_accepted_after_the_repair() -> None:
    one = Desk()
    wrong = one.refused(replace(admission(), birth_date=date(1939, 1, 1)))
    case = one.refused(FIFTH)
    one.accepted(correction(wrong, start=at(2)))

    assert one.controls(case) == ("HX-SEQ-01",)
    one.accepted(FIFTH)


def test_a_refused_assessment_keeps_nothing_from_being_decided() -> None:
    one = desk()
    refused = one.refused(replace(FIFTH, assessed=date(2019, 6, 1)))

    assert one.controls(refused) == ("HX-IND-08",)
    one.accepted(FIFTH)
    one.accepted(end_of_stay())
    assert [stay.end for stay in one.stays()] == [at(10)]


def test_a_correction_of_an_assessment_is_refused_with_one_control() -> None:
    one = desk()
    case = one.accepted(FIFTH)

    assert one.controls(one.refused(correction(case))) == ("HX-COR-10",)


def test_a_scenario_can_refuse_hold_and_accept_from_a_later_day() -> None:
    one = desk()
    refused = one.send(FIFTH, imposed=replace(REFUSED, control="HX-IND-05"))
    one.decide(refused)
    late = one.send(WORSE, imposed=Imposed(outcome=Outcome.ACCEPTED, start=at(20)))
    one.decide(late)
    held = one.send(replace(WORSE, toilet=SEVERE), imposed=PENDING)
    one.decide(held)
    one.review(held)

    assert (decision_on(one, refused).category, one.controls(refused)) == (None, ("HX-IND-05",))
    assert (decision_on(one, late).category, decision_on(one, late).start) == (Category.B, at(20))
    assert decision_on(one, held).category is Category.B


def test_under_the_number_that_took_over_an_assessment_is_of_the_stay_that_went_on() -> None:
    one = desk()
    one.take_over()
    before = replace(FIFTH, facility=HEIR.hco, assessed=date(2019, 5, 16))

    one.accepted(before, sender=HEIR.nihii)
    gone = one.refused(replace(FIFTH, assessed=date(2019, 5, 16)))

    assert one.controls(gone) == ("HX-IND-02", "HX-IND-07")
