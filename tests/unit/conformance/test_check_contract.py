"""Checks of the chapter contract: what keeps and what breaks each."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from generale.driver.observations import DecisionState
from generale.results.events import EventType

if TYPE_CHECKING:
    from tests.unit.conformance.conftest import Script

    Play = Callable[[Script], None]


def breaks_off(script: "Script", operation: str) -> None:
    script.note(EventType.TOLD, {"operation": operation})
    script.note(EventType.TOLD_ANSWERED, data={"problem": "$.taken: bool is expected"})
    script.end(completed=False, reason="the product answered something that the contract does not allow")


KEEPS: dict[Any, "Play"] = {"CK-CON-01": lambda script: script.accepted()}

BREAKS: dict[Any, "Play"] = {
    ("CK-CON-01", "declared-and-not-taken"): lambda script: script.admit(taken=False),
    ("CK-CON-01", "answer-outside-contract"): lambda script: breaks_off(script, "sync"),
}


def test_looking_is_no_refusal(script: "Script") -> None:
    script.accepted()
    script.see(script.view(DecisionState.ACCEPTED))

    _, findings = script.ask("CK-CON-01")

    assert findings == []


def test_a_door_that_gives_no_answer_is_not_held_against_the_product(script: "Script") -> None:
    script.note(EventType.TOLD, {"operation": "sync"})
    script.note(EventType.HARNESS, data={"problem": "no answer", "blame": "environment"})
    script.end(completed=False, reason="no answer")

    assert script.ask("CK-CON-01") == ([], [])
