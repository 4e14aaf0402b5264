"""Checks on credit notes: what was accepted and is not due is given back, once, and as it was paid."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from tests.unit.conformance.cast_by_hand import APRIL

from generale.protocol import flatfile as flat
from generale.protocol.money import Euro

if TYPE_CHECKING:
    from tests.unit.conformance.conftest import Script

    Play = Callable[[Script], None]

PAID = flat.PreviousBill(number=1, sending_number=1, fund=810, month=APRIL)


def paid(script: "Script") -> None:
    """Anna's April is billed, accepted and paid."""
    script.accepted()
    script.billed()
    script.fetch(script.settle("F1"))


def left(script: "Script") -> None:
    """Then it turns out that she left on the 18th, and the platform accepts that."""
    paid(script)
    script.end_stay("04-18 14:00")
    with script.sync():
        script.post("E1", script.ending("04-18 14:00"))
    script.fetch(script.decide("E1"))


def note(script: "Script", *spans: tuple[int, int], number: int = 2, **other: Any) -> flat.Bill:
    """A credit note of days of April."""
    lines = [script.bill(first, last).lines[0] for first, last in spans or ((18, 30),)]
    minus = tuple(replace(one, days=-one.days, amount=-one.amount) for one in lines)
    facts = {"kind": flat.BillKind.CREDIT, "previous": PAID, "lines": minus, "number": number}
    return script.bill(**{**facts, **other})


def sent(script: "Script", *bills: flat.Bill, reference: str = "F2", number: int = 2, **other: Any) -> None:
    with script.sync():
        script.post(reference, script.file(*bills, sending_number=number, **other))
    script.fetch(script.settle(reference))


def credited(script: "Script", *spans: tuple[int, int], **other: Any) -> None:
    """April is billed again, and a credit note leaves."""
    left(script)
    script.bill_month()
    sent(script, note(script, *spans, **other))


def billed_again_without_a_note(script: "Script") -> None:
    left(script)
    script.bill_month()
    with script.sync():
        pass


def credited_and_billed_anew(script: "Script") -> None:
    left(script)
    script.bill_month()
    sent(script, note(script, (3, 30)), script.bill(3, 17, number=3, discharge_date=date(2019, 4, 18)))


def credited_before_it_was_told(script: "Script") -> None:
    left(script)
    sent(script, note(script))
    script.bill_month()
    with script.sync():
        pass


def credited_in_two_notes(script: "Script") -> None:
    left(script)
    script.bill_month()
    sent(script, note(script, (25, 30)))
    sent(script, note(script, (18, 24), number=3), reference="F3", number=3)


def credited_after_a_refusal(script: "Script") -> None:
    left(script)
    script.bill_month()
    with script.sync():
        script.post("F2", script.file(note(script), sending_number=2))
    script.fetch(script.settle("F2", 0))
    sent(script, note(script, number=3), reference="F3", number=3)


def credited_twice(script: "Script") -> None:
    credited(script)
    sent(script, note(script, number=3), reference="F3", number=3)


def of_another_fund(script: "Script") -> None:
    left(script)
    script.bill_month()
    sent(script, note(script, destination_fund=820), fund=820)


def of_another_bill(script: "Script") -> None:
    script.accepted()
    script.accepted("A2", script.bert)
    script.billed(file=script.file(script.bill(), script.bill(who=script.bert, number=2)))
    script.fetch(script.settle("F1"))
    sent(script, note(script, number=3, previous=replace(PAID, number=7)))


def plus(script: "Script") -> None:
    """A line below zero by its kind alone; the writer refuses it, so the minus is taken out of the bytes."""
    left(script)
    script.bill_month()
    raw = flat.decode(flat.write_invoice(script.file(note(script), sending_number=2)))
    records = [
        flat.change(one, amount=Euro(85612), days=13) if one.type == "30" else one for one in raw.records
    ]
    with script.sync():
        content = flat.encode(flat.file_of(raw.header200, raw.header300, records))
        script.post("F2", content, service="invoices")


KEEPS: dict[str, "Play"] = {
    "CK-CRE-01": credited,
    "CK-CRE-02": credited_in_two_notes,
    "CK-CRE-03": credited_and_billed_anew,
}

BREAKS: dict[tuple[str, str], "Play"] = {
    ("CK-CRE-01", "credit-not-sent"): billed_again_without_a_note,
    ("CK-CRE-01", "credit-days-forgotten"): lambda s: credited(s, (30, 30)),
    ("CK-CRE-02", "credit-sign-wrong"): plus,
    ("CK-CRE-02", "credit-to-another-fund"): of_another_fund,
    ("CK-CRE-02", "credit-for-another-resident"): lambda s: credited(s, insz=s.bert.insz),
    ("CK-CRE-02", "credit-names-another-bill"): of_another_bill,
    ("CK-CRE-02", "credit-of-unaccepted-days"): lambda s: credited(s, (2, 30)),
    ("CK-CRE-02", "credited-twice"): credited_twice,
    ("CK-CRE-02", "credit-amount-wrong"): lambda s: credited(
        s, lines=tuple(replace(one, amount=one.amount - Euro(3)) for one in note(s).lines)
    ),
    ("CK-CRE-03", "due-day-credited"): lambda s: credited(s, (3, 30)),
}


@pytest.mark.parametrize(
    "play", [credited, credited_and_billed_anew, credited_before_it_was_told, credited_in_two_notes,
             credited_after_a_refusal]
)  # fmt: skip
def test_whichever_way_the_days_too_many_are_credited_nothing_is_wrong(
    play: "Play", script: "Script"
) -> None:
    play(script)

    for number in KEEPS:
        occasions, findings = script.ask(number)
        assert findings == []
        assert occasions
    assert script.ask("CK-ICO-02")[1] == []


@pytest.mark.parametrize("off", [-1, 1])
def test_how_the_cents_are_rounded_is_left_to_the_product(off: int, script: "Script") -> None:
    credited(script, lines=tuple(replace(one, amount=one.amount - Euro(off)) for one in note(script).lines))

    assert script.ask("CK-CRE-02")[1] == []


def test_nothing_need_be_credited_while_the_end_is_not_accepted(script: "Script") -> None:
    paid(script)
    script.end_stay("04-18 14:00")
    with script.sync():
        script.post("E1", script.ending("04-18 14:00"))
    script.bill_month()
    with script.sync():
        pass

    assert script.ask("CK-CRE-01") == ([], [])
