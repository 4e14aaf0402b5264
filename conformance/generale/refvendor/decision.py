"""What the platform decided: which decision on a message counts, and where that leaves a stay."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from generale.driver.observations import DecisionState
from generale.protocol.clock import BRUSSELS, Clock
from generale.protocol.ids import FundNumber
from generale.protocol.messages import ControlResult, Decision, Outcome
from generale.refvendor.dossier import Kind, Notice, Stay
from generale.refvendor.switches import Switches

_TWO_MONTHS = timedelta(days=60)
_HALF_A_YEAR = timedelta(days=183)
_TERM_BEGINS = datetime(2021, 7, 1, tzinfo=BRUSSELS)

_STATES = {
    Outcome.ACCEPTED: DecisionState.ACCEPTED,
    Outcome.REFUSED: DecisionState.REFUSED,
    Outcome.PENDING: DecisionState.PENDING,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a stay stands: its state, and with an acceptance the fund and the start that were decided."""

    state: DecisionState
    fund: FundNumber | None = None
    start: datetime | None = None
    controls: tuple[ControlResult, ...] = ()


class Decisions:
    """Ranks decisions by their own time and reads the four states."""

    def __init__(self, clock: Clock, switches: Switches) -> None:
        self._clock = clock
        self._switches = switches

    def take(self, notice: Notice, decision: Decision) -> None:
        """Note a decision; one that was decided earlier than what is known changes nothing."""
        known = notice.decision
        if known is not None:
            if self._has_lapsed(known):
                return
            if decision.decided < known.decided and not self._switches.on("last-arrived-wins"):
                return
            closes = known.outcome is Outcome.PENDING and decision.outcome is Outcome.REFUSED
            if closes and self._switches.on("refusal-after-pending-ignored"):
                return
        notice.decision = decision

    def state(self, notice: Notice) -> DecisionState:
        """Where one message stands."""
        if notice.decision is None:
            return DecisionState.NOT_ANSWERED
        if self._has_lapsed(notice.decision):
            return DecisionState.REFUSED
        is_accepted = notice.decision.outcome is Outcome.ACCEPTED
        if (
            is_accepted
            and notice.decision.controls
            and self._switches.on("acceptance-with-a-control-as-refusal")
        ):
            return DecisionState.REFUSED
        return _STATES[notice.decision.outcome]

    def standing(self, stay: Stay) -> Standing:
        """Where a stay stands, its corrections counted in.

        An acceptance stays in force while a correction of it is under way or refused.
        """
        admission = stay.original(Kind.ADMISSION)
        if admission is None:
            return Standing(state=DecisionState.NOT_ANSWERED)
        told = (admission, *admission.repairs)
        heard = [one for one in told if one.decision is not None]
        controls = heard[-1].decision.controls if heard and heard[-1].decision else ()
        accepted = [
            one.decision for one in told if self.state(one) is DecisionState.ACCEPTED and one.decision
        ]
        if heard and heard[-1].is_refused and self._switches.on("refused-correction-undoes-acceptance"):
            accepted = []
        if not accepted:
            return Standing(state=self.state(told[-1]), controls=controls)
        ranked = sorted(accepted, key=lambda decision: decision.decided, reverse=True)
        starts = [one.start for one in ranked if one.start and not self._passes_over_start(one)]
        if self._switches.on("start-of-the-first-acceptance"):
            starts.reverse()
        return Standing(
            state=DecisionState.ACCEPTED,
            fund=next((one.fund for one in ranked if one.fund), None),
            start=next(iter(starts), None),
            controls=controls,
        )

    def _passes_over_start(self, decision: Decision) -> bool:
        """Whether the start of an acceptance that names a control is passed over; by right none is."""
        return bool(decision.controls) and self._switches.on("start-with-a-control-ignored")

    def _has_lapsed(self, decision: Decision) -> bool:
        """Whether a deadline of our own has closed a pending message; by right there is none."""
        if decision.outcome is not Outcome.PENDING:
            return False
        waited = self._clock.now() - decision.decided
        if waited >= _HALF_A_YEAR and self._switches.on("half-a-year-at-most"):
            return True
        has_term = self._clock.now() >= _TERM_BEGINS
        if waited >= _TWO_MONTHS and has_term and self._switches.on("new-term-for-old-messages"):
            return True
        return waited >= _TWO_MONTHS and self._switches.on("two-months-everywhere")
