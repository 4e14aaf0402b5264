"""What a check is: a question to one history, answered by occasions (kept) and findings (not kept)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from generale.conformance.checks.text import message_en
from generale.conformance.history import History
from generale.conformance.sent import Sent
from generale.results.verdicts import Blame, EvidenceKind, Finding


@dataclass(frozen=True, slots=True)
class Occasion:
    """A requirement was put to the test at this event and was kept."""

    event: int


Outcome: TypeAlias = Occasion | Finding
"""What a check yields."""

Question: TypeAlias = Callable[[History], Iterator[Outcome]]
"""The body of a check."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One check: which requirements it can disprove, on what it rests, and the closed list of its codes.

    A check without requirements looks at the simulator itself. One that needs no traffic also counts in a
    run in which not one request was seen.
    """

    id: str
    disproves: tuple[str, ...]
    evidence: EvidenceKind
    codes: tuple[str, ...]
    ask: Question
    needs_traffic: bool = True

    def __call__(self, history: History) -> Iterator[Outcome]:
        """Ask the question of one history."""
        return self.ask(history)


def check(
    number: str,
    *,
    disproves: tuple[str, ...],
    evidence: EvidenceKind,
    codes: tuple[str, ...],
    needs_traffic: bool = True,
) -> Callable[[Question], Check]:
    """Make a check of a generator over one history."""

    def made(ask: Question) -> Check:
        return Check(
            id=number,
            disproves=disproves,
            evidence=evidence,
            codes=codes,
            ask=ask,
            needs_traffic=needs_traffic,
        )

    return made


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where in a piece of evidence: its digest, a path in words, and a byte range in the decoded bytes."""

    event: int
    evidence: str = ""
    path: str = ""
    offset: int = -1
    length: int = 0


def wrong(
    history: History,
    code: str,
    spot: Spot,
    *,
    expected: str,
    received: str,
    cause: str = "",
    blame: Blame = Blame.VENDOR,
) -> Finding:
    """A finding with the sentence that belongs to its code."""
    return Finding(
        code=code,
        message=message_en(code),
        scenario=history.scenario,
        event=spot.event,
        expected=expected,
        received=received,
        blame=blame,
        path=spot.path,
        evidence=spot.evidence,
        offset=spot.offset,
        length=spot.length,
        cause=cause,
    )


def missing(history: History, code: str, event: int, *, expected: str, cause: str = "") -> Finding:
    """A finding about something that never came; ``event`` is what it should have followed."""
    return wrong(history, code, Spot(event=event), expected=expected, received="nothing", cause=cause)


def whole(sent: Sent) -> Spot:
    """A message as a whole."""
    return Spot(event=sent.seq, evidence=sent.evidence)
