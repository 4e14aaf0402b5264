"""Withdrawals at the platform: of an admission and of an end, at every stage, and what follows from them."""

from datetime import timedelta

import pytest
from tests.unit.platform.care_desk import (
    ACCEPTED,
    ADA,
    FUND,
    HEIR,
    PENDING,
    Desk,
    admission,
    at,
    correction,
    end_correction,
    end_of_stay,
    withdrawal,
)

from generale.platform.life import State
from generale.protocol.messages import Outcome


@pytest.fixture
def desk() -> Desk:
    """A platform that knows one care home."""
    return Desk()


def test_the_withdrawal_of_an_accepted_admission_ends_the_stay_as_if_it_never_was(desk: Desk) -> None:
    case = desk.accepted(admission())
    (stay,) = desk.stays()

    desk.accepted(withdrawal(case))

    assert desk.stays() == []
    assert case.state is State.WITHDRAWN
    assert desk.heard[-1].change.withdrawn == (stay,)
    assert desk.heard[-1].decision.fund == FUND


def test_a_refused_admission_that_is_withdrawn_stands_in_nobodys_way(desk: Desk) -> None:
    wrong = desk.refused(admission(start=at(1, month=6)))
    behind = desk.refused(admission())
    assert desk.controls(behind) == ("HX-SEQ-01",)

    desk.accepted(withdrawal(wrong))

    desk.accepted(admission())
    assert wrong.state is State.WITHDRAWN


def test_a_pending_admission_that_is_withdrawn_is_not_decided_any_more(desk: Desk) -> None:
    case = desk.pending(admission())

    desk.accepted(withdrawal(case))

    assert desk.review(case, ACCEPTED) == []
    assert (case.state, desk.stays()) == (State.WITHDRAWN, [])


def test_an_admission_that_is_withdrawn_before_it_was_decided_gets_no_decision(desk: Desk) -> None:
    case = desk.send(admission())
    taken_back = desk.send(withdrawal(case))

    desk.decide(taken_back)

    assert desk.decide(case) == []
    assert desk.outcome(taken_back) is Outcome.ACCEPTED
    assert desk.heard[-1].decision.fund is None


def test_what_waited_behind_a_withdrawn_message_is_decided_without_it(desk: Desk) -> None:
    case = desk.pending(admission())
    behind = desk.send(end_of_stay())
    desk.decide(behind)

    desk.decide(desk.send(withdrawal(case)))

    assert desk.controls(behind) == ("HX-END-03",)


def test_the_withdrawal_of_an_end_lets_the_stay_last_again(desk: Desk) -> None:
    desk.accepted(admission())
    end = desk.accepted(end_of_stay())

    desk.accepted(withdrawal(end))

    (stay,) = desk.stays()
    assert stay.end is None
    assert desk.heard[-1].change.noted == (stay,)
    desk.accepted(end_of_stay(end=at(11)))
    assert [one.end for one in desk.stays()] == [at(11)]


def test_what_was_corrected_is_withdrawn_by_the_name_of_its_correction(desk: Desk) -> None:
    desk.accepted(admission())
    end = desk.accepted(end_of_stay())
    corrected = desk.accepted(end_correction(end))

    wrong = desk.refused(withdrawal(end))
    assert desk.controls(wrong) == ("HX-WDR-05",)
    desk.accepted(withdrawal(corrected))

    assert (end.state, corrected.state) == (State.CORRECTED, State.WITHDRAWN)
    assert [one.end for one in desk.stays()] == [None]


def test_the_end_of_a_stay_is_withdrawn_before_its_admission(desk: Desk) -> None:
    case = desk.accepted(admission())
    end = desk.accepted(end_of_stay())

    assert desk.controls(desk.refused(withdrawal(case))) == ("HX-WDR-06",)
    desk.accepted(withdrawal(end))
    desk.accepted(withdrawal(case))

    assert desk.stays() == []


def test_a_correction_of_what_was_withdrawn_is_refused_also_where_it_was_on_its_way(desk: Desk) -> None:
    case = desk.accepted(admission())
    held = desk.send(correction(case), imposed=PENDING)
    desk.decide(held)
    desk.accepted(withdrawal(case))

    desk.review(held, ACCEPTED)

    assert desk.stays() == []
    assert desk.outcome(held) is Outcome.REFUSED


def test_what_was_withdrawn_is_told_anew_and_withdrawn_again(desk: Desk) -> None:
    desk.accepted(withdrawal(desk.accepted(admission())))

    again = desk.accepted(admission())
    assert [one.admission for one in desk.stays()] == [again.reference]
    desk.accepted(withdrawal(again))

    assert desk.stays() == []


def test_an_admission_that_waited_for_a_stay_elsewhere_is_decided_when_that_is_withdrawn(desk: Desk) -> None:
    desk.platform.register(HEIR)
    first = desk.accepted(admission(start=at(16)))
    elsewhere = admission(start=at(17), facility=HEIR.hco)
    assert desk.controls(desk.refused_elsewhere(elsewhere)) == ("HX-ADM-12",)

    desk.accepted(withdrawal(first))

    desk.accepted(elsewhere, sender=HEIR.nihii)
    assert [one.facility for one in desk.stays()] == [HEIR.hco]


def test_a_stay_that_was_taken_over_goes_from_both_numbers(desk: Desk) -> None:
    case = desk.accepted(admission())
    desk.take_over()
    assert len(desk.stays(ADA)) == 2

    desk.now += timedelta(days=1)
    desk.accepted(withdrawal(case))

    assert desk.stays(ADA) == []


def test_a_scenario_cannot_force_the_acceptance_of_a_withdrawal_that_takes_nothing_back(desk: Desk) -> None:
    case = desk.accepted(admission())
    desk.accepted(withdrawal(case))

    again = desk.send(withdrawal(case), imposed=ACCEPTED)
    desk.decide(again)

    assert desk.controls(again) == ("HX-WDR-04",)
