"""The cases of the platform: every message on its way through its life, by reference and by resident."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain, islice

from generale.platform.case import Case
from generale.platform.life import OPEN, State, Step, after
from generale.platform.originals import Originals
from generale.protocol.ids import Insz, Nihii, Reference
from generale.rules.facts import Amending, Original
from generale.rules.restatement import amended_by


@dataclass(slots=True)
class _Open:
    """What is not decided yet about one person; each dict is in order of receipt."""

    originals: dict[Case, None] = field(default_factory=dict)
    corrections: dict[int, dict[Case, None]] = field(default_factory=dict)
    """And withdrawals, by rank: those of one rank do not wait for each other."""

    def add(self, case: Case) -> None:
        """A case was received."""
        self._of(case)[case] = None

    def remove(self, case: Case) -> None:
        """A case is decided."""
        del self._of(case)[case]
        if not self.corrections.get(case.rank, True):
            del self.corrections[case.rank]

    def goes_before(self, case: Case) -> bool:
        """Whether a case comes behind any of these: then behind the first original, or first of a rank."""
        firsts = (next(iter(those)) for those in self.corrections.values())
        return any(case.comes_behind(one) for one in chain(islice(self.originals, 1), firsts))

    @property
    def next_waiting(self) -> Iterator[Case]:
        """Those that wait and may go on: where one of these may not, nothing that stands behind it may."""
        lines = (islice(self.originals, 1), *self.corrections.values())
        firsts = (next((one for one in line if one.state is State.WAITING), None) for line in lines)
        return (one for one in firsts if one is not None)

    def _of(self, case: Case) -> dict[Case, None]:
        if isinstance(case.message, Amending):
            return self.corrections.setdefault(case.rank, {})
        return self.originals


class CaseBook:
    """All cases of a rehearsal, in order of receipt."""

    def __init__(self) -> None:
        self._by_reference: dict[tuple[Nihii, Reference], Case] = {}
        self._by_resident: dict[tuple[Nihii, Insz], list[Case]] = {}
        self._open: dict[tuple[Nihii, Insz], _Open] = {}
        self._originals: dict[Nihii, Originals] = {}
        self._pending: dict[Insz, dict[Case, None]] = {}
        """What is in deliberation about a person, of all senders."""

    def add(self, sender: Nihii, reference: Reference, message: Original, received: datetime) -> Case:
        """Open a case, as the latest of its resident."""
        named = self.find(sender, amended_by(message)) if isinstance(message, Amending) else None
        place = len(self._by_reference)
        rank = named.rank if named else place
        people = tuple(dict.fromkeys((message.insz, *(named.people if named else ()))))
        case = Case(sender, reference, message, received, place, rank, people)
        self._by_reference[sender, reference] = case
        self._by_resident.setdefault((sender, message.insz), []).append(case)
        for insz in case.people:
            self._open.setdefault((sender, insz), _Open()).add(case)
        self.originals(sender).add(case)
        return case

    def step(self, case: Case, step: Step) -> None:
        """Let a case go on to its next state; ``OurError`` where the process does not know the step."""
        before, case.state = case.state, after(case.state, step)
        if before in OPEN and case.state not in OPEN:
            for insz in case.people:
                self._open[case.sender, insz].remove(case)
        for insz in case.people:
            if case.state is State.PENDING:
                self._pending.setdefault(insz, {})[case] = None
            elif before is State.PENDING:
                del self._pending[insz][case]
        self.originals(case.sender).note(case, before)

    def find(self, sender: Nihii, reference: Reference) -> Case | None:
        """The case with this reference of this sender."""
        return self._by_reference.get((sender, reference))

    def of_resident(self, sender: Nihii, insz: Insz) -> tuple[Case, ...]:
        """The cases of one sender about one resident, in order of receipt."""
        return tuple(self._by_resident.get((sender, insz), ()))

    def pending(self, insz: Insz) -> tuple[Case, ...]:
        """The cases of all senders about a person that are in deliberation."""
        return tuple(self._pending.get(insz, ()))

    def originals(self, sender: Nihii) -> Originals:
        """What a sender has said that is no correction, by its content."""
        return self._originals.setdefault(sender, Originals())

    def has_to_wait(self, case: Case) -> bool:
        """Whether something that the case comes behind is not decided yet."""
        return any(beside.goes_before(case) for beside in self._beside(case))

    def next_beside(self, case: Case) -> Case | None:
        """The first case about somebody of this case that waits and need not any more."""
        waiting = (one for beside in self._beside(case) for one in beside.next_waiting)
        ready = (one for one in waiting if not self.has_to_wait(one))
        return min(ready, key=lambda one: one.place, default=None)

    def _beside(self, case: Case) -> Iterator[_Open]:
        return (self._open[case.sender, insz] for insz in case.people)
