"""Checks of trust: what a product does with an answer that proves nothing, and what it asks again."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from generale.driver.observations import DecisionState
from generale.protocol.genericasync import Confirm, ConfirmResponse, Get, GetResponse, success_tack
from generale.protocol.ids import FundNumber
from generale.protocol.messages import Decision, Outcome

if TYPE_CHECKING:
    from tests.unit.conformance.conftest import Script

    Play = Callable[[Script], None]

TAMPERED, UNSIGNED = "reply-tampered", "reply-unsigned"


@contextmanager
def spoiled(script: "Script", how: str = UNSIGNED) -> Iterator[None]:
    """What is answered here proves nothing."""
    script.more = {"spoiled": how}
    yield
    script.more = {}


def sent(script: "Script") -> None:
    script.admit()
    with script.sync():
        script.post("A1", script.admission())


def replied(script: "Script", *, proved: bool) -> None:
    """A decision that first comes in an answer without signature, and is confirmed."""
    sent(script)
    name = script.decide("A1")
    with script.sync(), spoiled(script):
        script.get(name)
    with script.sync():
        if proved:
            script.get(name)
        script.confirm(name)


def picked_up(script: "Script", *, proved: bool, by_content: bool = False) -> None:
    """An acknowledgement that first comes in an answer without signature, and is confirmed."""
    sent(script)
    tack = success_tack(script.profile.write(script.admission()), "A1", "urn:x", reference="K1")
    origin = script.origin(script.home.nihii)
    box = {"facility": script.home.nihii, "service": "admissions"}
    found = GetResponse(tacks=(tack,), msg_count=0, tack_count=1)
    with script.sync(), spoiled(script):
        script.exchange({"operation": "get", **box}, Get(origin=origin), found)
    with script.sync():
        if proved:
            script.exchange({"operation": "get", **box}, Get(origin=origin), found)
        asked = Confirm(origin=origin, tack_references=("K1",))
        if by_content:
            asked = Confirm(origin=origin, tack_contents=(tack.value,))
        script.exchange({"operation": "confirm", **box}, asked, ConfirmResponse())


def pending(script: "Script") -> str:
    """A pending admission, of which somebody in between makes an acceptance; the vendor knows no better."""
    sent(script)
    name = script.decide("A1", Outcome.PENDING)
    nihii, service, about, raw = script.replies[name]
    own = script.profile.read(raw)
    assert isinstance(own, Decision)
    other = replace(own, outcome=Outcome.ACCEPTED, fund=FundNumber("810"))
    script.replies[name] = (nihii, service, about, script.profile.write(other))
    with script.sync(), spoiled(script, TAMPERED):
        script.get(name)
    script.replies[name] = (nihii, service, about, raw)
    return name


def month(script: "Script", *, billed: bool) -> None:
    """The month is billed, with the stay or without it."""
    script.fetch(pending(script))
    script.bill_month()
    with script.sync():
        if billed:
            script.post("F1", script.file())
        else:
            script.get()


def seen(script: "Script", state: DecisionState) -> None:
    """What users see after the answer that proves nothing."""
    pending(script)
    script.see(script.view(state), items=[script.item()])


def posted(script: "Script", *, again: bool) -> None:
    """An admission that never arrives is acknowledged by somebody in between."""
    script.admit()
    with script.sync():
        script.ask_status(script.admission())
        with spoiled(script):
            script.post("A1", script.admission(), "forged")
    script.later(minutes=10)
    with script.sync():
        if again:
            script.post("A1", script.admission())
        else:
            script.get()


def confirmed(script: "Script", *, again: bool) -> None:
    """A confirmation that never arrives is answered by somebody in between; the reply lies there still."""
    sent(script)
    name = script.decide("A1")
    with script.sync():
        script.get(name)
        with spoiled(script):
            script.confirm(name)
    with script.sync():
        script.get(name)
        if again:
            script.confirm(name)
    with script.sync():
        script.get(*(() if again else (name,)))


KEEPS: dict[str, "Play"] = {
    "CK-SEC-02": lambda s: replied(s, proved=True),
    "CK-SEC-05": lambda s: month(s, billed=False),
    "CK-SEC-05T": lambda s: seen(s, DecisionState.NOT_ANSWERED),
    "CK-SEC-06": lambda s: posted(s, again=True),
}

BREAKS: dict[tuple[str, str], "Play"] = {
    ("CK-SEC-02", "untrusted-reply-confirmed"): lambda s: replied(s, proved=False),
    ("CK-SEC-05", "untrusted-decision-billed"): lambda s: month(s, billed=True),
    ("CK-SEC-05T", "untrusted-decision-shown"): lambda s: seen(s, DecisionState.ACCEPTED),
    ("CK-SEC-06", "untrusted-receipt-taken"): lambda s: posted(s, again=False),
    ("CK-SEC-06", "untrusted-confirmation-taken"): lambda s: confirmed(s, again=False),
}


@pytest.mark.parametrize("by_content", [True, False])
@pytest.mark.parametrize("proved", [True, False])
def test_an_acknowledgement_is_confirmed_like_a_reply_after_a_right_answer_only(
    script: "Script", proved: bool, by_content: bool
) -> None:
    picked_up(script, proved=proved, by_content=by_content)

    occasions, findings = script.ask("CK-SEC-02")

    assert (len(occasions), [one.code for one in findings]) == (
        (1, []) if proved else (0, ["untrusted-reply-confirmed"])
    )
    if proved:
        assert script.codes() == set()


def test_who_confirms_again_what_came_again_is_right(script: "Script") -> None:
    confirmed(script, again=True)

    occasions, findings = script.ask("CK-SEC-06")

    assert (len(occasions), findings) == (1, [])
    assert script.codes() == set()


def test_what_came_in_a_spoiled_answer_is_not_known_and_disturbs_the_poll(script: "Script") -> None:
    name = pending(script)

    history = script.history()

    assert [one.fetched for one in history.replies if one.reference == name] == [()]
    assert [history.undisturbed(sync) for sync in history.syncs] == [True, False]


def test_who_shows_what_a_right_answer_says_as_well_is_right(script: "Script") -> None:
    replied(script, proved=True)
    script.see(script.view(DecisionState.ACCEPTED))

    assert script.ask("CK-SEC-05T") == ([], [])
