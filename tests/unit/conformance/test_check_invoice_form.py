"""Checks of identity, head and dates of an invoice file: what keeps and what breaks each."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, time, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from generale.driver.stimuli import BillMonth, Correct
from generale.protocol.flatfile import Record, change, decode, encode, file_of, write_invoice
from generale.protocol.ids import Iban, Kbo, Sex
from generale.protocol.messages import EndReason

if TYPE_CHECKING:
    from tests.unit.conformance.conftest import Script

    Play = Callable[[Script], None]


def stated(script: "Script", **values: Any) -> None:
    """Anna, there since 3 April, is billed with these values in the file."""
    script.accepted()
    script.billed("F1", script.file(**values))


def head(script: "Script", **values: Any) -> None:
    """Anna is billed with these values in the bill."""
    script.accepted()
    script.billed("F1", script.file(script.bill(**values)))


def left(script: "Script", end: str = "04-20 14:00", last: int = 19, **values: Any) -> None:
    """Anna leaves; the bill of April says this."""
    script.accepted()
    script.end_stay(end)
    with script.sync():
        script.post("E1", script.ending(end))
    script.billed("F1", script.file(script.bill(3, last, **values)))


def changed(script: "Script", record_type: str, **zones: Any) -> None:
    """One kind of record says something else than the rest of the file."""
    script.accepted()
    script.bill_month()
    file = decode(write_invoice(script.file()))

    def spoil(record: Record) -> Record:
        return change(record, **zones) if record.type == record_type else record

    raw = encode(file_of(file.header200, file.header300, map(spoil, file.records)))
    with script.sync():
        script.post("F1", raw, service="invoices")


def sent_later(script: "Script", days: int, **values: Any) -> None:
    """Billing is told on 2 May, and the file leaves so many days later."""
    script.accepted()
    script.bill_month()
    script.later(days=days)
    with script.sync():
        script.post("F1", script.file(**values))


def mended(script: "Script", created: date, invoice_date: date = date(2019, 5, 2)) -> None:
    """A file of 2 May comes back technically refused and is sent again on 4 May."""
    script.accepted()
    script.billed()
    script.fetch(script.refuse_file("F1"))
    script.later(days=2)
    script.tell_rebill()
    with script.sync():
        script.post("F2", script.file(created=created, invoice_date=invoice_date))


def numbered(script: "Script", *numbers: int) -> None:
    """Anna and Bert are billed in one file, with these numbers."""
    script.accepted()
    script.accepted("B1", script.bert)
    people = (script.anna, script.bert)
    bills = (script.bill(who=who, number=number) for who, number in zip(people, numbers, strict=True))
    script.billed("F1", script.file(*bills))


KEEPS: dict[str, "Play"] = {
    "CK-IFO-04": stated,
    "CK-IFO-05": lambda s: left(s, discharge_date=date(2019, 4, 20)),
    "CK-IFO-06": lambda s: mended(s, date(2019, 5, 4)),
    "CK-IFO-07": lambda s: numbered(s, 1, 2),
}

BREAKS: dict[tuple[str, str], "Play"] = {
    ("CK-IFO-04", "provider-number-wrong"): lambda s: stated(s, provider="099100200000"),
    ("CK-IFO-04", "enterprise-number-wrong"): lambda s: stated(s, company_number=Kbo.of_serial(7)),
    ("CK-IFO-04", "iban-wrong"): lambda s: stated(s, iban=Iban.of_serial(7)),
    ("CK-IFO-04", "bic-wrong"): lambda s: stated(s, bic="GENEBEAA"),
    ("CK-IFO-05", "bill-insz-wrong"): lambda s: head(s, who=s.bert),
    ("CK-IFO-05", "bill-sex-wrong"): lambda s: head(s, sex=Sex.MAN),
    ("CK-IFO-05", "bill-admission-date-wrong"): lambda s: head(s, admission_date=date(2019, 4, 1)),
    ("CK-IFO-05", "bill-admission-time-wrong"): lambda s: head(s, admission_time=time(0)),
    ("CK-IFO-05", "discharge-date-missing"): left,
    ("CK-IFO-05", "discharge-date-wrong"): lambda s: head(s, discharge_date=date(2019, 4, 30)),
    ("CK-IFO-05", "affiliated-fund-wrong"): lambda s: head(s, affiliated_fund=820),
    ("CK-IFO-06", "creation-date-wrong"): lambda s: mended(s, date(2019, 5, 2)),
    ("CK-IFO-06", "invoice-date-before-billing"): lambda s: stated(s, invoice_date=date(2019, 4, 30)),
    ("CK-IFO-06", "invoice-date-after-creation"): lambda s: stated(s, invoice_date=date(2019, 5, 31)),
    ("CK-IFO-07", "bill-number-reused"): lambda s: numbered(s, 1, 1),
}


def test_a_bill_in_another_file_has_another_number(script: "Script") -> None:
    script.accepted()
    script.billed("F1", script.file(script.bill(3, 20)))
    script.billed("F2", script.file(script.bill(21, 30), sending_number=2))

    (finding,) = script.ask("CK-IFO-07")[1]

    assert (finding.code, finding.received) == ("bill-number-reused", "number 1, of another bill in file F1")


def test_a_bill_in_a_file_that_came_back_keeps_its_number(script: "Script") -> None:
    mended(script, date(2019, 5, 4))

    assert script.ask("CK-IFO-07") == ([], [])


def test_each_facility_number_counts_its_bills_itself(script: "Script") -> None:
    script.accepted()
    script.billed("F1", script.file(script.bill(3, 15)))
    script.take_over()
    own: dict[str, Any] = {"provider": script.next_home.nihii.in_flat_file}
    with script.sync():
        script.post("F2", script.file(script.bill(16, 30), **own), nihii=script.next_home.nihii)

    assert script.ask("CK-IFO-07") == ([], [])


@pytest.mark.parametrize(
    ("play", "number", "zone"),
    [
        pytest.param(
            lambda s: changed(s, "90", account_a_bic="GENEBEAA"), "CK-IFO-04", b"GENEBEAA   ", id="bic"
        ),
        pytest.param(lambda s: changed(s, "80", sex=1), "CK-IFO-05", b"1", id="sex"),
        pytest.param(
            lambda s: changed(s, "20", admission_date=date(2019, 4, 1)),
            "CK-IFO-05",
            b"20190401",
            id="admission",
        ),
        pytest.param(
            lambda s: changed(s, "80", invoice_date=date(2019, 4, 30)), "CK-IFO-06", b"20190430", id="date"
        ),
    ],
)
def test_a_finding_points_at_the_zone_wherever_in_the_file_it_stands(
    play: "Play", number: str, zone: bytes, script: "Script"
) -> None:
    play(script)

    (finding,) = script.ask(number)[1]

    raw = script.evidence[finding.evidence]
    assert raw[finding.offset : finding.offset + finding.length] == zone


def test_a_bic_with_the_letters_of_its_head_office_is_the_same_bank(script: "Script") -> None:
    stated(script, bic="GENEBEBBXXX")

    assert script.codes() == set()


def test_who_is_billed_by_another_house_of_the_operator_is_billed_on_the_wrong_account(
    script: "Script",
) -> None:
    script.accepted()
    script.take_over()
    new = script.next_home
    script.tell(BillMonth(facility=new.hco, month=script.file().month))
    own: dict[str, Any] = {
        "provider": new.nihii.in_flat_file,
        "company_number": new.enterprise,
        "iban": new.iban,
    }
    with script.sync():
        script.post("F1", script.file(script.bill(3, 14), **own), nihii=new.nihii)

    (first, *_) = script.ask("CK-IFO-04")[1]

    assert (first.code, first.expected) == ("provider-number-wrong", script.home.nihii.in_flat_file)


@pytest.mark.parametrize(
    ("end", "reason", "stated_end", "right"),
    [
        ("04-20 14:00", EndReason.DEATH, date(2019, 4, 20), True),
        ("04-20 14:00", EndReason.DEPARTURE, date(2019, 4, 19), False),
        ("05-01 09:00", EndReason.DEPARTURE, None, True),
        ("05-01 09:00", EndReason.DEPARTURE, date(2019, 5, 1), False),
    ],
    ids=["death", "last billed day", "after the month", "after the month but stated"],
)
def test_the_date_of_discharge_is_that_of_an_end_in_the_month(
    end: str, reason: EndReason, stated_end: date | None, right: bool, script: "Script"
) -> None:
    script.accepted()
    script.end_stay(end, reason)
    script.billed("F1", script.file(script.bill(discharge_date=stated_end)))

    assert (script.ask("CK-IFO-05")[1] == []) is right


@pytest.mark.parametrize("day", [date(2019, 4, 3), date(2019, 4, 8)], ids=["as sent", "as accepted"])
def test_the_admission_is_stated_as_it_was_accepted(day: date, script: "Script") -> None:
    script.accepted(decided_start="04-08 10:00")
    script.billed("F1", script.file(script.bill(8, admission_date=day)))

    assert (script.ask("CK-IFO-05")[1] == []) is (day.day == 8)


@pytest.mark.parametrize("sex", Sex)
def test_what_was_corrected_after_billing_was_told_may_stand_on_the_bill_or_not(
    sex: Sex, script: "Script"
) -> None:
    script.accepted()
    script.bill_month()
    other = replace(script.anna, sex=Sex.MAN)
    script.tell(Correct(facility=script.home.hco, insz=script.anna.insz, resident=other))
    with script.sync():
        script.post("F1", script.file(script.bill(sex=sex)))

    assert script.ask("CK-IFO-05")[1] == []


@pytest.mark.parametrize(
    ("created", "right"), [(1, False), (2, True), (3, True), (4, True), (5, False)], ids=str
)
def test_a_file_may_be_made_from_the_day_of_billing_to_that_of_sending(
    created: int, right: bool, script: "Script"
) -> None:
    sent_later(script, 2, created=date(2019, 5, created), invoice_date=date(2019, 5, min(created, 2)))

    codes = [finding.code for finding in script.ask("CK-IFO-06")[1]]

    assert ("creation-date-wrong" not in codes) is right


def test_a_supplement_is_not_dated_on_the_first_billing_of_its_month(script: "Script") -> None:
    script.accepted()
    script.billed("F1", script.file(script.bill(3, 20)))
    script.later(days=7)
    script.billed(
        "F2", script.file(script.bill(21, number=2), sending_number=2, invoice_date=date(2019, 5, 2))
    )

    (finding,) = script.ask("CK-IFO-06")[1]

    assert finding.code == "invoice-date-before-billing"
    assert script.now.date() == date(2019, 5, 2) + timedelta(days=7)


def test_a_file_refused_at_the_door_keeps_its_invoice_date_when_it_is_mended(script: "Script") -> None:
    script.accepted()
    script.bill_month()
    with script.sync():
        script.post("F1", script.file(), "failure")
    script.later(days=1)
    script.bill_month()
    with script.sync():
        script.post("F2", script.file(invoice_date=date(2019, 5, 2)))

    assert script.ask("CK-IFO-06")[1] == []


def test_traffic_without_a_player_is_not_measured_by_what_nobody_told(script: "Script") -> None:
    script.events.clear()
    script.post("F1", script.file())

    for number in ("CK-IFO-04", "CK-IFO-05", "CK-IFO-06"):
        assert script.ask(number) == ([], [])
