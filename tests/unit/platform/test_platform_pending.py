"""Deliberation: it ends by a review, by a scenario, by a correction, or by the term of the profile."""

from datetime import datetime, timedelta

import pytest
from tests.unit.platform.care_desk import (
    ACCEPTED,
    BEA,
    REFUSED,
    Desk,
    admission,
    at,
    correction,
    end_of_stay,
    profile_with_term,
)

from generale.platform.case import Imposed
from generale.platform.life import State
from generale.protocol.messages import Outcome

BEGUN = at(20, 13)


def test_a_review_judges_what_the_message_says() -> None:
    desk = Desk()
    good, bad = desk.pending(admission()), desk.pending(admission(BEA, at(1, month=6)))

    desk.review(good)
    desk.review(bad)

    assert (desk.outcome(good), desk.outcome(bad)) == (Outcome.ACCEPTED, Outcome.REFUSED)
    assert not any(one.imposed for one in desk.heard[-2:])


@pytest.mark.parametrize(
    ("imposed", "state"), [(ACCEPTED, State.ACCEPTED), (REFUSED, State.REFUSED)], ids=["accepted", "refused"]
)
def test_a_scenario_may_say_how_a_deliberation_ends(imposed: Imposed, state: State) -> None:
    desk = Desk()
    case = desk.pending(admission())

    (decided,) = desk.review(case, imposed)

    assert decided.imposed
    assert case.state is state


def test_a_deliberation_may_end_with_a_later_start() -> None:
    desk = Desk()
    case = desk.pending(admission())

    desk.review(case, Imposed(outcome=Outcome.ACCEPTED, start=at(5, 0)))

    assert [stay.start for stay in desk.stays()] == [at(5, 0)]


def test_a_pending_message_means_no_stay() -> None:
    desk = Desk()
    desk.pending(admission())

    assert desk.stays() == []


@pytest.mark.parametrize(
    ("months", "now", "refused"),
    [
        pytest.param(2, at(20, 12, 7), False, id="an hour before two months have passed"),
        pytest.param(2, at(20, 13, 7), True, id="at two months"),
        pytest.param(1, at(20, 13, 6), True, id="another term"),
        pytest.param(None, at(20, 13, 12), False, id="no term at all"),
    ],
)
def test_a_message_is_refused_when_the_term_of_its_profile_has_passed(
    months: int | None, now: datetime, refused: bool
) -> None:
    desk = Desk() if months is None else Desk(profile=profile_with_term(months))
    case = desk.pending(admission())

    decided = desk.platform.expire(case, BEGUN, now)

    assert [one.decision.outcome for one in decided] == [Outcome.REFUSED] * refused
    assert [one.control for each in decided for one in each.decision.controls] == ["HX-PND-01"] * refused
    assert case.state is (State.REFUSED if refused else State.PENDING)


def test_what_waited_behind_an_expired_message_is_refused_for_its_place() -> None:
    desk = Desk(profile=profile_with_term(2))
    case, behind = desk.pending(admission()), desk.send(end_of_stay())
    desk.decide(behind)

    decided = desk.platform.expire(case, BEGUN, BEGUN + timedelta(days=70))

    assert [one.decision.controls[0].control for one in decided] == ["HX-PND-01", "HX-SEQ-01"]


def test_an_expired_message_can_be_corrected() -> None:
    desk = Desk(profile=profile_with_term(2))
    case = desk.pending(admission())
    desk.platform.expire(case, BEGUN, BEGUN + timedelta(days=70))

    desk.accepted(correction(case))


def test_what_was_decided_in_time_does_not_expire() -> None:
    desk = Desk(profile=profile_with_term(2))
    case = desk.pending(admission())
    desk.review(case)

    assert desk.platform.expire(case, BEGUN, BEGUN + timedelta(days=70)) == []
    assert case.state is State.ACCEPTED


def test_a_refusal_by_the_term_is_not_a_decision_of_the_scenario() -> None:
    desk = Desk(profile=profile_with_term(2))
    case = desk.pending(admission())

    (decided,) = desk.platform.expire(case, BEGUN, BEGUN + timedelta(days=70))

    assert not decided.imposed
