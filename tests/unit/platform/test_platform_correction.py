"""Corrections at the platform: of what was refused, accepted or pending, and of corrections themselves."""

from dataclasses import replace

import pytest
from tests.unit.platform.care_desk import (
    ACCEPTED,
    ADA,
    BEA,
    PENDING,
    STRANGER,
    Desk,
    admission,
    at,
    correction,
    end_correction,
    end_of_stay,
)

from generale.platform.life import State
from generale.protocol.ids import Reference
from generale.protocol.messages import Correction, EndReason, Outcome, StayType


@pytest.fixture
def desk() -> Desk:
    """A platform that knows one care home."""
    return Desk()


def test_the_correction_of_a_refused_admission_opens_the_stay(desk: Desk) -> None:
    wrong = desk.refused(admission(start=at(1, month=6)))

    desk.accepted(correction(wrong))

    (stay,) = desk.stays()
    assert (stay.start, stay.stay_type, stay.admission) == (at(3), StayType.RVT, wrong.reference)
    assert wrong.state is State.CORRECTED
    assert desk.heard[-1].decision.start == at(3)


def test_the_correction_of_an_accepted_admission_changes_its_stay(desk: Desk) -> None:
    case = desk.accepted(admission())

    repaired = desk.accepted(correction(case))

    (stay,) = desk.stays()
    assert (stay.start, stay.stay_type, stay.admission) == (at(3), StayType.RVT, case.reference)
    assert (case.state, repaired.state) == (State.CORRECTED, State.ACCEPTED)
    assert desk.heard[-1].change.noted == (stay,)
    assert [one.start for one in desk.heard[-1].change.withdrawn] == [at(2)]


def test_the_correction_of_a_pending_admission_does_not_wait_for_it(desk: Desk) -> None:
    case = desk.pending(admission())

    desk.accepted(correction(case))

    assert [stay.start for stay in desk.stays()] == [at(3)]
    assert desk.review(case, ACCEPTED) == []
    assert [stay.start for stay in desk.stays()] == [at(3)]


def test_what_waited_behind_a_pending_message_goes_on_when_that_is_corrected(desk: Desk) -> None:
    case = desk.pending(admission())
    behind = desk.send(end_of_stay())
    desk.decide(behind)

    desk.decide(desk.send(correction(case)))

    assert desk.outcome(behind) is Outcome.ACCEPTED


def test_a_refused_correction_leaves_the_message_as_it_was(desk: Desk) -> None:
    case = desk.accepted(admission())

    desk.refused(correction(case, start=at(1, month=6)))

    assert case.state is State.ACCEPTED
    assert [stay.start for stay in desk.stays()] == [at(2)]
    desk.accepted(end_of_stay())


@pytest.mark.parametrize("named", ["original", "refused correction"])
def test_after_a_refused_correction_the_next_one_may_name_it_or_the_original(desk: Desk, named: str) -> None:
    case = desk.refused(admission(start=at(1, month=6)))
    failed = desk.refused(correction(case, start=at(2, month=6)))

    desk.accepted(correction(case if named == "original" else failed))

    assert case.state is State.CORRECTED
    assert [stay.admission for stay in desk.stays()] == [case.reference]


def test_a_correction_of_a_correction_changes_the_stay_of_the_original(desk: Desk) -> None:
    case = desk.accepted(admission())
    first = desk.accepted(correction(case))

    desk.accepted(correction(first, start=at(4)))

    assert first.state is State.CORRECTED
    assert [(stay.start, stay.admission) for stay in desk.stays()] == [(at(4), case.reference)]


def test_a_message_is_corrected_once_and_then_its_correction(desk: Desk) -> None:
    case = desk.accepted(admission())
    desk.accepted(correction(case))

    again = desk.refused(correction(case, start=at(4)))

    assert "HX-COR-05" in desk.controls(again)


def test_the_correction_of_a_pending_correction_is_decided_at_once(desk: Desk) -> None:
    case = desk.accepted(admission())
    held = desk.send(correction(case), imposed=PENDING)
    desk.decide(held)

    desk.accepted(correction(held, start=at(4)))

    assert held.state is State.CORRECTED
    assert [stay.start for stay in desk.stays()] == [at(4)]


def test_a_correction_may_move_a_stay_to_the_right_person(desk: Desk) -> None:
    case = desk.accepted(admission(ADA))

    desk.accepted(correction(case, BEA))

    assert desk.stays(ADA) == []
    assert [stay.admission for stay in desk.stays(BEA)] == [case.reference]


def test_a_stay_that_was_moved_to_the_right_person_can_be_corrected_again(desk: Desk) -> None:
    case = desk.accepted(admission(ADA))
    moved = desk.accepted(correction(case, BEA))

    desk.accepted(correction(moved, BEA, at(4)))

    assert [stay.start for stay in desk.stays(BEA)] == [at(4)]


def test_a_correction_of_something_never_sent_is_refused(desk: Desk) -> None:
    case = desk.accepted(admission())
    lost = correction(case)
    case_of_nothing = Correction(
        facility=lost.facility,
        corrects=Reference.parse("NOTHING"),
        insz=ADA,
        stay_type=StayType.ROB,
        start=at(2),
    )

    assert "HX-COR-01" in desk.controls(desk.refused(case_of_nothing))


@pytest.mark.parametrize(
    ("reference", "control"),
    [
        pytest.param("NOTHING", "HX-COR-01", id="nothing named"),
        pytest.param("R1", "HX-COR-04", id="no facts"),
    ],
)
def test_a_correction_that_nothing_can_be_made_of_is_judged_although_a_scenario_accepts_it(
    desk: Desk, reference: str, control: str
) -> None:
    case = desk.accepted(admission())
    lost = Correction(facility=case.message.facility, corrects=Reference.parse(reference), insz=ADA)

    (decided,) = desk.decide(desk.send(lost, imposed=ACCEPTED))

    assert (decided.decision.outcome, decided.imposed) == (Outcome.REFUSED, False)
    assert control in {one.control for one in decided.decision.controls}


def test_the_correction_of_an_accepted_end_changes_that_end(desk: Desk) -> None:
    desk.accepted(admission())
    end = desk.accepted(end_of_stay())

    desk.accepted(end_correction(end))

    (stay,) = desk.stays()
    assert (stay.end, stay.reason) == (at(12), EndReason.DEATH)


def test_the_correction_of_a_refused_end_ends_the_stay(desk: Desk) -> None:
    desk.accepted(admission())
    end = desk.refused(end_of_stay(end=at(1, month=6)))

    desk.accepted(end_correction(end))

    (stay,) = desk.stays()
    assert (stay.end, stay.reason) == (at(12), EndReason.DEATH)


def test_the_correction_of_a_refused_end_leaves_an_earlier_stay_alone(desk: Desk) -> None:
    desk.accepted(admission())
    desk.accepted(end_of_stay(end=at(4)))
    desk.accepted(admission(start=at(6)))
    end = desk.refused(end_of_stay(end=at(1, month=6)))

    desk.accepted(end_correction(end))

    assert [(stay.start, stay.end) for stay in desk.stays()] == [(at(2), at(4)), (at(6), at(12))]


def test_the_correction_of_an_older_end_leaves_a_later_stay_alone(desk: Desk) -> None:
    desk.accepted(admission())
    first_end = desk.accepted(end_of_stay(end=at(4)))
    desk.accepted(admission(start=at(8)))
    desk.accepted(end_of_stay(end=at(9)))

    desk.accepted(end_correction(first_end, end=at(5)))

    assert [(stay.start, stay.end) for stay in desk.stays()] == [(at(2), at(5)), (at(8), at(9))]


def test_an_end_that_was_the_other_persons_is_moved_to_that_person(desk: Desk) -> None:
    for insz in (ADA, BEA):
        desk.accepted(admission(insz))
    end = desk.accepted(end_of_stay(ADA))
    other = Correction(
        facility=end.message.facility,
        corrects=end.reference,
        insz=BEA,
        family_name="Peeters",
        given_name="Bea",
        birth_date=BEA.birth_date,
        sex=BEA.sex,
        end=at(10),
        reason=EndReason.DEPARTURE,
    )

    desk.accepted(other)

    assert [stay.end for stay in desk.stays(ADA)] == [None]
    assert [stay.end for stay in desk.stays(BEA)] == [at(10)]


def test_a_correction_waits_for_the_repair_of_what_was_sent_before_it(desk: Desk) -> None:
    wrong = desk.refused(admission(start=at(1, month=6)))
    behind = desk.refused(end_of_stay())
    first, second = desk.send(correction(wrong)), desk.send(end_correction(behind))

    assert desk.decide(second) == []
    desk.decide(first)

    assert [desk.outcome(case) for case in (first, second)] == [Outcome.ACCEPTED] * 2
    assert [stay.end for stay in desk.stays()] == [at(12)]


def test_a_correction_does_not_wait_for_what_was_sent_after_its_original(desk: Desk) -> None:
    case = desk.accepted(admission())
    later = desk.pending(end_of_stay())

    desk.accepted(correction(case))

    assert later.state is State.PENDING


def test_what_waited_for_a_stay_that_was_another_persons_goes_on(desk: Desk) -> None:
    case = desk.pending(admission(ADA))
    behind = desk.send(end_of_stay(ADA))
    desk.decide(behind)

    desk.accepted(correction(case, BEA))

    assert (desk.outcome(behind), desk.controls(behind)) == (Outcome.REFUSED, ("HX-END-03",))


def test_a_move_to_the_right_person_waits_for_both_and_goes_on_by_itself(desk: Desk) -> None:
    first = desk.send(end_of_stay(ADA))
    second = desk.send(admission(BEA, start=at(1, month=6)))
    case = desk.refused(admission(STRANGER))
    moves = [desk.send(correction(case, ADA)), desk.send(correction(second, BEA))]
    assert desk.decide(moves[0]) == []
    desk.decide(moves[1])

    for waited_for in (second, first):
        desk.decide(waited_for)

    assert State.WAITING not in {one.state for one in (*moves, first, second)}


def test_a_moved_stay_takes_its_end_along(desk: Desk) -> None:
    case = desk.accepted(admission(ADA))
    end = desk.accepted(end_of_stay(ADA))

    desk.accepted(correction(case, BEA))
    assert [stay.end for stay in desk.stays(BEA)] == [at(10)]
    again = replace(
        end_correction(end, BEA),
        family_name="Peeters",
        given_name="Bea",
        birth_date=BEA.birth_date,
        sex=BEA.sex,
    )
    desk.accepted(again)

    assert desk.stays(ADA) == []
    assert [stay.end for stay in desk.stays(BEA)] == [at(12)]
