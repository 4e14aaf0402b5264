"""Checks of the chapters invoice form and invoice content: what keeps and what breaks each."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from generale.conformance.expectation import amounts_due
from generale.protocol.flatfile import Record, change, decode, encode, file_of, write_invoice
from generale.protocol.messages import EndReason, Outcome, StayType
from generale.protocol.money import Euro

if TYPE_CHECKING:
    from tests.unit.conformance.conftest import Script

    Play = Callable[[Script], None]


def month(script: "Script", **line: Any) -> None:
    """Anna is there from 3 April on and billed to the end of the month, with these values in the line."""
    script.accepted()
    bill = script.bill()
    script.billed("F1", script.file(replace(bill, lines=(replace(bill.lines[0], **line),))))


def other_fund(script: "Script") -> None:
    script.accepted(fund="830")
    script.billed()


def nothing(script: "Script") -> None:
    script.accepted()
    script.bill_month()
    with script.sync():
        script.get()


def spoiled(script: "Script", spoil: Callable[[Record], Record]) -> None:
    """The file leaves with a mistake in its records."""
    script.accepted()
    script.bill_month()
    file = decode(write_invoice(script.file()))
    raw = encode(file_of(file.header200, file.header300, map(spoil, file.records)))
    with script.sync():
        script.post("F1", raw, service="invoices")


def changing(record_type: str, **zones: Any) -> Callable[[Record], Record]:
    return lambda record: change(record, **zones) if record.type == record_type else record


def unreadable(script: "Script") -> None:
    script.accepted()
    script.bill_month()
    with script.sync():
        script.post("F1", b"920000 and nothing more", "failure", service="invoices")


def stay_until(script: "Script", last: int, reason: EndReason = EndReason.DEPARTURE) -> None:
    """The stay ends on 20 April; it is billed up to this day."""
    script.accepted()
    script.end_stay("04-20 14:00", reason)
    with script.sync():
        script.post("E1", script.ending("04-20 14:00", reason))
    script.billed("F1", script.file(script.bill(3, last, discharge_date=date(2019, 4, 20))))


def late_first_day(script: "Script", first: int) -> None:
    script.accepted()
    script.billed("F1", script.file(script.bill(first)))


def refused(script: "Script") -> None:
    script.admit()
    with script.sync():
        script.post("A1", script.admission())
    script.fetch(script.decide("A1", Outcome.REFUSED, controls=[script.control]))
    script.billed()


def twice(script: "Script", number: int, *, again: bool) -> None:
    """The month is told twice; Bert's acceptance comes in between."""
    script.accepted()
    script.admit(script.bert)
    with script.sync():
        script.post("B1", script.admission(script.bert))
    script.billed()
    script.fetch(script.decide("B1"))
    bert = script.bill(who=script.bert, number=2)
    bills = (bert, script.bill(number=3)) if again else (bert,)
    script.billed("F2", script.file(*bills, sending_number=number))


def two_funds(script: "Script", *, mixed: bool) -> None:
    script.accepted()
    script.accepted("B1", script.bert, fund="820")
    other = script.bill(who=script.bert, number=2, affiliated_fund=820, destination_fund=820)
    script.bill_month()
    with script.sync():
        if mixed:
            file = script.file(script.bill(), replace(other, destination_fund=810))
            raw = encode(_with_own_funds(write_invoice(file)))
            script.post("F1", raw, service="invoices")
        else:
            script.post("F1", script.file())
            script.post("F2", script.file(other, fund=820))


def _with_own_funds(raw: bytes) -> Any:
    file = decode(raw)
    return file_of(
        file.header200,
        file.header300,
        (
            change(one, destination_fund=one.whole("affiliated_fund")) if one.type == "20" else one
            for one in file.records
        ),
    )


def one_waits(script: "Script", *, billed: bool) -> None:
    script.accepted()
    script.admit(script.bert)
    with script.sync():
        script.post("B1", script.admission(script.bert))
    script.bill_month()
    with script.sync():
        if billed:
            script.post("F1", script.file())
        else:
            script.get()


def at_rate(script: "Script", per_day: str) -> None:
    """Anna's 28 days at this rate, where one product serves both homes."""
    script.take_over()
    month(script, amount=Euro.of_rate(Decimal(per_day), 28))


NEXT_PROVIDER = {"provider": "099100200000"}

KEEPS: dict[str, "Play"] = {
    "CK-IFO-01": month,
    "CK-IFO-02": lambda s: twice(s, 2, again=False),
    "CK-IFO-03": lambda s: two_funds(s, mixed=False),
    "CK-ICO-01": lambda s: stay_until(s, 19),
    "CK-ICO-02": lambda s: twice(s, 2, again=False),
    "CK-ICO-03": month,
    "CK-ICO-04": month,
    "CK-ICO-05": lambda s: stay_until(s, 20, EndReason.DEATH),
    "CK-ICO-06": lambda s: one_waits(s, billed=True),
    "CK-ICO-07": month,
}

BREAKS: dict[tuple[str, str], "Play"] = {
    ("CK-IFO-01", "file-unreadable"): unreadable,
    ("CK-IFO-01", "file-total-wrong"): lambda s: spoiled(s, changing("90", amount_a=Euro(1))),
    ("CK-IFO-01", "record-count-wrong"): lambda s: spoiled(s, changing("95", record_count=9)),
    ("CK-IFO-01", "check-digit-wrong"): lambda s: spoiled(s, changing("80", record_check="00")),
    ("CK-IFO-01", "record-order-wrong"): lambda s: spoiled(s, changing("30", record_index=9)),
    ("CK-IFO-01", "zone-invalid"): lambda s: spoiled(s, changing("20", bill_kind=7)),
    ("CK-IFO-02", "sending-number-reused"): lambda s: twice(s, 1, again=False),
    ("CK-IFO-03", "several-funds-in-file"): lambda s: two_funds(s, mixed=True),
    ("CK-IFO-03", "several-months-in-file"): lambda s: month(s, last=date(2019, 5, 1), days=29),
    ("CK-IFO-03", "several-numbers-in-file"): lambda s: spoiled(s, changing("20", **NEXT_PROVIDER)),
    ("CK-ICO-01", "departure-day-billed"): lambda s: stay_until(s, 20),
    ("CK-ICO-01", "day-outside-stay"): lambda s: stay_until(s, 25),
    ("CK-ICO-01", "refused-stay-billed"): refused,
    ("CK-ICO-01", "day-count-differs"): lambda s: month(s, days=27),
    ("CK-ICO-02", "day-billed-again"): lambda s: twice(s, 2, again=True),
    ("CK-ICO-03", "cents-off"): lambda s: month(s, amount=Euro(6585 * 28)),
    ("CK-ICO-03", "rate-wrong"): lambda s: month(s, amount=Euro.of_rate(Decimal("80.10"), 28)),
    ("CK-ICO-03", "rate-of-another-date"): lambda s: at_rate(s, "66.125"),
    ("CK-ICO-03", "rate-of-another-facility"): lambda s: at_rate(s, "59.315"),
    ("CK-ICO-03", "amount-wrong"): lambda s: month(s, amount=Euro(100_00)),
    ("CK-ICO-04", "wrong-fund"): other_fund,
    ("CK-ICO-05", "admission-day-forgotten"): lambda s: late_first_day(s, 4),
    ("CK-ICO-05", "death-day-forgotten"): lambda s: stay_until(s, 19, EndReason.DEATH),
    ("CK-ICO-05", "days-forgotten"): lambda s: late_first_day(s, 9),
    ("CK-ICO-05", "stay-forgotten"): nothing,
    ("CK-ICO-06", "month-waits-for-others"): lambda s: one_waits(s, billed=False),
    ("CK-ICO-07", "code-of-other-stay-type"): lambda s: month(s, code="0990021"),
    ("CK-ICO-07", "code-not-valid"): lambda s: month(s, code="0991012"),
}


def test_a_finding_points_at_the_zone_of_the_file(script: "Script") -> None:
    month(script, amount=Euro(100_00))

    (finding,) = script.ask("CK-ICO-03")[1]

    raw = script.evidence[finding.evidence]
    assert raw[finding.offset : finding.offset + finding.length] == b"+00000010000"


def test_a_line_over_two_rates_may_be_rounded_once_or_for_each_rate(script: "Script") -> None:
    days = [date(2019, 5, 29 + day) for day in range(3)] + [date(2019, 6, 1 + day) for day in range(3)]

    due = amounts_due(script.home, StayType.ROB, days)

    assert [str(one) for one in due] == ["395.94", "395.95"]
    assert amounts_due(script.home, StayType.ROB, days[:3]) == (Euro.parse("197.57"),)
    assert amounts_due(script.home, StayType.DVC, days) == ()


def test_a_line_over_a_change_of_codes_fits_none_of_them(script: "Script") -> None:
    codes = script.profile.performance_codes
    later = replace(codes[0], since=date(2019, 4, 15), code="991012")
    script.profile = replace(script.profile, performance_codes=(*codes, later))
    month(script)

    (finding,) = script.ask("CK-ICO-07")[1]

    assert finding.code == "code-not-valid"
    assert finding.expected == "code 0991012 (rob on 2019-04-15)"


def test_a_technically_refused_file_may_be_billed_again(script: "Script") -> None:
    script.accepted()
    script.billed()
    script.fetch(script.refuse_file("F1"))
    script.tell_rebill()
    with script.sync():
        script.post("F2", script.file())

    assert script.codes() == set()


def test_a_bill_that_left_too_late_for_a_broken_line_is_not_missed(script: "Script") -> None:
    script.accepted()
    script.bill_month()
    with script.sync():
        script.post("F1", script.file(), "busy")

    assert script.ask("CK-ICO-05")[1] == []


@pytest.mark.parametrize(
    ("reason", "billed", "found"),
    [
        (EndReason.DEATH, True, set()),
        (EndReason.DEATH, False, {"stay-forgotten"}),
        (EndReason.DEPARTURE, True, {"departure-day-billed"}),
        (EndReason.DEPARTURE, False, set()),
    ],
)
def test_a_stay_of_one_day_is_billed_where_the_resident_died_and_not_where_they_left(
    reason: EndReason, billed: bool, found: set[str], script: "Script"
) -> None:
    script.accepted()
    script.end_stay("04-03 21:00", reason)
    with script.sync():
        script.post("E1", script.ending("04-03 21:00", reason))
    script.bill_month()
    with script.sync():
        if billed:
            script.post("F1", script.file(script.bill(3, 3, discharge_date=date(2019, 4, 3))))
        else:
            script.get()

    assert script.codes() == found
