"""Checks of the chapter contract: what keeps and what breaks each."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from generale.driver.observations import DecisionState, FacilityView, Observation
from generale.protocol.form import to_json
from generale.results.events import EventType

if TYPE_CHECKING:
    from tests.unit.conformance.conftest import Script

    Play = Callable[[Script], None]


def breaks_off(script: "Script", operation: str) -> None:
    script.note(EventType.TOLD, {"operation": operation})
    script.note(EventType.TOLD_ANSWERED, data={"problem": "$.taken: bool is expected"})
    script.end(completed=False, reason="the product answered something that the contract does not allow")


def looked_at(script: "Script", *, sends: bool, before: str = "sync", on_its_own: bool = False) -> None:
    """After this operation users look; the product polls just then, and perhaps at a time of its own."""
    script.accepted()
    if on_its_own:
        script.get()
    match before:
        case "sync":
            with script.sync():
                script.get()
        case _:
            script.bill_month()
    script.note(EventType.TOLD, {"operation": "observe"})
    if sends:
        script.get()
    script.see(script.view(DecisionState.ACCEPTED))


def shown_beside(script: "Script", **what: Any) -> None:
    """Users also see this under a number that the product was not given."""
    script.accepted()
    strange = FacilityView(facility=script.next_home.hco, **what)
    script.note(EventType.OBSERVED, data=to_json(Observation(facilities=(strange,))))


KEEPS: dict[Any, "Play"] = {
    "CK-CON-01": lambda script: script.accepted(),
    "CK-CON-02": lambda script: looked_at(script, sends=False),
    "CK-CON-03": lambda script: looked_at(script, sends=False),
}

BREAKS: dict[Any, "Play"] = {
    ("CK-CON-01", "declared-and-not-taken"): lambda script: script.admit(taken=False),
    ("CK-CON-01", "answer-outside-contract"): lambda script: breaks_off(script, "sync"),
    ("CK-CON-02", "sent-when-observed"): lambda script: looked_at(script, sends=True),
    ("CK-CON-03", "strange-number-shown"): lambda script: shown_beside(
        script, stays=[script.view(DecisionState.ACCEPTED)]
    ),
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


def test_what_was_told_just_before_may_still_be_on_its_way_when_users_look(script: "Script") -> None:
    looked_at(script, sends=True, before="act")

    assert script.ask("CK-CON-02") == ([], [])


@pytest.mark.parametrize(("sends", "count"), [(True, 0), (False, 1)])
def test_a_product_that_polls_at_times_of_its_own_may_do_so_just_then(
    sends: bool, count: int, script: "Script"
) -> None:
    looked_at(script, sends=sends, on_its_own=True)

    occasions, findings = script.ask("CK-CON-02")
    assert (len(occasions), findings) == (count, [])


def test_an_empty_view_of_another_number_shows_nothing(script: "Script") -> None:
    shown_beside(script)

    assert script.ask("CK-CON-03")[1] == []


def test_the_number_that_took_one_over_may_be_shown(script: "Script") -> None:
    script.take_over()
    shown_beside(script, worklist=[script.item()])

    assert script.ask("CK-CON-03")[1] == []
