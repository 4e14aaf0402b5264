"""The cases of the platform: every message on its way through its life, by reference and by resident."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from generale.platform.life import OPEN, OUTCOMES, State, Step, after
from generale.protocol.ids import FundNumber, Insz, Nihii, Reference
from generale.protocol.messages import Correction, Outcome
from generale.rules.facts import Original, SentRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Imposed:
    """A decision that a scenario forces: the outcome, the control that is named, and a later start."""

    outcome: Outcome
    control: str = ""
    start: datetime | None = None


@dataclass(slots=True, eq=False)
class Case:
    """One message of a facility and where it stands."""

    sender: Nihii
    reference: Reference
    message: Original
    received: datetime
    state: State = State.RECEIVED
    fund: FundNumber | None = None
    imposed: Imposed | None = None

    def step(self, step: Step) -> None:
        """Go on to the next state; ``OurError`` where the process does not know the step."""
        self.state = after(self.state, step)

    def record(self) -> SentRecord:
        """What a control may know of this case."""
        return SentRecord(
            reference=self.reference,
            message=self.message,
            outcome=OUTCOMES.get(self.state),
            corrected=self.state is State.CORRECTED,
        )


class CaseBook:
    """All cases of a rehearsal, in order of receipt."""

    def __init__(self) -> None:
        self._by_reference: dict[tuple[Nihii, Reference], Case] = {}
        self._by_resident: dict[tuple[Nihii, Insz], list[Case]] = {}

    def add(self, case: Case) -> None:
        """Take a case in as the latest of its resident."""
        self._by_reference[case.sender, case.reference] = case
        self._by_resident.setdefault((case.sender, case.message.insz), []).append(case)

    def find(self, sender: Nihii, reference: Reference) -> Case | None:
        """The case with this reference of this sender."""
        return self._by_reference.get((sender, reference))

    def of_resident(self, sender: Nihii, insz: Insz) -> tuple[Case, ...]:
        """The cases of one sender about one resident, in order of receipt."""
        return tuple(self._by_resident.get((sender, insz), ()))

    def earlier(self, case: Case) -> Iterator[Case]:
        """The cases about the same resident that came before this one."""
        for other in self.of_resident(case.sender, case.message.insz):
            if other is case:
                return
            yield other

    def has_to_wait(self, case: Case) -> bool:
        """Whether an earlier message about the resident is undecided; what is corrected holds up nothing."""
        names = case.message.corrects if isinstance(case.message, Correction) else None
        return any(other.state in OPEN and other.reference != names for other in self.earlier(case))

    def waiting_behind(self, case: Case) -> list[Case]:
        """The cases about the same resident that wait."""
        others = self.of_resident(case.sender, case.message.insz)
        return [other for other in others if other.state is State.WAITING]
