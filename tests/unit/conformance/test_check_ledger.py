"""The books of the simulated care funds: what does not agree in them is found, and blamed on nobody else."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from generale.driver.observations import DecisionState, LineStatus
from generale.protocol import flatfile as flat
from generale.protocol.messages import EndReason
from generale.protocol.money import ZERO, Euro
from generale.results.events import EventType
from generale.results.verdicts import Blame

if TYPE_CHECKING:
    from tests.unit.conformance.conftest import Script

    Play = Callable[[Script], None]

CENT = Euro(1)


def settled(script: "Script") -> None:
    """Anna's April is billed, settled and paid, and her users see it."""
    script.accepted()
    script.billed()
    script.fetch(script.settle("F1"))
    paid = script.bill().lines[0].amount
    files = [script.file_view(script.line_view(LineStatus.ACCEPTED), paid=paid)]
    script.see(script.view(DecisionState.ACCEPTED), files=files)


def settled_as(script: "Script", *bills: flat.Bill, is_admitted: bool = True) -> None:
    """These bills are settled and paid, after an accepted stay or without one."""
    if is_admitted:
        script.accepted()
    script.billed(file=script.file(*bills))
    script.settle("F1")


def changed_line(script: "Script", **other: object) -> flat.Bill:
    bill = script.bill()
    return replace(bill, lines=(replace(bill.lines[0], **other),))  # type: ignore[arg-type]  # names of fields


def told_otherwise(script: "Script") -> None:
    """The sums of a statement are a cent too high, and so much is paid."""
    script.accepted()
    script.billed()
    file = flat.decode(flat.write_invoice(script.files["F1"]))
    right = flat.settle(file, {}, fund_reference="1", payment_reference="+++810/0000/00146+++")
    fund = replace(right.funds[0], asked=right.asked + CENT, accepted=right.accepted + CENT)
    script.reply("920900", "F1", flat.write_settlement(replace(right, funds=(fund,)), file))
    script.pay("F1", str(fund.accepted))


def settled_again(script: "Script", *refused_lines: int) -> None:
    settled(script)
    script.settle("F1", *refused_lines)


def billed_again(script: "Script") -> None:
    settled(script)
    with script.sync():
        script.post("F2", script.file(sending_number=2))
    script.settle("F2")


def credited(script: "Script", *, first: int = 3, before: bool = True, off: Euro = ZERO) -> None:
    """Days of April are credited, after they were accepted or not."""
    script.accepted()
    bills = [script.bill(number=1)] if before else []
    line = script.bill(first).lines[0]
    previous = flat.PreviousBill(number=1, sending_number=1, fund=810, month=script.file().month)
    minus = replace(line, days=-line.days, amount=-line.amount - off)
    credit = script.bill(number=2, kind=flat.BillKind.CREDIT, previous=previous, lines=(minus,))
    for number, bill in enumerate([*bills, credit], start=1):
        with script.sync():
            script.post(f"F{number}", script.file(bill, sending_number=number))
        script.settle(f"F{number}")


def credited_and_paid_in_full(script: "Script") -> None:
    """April is credited; when it is billed anew, the fund pays it as if nothing had been given back."""
    credited(script)
    with script.sync():
        script.post("F3", script.file(script.bill(number=3), sending_number=3))
    script.settle("F3")


def settled_and_then(script: "Script", then: "Play") -> None:
    settled(script)
    then(script)


def unpaid(script: "Script") -> None:
    settled(script)
    script.events = [event for event in script.events if event.type is not EventType.PAID]


def of_an_unknown_file(script: "Script") -> None:
    settled(script)
    raw = script.replies["P2"][3]
    script.reply("920900", "F9", raw)


KEEPS: dict[str, "Play"] = {"CK-SIM-11": settled}

BREAKS: dict[tuple[str, str], "Play"] = {
    ("CK-SIM-11", "known-file"): of_an_unknown_file,
    ("CK-SIM-11", "one-statement"): lambda s: settled_again(s, 0),
    ("CK-SIM-11", "statement-adds-up"): told_otherwise,
    ("CK-SIM-11", "paid-once"): billed_again,
    ("CK-SIM-11", "inside-a-stay"): lambda s: settled_as(s, is_admitted=False),
    ("CK-SIM-11", "rate-of-the-day"): lambda s: settled_as(
        s, changed_line(s, amount=s.bill().lines[0].amount + CENT)
    ),
    ("CK-SIM-11", "credited-before"): lambda s: credited(s, before=False),
    ("CK-SIM-11", "credited-as-accepted"): lambda s: credited(s, off=Euro(3)),
    ("CK-SIM-11", "paid-as-accepted"): unpaid,
}

MORE: list[tuple[str, "Play"]] = [
    ("known-file", lambda s: settled_and_then(s, lambda s: s.pay("F9", "1.00"))),
    ("inside-a-stay", lambda s: settled_as(s, s.bill(first=2))),
    ("inside-a-stay", lambda s: settled_as(s, s.bill(who=s.bert))),
    ("inside-a-stay", lambda s: settled_as(s, changed_line(s, code="0990021", amount=Euro(224280)))),
    ("rate-of-the-day", lambda s: settled_as(s, changed_line(s, days=27))),
    ("credited-before", lambda s: credited(s, first=2)),
    ("credited-as-accepted", lambda s: credited(s, off=Euro(-3))),
    ("set-off-first", credited_and_paid_in_full),
    ("paid-as-accepted", lambda s: settled_and_then(s, lambda s: s.pay("F1", "1843.94"))),
]


@pytest.mark.parametrize(("code", "play"), [(code, play) for (_, code), play in BREAKS.items()] + MORE)
def test_what_does_not_agree_is_the_rehearsals_own_fault(code: str, play: "Play", script: "Script") -> None:
    play(script)
    _, findings = script.ask("CK-SIM-11")

    assert {finding.code for finding in findings} == {code}
    assert {finding.blame for finding in findings} == {Blame.SIMULATOR}


@pytest.mark.parametrize("amount", ["1843.93", "1843.95", "-1843.94"])
def test_another_amount_than_the_accepted_one_is_found(amount: str, script: "Script") -> None:
    unpaid(script)
    script.pay("F1", amount)

    assert [finding.received for finding in script.ask("CK-SIM-11")[1]] == [amount]


def test_a_payment_under_another_communication_is_found(script: "Script") -> None:
    unpaid(script)
    script.pay("F1", "1843.94", "+++810/0000/00247+++")

    assert [finding.received for finding in script.ask("CK-SIM-11")[1]] == ["+++810/0000/00247+++"]


def sent_twice(script: "Script") -> None:
    settled_again(script)
    script.events.pop()  # a statement that is sent again is not paid again


def refused(script: "Script") -> None:
    script.accepted()
    script.billed()
    script.settle("F1", 0)


def held_up(script: "Script") -> None:
    """The file of April is settled and paid; the file of May is paid, and its settlement lost on its way."""
    settled(script)
    with script.sync():
        script.post("F2", script.file(script.bill(number=2), sending_number=2))
    script.reply("reject-outbound", "F2", b"<rejected/>")
    script.pay("F2", "1843.94")


@pytest.mark.parametrize("play", [sent_twice, credited, refused, held_up])
def test_books_that_agree_are_an_occasion(play: "Play", script: "Script") -> None:
    play(script)

    occasions, findings = script.ask("CK-SIM-11")

    assert findings == []
    assert occasions


def test_days_after_the_end_of_a_stay_are_in_no_stay_and_the_last_one_is(script: "Script") -> None:
    script.accepted()
    script.end_stay("04-29 10:00", EndReason.DEATH)
    with script.sync():
        script.post("E1", script.ending("04-29 10:00", EndReason.DEATH))
    script.fetch(script.decide("E1"))
    script.billed()
    script.settle("F1")

    findings = script.ask("CK-SIM-11")[1]

    assert [str(date(2019, 4, 30)) in str(finding.expected) for finding in findings] == [True]


def test_a_history_without_an_invoice_file_is_no_occasion(script: "Script") -> None:
    script.accepted()

    assert script.ask("CK-SIM-11") == ([], [])
