"""What one sender has said of its own facts: which of it is said twice, stands, or stands refused.

Corrections and withdrawals are left out: they speak of what was said before.

Each answer is kept as the cases go on, so that a message is judged with as little work behind thousands
of others about the same resident as behind none.
"""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field

from generale.platform.case import Case
from generale.platform.life import State
from generale.protocol.ids import Insz
from generale.protocol.messages import Assessment
from generale.rules.facts import Amending, Original


@dataclass(slots=True)
class _Same:
    """The cases with one content."""

    first: Case
    standing: dict[Case, None] = field(default_factory=dict)
    """Those that are accepted or not decided yet, in order of receipt."""
    refused: list[Case] = field(default_factory=list)
    accepted: int = 0


class Originals:
    """The originals of one sender, by their content and by resident."""

    def __init__(self) -> None:
        self._same: dict[Original, _Same] = {}
        self._refused: dict[Insz, list[tuple[int, Case]]] = {}
        """A heap by place; what does not stand refused is dropped when it is met."""

    def add(self, case: Case) -> None:
        """Note a case that was received."""
        if not isinstance(case.message, Amending):
            self._same.setdefault(case.message, _Same(case)).standing[case] = None

    def note(self, case: Case, before: State) -> None:
        """Note that a case went on from a state."""
        if isinstance(case.message, Amending) or case.state is before:
            return
        same = self._same[case.message]
        if case.state in (State.REFUSED, State.CORRECTED, State.WITHDRAWN):
            same.standing.pop(case, None)
        same.accepted += (case.state is State.ACCEPTED) - (before is State.ACCEPTED)
        if isinstance(case.message, Assessment):
            return  # a refused one keeps nothing else from being decided
        if case.state is State.REFUSED:
            same.refused.append(case)
            self._push(case)
        elif before is State.ACCEPTED:
            for one in same.refused:
                self._push(one)

    def first(self, message: Original) -> Case | None:
        """The first case with this content, whatever became of it."""
        same = self._same.get(message)
        return same.first if same else None

    def standing(self, message: Original) -> Iterator[Case]:
        """The cases with this content that are accepted or not decided yet, in order of receipt."""
        same = self._same.get(message)
        return iter(same.standing if same else ())

    def refused(self, insz: Insz) -> Case | None:
        """The first case about a person that is refused, and neither repaired nor taken back since."""
        heap = self._refused.get(insz, [])
        while heap and not self._stands_refused(heap[0][1]):
            heapq.heappop(heap)
        return heap[0][1] if heap else None

    def _push(self, case: Case) -> None:
        heapq.heappush(self._refused.setdefault(case.message.insz, []), (case.place, case))

    def _stands_refused(self, case: Case) -> bool:
        return case.state is State.REFUSED and not self._same[case.message].accepted
