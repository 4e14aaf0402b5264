"""Checks of the chapter contract: whether the product carries out what it declares."""

from collections.abc import Iterator

from generale.conformance.checks.check import Occasion, Outcome, Spot, check, wrong
from generale.conformance.history import History
from generale.results.events import EventType
from generale.results.verdicts import EvidenceKind


@check(
    "CK-CON-01",
    disproves=("RQ-CON-01",),
    evidence=EvidenceKind.TOLD,
    codes=("declared-and-not-taken", "answer-outside-contract"),
    needs_traffic=False,
)
def what_is_declared_is_carried_out(history: History) -> Iterator[Outcome]:
    """Every operation is taken and answered as the contract says: only what is declared is ever asked."""
    for one in history.told:
        if one.taken:
            yield Occasion(one.seq)
        elif one.answered:
            yield wrong(
                history,
                "declared-and-not-taken",
                Spot(event=one.until, path="taken"),
                expected="true",
                received=f"false, {one.note or 'without a reason'}",
                cause=f"{one.operation} at event {one.seq}",
            )
    for event in history.of_type(EventType.TOLD_ANSWERED):
        if "problem" in event.data:
            yield wrong(
                history,
                "answer-outside-contract",
                Spot(event=event.seq),
                expected="an answer that the contract allows",
                received=str(event.data["problem"]),
            )
