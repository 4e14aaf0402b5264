"""Checks on what was taken back: that it is withdrawn, by the right name, and neither billed nor shown."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from tests.unit.conformance.cast_by_hand import START, at

from generale.driver.observations import DecisionState
from generale.driver.stimuli import Correct, EndStay, Fact, Withdraw
from generale.protocol.ids import Reference
from generale.protocol.messages import Correction, EndReason, Outcome, Withdrawal

if TYPE_CHECKING:
    from tests.unit.conformance.conftest import Script

    Play = Callable[[Script], None]

END = "04-18 14:00"


def take_back(script: "Script", fact: Fact = Fact.STAY) -> None:
    script.tell(Withdraw(facility=script.home.hco, insz=script.anna.insz, fact=fact))


def withdrawal(script: "Script", names: str = "A1") -> Withdrawal:
    return Withdrawal(facility=script.home.hco, withdraws=Reference(names), insz=script.anna.insz)


def withdrawn(script: "Script", outcome: Outcome = Outcome.ACCEPTED) -> None:
    """Anna's accepted stay is taken back, and the platform has decided on the withdrawal."""
    script.accepted()
    take_back(script)
    with script.sync():
        script.post("W1", withdrawal(script))
    script.fetch(script.decide("W1", outcome))


def billed(script: "Script", *, anna: bool = False) -> None:
    """April is billed for Bert, and perhaps for Anna too."""
    script.accepted("A2", script.bert)
    bills = [script.bill(who=script.bert)]
    if anna:
        bills.append(script.bill(number=2))
    script.billed(file=script.file(*bills))


def seen_after(script: "Script", *views: DecisionState) -> None:
    withdrawn(script)
    script.see(*(script.view(one) for one in views))


def corrected(script: "Script", names: str = "C1") -> None:
    """The start of Anna's accepted stay is corrected, and then all of it is taken back, by this name."""
    script.accepted()
    script.tell(Correct(facility=script.home.hco, insz=script.anna.insz, start=at("04-05 10:00")))
    admission = script.admission(start="04-05 10:00")
    facts = {name: getattr(admission, name) for name in admission.__dataclass_fields__}
    with script.sync():
        script.post("C1", Correction(corrects=Reference("A1"), **facts))
    script.fetch(script.decide("C1", start=at("04-05 10:00")))
    take_back(script)
    with script.sync():
        script.post("W1", withdrawal(script, names))


def end_withdrawn(script: "Script", *, shown: bool = False, decided: bool = True) -> None:
    """Anna's accepted end is taken back, and users see her stay, with that end or without."""
    script.accepted()
    script.end_stay(END)
    with script.sync():
        script.post("E1", script.ending(END))
    script.fetch(script.decide("E1"))
    take_back(script, Fact.END)
    with script.sync():
        script.post("W1", withdrawal(script, "E1"))
    if decided:
        script.fetch(script.decide("W1"))
    script.see(script.view(DecisionState.ACCEPTED, end=at(END) if shown else None))


def taken_back_and_then(script: "Script", then: "Play") -> None:
    script.accepted()
    take_back(script)
    then(script)


def ended_instead(script: "Script") -> None:
    with script.sync():
        script.post("E1", script.ending("04-03 10:30"))


def of_nothing(script: "Script") -> None:
    with script.sync():
        script.post("W1", withdrawal(script, "A9"))


def nothing(script: "Script") -> None:
    with script.sync():
        pass


def unasked(script: "Script") -> None:
    script.accepted()
    with script.sync():
        script.post("W1", withdrawal(script))


def billed_after(script: "Script", outcome: Outcome = Outcome.ACCEPTED, *, anna: bool) -> None:
    withdrawn(script, outcome)
    billed(script, anna=anna)


KEEPS: dict[str, "Play"] = {
    "CK-WDR-01": withdrawn,
    "CK-WDR-02": corrected,
    "CK-WDR-03": lambda s: billed_after(s, anna=False),
    "CK-WDR-04": seen_after,
}

BREAKS: dict[tuple[str, str], "Play"] = {
    ("CK-WDR-01", "withdrawal-not-sent"): lambda s: taken_back_and_then(s, nothing),
    ("CK-WDR-01", "withdrawn-otherwise"): lambda s: taken_back_and_then(s, ended_instead),
    ("CK-WDR-01", "withdrawal-names-no-message"): lambda s: taken_back_and_then(s, of_nothing),
    ("CK-WDR-02", "withdrawal-names-corrected-message"): lambda s: corrected(s, "A1"),
    ("CK-WDR-02", "withdrawal-unasked"): unasked,
    ("CK-WDR-03", "withdrawn-stay-billed"): lambda s: billed_after(s, anna=True),
    ("CK-WDR-04", "withdrawn-shown-as-accepted"): lambda s: seen_after(s, DecisionState.ACCEPTED),
    ("CK-WDR-04", "withdrawn-end-shown"): lambda s: end_withdrawn(s, shown=True),
}


@pytest.mark.parametrize("state", [DecisionState.REFUSED, DecisionState.NOT_ANSWERED])
def test_a_withdrawn_stay_may_be_shown_as_anything_but_accepted(
    state: DecisionState, script: "Script"
) -> None:
    seen_after(script, state)

    assert script.codes() == set()


def test_until_a_withdrawal_is_accepted_its_end_may_be_shown(script: "Script") -> None:
    end_withdrawn(script, shown=True, decided=False)

    assert script.ask("CK-WDR-04") == ([], [])


def test_a_stay_whose_withdrawal_is_refused_may_be_billed(script: "Script") -> None:
    billed_after(script, Outcome.REFUSED, anna=True)

    assert script.ask("CK-WDR-03") == ([], [])


def test_what_never_left_need_not_be_withdrawn(script: "Script") -> None:
    script.admit()
    take_back(script)
    nothing(script)

    assert script.codes() == set()


def test_what_was_taken_back_and_told_anew_is_a_stay_of_its_own(script: "Script") -> None:
    withdrawn(script)
    script.admit(start=START)
    with script.sync():
        script.post("A2", script.admission(start=START))
    script.fetch(script.decide("A2"))
    script.see(script.view(DecisionState.ACCEPTED))
    script.billed()

    assert script.codes() == set()


def test_the_days_behind_a_withdrawn_end_are_due_again(script: "Script") -> None:
    end_withdrawn(script)
    script.bill_month()
    with script.sync():
        script.post("F1", script.file(script.bill(3, 17)))

    assert [one.code for one in script.ask("CK-ICO-05")[1]] == ["days-forgotten"]


def test_an_end_that_is_told_again_is_no_other_way_of_taking_it_back(script: "Script") -> None:
    end_withdrawn(script)
    again = EndStay(
        facility=script.home.hco, insz=script.anna.insz, end=at("04-25 10:00"), reason=EndReason.DEATH
    )
    script.tell(again)
    with script.sync():
        script.post("E2", script.ending("04-25 10:00", EndReason.DEATH))

    assert script.codes() == set()


def test_the_books_of_the_funds_leave_out_what_was_withdrawn(script: "Script") -> None:
    withdrawn(script)
    script.billed(file=script.file(script.bill()))
    script.settle("F1")

    assert {one.code for one in script.ask("CK-SIM-11")[1]} == {"inside-a-stay"}


def test_the_books_let_a_stay_last_again_whose_end_was_withdrawn(script: "Script") -> None:
    end_withdrawn(script)
    script.billed(file=script.file(script.bill()))
    script.settle("F1")

    assert script.ask("CK-SIM-11")[1] == []
