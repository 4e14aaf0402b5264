"""Checks of rejections and of faults at the mailbox: what keeps each, and what breaks it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from tests.unit.conformance.turned_away import (
    FINAL,
    corrected,
    impose,
    reject,
    rejected,
)

from generale.driver.observations import DecisionState
from generale.protocol.genericasync import Confirm, Fault, FaultKind, Get, RejectSide, SoaCode, soa_fault
from generale.results.events import EventType

if TYPE_CHECKING:
    from tests.unit.conformance.conftest import Script

    Play = Callable[[Script], None]

LATER = soa_fault(SoaCode.TEMPORARILY_UNAVAILABLE)
TOO_SOON = Fault(kind=FaultKind.PLAIN, code="Server", source="", message="Not enough time: ask again")
OUTBOUND = RejectSide.OUTBOUND


def unknown_rejection(script: "Script") -> None:
    """The decision on Bert is confirmed, the rejection beside it is not."""
    script.admit()
    script.admit(script.bert)
    with script.sync():
        script.post("A1", script.admission())
        script.post("B1", script.admission(script.bert))
    names = [reject(script, "A1"), script.decide("B1")]
    with script.sync():
        script.get(*names)
        script.confirm(names[1])


def shown(script: "Script", side: RejectSide, *texts: str) -> None:
    rejected(script, side)
    script.see(script.view(DecisionState.NOT_ANSWERED), items=[script.item(text=text) for text in texts])


def resent(script: "Script", *, again: bool) -> None:
    rejected(script, OUTBOUND)
    with script.sync():
        if again:
            script.post("A2", script.admission())
        else:
            script.get()


def polled(script: "Script", fault: Fault, by: str, *, away: int, asked_again: bool) -> None:
    question = Get(origin=script.origin(script.home.nihii))
    with script.sync():
        for _ in range(away):
            impose(script, question, fault, by)
    with script.sync():
        if asked_again:
            script.get()
        else:
            script.admit(script.bert)
            script.post("B1", script.admission(script.bert))


def unconfirmed(script: "Script", *, repeated: bool, away: int = 1) -> None:
    script.admit()
    with script.sync():
        script.post("A1", script.admission())
    name = script.decide("A1")
    with script.sync():
        script.get(name)
        asked = Confirm(origin=script.origin(script.home.nihii), references=(name,))
        for _ in range(away):
            impose(script, asked, FINAL, "fault")
    with script.sync():
        script.get(name)
        if repeated:
            script.confirm(name)


def answered_with_nothing(script: "Script", *, repeated: bool, away: int = 1, more: int = 0) -> None:
    """Confirmations of a decision get an empty answer; perhaps it is confirmed later, and still later."""
    script.admit()
    with script.sync():
        script.post("A1", script.admission())
    name = script.decide("A1")
    with script.sync():
        script.get(name)
        asked = Confirm(origin=script.origin(script.home.nihii), references=(name,))
        script.note(EventType.BEHAVIOUR, data={"kind": "empty-answer"})
        for _ in range(away):
            script.exchange(
                {"operation": "confirm", "facility": script.home.nihii, "service": "admissions"}, asked, None
            )
            script.events[-1] = replace(
                script.events[-1], data={"status": 200, "imposed": "empty-answer"}, evidence=""
            )
    with script.sync():
        script.get(name)
        if repeated:
            script.confirm(name)
    for _ in range(more):
        with script.sync():
            script.confirm(name)


def repaired_after_rejection(script: "Script", *texts: str) -> None:
    """A rejected admission is repaired and accepted; these texts stand at the resident."""
    rejected(script)
    corrected(script)
    with script.sync():
        script.post("A2", script.admission(birth_date=date(1931, 5, 3)))
    script.fetch(script.decide("A2"))
    script.see(script.view(DecisionState.ACCEPTED), items=[script.item(text=text) for text in texts])


def answered_after_all(script: "Script", *texts: str) -> None:
    """The answer to an admission is rejected, and another accepts it; these texts stand at the resident."""
    rejected(script, OUTBOUND)
    script.fetch(script.decide("A1"))
    script.see(script.view(DecisionState.ACCEPTED), items=[script.item(text=text) for text in texts])


KEEPS: dict[str, "Play"] = {
    "CK-FLT-08": rejected,
    "CK-FLT-09": lambda s: shown(s, RejectSide.INBOUND, "Verworpen: NO_IO_ERROR"),
    "CK-FLT-10": lambda s: resent(s, again=False),
    "CK-FLT-11": lambda s: polled(s, TOO_SOON, "throttle", away=1, asked_again=True),
    "CK-FLT-12": lambda s: unconfirmed(s, repeated=True),
    "CK-FLT-14": lambda s: answered_with_nothing(s, repeated=True, more=2),
}

BREAKS: dict[tuple[str, str], "Play"] = {
    ("CK-FLT-08", "rejection-not-confirmed"): unknown_rejection,
    ("CK-FLT-09", "rejection-not-shown"): lambda s: shown(s, RejectSide.INBOUND, "Nog geen antwoord."),
    ("CK-FLT-09", "rejected-answer-not-shown"): lambda s: shown(s, OUTBOUND, "Nog geen antwoord."),
    ("CK-FLT-10", "resent-after-rejected-answer"): lambda s: resent(s, again=True),
    ("CK-FLT-11", "polled-while-throttled"): lambda s: polled(
        s, TOO_SOON, "throttle", away=4, asked_again=True
    ),
    ("CK-FLT-11", "mailbox-given-up"): lambda s: polled(s, TOO_SOON, "throttle", away=1, asked_again=False),
    ("CK-FLT-12", "mailbox-hammered"): lambda s: polled(s, LATER, "fault", away=4, asked_again=True),
    ("CK-FLT-12", "mailbox-not-asked-again"): lambda s: polled(s, LATER, "fault", away=1, asked_again=False),
    ("CK-FLT-12", "confirmation-hammered"): lambda s: unconfirmed(s, repeated=True, away=4),
    ("CK-FLT-12", "confirmation-not-repeated"): lambda s: unconfirmed(s, repeated=False),
    ("CK-FLT-14", "empty-answer-taken"): lambda s: answered_with_nothing(s, repeated=False),
    ("CK-FLT-14", "empty-answer-hammered"): lambda s: answered_with_nothing(s, repeated=True, away=4),
    ("CK-FLT-14", "confirmed-for-ever"): lambda s: answered_with_nothing(s, repeated=True, more=3),
    ("CK-FLT-09", "repaired-rejection-still-listed"): lambda s: repaired_after_rejection(
        s, "NO_IO_ERROR: weg"
    ),
    ("CK-FLT-09", "late-answer-still-listed"): lambda s: answered_after_all(s, "SEND: NO_IO_ERROR"),
}


def test_three_polls_that_are_turned_away_are_not_too_many(script: "Script") -> None:
    polled(script, TOO_SOON, "throttle", away=3, asked_again=True)

    assert script.codes() == set()


def test_three_confirmations_that_are_turned_away_are_not_too_many(script: "Script") -> None:
    unconfirmed(script, repeated=True, away=3)

    assert script.codes() == set()


def test_who_confirms_nothing_at_all_breaks_another_rule(script: "Script") -> None:
    rejected(script, confirmed=False)

    assert script.ask("CK-FLT-08") == ([], [])


def test_an_answer_that_came_after_all_makes_its_rejection_old(script: "Script") -> None:
    answered_after_all(script)

    occasions, findings = script.ask("CK-FLT-09")
    assert (len(occasions), findings) == (1, [])


def test_a_rejection_is_off_the_list_once_the_repair_is_accepted(script: "Script") -> None:
    repaired_after_rejection(script)

    occasions, findings = script.ask("CK-FLT-09")
    assert (len(occasions), findings) == (1, [])


def test_what_was_rejected_on_its_way_in_leaves_again_as_an_original(script: "Script") -> None:
    rejected(script)
    corrected(script)
    with script.sync():
        script.post("A2", script.admission(birth_date=date(1931, 5, 3)))

    assert len(script.ask("CK-FLT-04")[0]) == 1
    assert script.codes() == set()


def test_a_rejection_that_names_another_message_is_the_fault_of_the_simulator(script: "Script") -> None:
    script.admit()
    with script.sync():
        script.post("A1", script.admission())
    reject(script, "A9")
    script.events[-1] = replace(script.events[-1], ids={**script.events[-1].ids, "about": "A1"})

    assert "reply-about-another" in script.codes()


INJECTED: dict[str, "Play"] = {
    "a fault on a poll": lambda s: polled(s, LATER, "fault", away=1, asked_again=True),
    "a throttled poll": lambda s: polled(s, TOO_SOON, "throttle", away=1, asked_again=True),
    "a fault on a confirmation": lambda s: unconfirmed(s, repeated=True),
    "a rejection of a message": rejected,
    "a rejection of an answer": lambda s: rejected(s, OUTBOUND),
}


@pytest.mark.parametrize("play", INJECTED.values(), ids=INJECTED)
def test_what_a_scenario_injects_blames_neither_the_vendor_nor_the_simulator(
    play: "Play", script: "Script"
) -> None:
    play(script)

    assert script.codes() == set()
