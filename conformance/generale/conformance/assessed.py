"""What was told of how dependent residents are, each assessment with the messages that tell it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any

from generale.conformance.case import Case
from generale.conformance.history import History
from generale.conformance.sent import Sent
from generale.driver.stimuli import Assess
from generale.protocol.messages import Assessment, Decision, Outcome

RECORDED = tuple(one.name for one in fields(Assess) if one.name not in ("facility", "insz"))
"""The fields of an assessment that are sent as they were recorded."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Assessed:
    """One assessment as it was told at ``seq``, with its stay and with what was sent of it, in order.

    ``until`` is where another assessment of the same stay was told, which takes its place; the end of the
    transcript where none was.
    """

    seq: int
    until: int
    stimulus: Assess
    case: Case
    sent: tuple[Sent, ...]

    @property
    def cause(self) -> str:
        """Under which name findings about this assessment are grouped."""
        return f"assessment of {self.stimulus.insz} on {self.stimulus.assessed}"

    def decision(self, seq: int) -> Decision | None:
        """The decision on the last message that had left by a place, as the vendor knew it then."""
        left = [one for one in self.sent if one.seq <= seq]
        return self.case.decision_on(left[-1], seq) if left else None

    def acceptance(self, seq: int) -> Decision | None:
        """The acceptance of any of its messages, as the vendor knew it at a place; the last of several."""
        decisions = (self.case.decision_on(one, seq) for one in self.sent if one.seq <= seq)
        accepted = [one for one in decisions if one and one.outcome is Outcome.ACCEPTED]
        return max(accepted, key=lambda one: one.decided, default=None)


def assessed_of(history: History) -> Sequence[Assessed]:
    """Every assessment that was told of a stay that was told, in order."""
    end = history.events[-1].seq + 1
    told = [(seq, one, case) for seq, one in _told(history) if (case := _case(history, one, seq))]
    sent: dict[int, list[Sent]] = {seq: [] for seq, _, _ in told}
    for case in dict.fromkeys(case for _, _, case in told):
        mine = [(seq, stimulus) for seq, stimulus, other in told if other is case]
        for one in case.assessments:
            before = [(seq, stimulus) for seq, stimulus in mine if seq < one.seq]
            if before:
                sent[_nearest(one, before)].append(one)
    return [
        Assessed(
            seq=seq,
            until=min((later for later, _, other in told if other is case and later > seq), default=end),
            stimulus=stimulus,
            case=case,
            sent=tuple(sent[seq]),
        )
        for seq, stimulus, case in told
    ]


def _told(history: History) -> Iterator[tuple[int, Assess]]:
    for one in history.told:
        if one.taken and isinstance(one.stimulus, Assess):
            yield one.seq, one.stimulus


def _case(history: History, told: Assess, seq: int) -> Case | None:
    """The stay of an assessment: the last that had been entered, rather one that lasts."""
    mine = [
        case
        for case in history.cases
        if case.stay.entered < seq
        and case.stay.is_known_as(told.insz)
        and told.facility in history.numbers_of(case.stay)
    ]
    lasting = [case for case in mine if case.version(seq).end is None]
    return next(reversed(lasting or mine), None)


def _nearest(sent: Sent, told: Sequence[tuple[int, Assess]]) -> int:
    """Where that assessment was told of which a message says most; of several the last."""

    def likeness(one: tuple[int, Assess]) -> tuple[int, int]:
        seq, stimulus = one
        return sum(recorded(sent, name) == getattr(stimulus, name) for name in RECORDED), seq

    return max(told, key=likeness)[0]


def recorded(sent: Sent, name: str) -> Any:
    """A field of an assessment as it was sent."""
    assert isinstance(sent.message, Assessment)
    return getattr(sent.message, name)
