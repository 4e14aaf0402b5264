"""Checks of the chapter settlement: what keeps and what breaks each."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from generale.driver.observations import DecisionState, FacilityView, InvoiceStatus, LineStatus, Observation
from generale.protocol.form import to_json
from generale.protocol.money import ZERO, Euro
from generale.results.events import EventType

if TYPE_CHECKING:
    from tests.unit.conformance.conftest import Script

    Play = Callable[[Script], None]

ACCEPTED = LineStatus.ACCEPTED


def settled(script: "Script", *refused_lines: int) -> None:
    script.accepted()
    script.billed()
    script.fetch(script.settle("F1", *refused_lines))


def lines(script: "Script", *shown: LineStatus | dict[str, Any]) -> None:
    """Anna's bill of April is accepted; users see these lines of it."""
    settled(script)
    views = [
        script.line_view(ACCEPTED, **one) if isinstance(one, dict) else script.line_view(one) for one in shown
    ]
    paid = script.bill().lines[0].amount
    script.see(script.view(DecisionState.ACCEPTED), files=[script.file_view(*views, paid=paid)])


def file(script: "Script", answer: str, *shown: InvoiceStatus, paid: str = "") -> None:
    """The file of April is answered so; users see it in these states, with this payment."""
    script.accepted()
    script.bill_month()
    with script.sync():
        script.post("F1", script.file(), "cut" if answer == "cut" else "success")
    match answer:
        case "settled":
            script.fetch(script.settle("F1"))
        case "all refused":
            script.fetch(script.settle("F1", 0))
        case "returned":
            script.fetch(script.refuse_file("F1"))
    euro = Euro.parse(paid) if paid else None
    status = {"settled": ACCEPTED, "all refused": LineStatus.REFUSED}.get(answer, LineStatus.SENT)
    views = [script.file_view(script.line_view(status), status=one, paid=euro) for one in shown]
    script.see(script.view(DecisionState.ACCEPTED), files=views)


def ghost(script: "Script", status: InvoiceStatus, *, number: int = 2, content: bytes = b"") -> None:
    """The file of April is settled; users also see one under another number, which never left."""
    script.accepted()
    script.billed()
    script.fetch(script.settle("F1"))
    if content:
        with script.sync():
            script.post("F9", content, service="invoices")
    line = script.line_view(ACCEPTED)
    other = script.file_view(sending_number=number, status=status, paid=None)
    script.see(script.view(DecisionState.ACCEPTED), files=[script.file_view(line), other])


SETTLED, REFUSED = InvoiceStatus.SETTLED, InvoiceStatus.REFUSED

KEEPS: dict[str, "Play"] = {
    "CK-SET-01": lambda s: lines(s, ACCEPTED),
    "CK-SET-02": lambda s: file(s, "settled", SETTLED, paid="1843.94"),
}

BREAKS: dict[tuple[str, str], "Play"] = {
    ("CK-SET-01", "settlement-not-shown"): lambda s: lines(s, LineStatus.SENT),
    ("CK-SET-01", "line-status-wrong"): lambda s: lines(s, LineStatus.REFUSED),
    ("CK-SET-01", "line-days-wrong"): lambda s: lines(s, {"days": 1}),
    ("CK-SET-01", "line-amount-wrong"): lambda s: lines(s, {"amount": ZERO}),
    ("CK-SET-02", "file-status-wrong"): lambda s: file(s, "returned", SETTLED),
    ("CK-SET-02", "payment-wrong"): lambda s: file(s, "settled", SETTLED),
    ("CK-SET-02", "file-shown-twice"): lambda s: file(s, "settled", SETTLED, SETTLED, paid="1843.94"),
    ("CK-SET-02", "file-never-sent"): lambda s: ghost(s, SETTLED),
}


def test_a_line_shown_once_in_every_status_is_not_shown_rightly(script: "Script") -> None:
    lines(script, *LineStatus)

    assert [one.code for one in script.ask("CK-SET-01")[1]] == ["line-status-wrong"]


def rebilled(script: "Script", *shown: LineStatus) -> None:
    """Of Anna's two lines the second is refused and billed again; then users see these of the first file."""
    script.accepted()
    (whole,) = script.bill().lines
    parts = [
        replace(whole, last=date(2019, 4, 10), days=8, amount=Euro.parse("526.84")),
        replace(whole, first=date(2019, 4, 11), days=20, amount=Euro.parse("1317.10")),
    ]
    script.billed("F1", script.file(script.bill(lines=tuple(parts))))
    script.fetch(script.settle("F1", 1))
    script.tell_rebill()
    with script.sync():
        again = replace(script.rebill(2), lines=(parts[1],))
        script.post("F2", script.file(again, sending_number=2))
    views = [
        script.line_view(status, first=part.first, last=part.last, days=part.days, amount=part.amount)
        for status, part in zip(shown, parts, strict=False)
    ]
    script.see(script.view(DecisionState.ACCEPTED), lines=views)


@pytest.mark.parametrize("second", [LineStatus.REFUSED, LineStatus.SENT])
def test_what_is_billed_again_may_be_shown_as_refused_or_not(second: LineStatus, script: "Script") -> None:
    rebilled(script, ACCEPTED, second)

    occasions, findings = script.ask("CK-SET-01")
    assert (len(occasions), findings) == (1, [])


def test_what_was_accepted_stays_shown_when_the_rest_is_billed_again(script: "Script") -> None:
    rebilled(script)

    assert [one.code for one in script.ask("CK-SET-01")[1]] == ["settlement-not-shown"]


def test_the_second_look_counts_like_the_first(script: "Script") -> None:
    lines(script, ACCEPTED)
    script.see(script.view(DecisionState.ACCEPTED))

    assert [one.code for one in script.ask("CK-SET-01")[1]] == ["settlement-not-shown"]


def test_a_line_may_be_shown_in_parts(script: "Script") -> None:
    first = {"last": date(2019, 4, 10), "days": 8, "amount": Euro.parse("526.84")}
    rest = {"first": date(2019, 4, 11), "days": 20, "amount": Euro.parse("1317.10")}

    lines(script, first, rest)

    occasions, findings = script.ask("CK-SET-01")
    assert (len(occasions), findings) == (1, [])


@pytest.mark.parametrize(
    ("answer", "right"),
    [
        ("settled", [SETTLED]),
        ("all refused", [SETTLED, REFUSED]),
        ("returned", [REFUSED]),
        ("received", [InvoiceStatus.SENT]),
        ("cut", [InvoiceStatus.NOT_ACKNOWLEDGED]),
    ],
)
@pytest.mark.parametrize("shown", list(InvoiceStatus))
def test_a_file_is_shown_where_it_stands_and_nowhere_else(
    shown: InvoiceStatus, answer: str, right: Sequence[InvoiceStatus], script: "Script"
) -> None:
    file(script, answer, shown, paid="1843.94" if answer == "settled" else "")

    assert bool(script.ask("CK-SET-02")[1]) is (shown not in right)


@pytest.mark.parametrize(("paid", "is_right"), [("", True), ("0.00", True), ("1843.94", False)])
def test_nothing_is_paid_for_a_file_that_came_back(paid: str, is_right: bool, script: "Script") -> None:
    file(script, "returned", REFUSED, paid=paid)

    assert bool(script.ask("CK-SET-02")[1]) is not is_right


def test_a_file_that_is_not_shown_at_all_does_not_stand_anywhere(script: "Script") -> None:
    file(script, "settled")

    (finding,) = script.ask("CK-SET-02")[1]

    assert (finding.code, finding.received) == ("file-status-wrong", "no such file")


def test_a_repaired_file_may_be_shown_beside_the_one_that_came_back(script: "Script") -> None:
    script.accepted()
    script.billed()
    script.fetch(script.refuse_file("F1"))
    script.tell_rebill()
    with script.sync():
        script.post("F2", script.file())
    script.fetch(script.settle("F2"))
    line = script.line_view(ACCEPTED)
    back = script.file_view(script.line_view(LineStatus.SENT), status=REFUSED)
    script.see(script.view(DecisionState.ACCEPTED), files=[back, script.file_view(line)])

    assert script.codes() == set()


@pytest.mark.parametrize("beside", [REFUSED, InvoiceStatus.RECEIVED, InvoiceStatus.SENT])
def test_a_settled_file_is_not_shown_beside_itself_in_another_state(
    beside: InvoiceStatus, script: "Script"
) -> None:
    file(script, "settled", SETTLED, beside, paid="1843.94")

    assert [one.code for one in script.ask("CK-SET-02")[1]] == ["file-status-wrong"]


@pytest.mark.parametrize("second", ["99999.99", "0.00"])
def test_each_time_that_a_file_is_shown_its_payment_is_right(second: str, script: "Script") -> None:
    script.accepted()
    script.billed()
    script.fetch(script.settle("F1"))
    views = [script.file_view(script.line_view(ACCEPTED)), script.file_view(paid=Euro.parse(second))]
    script.see(script.view(DecisionState.ACCEPTED), files=views)

    assert [one.code for one in script.ask("CK-SET-02")[1]] == ["payment-wrong"]


@pytest.mark.parametrize("status", list(InvoiceStatus))
def test_a_file_that_never_left_may_only_be_shown_as_not_acknowledged(
    status: InvoiceStatus, script: "Script"
) -> None:
    ghost(script, status)

    assert bool(script.ask("CK-SET-02")[1]) is (status is not InvoiceStatus.NOT_ACKNOWLEDGED)


def test_a_file_shown_beside_one_that_cannot_be_read_may_be_that_one(script: "Script") -> None:
    ghost(script, InvoiceStatus.SENT, content=b"no flat file")

    assert script.ask("CK-SET-02")[1] == []


@pytest.mark.parametrize(("taken_over", "found"), [(False, ["file-never-sent"]), (True, [])])
def test_a_file_is_shown_under_its_own_number_or_one_in_its_line(
    taken_over: bool, found: list[str], script: "Script"
) -> None:
    script.accepted()
    script.billed()
    if taken_over:
        script.take_over()
    other = FacilityView(
        facility=script.next_home.hco, invoices=(script.file_view(status=InvoiceStatus.SENT, paid=None),)
    )
    home = FacilityView(facility=script.home.hco, invoices=other.invoices)
    script.note(EventType.OBSERVED, data=to_json(Observation(facilities=(home, other))))

    assert [one.code for one in script.ask("CK-SET-02")[1]] == found
