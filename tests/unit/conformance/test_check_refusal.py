"""Checks of the chapters refusal and takeover, and of the simulator: what keeps and what breaks each."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from generale.driver.stimuli import BillMonth
from generale.protocol import flatfile as flat
from generale.protocol.calendar import CareMonth
from generale.protocol.flatfile import Bill, BillKind, InvoiceFile, PreviousBill
from generale.protocol.genericasync import Get, success_tack
from generale.protocol.profile import ReturnedNumber
from generale.results.events import EventType

if TYPE_CHECKING:
    from tests.unit.conformance.conftest import Script

    Play = Callable[[Script], None]

APRIL = CareMonth(2019, 4)


def returned(script: "Script", *, again: bool = True, rebilled: bool = False, **file: Any) -> None:
    """A file comes back technically refused; this one leaves in its place."""
    script.accepted()
    script.billed()
    script.fetch(script.refuse_file("F1"))
    script.later(days=1)
    script.tell_rebill()
    with script.sync():
        if again:
            bill = script.rebill(1) if rebilled else script.bill()
            repaired = script.file(bill, invoice_date=date(2019, 5, 2))
            script.post("F2", replace(repaired, **file))
        else:
            script.get()


def sent_back_unasked(script: "Script", answer: Callable[["Script"], str]) -> None:
    """A file comes back by this answer; it leaves again before anybody bills its month again."""
    script.accepted()
    script.billed()
    script.fetch(answer(script))
    with script.sync():
        script.post("F2", script.file(created=date(2019, 5, 3), reference="00000000000002"))


def of_two(script: "Script", answer: Callable[["Script"], str], *, both: bool = False) -> None:
    """A file with Anna and Bert comes back by this answer; it is billed again with Anna, or with both."""
    script.accepted()
    script.accepted("B1", script.bert)
    script.billed("F1", script.file(script.bill(), script.bill(who=script.bert, number=2)))
    script.fetch(answer(script))
    script.later(days=1)
    script.tell_rebill()
    others = [script.bill(who=script.bert, number=2)] if both else []
    with script.sync():
        script.post("F2", script.file(script.bill(), *others, invoice_date=date(2019, 5, 2)))


def for_an_error(script: "Script") -> str:
    return judgement(script, "1014G1", limit=0)


def judgement(script: "Script", *codes: str, limit: int | None) -> str:
    """A 920099 or 920098 about the first file, with these errors behind its record 20."""
    file = flat.decode(flat.write_invoice(script.files["F1"]))
    told = {2: [flat.RecordError(letter=flat.Letter.BILL, code=code) for code in codes]}
    found = flat.judge(file, told, limit=flat.ErrorLimit(percentage=limit), fund_reference="1")
    return script.reply(found.message_type, "F1", flat.write_judgement(found, file))


def judged(
    script: "Script",
    *errors: str,
    limit: int | None = 0,
    again: bool = True,
    rebilled: bool = False,
    **file: Any,
) -> None:
    """A file is judged as a whole, and on the next day this one leaves."""
    script.accepted()
    script.billed()
    script.fetch(judgement(script, *(errors or ("1014G1",)), limit=limit))
    script.later(days=1)
    script.tell_rebill()
    with script.sync():
        if again:
            bill = script.rebill(1) if rebilled else script.bill()
            script.post("F2", replace(script.file(bill, invoice_date=date(2019, 5, 2)), **file))
        else:
            script.get()


def sparsely(script: "Script", again: Callable[["Script"], Any], *, told: bool = True) -> None:
    """Of two bills Bert's is refused, by a settlement that holds nothing else; this one goes again.

    When billing again is told, or of itself before that.
    """
    script.accepted()
    script.accepted("B1", script.bert)
    script.billed("F1", script.file(script.bill(), script.bill(who=script.bert, number=2)))
    name = script.settle("F1", 1)
    _, service, about, raw = script.replies.pop(name)
    paid = script.events.pop()
    script.events.pop()
    name = script.reply("920900", about, flat.sparse(raw), service=service)
    script.pay(about, paid.data["amount"])
    script.fetch(name)
    if told:
        script.tell_rebill()
    with script.sync():
        script.post("F2", script.file(again(script), sending_number=2))
    if not told:
        script.tell_rebill()
        script.fetch(script.settle("F2"))


def partly(script: "Script", *again: Callable[["Script"], Any]) -> None:
    """Of two bills Bert's is refused; these are in the rebill."""
    script.accepted()
    script.accepted("B1", script.bert)
    script.billed("F1", script.file(script.bill(), script.bill(who=script.bert, number=2)))
    script.fetch(script.settle("F1", 1))
    script.tell_rebill()
    with script.sync():
        if again:
            bills = (one(script) for one in again)
            script.post("F2", script.file(*bills, sending_number=2))
        else:
            script.get()


def berts(script: "Script", **other: Any) -> Any:
    former = PreviousBill(number=2, sending_number=1, fund=810, month=APRIL)
    return script.rebill(3, **{"who": script.bert, "previous": former, **other})


def taken_over(script: "Script", old_until: int, new_from: int, *, moved: bool = False) -> None:
    """The number changes on 16 April; the old one bills up to a day, the new one from a day on."""
    script.accepted()
    script.take_over()
    with script.sync():
        if moved:
            script.post("E1", script.ending("04-15 23:59"))
        else:
            script.get()
    script.bill_month()
    script.tell(BillMonth(facility=script.next_home.hco, month=APRIL))
    with script.sync():
        if old_until:
            script.post("F1", script.file(script.bill(3, old_until)))
        script.post("F2", new_file(script, script.bill(new_from)), nihii=script.next_home.nihii)


def new_file(script: "Script", bill: Bill, **other: Any) -> InvoiceFile:
    """A file of the number that continues the activity."""
    new = script.next_home
    own: dict[str, Any] = {
        "provider": new.nihii.in_flat_file,
        "company_number": new.enterprise,
        "iban": new.iban,
    }
    return script.file(bill, **own, **other)


def billed_twice_by_the_new(script: "Script") -> None:
    """The new number bills its first day a second time."""
    taken_over(script, 15, 16)
    script.tell(BillMonth(facility=script.next_home.hco, month=APRIL))
    again = new_file(script, script.bill(16, 16, number=2), sending_number=2)
    with script.sync():
        script.post("F3", again, nihii=script.next_home.nihii)


def old_mail(script: "Script", *, read: bool) -> None:
    script.admit()
    with script.sync():
        script.post("A1", script.admission())
    script.take_over()
    name = script.decide("A1")
    with script.sync():
        if read:
            script.get(name)
            script.confirm(name)
        else:
            script.get(nihii=script.next_home.nihii)


def answered(script: "Script", **answer: Any) -> None:
    """An admission and the answer to it, with these mistakes of the simulator."""
    script.admit()
    with script.sync():
        script.post("A1", script.admission(), **answer)


def delivered(script: "Script", **answer: Any) -> None:
    answered(script)
    with script.sync():
        name = script.decide("A1")
        script.get(name, **answer)
        script.confirm(name)


def misdelivered(script: "Script") -> None:
    script.take_over()
    delivered(script, nihii=script.next_home.nihii)


def garbled_reply(script: "Script") -> None:
    answered(script)
    script.reply("decision", "A1", b"<nothing/>", service="admissions")


def unanswered(script: "Script", *, raw: bytes = b"") -> None:
    question = Get(origin=script.origin(script.home.nihii))
    ids = {"operation": "get", "facility": script.home.nihii, "service": "admissions"}
    script.exchange(ids, question, raw or b"<nothing/>")
    if not raw:
        assert script.events.pop().type is EventType.RESPONSE


KEEPS: dict[str, "Play"] = {
    "CK-REF-01": returned,
    "CK-REF-02": lambda s: partly(s, berts),
    "CK-REF-03": lambda s: partly(s, berts),
    "CK-REF-04": lambda s: partly(s, berts),
    "CK-REF-05": judged,
    "CK-REF-06": lambda s: judged(s, limit=None, again=False),
    "CK-REF-07": lambda s: sparsely(s, berts),
    "CK-TAK-01": lambda s: taken_over(s, 15, 16),
    "CK-TAK-02": lambda s: taken_over(s, 15, 16),
    "CK-TAK-03": lambda s: old_mail(s, read=True),
    "CK-SIM-01": delivered,
    "CK-SIM-02": answered,
    "CK-SIM-03": delivered,
    "CK-SIM-04": delivered,
    "CK-SIM-05": answered,
}

BREAKS: dict[tuple[str, str], "Play"] = {
    ("CK-REF-01", "new-sending-number"): lambda s: returned(s, sending_number=2),
    ("CK-REF-01", "invoice-date-changed"): lambda s: returned(s, invoice_date=date(2019, 5, 3)),
    ("CK-REF-01", "bill-kind-changed"): lambda s: returned(s, rebilled=True),
    ("CK-REF-01", "file-not-sent-again"): lambda s: returned(s, again=False),
    ("CK-REF-01", "repaired-file-short"): lambda s: of_two(s, lambda s: s.refuse_file("F1")),
    ("CK-REF-01", "repaired-file-unasked"): lambda s: sent_back_unasked(s, lambda s: s.refuse_file("F1")),
    ("CK-REF-05", "returned-file-short"): lambda s: of_two(s, for_an_error),
    ("CK-REF-05", "returned-file-unasked"): lambda s: sent_back_unasked(s, for_an_error),
    ("CK-REF-05", "refused-number-kept"): lambda s: judged(s, "1007G1"),
    ("CK-REF-05", "returned-under-new-number"): lambda s: judged(s, sending_number=2),
    ("CK-REF-05", "returned-with-new-date"): lambda s: judged(s, invoice_date=date(2019, 5, 3)),
    ("CK-REF-05", "returned-as-other-kind"): lambda s: judged(s, rebilled=True),
    ("CK-REF-05", "returned-file-left"): lambda s: judged(s, again=False),
    ("CK-REF-06", "tolerated-file-sent-again"): lambda s: judged(s, limit=None),
    ("CK-REF-07", "sparse-answer-misread"): lambda s: sparsely(s, lambda s: s.rebill(3)),
    ("CK-REF-02", "settled-billed-again"): lambda s: partly(s, berts, lambda s: s.bill(number=4)),
    ("CK-REF-03", "rebill-as-new"): lambda s: partly(
        s, lambda s: berts(s, kind=BillKind.NORMAL, previous=None)
    ),
    ("CK-REF-03", "previous-bill-wrong"): lambda s: partly(s, lambda s: s.rebill(3, who=s.bert)),
    ("CK-REF-04", "refusal-swallowed"): partly,
    ("CK-TAK-01", "boundary-day-twice"): lambda s: taken_over(s, 16, 16),
    ("CK-TAK-01", "boundary-day-by-wrong-number"): lambda s: taken_over(s, 14, 15),
    ("CK-TAK-01", "boundary-day-missing"): lambda s: taken_over(s, 14, 16),
    ("CK-TAK-02", "move-sent-at-takeover"): lambda s: taken_over(s, 15, 16, moved=True),
    ("CK-TAK-03", "old-mailbox-closed"): lambda s: old_mail(s, read=False),
    ("CK-SIM-01", "reply-invalid"): garbled_reply,
    ("CK-SIM-02", "tack-not-genuine"): lambda s: answered(s, tack=success_tack(b"other", "A1", "urn:x")),
    ("CK-SIM-03", "count-wrong"): lambda s: delivered(s, count=0),
    ("CK-SIM-04", "delivered-to-another"): misdelivered,
    ("CK-SIM-05", "response-missing"): unanswered,
    ("CK-SIM-05", "response-invalid"): lambda s: unanswered(s, raw=b"<nothing/>"),
}


def test_the_right_number_that_bills_a_boundary_day_twice_is_found_at_its_line(script: "Script") -> None:
    billed_twice_by_the_new(script)

    occasions, (finding,) = script.ask("CK-TAK-01")

    raw = script.evidence[finding.evidence]
    assert finding.code == "boundary-day-twice"
    assert raw[finding.offset : finding.offset + finding.length] == b"20190416"
    assert len(occasions) == 1


def test_a_boundary_day_that_was_refused_may_be_billed_again(script: "Script") -> None:
    taken_over(script, 15, 16)
    script.fetch(script.settle("F1", 0))
    script.tell_rebill()
    with script.sync():
        script.post("F3", script.file(script.rebill(2, last=15), sending_number=2))

    assert script.ask("CK-TAK-01")[1] == []


@pytest.mark.parametrize("answer", [lambda s: s.refuse_file("F1"), for_an_error])
def test_a_repaired_file_with_all_its_residents_is_whole(
    answer: Callable[["Script"], str], script: "Script"
) -> None:
    of_two(script, answer, both=True)

    assert script.codes() == set()


def test_who_bills_again_before_the_refusal_is_fetched_has_asked_for_it(script: "Script") -> None:
    script.accepted()
    script.billed()
    name = script.refuse_file("F1")
    script.tell_rebill()
    script.fetch(name)
    with script.sync():
        script.post("F2", script.file(reference="00000000000002"))

    assert script.ask("CK-REF-01")[1] == []


def test_a_resident_whose_stay_ended_since_is_not_missed_in_the_repaired_file(script: "Script") -> None:
    script.accepted()
    script.billed()
    script.fetch(script.refuse_file("F1"))
    script.end_stay("04-20 10:00")
    with script.sync():
        script.post("E1", script.ending("04-20 10:00"))
    script.tell_rebill()
    with script.sync():
        script.post("F2", script.file(script.bill(last=19)))

    assert script.ask("CK-REF-01")[1] == []


def test_where_the_sending_number_was_refused_it_changes(script: "Script") -> None:
    judged(script, "1007G1", sending_number=2)

    occasions, findings = script.ask("CK-REF-05")
    assert (len(occasions), findings) == (1, [])


def test_a_profile_may_want_the_next_number_for_a_file_that_came_back(script: "Script") -> None:
    script.profile = replace(script.profile, returned_number=ReturnedNumber.NEXT)
    judged(script, sending_number=2)

    assert script.ask("CK-REF-05")[1] == []


def test_a_file_that_was_tolerated_may_be_rebilled_under_the_next_number(script: "Script") -> None:
    judged(script, limit=None, rebilled=True, sending_number=2)

    occasions, findings = script.ask("CK-REF-06")
    assert (len(occasions), findings) == (1, [])


@pytest.mark.parametrize(
    ("settled", "codes"),
    [
        pytest.param((), ["tolerated-file-sent-again"], id="before it is settled"),
        pytest.param((0,), [], id="all of it refused"),
    ],
)
def test_a_file_that_was_tolerated_is_not_sent_again_under_another_number(
    settled: tuple[int, ...], codes: list[str], script: "Script"
) -> None:
    script.accepted()
    script.billed()
    script.fetch(judgement(script, "1014G1", limit=None))
    if settled:
        script.fetch(script.settle("F1", *settled))
    script.tell_rebill()
    with script.sync():
        script.post("F2", script.file(sending_number=2))

    assert [one.code for one in script.ask("CK-REF-06")[1]] == codes


@pytest.mark.parametrize(
    ("again", "received"),
    [(lambda s: berts(s), []), (lambda s: s.rebill(3), ["billed again", "nothing"])],
    ids=["the refused", "the accepted"],
)
def test_a_sparse_answer_is_read_by_what_was_billed_again_told_or_not(
    again: Callable[["Script"], Any], received: list[str], script: "Script"
) -> None:
    sparsely(script, again, told=False)

    occasions, findings = script.ask("CK-REF-07")

    assert [one.received for one in findings] == received
    assert bool(occasions) is not bool(received)
