"""Checks of the chapter fault: each has a history that keeps the requirement and one that breaks it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from tests.unit.conformance.turned_away import (
    FINAL,
    LATE,
    corrected,
    failure,
    impose,
    left_alone,
    posting,
    reject,
    turned_away,
)

from generale.driver.observations import DecisionState, InvoiceStatus
from generale.protocol.genericasync import (
    Fault,
    PostResponse,
    SoaCode,
    soa_fault,
    success_tack,
)
from generale.protocol.ids import Reference
from generale.protocol.messages import Correction
from generale.results.events import EventType

if TYPE_CHECKING:
    from tests.unit.conformance.conftest import Script

    Play = Callable[[Script], None]

LATER = soa_fault(SoaCode.TEMPORARILY_UNAVAILABLE)
TRY_AGAIN = "urn:nip:tack:result:minor:try-again"


def tried_again(script: "Script", reference: str = "A1", answer: Fault | PostResponse = FINAL) -> None:
    turned_away(script, answer)
    with script.sync():
        script.post(reference, script.admission())


def looked_at(script: "Script", answer: Fault | PostResponse, *texts: str) -> None:
    """Users look after a refusal; these texts stand at the resident."""
    left_alone(script, answer)
    script.see(script.view(DecisionState.NOT_ANSWERED), items=[script.item(text=text) for text in texts])


def repaired(script: "Script", message: str) -> None:
    """The facility corrects what was refused, and the product sends this kind of message, or none."""
    left_alone(script)
    corrected(script)
    born = date(1931, 5, 3)
    with script.sync():
        match message:
            case "admission":
                script.post("A2", script.admission(birth_date=born))
            case "correction":
                stated = Correction(
                    facility=script.home.hco, corrects=Reference("A1"), insz=script.anna.insz, birth_date=born
                )
                script.post("A2", stated)
            case _:
                script.get()


def repaired_and_seen(script: "Script", *texts: str) -> None:
    """The repaired admission is accepted; these texts stand at the resident."""
    repaired(script, "admission")
    script.fetch(script.decide("A2"))
    script.see(script.view(DecisionState.ACCEPTED), items=[script.item(text=text) for text in texts])


def forged(script: "Script", reference: str = "") -> None:
    """The acknowledgement of other content comes; the message leaves again under this reference, or never."""
    script.admit()
    answer = PostResponse(tack=success_tack(b"other", "A1", "urn:x"))
    with script.sync():
        impose(script, posting(script, "A1", script.admission()), answer, "forged-tack")
    with script.sync():
        if reference:
            script.post(reference, script.admission())
        else:
            script.get()


def warned(script: "Script", *texts: str, resent: str = "") -> None:
    script.admit()
    raw = script.profile.write(script.admission())
    tack = success_tack(raw, "A1", "urn:x", LATE, "te laat")
    with script.sync():
        script.post("A1", script.admission(), tack=tack)
    with script.sync():
        if resent:
            script.post(resent, script.admission(), "duplicate" if resent == "A1" else "success")
    if texts:
        script.see(script.view(DecisionState.NOT_ANSWERED), items=[script.item(text=text) for text in texts])


def file_rejected(script: "Script", *, asked: bool) -> None:
    """A file is rejected on its way in, and leaves again once billing again was told, or unasked."""
    script.accepted()
    script.billed()
    name = reject(script, "F1", service="invoices")
    script.fetch(name)
    script.later(days=1)
    if asked:
        script.tell_rebill()
    with script.sync():
        script.post("F2", script.file(invoice_date=date(2019, 5, 2)))


def repaired_short(script: "Script") -> None:
    """A file with Anna and Bert is refused at the door; billed again, it holds Anna only."""
    script.accepted()
    script.accepted("B1", script.bert)
    script.bill_month()
    both = script.file(script.bill(), script.bill(who=script.bert, number=2))
    with script.sync():
        impose(script, posting(script, "F1", both), FINAL, "fault")
    script.tell_rebill()
    with script.sync():
        script.post("F2", script.file())


def retried_while_others_move_in(script: "Script") -> None:
    """Bert is entered after the refusal; then Anna's admission leaves once more as it was."""
    turned_away(script)
    script.admit(script.bert)
    with script.sync():
        script.post("A1", script.admission())
        script.post("B1", script.admission(script.bert))


KEEPS: dict[str, "Play"] = {
    "CK-FLT-01": left_alone,
    "CK-FLT-02": lambda s: tried_again(s, answer=LATER),
    "CK-FLT-03": lambda s: looked_at(s, FINAL, "Geweigerd: INPUT_ERROR"),
    "CK-FLT-04": lambda s: repaired(s, "admission"),
    "CK-FLT-05": lambda s: forged(s, "A1"),
    "CK-FLT-06": lambda s: warned(s, LATE),
    "CK-FLT-07": lambda s: warned(s, "Ontvangen, maar te  laat."),
}

BREAKS: dict[tuple[str, str], "Play"] = {
    ("CK-FLT-01", "retried-against-advice"): tried_again,
    ("CK-FLT-02", "retry-storm-after-fault"): lambda s: turned_away(s, LATER, times=4),
    ("CK-FLT-02", "new-reference-after-fault"): lambda s: tried_again(s, "A9", LATER),
    ("CK-FLT-02", "lost-after-fault"): lambda s: left_alone(s, LATER),
    ("CK-FLT-03", "fault-not-shown"): lambda s: looked_at(s, FINAL, "Er ging iets mis."),
    ("CK-FLT-03", "failure-not-shown"): lambda s: looked_at(s, failure(s), "Er ging iets mis."),
    ("CK-FLT-03", "repaired-still-listed"): lambda s: repaired_and_seen(s, "Geweigerd: INPUT_ERROR"),
    ("CK-FLT-04", "repair-not-sent"): lambda s: repaired(s, ""),
    ("CK-FLT-04", "corrects-what-was-refused"): lambda s: repaired(s, "correction"),
    ("CK-FLT-04", "repair-short"): repaired_short,
    ("CK-FLT-04", "rejected-file-unasked"): lambda s: file_rejected(s, asked=False),
    ("CK-FLT-05", "forged-acknowledgement-trusted"): forged,
    ("CK-FLT-05", "renamed-after-forged-acknowledgement"): lambda s: forged(s, "A9"),
    ("CK-FLT-06", "resent-after-warning"): lambda s: warned(s, resent="A1"),
    ("CK-FLT-07", "warning-not-shown"): lambda s: warned(s, "Ontvangen."),
}


def test_the_minor_results_of_the_profile_ask_for_another_try(script: "Script") -> None:
    tried_again(script, answer=failure(script, TRY_AGAIN))

    assert script.ask("CK-FLT-01") == ([], [])
    assert len(script.ask("CK-FLT-02")[0]) == 1


def test_what_was_told_in_between_may_change_everything(script: "Script") -> None:
    turned_away(script)
    corrected(script)
    with script.sync():
        script.post("A2", script.admission())

    assert script.ask("CK-FLT-01") == ([], [])


def test_the_same_in_other_bytes_is_another_try(script: "Script") -> None:
    turned_away(script)
    with script.sync():
        script.post("A2", script.profile.write(script.admission()) + b"<!-- 10:05 -->")

    assert [one.code for one in script.ask("CK-FLT-01")[1]] == ["retried-against-advice"]


def test_what_was_told_of_another_asks_for_no_other_try(script: "Script") -> None:
    retried_while_others_move_in(script)

    assert [one.code for one in script.ask("CK-FLT-01")[1]] == ["retried-against-advice"]


def test_a_rejected_file_leaves_again_when_billing_again_is_told(script: "Script") -> None:
    file_rejected(script, asked=True)

    occasions, findings = script.ask("CK-FLT-04")
    assert (len(occasions), findings) == (1, [])


@pytest.mark.parametrize("words", ["INPUT_ERROR", "GEEN  datum", "Fout: geen datum (INPUT_ERROR)."])
def test_code_or_text_will_do_in_capitals_or_not(words: str, script: "Script") -> None:
    looked_at(script, FINAL, words)

    assert script.ask("CK-FLT-03")[1] == []


def test_the_reason_of_a_refusal_is_off_the_list_once_its_repair_is_accepted(script: "Script") -> None:
    repaired_and_seen(script)

    occasions, findings = script.ask("CK-FLT-03")
    assert (len(occasions), findings) == (1, [])


def test_other_words_about_the_resident_are_not_the_old_refusal(script: "Script") -> None:
    repaired_and_seen(script, "Kamer nog niet gekozen.")

    assert script.ask("CK-FLT-03")[1] == []


def test_a_refusal_that_asks_for_another_try_need_not_be_shown(script: "Script") -> None:
    looked_at(script, LATER)

    assert script.ask("CK-FLT-03") == ([], [])


def test_a_second_message_that_left_at_the_same_poll_is_no_other_try(script: "Script") -> None:
    script.admit()
    with script.sync():
        impose(script, posting(script, "A1", script.admission()), FINAL, "fault")
        script.post("A2", script.admission())

    assert script.ask("CK-FLT-01") == ([], [])


def file_refused(script: "Script", *texts: str, again: str = "") -> None:
    """A file is refused at the door; users look; billing again is told, and the file leaves again or not."""
    script.accepted()
    script.bill_month()
    with script.sync():
        impose(script, posting(script, "F1", script.file()), FINAL, "fault")
    with script.sync():
        script.get()
    script.see(
        script.view(DecisionState.ACCEPTED),
        items=[script.item(text=text) for text in texts],
        files=[script.file_view(status=InvoiceStatus.REFUSED, paid=None)],
    )
    script.later(days=1)
    script.tell_rebill()
    with script.sync():
        if again:
            script.post(again, script.file(invoice_date=date(2019, 5, 2)))
        else:
            script.get()


def test_a_file_refused_at_the_door_is_shown_and_leaves_again_when_billing_again_is_told(
    script: "Script",
) -> None:
    file_refused(script, "Bestand geweigerd: INPUT_ERROR", again="F2")

    assert [len(script.ask(number)[0]) for number in ("CK-FLT-01", "CK-FLT-03", "CK-FLT-04")] == [1, 1, 1]
    assert script.codes() == set()


def test_a_file_refused_at_the_door_and_forgotten_is_found_twice(script: "Script") -> None:
    file_refused(script, "Bestand verstuurd.")

    assert {"fault-not-shown", "repair-not-sent"} <= script.codes()


def test_who_a_message_is_about_must_be_readable_before_it_can_be_shown(script: "Script") -> None:
    script.admit()
    asked = posting(script, "A1", script.admission())
    asked = replace(asked, blob=replace(asked.blob, content=b"<Opname>1931</Opname>"))
    with script.sync():
        impose(script, asked, FINAL, "fault")
    script.see(script.view(DecisionState.NOT_ANSWERED))

    assert script.ask("CK-FLT-03") == ([], [])


INJECTED: dict[str, "Play"] = {
    "a fault on a post": left_alone,
    "a failure": lambda s: left_alone(s, failure(s)),
    "an acknowledgement of other content": lambda s: forged(s, "A1"),
}


@pytest.mark.parametrize("play", INJECTED.values(), ids=INJECTED)
def test_what_a_scenario_injects_blames_neither_the_vendor_nor_the_simulator(
    play: "Play", script: "Script"
) -> None:
    play(script)

    assert script.codes() == set()


@pytest.mark.parametrize(
    ("play", "code"),
    [
        (left_alone, "right-request-refused"),
        (lambda s: left_alone(s, failure(s)), "valid-content-refused"),
        (lambda s: forged(s, "A1"), "tack-not-genuine"),
    ],
    ids=["fault", "failure", "forged"],
)
def test_a_refusal_that_no_scenario_asked_for_is_the_fault_of_the_simulator(
    play: "Play", code: str, script: "Script"
) -> None:
    play(script)
    script.events = [
        one if one.type is not EventType.BEHAVIOUR else replace(one, type=EventType.CLOCK, data={})
        for one in script.events
    ]

    assert code in script.codes()
