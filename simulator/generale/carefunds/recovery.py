"""The life of a recovery: what a fund claims back by registered letter, until nothing is open. One table.

Letters, and that some were sent twice for one debt, are in the answer to written question 345 (2020) of the
Flemish Parliament; terms, reminders and refunds are project-defined.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType

from generale.protocol.calendar import CareMonth
from generale.protocol.errors import OurError
from generale.protocol.ids import Communication
from generale.protocol.money import ZERO, Euro


class RecoveryState(StrEnum):
    """Where a recovery stands."""

    CLAIMED = "claimed"
    """Its letter was sent and its term runs; a part may have been repaid."""
    OVERDUE = "overdue"
    """Its term is over, and something is open."""
    REMINDED = "reminded"
    """A reminder was sent, and something is open."""
    REPAID = "repaid"
    """Nothing is open."""
    OVERPAID = "overpaid"
    """More came in than was claimed; the fund owes it back."""


class RecoveryEvent(StrEnum):
    """What happens to a recovery; a set-off against it counts as a repayment."""

    LETTER_SENT_AGAIN = "letter-sent-again"
    """A second registered letter for the same debt: a new term, and no new debt."""
    TERM_OVER = "term-over"
    REMINDER_SENT = "reminder-sent"
    REPAID_IN_PART = "repaid-in-part"
    REPAID_IN_FULL = "repaid-in-full"
    REPAID_TOO_MUCH = "repaid-too-much"
    REFUNDED = "refunded"


_REPAYMENTS = {
    RecoveryEvent.REPAID_IN_FULL: RecoveryState.REPAID,
    RecoveryEvent.REPAID_TOO_MUCH: RecoveryState.OVERPAID,
}

TRANSITIONS: Mapping[RecoveryState, Mapping[RecoveryEvent, RecoveryState]] = MappingProxyType(
    {
        RecoveryState.CLAIMED: {
            RecoveryEvent.LETTER_SENT_AGAIN: RecoveryState.CLAIMED,
            RecoveryEvent.TERM_OVER: RecoveryState.OVERDUE,
            RecoveryEvent.REPAID_IN_PART: RecoveryState.CLAIMED,
            **_REPAYMENTS,
        },
        RecoveryState.OVERDUE: {
            RecoveryEvent.LETTER_SENT_AGAIN: RecoveryState.CLAIMED,
            RecoveryEvent.REMINDER_SENT: RecoveryState.REMINDED,
            RecoveryEvent.REPAID_IN_PART: RecoveryState.OVERDUE,
            **_REPAYMENTS,
        },
        RecoveryState.REMINDED: {
            RecoveryEvent.LETTER_SENT_AGAIN: RecoveryState.CLAIMED,
            RecoveryEvent.REMINDER_SENT: RecoveryState.REMINDED,
            RecoveryEvent.REPAID_IN_PART: RecoveryState.REMINDED,
            **_REPAYMENTS,
        },
        RecoveryState.REPAID: {RecoveryEvent.REPAID_TOO_MUCH: RecoveryState.OVERPAID},
        RecoveryState.OVERPAID: {
            RecoveryEvent.REPAID_TOO_MUCH: RecoveryState.OVERPAID,
            RecoveryEvent.REFUNDED: RecoveryState.REPAID,
        },
    }
)
"""From each state, what may happen and where it leads."""


def next_state(state: RecoveryState, event: RecoveryEvent) -> RecoveryState:
    """Where an event leads; ``OurError`` where the table does not allow it."""
    if event not in TRANSITIONS[state]:
        raise OurError(f"a recovery that is {state} knows no {event}")
    return TRANSITIONS[state][event]


class RecoveryReason(StrEnum):
    """Why a fund claims: the two groups of the published table."""

    STOPPED = "stopped"
    """The house stopped, failed or was taken over."""
    YEAR_BILLED = "year-billed"
    """The year is fully billed, and more was advanced than accepted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """One debt of one house to one fund; ``open`` and ``overpaid`` are never both above zero."""

    reference: Communication
    reason: RecoveryReason
    first_month: CareMonth
    last_month: CareMonth
    claimed: Mapping[int, Euro]
    """What is claimed, by year of care."""
    open: Mapping[int, Euro]
    letters: tuple[date, ...]
    """The registered letters for this one debt, oldest first."""
    due: date
    reminders: tuple[date, ...] = ()
    overpaid: Euro = ZERO
    state: RecoveryState = RecoveryState.CLAIMED

    @property
    def amount(self) -> Euro:
        """What is claimed in all."""
        return Euro.total(list(self.claimed.values()))

    @property
    def still_open(self) -> Euro:
        """What of it is not repaid."""
        return Euro.total(list(self.open.values()))

    def sent_again(self, day: date, term: timedelta) -> "Recovery":
        """After a second letter for the same debt."""
        state = next_state(self.state, RecoveryEvent.LETTER_SENT_AGAIN)
        return replace(self, state=state, letters=(*self.letters, day), due=day + term)

    def seen_on(self, day: date) -> "Recovery":
        """As it stands on a day: overdue where its term is over."""
        if self.state is RecoveryState.CLAIMED and day > self.due:
            return replace(self, state=next_state(self.state, RecoveryEvent.TERM_OVER))
        return self

    def reminded(self, day: date) -> "Recovery":
        """After a reminder; ``OurError`` before its term is over."""
        overdue = self.seen_on(day)
        state = next_state(overdue.state, RecoveryEvent.REMINDER_SENT)
        return replace(overdue, state=state, reminders=(*self.reminders, day))

    def repaid(self, paid: Mapping[int, Euro], excess: Euro, day: date) -> "Recovery":
        """After money came in: what it pays off of each year, and what was more than is open."""
        seen = self.seen_on(day)
        left = {year: amount - paid.get(year, ZERO) for year, amount in seen.open.items()}
        if excess > ZERO:
            event = RecoveryEvent.REPAID_TOO_MUCH
        elif any(amount > ZERO for amount in left.values()):
            event = RecoveryEvent.REPAID_IN_PART
        else:
            event = RecoveryEvent.REPAID_IN_FULL
        state = next_state(seen.state, event)
        return replace(seen, state=state, open=left, overpaid=seen.overpaid + excess)

    def refunded(self) -> "Recovery":
        """After the fund gave back what was too much."""
        return replace(self, state=next_state(self.state, RecoveryEvent.REFUNDED), overpaid=ZERO)
