"""One message of a facility on its way through its life at the platform."""

from dataclasses import dataclass
from datetime import datetime

from generale.platform.life import OUTCOMES, State
from generale.protocol.ids import Insz, Nihii, Reference
from generale.protocol.messages import Outcome
from generale.rules.facts import Original, SentRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Imposed:
    """A decision that a scenario forces: the outcome, the control that is named, and a later start."""

    outcome: Outcome
    control: str = ""
    start: datetime | None = None


@dataclass(slots=True, eq=False)
class Case:
    """One message of a facility and where it stands.

    ``place`` is its number in the order of receipt, ``rank`` that of the message which stated its facts
    first. ``people`` are the residents that it concerns: its own, and those it was about before.
    """

    sender: Nihii
    reference: Reference
    message: Original
    received: datetime
    place: int
    rank: int
    people: tuple[Insz, ...]
    state: State = State.RECEIVED
    imposed: Imposed | None = None

    def record(self) -> SentRecord:
        """What a control may know of this case."""
        return SentRecord(
            reference=self.reference,
            message=self.message,
            outcome=OUTCOMES.get(self.state),
            corrected=self.state is State.CORRECTED,
            withdrawn=self.state is State.WITHDRAWN,
            place=self.place,
            received=self.received,
        )

    def comes_behind(self, other: "Case") -> bool:
        """Whether another case about the same people goes first; what was sent later precedes no repair."""
        return other.place < self.place and other.rank < self.rank
