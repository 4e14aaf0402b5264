"""The life of a message at the platform, as one table. Everything else only looks it up."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from generale.protocol.errors import OurError
from generale.protocol.messages import Outcome


class State(StrEnum):
    """Where a message stands."""

    RECEIVED = "received"
    WAITING = "waiting"
    """An earlier message about the same resident is not decided yet."""
    PENDING = "pending"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    CORRECTED = "corrected"
    """An accepted correction has replaced it; nothing more is decided on it."""
    WITHDRAWN = "withdrawn"
    """An accepted withdrawal has taken it back; nothing more is decided on it."""


class Step(StrEnum):
    """What can happen to a message."""

    EARLIER_IS_OPEN = "earlier is open"
    PASSED = "passed"
    FAILED = "failed"
    HELD = "held"
    """Taken into deliberation (in beraad)."""
    DEADLINE_PASSED = "deadline passed"
    CORRECTION_ACCEPTED = "correction accepted"
    WITHDRAWAL_ACCEPTED = "withdrawal accepted"


TRANSITIONS: Mapping[State, Mapping[Step, State]] = MappingProxyType(
    {
        State.RECEIVED: {
            Step.EARLIER_IS_OPEN: State.WAITING,
            Step.PASSED: State.ACCEPTED,
            Step.FAILED: State.REFUSED,
            Step.HELD: State.PENDING,
            Step.CORRECTION_ACCEPTED: State.CORRECTED,
            Step.WITHDRAWAL_ACCEPTED: State.WITHDRAWN,
        },
        State.WAITING: {
            Step.EARLIER_IS_OPEN: State.WAITING,
            Step.PASSED: State.ACCEPTED,
            Step.FAILED: State.REFUSED,
            Step.HELD: State.PENDING,
            Step.CORRECTION_ACCEPTED: State.CORRECTED,
            Step.WITHDRAWAL_ACCEPTED: State.WITHDRAWN,
        },
        State.PENDING: {
            Step.PASSED: State.ACCEPTED,
            Step.FAILED: State.REFUSED,
            Step.HELD: State.PENDING,
            Step.DEADLINE_PASSED: State.REFUSED,
            Step.CORRECTION_ACCEPTED: State.CORRECTED,
            Step.WITHDRAWAL_ACCEPTED: State.WITHDRAWN,
        },
        State.ACCEPTED: {
            Step.CORRECTION_ACCEPTED: State.CORRECTED,
            Step.WITHDRAWAL_ACCEPTED: State.WITHDRAWN,
        },
        State.REFUSED: {
            Step.CORRECTION_ACCEPTED: State.CORRECTED,
            Step.WITHDRAWAL_ACCEPTED: State.WITHDRAWN,
        },
        State.CORRECTED: {},
        State.WITHDRAWN: {},
    }
)

OPEN = frozenset({State.RECEIVED, State.WAITING, State.PENDING})
"""States in which later messages about the same resident have to wait."""

OUTCOMES: Mapping[State, Outcome] = MappingProxyType(
    {State.PENDING: Outcome.PENDING, State.ACCEPTED: Outcome.ACCEPTED, State.REFUSED: Outcome.REFUSED}
)
"""What the facility hears of a state."""


def after(state: State, step: Step) -> State:
    """The state after a step; ``OurError`` where the process does not know it."""
    try:
        return TRANSITIONS[state][step]
    except KeyError as error:
        raise OurError(f"a message that is {state.value} cannot go on with '{step.value}'") from error
