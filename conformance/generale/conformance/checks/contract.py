"""Checks of the chapter contract: what the product declares it carries out, and looking sends nothing."""

from collections.abc import Iterator
from itertools import pairwise

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


@check("CK-CON-02", disproves=("RQ-CON-02",), evidence=EvidenceKind.WIRE, codes=("sent-when-observed",))
def looking_sends_nothing(history: History) -> Iterator[Outcome]:
    """No request arrives between the question what users see and its answer.

    Only right after a poll, when nothing waits any more, and only of a product that sends nothing between
    operations: one that also sends at times of its own may do so just then.
    """
    requests = [one.seq for one in history.of_type(EventType.REQUEST)]
    seen = [one.seq for one in history.observations]
    spans = [
        (
            one,
            next((seq for seq in seen if seq > one.seq), one.seq)
            if one.operation == "observe"
            else one.until,
        )
        for one in history.told
    ]
    is_led = all(any(one.seq < seq < until for one, until in spans) for seq in requests)
    for (before, _), (told, until) in pairwise(spans):
        if told.operation != "observe":
            continue
        sent = [seq for seq in requests if told.seq < seq < until]
        if not sent:
            yield Occasion(told.seq)
        elif is_led and before.operation in ("sync", "observe"):
            yield wrong(
                history,
                "sent-when-observed",
                Spot(event=sent[0]),
                expected="nothing sent while the product is asked what its users see",
                received=f"{len(sent)} requests",
                cause="observing",
            )


@check("CK-CON-03", disproves=("RQ-CON-03",), evidence=EvidenceKind.TOLD, codes=("strange-number-shown",))
def only_its_own_numbers_are_shown(history: History) -> Iterator[Outcome]:
    """What users see stands under the numbers of the last reset, and of takeovers since; others are empty."""
    if history.set_up is None:
        return
    for seen in history.observations:
        strange = [
            view.facility
            for view in seen.observation.facilities
            if view.facility not in history.facilities and (view.stays or view.invoices or view.worklist)
        ]
        if not strange:
            yield Occasion(seen.seq)
            continue
        yield wrong(
            history,
            "strange-number-shown",
            Spot(event=seen.seq, path="facilities[].facility"),
            expected=f"nothing but what is at {', '.join(sorted(history.facilities))}",
            received=", ".join(sorted(strange)),
            cause="starting clean",
        )
