"""Checks of a decision for another facility: it is neither billed nor shown, and may be confirmed or not."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from generale.driver.observations import DecisionState
from generale.protocol.ids import FundNumber, Hco, Reference
from generale.protocol.messages import Decision, Outcome

if TYPE_CHECKING:
    from tests.unit.conformance.conftest import Script

    Play = Callable[[Script], None]


def strayed(script: "Script") -> str:
    """A pending admission, and an acceptance of another facility's message in an envelope about it."""
    script.admit()
    with script.sync():
        script.post("A1", script.admission())
    script.fetch(script.decide("A1", Outcome.PENDING))
    own = script.profile.read(script.replies["P1"][3])
    assert isinstance(own, Decision)
    decision = Decision(
        facility=Hco.parse("99999"),
        about=Reference("X1"),
        outcome=Outcome.ACCEPTED,
        decided=script.now,
        rule_set=own.rule_set,
        fund=FundNumber("810"),
    )
    return script.reply("stray", "A1", script.profile.write(decision), service="admissions")


def month(script: "Script", *, billed: bool, confirmed: bool = True) -> None:
    """The month is billed after the stray, with the stay or without it."""
    name = strayed(script)
    with script.sync():
        script.get(name)
        if confirmed:
            script.confirm(name)
    script.bill_month()
    with script.sync():
        if billed:
            script.post("F1", script.file())
        else:
            script.get()


def seen(script: "Script", state: DecisionState) -> None:
    """What users see after the stray."""
    script.fetch(strayed(script))
    script.see(script.view(state), items=[script.item()])


KEEPS: dict[str, "Play"] = {
    "CK-SEC-04": lambda s: month(s, billed=False),
    "CK-SEC-04T": lambda s: seen(s, DecisionState.PENDING),
}

BREAKS: dict[tuple[str, str], "Play"] = {
    ("CK-SEC-04", "stray-billed"): lambda s: month(s, billed=True),
    ("CK-SEC-04T", "stray-shown"): lambda s: seen(s, DecisionState.ACCEPTED),
}


@pytest.mark.parametrize("confirmed", [True, False])
def test_a_product_may_confirm_it_or_keep_it(script: "Script", confirmed: bool) -> None:
    month(script, billed=False, confirmed=confirmed)

    for number in ("CK-SEC-04", "CK-TRA-03", "CK-TRA-04", "CK-TRA-09"):
        assert script.ask(number)[1] == []


def test_who_bills_after_its_own_acceptance_is_right(script: "Script") -> None:
    month(script, billed=False)
    script.fetch(script.decide("A1"))
    script.bill_month()
    with script.sync():
        script.post("F1", script.file())

    occasions, findings = script.ask("CK-SEC-04")

    assert (len(occasions), findings) == (1, [])


def test_who_never_fetched_it_or_was_never_told_to_bill_is_not_verified(script: "Script") -> None:
    strayed(script)
    assert script.ask("CK-SEC-04") == ([], [])

    script.fetch("P2")

    assert script.ask("CK-SEC-04") == ([], [])


def test_it_answers_nothing(script: "Script") -> None:
    name = strayed(script)

    history = script.history()

    assert [one.reference for one in history.strays] == [name]
    assert [one.reference for one in history.mailed] == ["P1", name]
    assert [one.reference for one in history.replies] == ["P1"]
