"""The life of a recovery and of a house in the scheme: the tables allow what they name and nothing else."""

from datetime import date, timedelta

import pytest

from generale.carefunds.advance_account import HOUSE_TRANSITIONS, AdvanceAccount, HouseEvent, HouseState
from generale.carefunds.recovery import (
    TRANSITIONS,
    Recovery,
    RecoveryEvent,
    RecoveryReason,
    RecoveryState,
    next_state,
)
from generale.protocol.calendar import CareMonth
from generale.protocol.errors import OurError
from generale.protocol.ids import Communication
from generale.protocol.money import ZERO, Euro

LEGAL = [(state, event, goal) for state, row in TRANSITIONS.items() for event, goal in row.items()]
ILLEGAL = [
    (state, event) for state in RecoveryState for event in RecoveryEvent if event not in TRANSITIONS[state]
]
SENT, TERM = date(2020, 2, 18), timedelta(days=30)
RECOVERY = Recovery(
    reference=Communication.of_digits("8500000001"),
    reason=RecoveryReason.YEAR_BILLED,
    first_month=CareMonth(2019, 1),
    last_month=CareMonth(2019, 12),
    claimed={2019: Euro(100)},
    open={2019: Euro(100)},
    letters=(SENT,),
    due=SENT + TERM,
)


@pytest.mark.parametrize(("state", "event", "goal"), LEGAL, ids=lambda value: value.value)
def test_an_event_of_the_table_leads_to_its_state(
    state: RecoveryState, event: RecoveryEvent, goal: RecoveryState
) -> None:
    assert next_state(state, event) is goal


@pytest.mark.parametrize(("state", "event"), ILLEGAL, ids=lambda value: value.value)
def test_every_other_event_is_our_error(state: RecoveryState, event: RecoveryEvent) -> None:
    with pytest.raises(OurError, match=f"that is {state} knows no {event}"):
        next_state(state, event)


def test_the_table_has_a_row_for_every_state_and_reaches_every_state() -> None:
    assert set(TRANSITIONS) == set(RecoveryState)
    assert {goal for _, _, goal in LEGAL} == set(RecoveryState)
    assert {event for _, event, _ in LEGAL} == set(RecoveryEvent)


def test_a_recovery_is_overdue_from_the_day_after_its_term() -> None:
    assert RECOVERY.seen_on(SENT + TERM).state is RecoveryState.CLAIMED
    assert RECOVERY.seen_on(SENT + TERM + timedelta(days=1)).state is RecoveryState.OVERDUE


def test_nobody_is_reminded_before_the_term_is_over() -> None:
    with pytest.raises(OurError, match="claimed knows no reminder-sent"):
        RECOVERY.reminded(SENT + TERM)


def test_a_second_letter_gives_a_new_term_and_no_new_debt() -> None:
    again = RECOVERY.reminded(date(2020, 4, 1)).sent_again(date(2020, 5, 1), TERM)

    assert (again.state, again.due) == (RecoveryState.CLAIMED, date(2020, 5, 31))
    assert again.letters == (SENT, date(2020, 5, 1))
    assert again.amount == RECOVERY.amount


def test_what_is_repaid_late_and_in_part_stays_open_for_the_rest() -> None:
    part = RECOVERY.repaid({2019: Euro(40)}, ZERO, date(2020, 4, 1))

    assert (part.state, part.still_open) == (RecoveryState.OVERDUE, Euro(60))
    assert part.repaid({2019: Euro(60)}, ZERO, date(2020, 4, 2)).state is RecoveryState.REPAID


def test_no_second_letter_goes_out_for_a_debt_that_is_repaid() -> None:
    with pytest.raises(OurError, match="repaid knows no letter-sent-again"):
        RECOVERY.repaid({2019: Euro(100)}, ZERO, SENT).sent_again(SENT, TERM)


@pytest.mark.parametrize("state", HouseState)
@pytest.mark.parametrize("event", HouseEvent)
def test_a_house_goes_where_its_table_leads_and_nowhere_else(state: HouseState, event: HouseEvent) -> None:
    account = AdvanceAccount(30)
    account.state = state

    if event in HOUSE_TRANSITIONS[state]:
        account.live(event)

        assert account.state is HOUSE_TRANSITIONS[state][event]
    else:
        with pytest.raises(OurError, match=f"a house that is {state} knows no {event}"):
            account.live(event)
