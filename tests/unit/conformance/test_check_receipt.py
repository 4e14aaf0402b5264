"""Checks of later acknowledgements and of the header: a history that keeps each, and one that breaks it."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from generale.protocol.genericasync import (
    Addressing,
    Blob,
    Confirm,
    ConfirmResponse,
    Delivery,
    Envelope,
    Get,
    GetResponse,
    Query,
    TAck,
    action_of,
    failure_tack,
    success_tack,
    write_envelope,
)
from generale.results.events import EventType

if TYPE_CHECKING:
    from tests.unit.conformance.conftest import Script

    Play = Callable[[Script], None]


def receipt(script: "Script", *, failed: bool = False) -> TAck:
    """The acknowledgement of the message A1 that waits in the mailbox."""
    content = script.profile.write(script.admission())
    tack = failure_tack if failed else success_tack
    return tack(content, "A1", "urn:x", reference="K1")


def received(script: "Script") -> None:
    script.admit()
    with script.sync():
        script.post("A1", script.admission())


def box(script: "Script", operation: str) -> dict[str, str]:
    return {"operation": operation, "facility": script.home.nihii, "service": "admissions"}


def fetch(script: "Script", *tacks: TAck) -> None:
    asked = Get(origin=script.origin(script.home.nihii))
    answer = GetResponse(tacks=tacks, msg_count=0, tack_count=len(tacks))
    script.exchange(box(script, "get"), asked, answer)


def confirm(script: "Script", *references: str, contents: tuple[bytes, ...] = ()) -> None:
    origin = script.origin(script.home.nihii)
    asked = Confirm(origin=origin, tack_references=references, tack_contents=contents)
    script.exchange(box(script, "confirm"), asked, ConfirmResponse())


def picked_up(script: "Script", *references: str, contents: tuple[bytes, ...] = ()) -> None:
    """A message is picked up; the vendor fetches the acknowledgement and confirms these keys."""
    received(script)
    with script.sync():
        fetch(script, receipt(script))
        if references or contents:
            confirm(script, *references, contents=contents)


def only_messages(script: "Script", query: Query) -> None:
    received(script)
    script.decide("A1")
    with script.sync():
        asked = Get(origin=script.origin(script.home.nihii), tack_query=query)
        blob = Blob(content=script.replies["P1"][3], message_name="x", reference="P1")
        found = (Delivery(input_reference="A1", blob=blob),)
        script.exchange(box(script, "get"), asked, GetResponse(messages=found, msg_count=1, tack_count=0))
        script.confirm("P1")


def asked_for_once(script: "Script", *, later: bool) -> None:
    """The acknowledgement of A1 is fetched, the decision on A2 without one; ``later`` another poll asks."""
    picked_up(script, "K1")
    script.admit(script.bert)
    with script.sync():
        script.post("A2", script.admission(script.bert))
    name = script.decide("A2")
    nothing = Query(included=False, max=0)
    with script.sync():
        asked = Get(origin=script.origin(script.home.nihii), tack_query=nothing)
        blob = Blob(content=script.replies[name][3], message_name="x", reference=name)
        found = (Delivery(input_reference="A2", blob=blob),)
        script.exchange(box(script, "get"), asked, GetResponse(messages=found, msg_count=1, tack_count=0))
        script.confirm(name)
    with script.sync():
        if later:
            script.get(nihii=script.home.nihii)


def lost(script: "Script", *references: str, fetched: bool = True) -> None:
    """A message is not picked up; then the vendor sends the same content under these references."""
    received(script)
    ids = {"reference": "A1", "facility": script.home.nihii, "service": "admissions", "tack": "K1"}
    script.note(EventType.NOT_PICKED_UP, ids)
    with script.sync():
        fetch(script, *((receipt(script, failed=True),) if fetched else ()))
        if fetched:
            confirm(script, "K1")
    with script.sync():
        for reference in references:
            script.post(reference, script.admission())


def foreign(script: "Script", content: bytes = b"other", reference: str = "A1") -> None:
    """An acknowledgement in the mailbox that is not about what was sent."""
    received(script)
    fetch(script, success_tack(content, reference, "urn:x", reference="K1"))


def asked(script: "Script", *message_ids: str | None, to: str = "", soap_action: str = "") -> None:
    """Questions for the mailbox with these message ids, each for another number of messages."""
    for number, message_id in enumerate(message_ids, start=1):
        body = Get(origin=script.origin(script.home.nihii), message_query=Query(max=number))
        addressing = Addressing(action=action_of(body), to=to, message_id=message_id)
        raw = write_envelope(Envelope(addressing=addressing, body=body))
        script.exchange(box(script, "get"), raw, GetResponse(msg_count=0, tack_count=0))
        if soap_action:
            request = script.events[-2]
            assert isinstance(request.data, dict)
            request.data["headers"] = {"soapaction": soap_action}


KEEPS: dict[str, "Play"] = {
    "CK-TRA-12": lambda s: picked_up(s, "K1"),
    "CK-TRA-13": lambda s: lost(s, "A1"),
    "CK-TRA-14": lambda s: asked(s, "m1", "m2", None, None),
}

BREAKS: dict[tuple[str, str], "Play"] = {
    ("CK-TRA-12", "tack-not-fetched"): lambda s: only_messages(s, Query(included=False)),
    ("CK-TRA-12", "later-tack-not-fetched"): lambda s: asked_for_once(s, later=False),
    ("CK-TRA-12", "tack-not-confirmed"): picked_up,
    ("CK-TRA-13", "lost-message-not-sent-again"): lost,
    ("CK-TRA-14", "request-not-allowed"): lambda s: asked(s, "m1", to="urn:nip:destination:io:999"),
    ("CK-TRA-14", "message-id-reused"): lambda s: asked(s, "m1", "m1"),
}

MORE: list[tuple[str, str, "Play"]] = [
    ("CK-TRA-12", "tack-not-fetched", lambda s: only_messages(s, Query(max=0))),
    ("CK-TRA-12", "tack-not-confirmed", lambda s: picked_up(s, "K2")),
    ("CK-TRA-13", "lost-message-not-sent-again", lambda s: lost(s, "A2")),
    ("CK-TRA-14", "request-not-allowed", lambda s: asked(s, "m1", soap_action='"urn:x"')),
    ("CK-SIM-02", "tack-not-genuine", foreign),
    ("CK-SIM-02", "tack-not-genuine", lambda s: foreign(s, reference="A9")),
]


@pytest.mark.parametrize(("number", "code", "play"), MORE)
def test_other_ways_to_break_it_are_found(number: str, code: str, play: "Play", script: "Script") -> None:
    play(script)

    _, findings = script.ask(number)

    assert [one.code for one in findings] == [code]


def test_an_acknowledgement_may_be_confirmed_by_its_value(script: "Script") -> None:
    picked_up(script, contents=(receipt(script).value,))

    assert script.ask("CK-TRA-12")[1] == []


def test_who_goes_on_asking_may_get_one_acknowledgement_at_a_time(script: "Script") -> None:
    asked_for_once(script, later=True)

    assert script.ask("CK-TRA-12")[1] == []


def test_who_has_not_heard_of_the_loss_owes_nothing_yet(script: "Script") -> None:
    lost(script, fetched=False)

    assert script.ask("CK-TRA-13") == ([], [])


def test_a_request_that_is_sent_again_may_keep_its_message_id(script: "Script") -> None:
    asked(script, "m1")
    asked(script, "m1")

    assert script.ask("CK-TRA-14")[1] == []


def cut(script: "Script") -> None:
    """The line is cut behind an admission that was received."""
    script.admit()
    with script.sync():
        script.post("A1", script.admission(), "cut")


def answered(script: "Script") -> None:
    script.fetch(script.decide("A1"))


@pytest.mark.parametrize("learn", [answered, lambda s: acknowledged(s)], ids=["answer", "acknowledgement"])
def test_what_the_mailbox_says_was_received_need_not_be_sent_again(learn: "Play", script: "Script") -> None:
    cut(script)
    learn(script)
    with script.sync():
        script.get()

    occasions, findings = script.ask("CK-TRA-01")

    assert (len(occasions), findings) == (1, [])


def acknowledged(script: "Script", *, failed: bool = False, of: str = "A1") -> None:
    with script.sync():
        told = receipt(script, failed=failed)
        fetch(script, replace(told, applies_to=told.applies_to.replace("A1", of)))


@pytest.mark.parametrize(
    "learn",
    [lambda s: acknowledged(s, failed=True), lambda s: acknowledged(s, of="A2"), lambda s: None],
    ids=["a failure", "another message", "nothing"],
)
def test_without_such_word_a_message_whose_line_was_cut_is_owed(learn: "Play", script: "Script") -> None:
    cut(script)
    learn(script)
    with script.sync():
        script.get()

    assert [one.code for one in script.ask("CK-TRA-01")[1]] == ["not-sent-again"]
