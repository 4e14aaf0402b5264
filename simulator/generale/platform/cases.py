"""The cases of the platform: every message on its way through its life, by reference and by resident."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from generale.platform.life import OPEN, OUTCOMES, State, Step, after
from generale.protocol.ids import Insz, Nihii, Reference
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

    def comes_behind(self, other: "Case") -> bool:
        """Whether another case about the same people goes first; what was sent later precedes no repair."""
        return other.place < self.place and other.rank < self.rank


class CaseBook:
    """All cases of a rehearsal, in order of receipt."""

    def __init__(self) -> None:
        self._by_reference: dict[tuple[Nihii, Reference], Case] = {}
        self._by_resident: dict[tuple[Nihii, Insz], list[Case]] = {}
        self._concerning: dict[tuple[Nihii, Insz], list[Case]] = {}

    def add(self, sender: Nihii, reference: Reference, message: Original, received: datetime) -> Case:
        """Open a case, as the latest of its resident."""
        named = self.find(sender, message.corrects) if isinstance(message, Correction) else None
        place = len(self._by_reference)
        rank = named.rank if named else place
        people = tuple(dict.fromkeys((message.insz, *(named.people if named else ()))))
        case = Case(sender, reference, message, received, place, rank, people)
        self._by_reference[sender, reference] = case
        self._by_resident.setdefault((sender, message.insz), []).append(case)
        for insz in case.people:
            self._concerning.setdefault((sender, insz), []).append(case)
        return case

    def find(self, sender: Nihii, reference: Reference) -> Case | None:
        """The case with this reference of this sender."""
        return self._by_reference.get((sender, reference))

    def of_resident(self, sender: Nihii, insz: Insz) -> tuple[Case, ...]:
        """The cases of one sender about one resident, in order of receipt."""
        return tuple(self._by_resident.get((sender, insz), ()))

    def has_to_wait(self, case: Case) -> bool:
        """Whether something that the case comes behind is not decided yet."""
        return any(other.state in OPEN and case.comes_behind(other) for other in self._beside(case))

    def waiting_beside(self, case: Case) -> tuple[Case, ...]:
        """The cases that wait and concern somebody whom this case concerns too, in order of receipt."""
        waiting = {other for other in self._beside(case) if other.state is State.WAITING}
        return tuple(sorted(waiting, key=lambda other: other.place))

    def _beside(self, case: Case) -> Iterator[Case]:
        return (other for insz in case.people for other in self._concerning.get((case.sender, insz), ()))
