"""The checks of transport and fault where an invoice file or a short page meets the trouble."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from tests.unit.conformance.turned_away import impose, posting, reject

from generale.driver.observations import DecisionState
from generale.protocol.flatfile import InvoiceFile, write_invoice
from generale.protocol.genericasync import (
    Fault,
    PostResponse,
    RejectSide,
    SoaCode,
    soa_fault,
    success_tack,
)
from generale.protocol.messages import Outcome

if TYPE_CHECKING:
    from tests.unit.conformance.conftest import Script

Trouble = Callable[["Script", InvoiceFile], None]

WARNED = "urn:nip:tack:result:minor:warning"


def cut(script: "Script", file: InvoiceFile) -> None:
    script.post("F1", file, "lost")


def busy(script: "Script", file: InvoiceFile) -> None:
    script.post("F1", file, "busy")


def try_again(script: "Script", file: InvoiceFile) -> None:
    fault: Fault = soa_fault(SoaCode.TEMPORARILY_UNAVAILABLE)
    impose(script, posting(script, "F1", file), fault, "fault")


def forged(script: "Script", file: InvoiceFile) -> None:
    answer = PostResponse(tack=success_tack(b"other" + write_invoice(file), "F1", "urn:x"))
    impose(script, posting(script, "F1", file), answer, "forged-tack")


def billed(script: "Script", trouble: Trouble, *again: str) -> None:
    """A file meets trouble; at a later poll it leaves again under this reference, or not at all."""
    script.accepted()
    script.later(days=1)
    file = script.file()
    with script.sync():
        trouble(script, file)
    with script.sync():
        script.get()
        for reference in again:
            script.post(reference, file)


TROUBLES = [
    pytest.param(cut, "CK-TRA-01", "not-sent-again", id="a line cut before receipt"),
    pytest.param(busy, "CK-TRA-06", "lost-while-unavailable", id="503"),
    pytest.param(try_again, "CK-FLT-02", "lost-after-fault", id="a fault with Retry"),
    pytest.param(forged, "CK-FLT-05", "forged-acknowledgement-trusted", id="other content acknowledged"),
]


@pytest.mark.parametrize(("trouble", "number", "code"), TROUBLES)
def test_a_file_that_was_not_received_must_leave_again(
    trouble: Trouble, number: str, code: str, script: "Script"
) -> None:
    billed(script, trouble)

    assert [one.code for one in script.ask(number)[1]] == [code]


@pytest.mark.parametrize(("trouble", "number", "code"), TROUBLES)
def test_a_file_that_leaves_again_under_its_reference_is_right(
    trouble: Trouble, number: str, code: str, script: "Script"
) -> None:
    billed(script, trouble, "F1")

    occasions, findings = script.ask(number)

    assert (len(occasions), findings) == (1, [])
    assert code not in script.codes()


def warned(script: "Script", *, again: bool) -> None:
    """A file is received with a warning, and leaves once more or not."""
    script.accepted()
    script.later(days=1)
    file = script.file()
    tack = success_tack(write_invoice(file), "F1", "urn:x", WARNED, "oud")
    with script.sync():
        script.post("F1", file, tack=tack)
    with script.sync():
        if again:
            script.post("F1", file)
        else:
            script.get()


def settlement_rejected(script: "Script", *again: str) -> None:
    """The answer to a file is rejected, and the file leaves once more or not."""
    script.accepted()
    script.billed()
    script.fetch(reject(script, "F1", RejectSide.OUTBOUND, service="invoices"))
    with script.sync():
        for reference in again:
            script.post(reference, script.file())
        if not again:
            script.get()


@pytest.mark.parametrize("again", [False, True], ids=["once", "twice"])
def test_a_file_received_with_a_warning_leaves_once(script: "Script", *, again: bool) -> None:
    warned(script, again=again)

    occasions, findings = script.ask("CK-FLT-06")

    assert [one.code for one in findings] == ["resent-after-warning"] * again
    assert bool(occasions) is not again


@pytest.mark.parametrize("again", [(), ("F2",)], ids=["once", "twice"])
def test_a_file_whose_settlement_was_rejected_leaves_once(again: tuple[str, ...], script: "Script") -> None:
    settlement_rejected(script, *again)

    occasions, findings = script.ask("CK-FLT-10")

    assert [one.code for one in findings] == ["resent-after-rejected-answer"] * len(again)
    assert len(occasions) == 1 - len(again)


@pytest.mark.parametrize(
    ("text", "codes"),
    [("Verworpen: NO_IO_ERROR", []), ("Nog geen antwoord.", ["rejected-answer-not-shown"])],
    ids=["shown", "not shown"],
)
def test_an_answer_that_came_before_the_rejection_does_not_make_it_old(
    text: str, codes: list[str], script: "Script"
) -> None:
    script.admit()
    with script.sync():
        script.post("A1", script.admission())
    script.fetch(script.decide("A1", Outcome.PENDING, controls=[script.control]))
    script.fetch(reject(script, "A1", RejectSide.OUTBOUND))
    script.see(script.view(DecisionState.PENDING), items=[script.item(text=text)])

    occasions, findings = script.ask("CK-FLT-09")

    assert [one.code for one in findings] == codes
    assert len(occasions) == 1 - len(codes)


def test_a_garbled_reply_that_no_poll_was_there_for_is_nobodys_fault(script: "Script") -> None:
    script.accepted()
    script.billed()
    script.reply("unreadable", "F1", b"\x00?")

    assert script.ask("CK-TRA-09") == ([], [])


@pytest.mark.parametrize(
    ("confirms_at_once", "codes"),
    [(True, ["page-left-unread"]), (False, [])],
    ids=["confirms at once", "confirms at the next poll"],
)
def test_a_page_left_unread_counts_where_the_next_one_could_be_asked_for(
    codes: list[str], script: "Script", *, confirms_at_once: bool
) -> None:
    for who, name in ((script.anna, "A1"), (script.bert, "B1")):
        script.admit(who)
        with script.sync():
            script.post(name, script.admission(who))
    first, second = script.decide("A1"), script.decide("B1")
    with script.sync():
        script.get(first)
        if confirms_at_once:
            script.confirm(first)
    with script.sync():
        if not confirms_at_once:
            script.confirm(first)
        script.get(second)
        script.confirm(second)

    assert [one.code for one in script.ask("CK-TRA-04")[1]] == codes
