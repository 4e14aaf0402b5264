"""The life of an invoice file: the table allows what it names and nothing else."""

import pytest

from generale.carefunds.life import TRANSITIONS, FileEvent, FileState, next_state
from generale.protocol.errors import OurError

LEGAL = [(state, event, goal) for state, row in TRANSITIONS.items() for event, goal in row.items()]
ILLEGAL = [(state, event) for state in FileState for event in FileEvent if event not in TRANSITIONS[state]]


@pytest.mark.parametrize(("state", "event", "goal"), LEGAL, ids=lambda value: value.value)
def test_an_event_of_the_table_leads_to_its_state(
    state: FileState, event: FileEvent, goal: FileState
) -> None:
    assert next_state(state, event) is goal


@pytest.mark.parametrize(("state", "event"), ILLEGAL, ids=lambda value: value.value)
def test_every_other_event_is_our_error(state: FileState, event: FileEvent) -> None:
    with pytest.raises(OurError, match=f"that is {state} knows no {event}"):
        next_state(state, event)


def test_the_table_has_a_row_for_every_state_and_reaches_every_state() -> None:
    assert set(TRANSITIONS) == set(FileState)
    assert {goal for _, _, goal in LEGAL} == set(FileState)
    assert {event for _, event, _ in LEGAL} == set(FileEvent)


@pytest.mark.parametrize("state", [FileState.SETTLED, FileState.REFUSED], ids=lambda state: state.value)
def test_a_file_that_was_judged_is_finished(state: FileState) -> None:
    assert not TRANSITIONS[state]
