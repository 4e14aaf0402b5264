"""Checks of the chapter fault: a mailbox that turns polls away, now and then or for long."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.unit.conformance.turned_away import impose

from generale.driver.observations import DecisionState, WorklistItem
from generale.protocol.genericasync import Fault, FaultKind, Get, SoaCode, soa_fault

if TYPE_CHECKING:
    from tests.unit.conformance.conftest import Script

    Play = Callable[[Script], None]

NO_ACCESS = replace(
    soa_fault(SoaCode.NO_ACCESS), kind=FaultKind.BUSINESS, retry=False, translations=(("nl", "Geen toegang"),)
)
LATER = soa_fault(SoaCode.TEMPORARILY_UNAVAILABLE)


def refused(
    script: "Script",
    text: str,
    *,
    fault: Fault = NO_ACCESS,
    times: int = 4,
    hours: int = 12,
    opened: bool = False,
    by: str = "fault",
) -> None:
    """A mailbox that refuses polls, so many hours apart, before users look at a worklist with this text."""
    script.admit()
    with script.sync():
        script.post("A1", script.admission())
    for _ in range(times):
        with script.sync():
            impose(script, Get(origin=script.origin(script.home.nihii)), fault, by)
        script.later(hours=hours)
    if opened:
        with script.sync():
            script.get()
    waiting = script.item(text="Nog niet beantwoord.")
    script.see(
        script.view(DecisionState.NOT_ANSWERED), items=[waiting, WorklistItem(subject="mailbox", text=text)]
    )


KEEPS: dict[str, "Play"] = {"CK-FLT-13": lambda s: refused(s, "Mailbox dicht: SOA-01002")}

BREAKS: dict[tuple[str, str], "Play"] = {
    ("CK-FLT-13", "refused-mailbox-not-shown"): lambda s: refused(s, "Nog geen antwoord."),
}


@pytest.mark.parametrize("text", ["soa-01002", NO_ACCESS.message, "Lezen mislukt (geen  toegang)."])
def test_code_or_text_in_any_language_will_do(text: str, script: "Script") -> None:
    refused(script, text)

    assert script.ask("CK-FLT-13")[1] == []


@pytest.mark.parametrize(
    "play",
    [
        lambda s: refused(s, "", hours=3),
        lambda s: refused(s, "", times=2, hours=24),
        lambda s: refused(s, "", opened=True),
        lambda s: refused(s, "", fault=LATER),
        lambda s: refused(s, "", by=""),
    ],
    ids=["for half a day", "two polls", "read again", "asks for another try", "called for by the product"],
)
def test_what_has_not_lasted_or_is_over_need_not_be_shown(play: "Play", script: "Script") -> None:
    play(script)

    assert script.ask("CK-FLT-13") == ([], [])


TOO_SOON = Fault(kind=FaultKind.GENERIC, code="INPUT_ERROR", source="MYCARENET", message="Not enough time")


def polled_twice(script: "Script", rounds: int = 3) -> None:
    """Each round reads the mailbox, sends, and asks once more, which is too soon."""
    for _ in range(rounds):
        with script.sync():
            script.get()
            impose(script, Get(origin=script.origin(script.home.nihii)), TOO_SOON, "throttle")


def test_who_polls_twice_in_each_round_is_turned_away_in_the_last_as_well(script: "Script") -> None:
    polled_twice(script)

    occasions, findings = script.ask("CK-FLT-11")

    assert (len(occasions), findings) == (1, [])


def test_one_round_alone_shows_nothing(script: "Script") -> None:
    polled_twice(script, rounds=1)

    assert script.ask("CK-FLT-11") == ([], [])


def test_a_mailbox_that_is_not_asked_in_later_rounds_is_given_up(script: "Script") -> None:
    polled_twice(script)
    for _ in range(2):
        with script.sync():
            script.post("A1", script.admission())

    assert [one.code for one in script.ask("CK-FLT-11")[1]] == ["mailbox-given-up"]
