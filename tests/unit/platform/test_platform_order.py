"""Order per resident: what waits, what is let go on, and what a refusal does to what comes behind it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.platform.care_desk import (
    ACCEPTED,
    ADA,
    BEA,
    HOME,
    PENDING,
    REFUSED,
    STRANGER,
    Desk,
    admission,
    at,
    correction,
    end_of_stay,
)

from generale.platform.case import Imposed
from generale.platform.life import State
from generale.platform.stays import NOTHING
from generale.protocol.errors import OurError
from generale.protocol.ids import Insz, Reference
from generale.protocol.messages import Outcome


@pytest.fixture
def desk() -> Desk:
    """A platform that knows one care home."""
    return Desk()


def test_a_message_is_decided_when_nothing_stands_before_it(desk: Desk) -> None:
    (decided,) = desk.decide(desk.send(admission()))

    assert decided.facility == HOME.nihii
    assert not decided.imposed
    assert (decided.decision.outcome, decided.decision.start) == (Outcome.ACCEPTED, at(2))
    assert [stay.start for stay in decided.change.noted] == [at(2)]


def test_a_message_waits_while_an_earlier_one_is_not_decided(desk: Desk) -> None:
    first, second = desk.send(admission()), desk.send(end_of_stay())

    assert desk.decide(second) == []
    assert (first.state, second.state) == (State.RECEIVED, State.WAITING)
    assert desk.decide(second) == []


def test_what_waited_is_decided_right_behind_what_it_waited_for(desk: Desk) -> None:
    first, second, third = (
        desk.send(admission()),
        desk.send(end_of_stay(end=at(4))),
        desk.send(admission(start=at(5))),
    )
    for case in (third, second):
        desk.decide(case)

    decided = desk.decide(first)

    assert [one.decision.about for one in decided] == [first.reference, second.reference, third.reference]
    assert [(stay.start, stay.end) for stay in desk.stays()] == [(at(2), at(4)), (at(5), None)]


def test_a_message_whose_own_time_has_not_come_is_not_let_go_with_the_others(desk: Desk) -> None:
    first, second = desk.send(admission()), desk.send(end_of_stay())

    assert len(desk.decide(first)) == 1
    assert second.state is State.RECEIVED
    assert len(desk.decide(second)) == 1


def test_a_message_waits_behind_one_that_is_pending(desk: Desk) -> None:
    first = desk.pending(admission())
    second = desk.send(end_of_stay())
    assert desk.decide(second) == []

    decided = desk.review(first, ACCEPTED)

    assert [one.decision.about for one in decided] == [first.reference, second.reference]
    assert {one.decision.outcome for one in decided} == {Outcome.ACCEPTED}


def test_a_message_that_is_decided_is_not_decided_again(desk: Desk) -> None:
    case = desk.accepted(admission())

    assert desk.decide(case) == []
    assert desk.review(case) == []


def test_residents_and_senders_do_not_wait_for_one_another(desk: Desk) -> None:
    desk.send(admission())
    other = desk.send(admission(BEA))

    assert len(desk.decide(other)) == 1


def test_a_message_on_top_of_a_refused_one_is_refused_for_its_place(desk: Desk) -> None:
    desk.refused(admission(start=at(1, month=6)))
    behind = desk.refused(end_of_stay())

    assert desk.controls(behind) == ("HX-SEQ-01",)


def test_a_refusal_stops_nobody_else(desk: Desk) -> None:
    desk.refused(admission(start=at(1, month=6)))

    desk.accepted(admission(BEA))


def test_what_waited_behind_a_refused_message_is_refused_for_its_place(desk: Desk) -> None:
    first, second = desk.send(admission(start=at(1, month=6))), desk.send(end_of_stay())
    desk.decide(second)

    desk.decide(first)

    assert (desk.outcome(second), desk.controls(second)) == (Outcome.REFUSED, ("HX-SEQ-01",))


def test_after_the_repair_the_next_message_is_judged_by_what_it_says(desk: Desk) -> None:
    wrong = desk.refused(admission(start=at(1, month=6)))
    desk.accepted(correction(wrong))

    desk.accepted(end_of_stay())


def test_a_refusal_names_control_dutch_text_and_place_on_the_wire(desk: Desk) -> None:
    desk.refused(admission(start=at(1, month=6)))

    (result,) = desk.heard[-1].decision.controls

    assert result.control == "HX-ADM-07"
    assert result.text == desk.platform.rules.row("HX-ADM-07").text_nl
    assert result.field == "Verblijf/Begin"


def test_a_person_whom_nobody_insures_is_refused_unless_a_scenario_accepts(desk: Desk) -> None:
    desk.refused(admission(STRANGER))

    (decided,) = desk.decide(desk.send(admission(STRANGER, at(3)), imposed=ACCEPTED))

    assert (decided.decision.outcome, decided.decision.fund) == (Outcome.ACCEPTED, None)
    assert (decided.change, decided.imposed) == (NOTHING, True)


@pytest.mark.parametrize("imposed", [PENDING, REFUSED], ids=["pending", "refused"])
def test_an_imposed_decision_is_taken_whatever_the_message_says(desk: Desk, imposed: Imposed) -> None:
    (decided,) = desk.decide(desk.send(admission(), imposed=imposed))

    assert decided.imposed
    assert decided.decision.outcome is imposed.outcome
    assert [one.control for one in decided.decision.controls] == ["HX-ADM-12"]
    assert desk.stays() == []


def test_an_imposed_acceptance_may_begin_later_than_was_sent(desk: Desk) -> None:
    later = Imposed(outcome=Outcome.ACCEPTED, start=at(6))

    (decided,) = desk.decide(desk.send(admission(), imposed=later))

    assert decided.decision.start == at(6)
    assert [stay.start for stay in desk.stays()] == [at(6)]


def test_a_facility_cannot_be_told_a_control_that_does_not_exist(desk: Desk) -> None:
    nonsense = Imposed(outcome=Outcome.REFUSED, control="HX-NONE-00")

    with pytest.raises(OurError, match="HX-NONE-00"):
        desk.decide(desk.send(admission(), imposed=nonsense))


def test_cases_are_found_by_sender_and_reference_only(desk: Desk) -> None:
    case = desk.send(admission())
    cases = desk.platform.cases

    assert cases.find(HOME.nihii, case.reference) is case
    assert cases.find(HOME.nihii, Reference.parse("R99")) is None
    assert cases.of_resident(HOME.nihii, BEA) == ()


@given(order=st.permutations(range(6)))
def test_in_whatever_order_decisions_fall_due_they_are_taken_in_the_order_of_sending(
    order: list[int],
) -> None:
    desk = Desk()
    cases = [
        desk.send(message)
        for insz in (ADA, BEA)
        for message in (admission(insz), end_of_stay(insz, at(4)), admission(insz, at(5)))
    ]

    for place in order:
        desk.decide(cases[place])

    def told(insz: Insz) -> list[Reference]:
        mine = {case.reference for case in cases if case.message.insz == insz}
        return [one.decision.about for one in desk.heard if one.decision.about in mine]

    assert told(ADA) == [case.reference for case in cases[:3]]
    assert told(BEA) == [case.reference for case in cases[3:]]
    assert {one.decision.outcome for one in desk.heard} == {Outcome.ACCEPTED}
