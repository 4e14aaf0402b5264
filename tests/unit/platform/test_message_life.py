"""The life of a message: every step that the table knows leads on, every other one is our mistake."""

from itertools import product

import pytest

from generale.platform.life import OPEN, OUTCOMES, TRANSITIONS, State, Step, after
from generale.protocol.errors import OurError
from generale.protocol.messages import Outcome

MOVES = list(product(State, Step))
LEGAL = [(state, step) for state, step in MOVES if step in TRANSITIONS[state]]
ILLEGAL = [move for move in MOVES if move not in LEGAL]


@pytest.mark.parametrize(("state", "step"), LEGAL, ids=lambda word: word.value)
def test_a_step_of_the_table_leads_to_another_state(state: State, step: Step) -> None:
    assert after(state, step) is TRANSITIONS[state][step]


@pytest.mark.parametrize(("state", "step"), ILLEGAL, ids=lambda word: word.value)
def test_a_step_that_the_table_does_not_know_is_our_mistake(state: State, step: Step) -> None:
    with pytest.raises(OurError, match=f"{state.value} cannot go on with '{step.value}'"):
        after(state, step)


def test_every_state_can_be_reached_and_has_a_row() -> None:
    reached = {goal for row in TRANSITIONS.values() for goal in row.values()}

    assert set(TRANSITIONS) == set(State)
    assert reached == set(State) - {State.RECEIVED}


def test_what_is_corrected_or_withdrawn_is_never_decided_again() -> None:
    assert not TRANSITIONS[State.CORRECTED]
    assert not TRANSITIONS[State.WITHDRAWN]


def test_a_final_decision_is_only_replaced_by_a_correction_or_a_withdrawal() -> None:
    for state in (State.ACCEPTED, State.REFUSED):
        assert set(TRANSITIONS[state]) == {Step.CORRECTION_ACCEPTED, Step.WITHDRAWAL_ACCEPTED}


def test_the_facility_hears_of_three_states_of_which_one_is_open() -> None:
    assert set(OUTCOMES.values()) == set(Outcome)
    assert OPEN & set(OUTCOMES) == {State.PENDING}
