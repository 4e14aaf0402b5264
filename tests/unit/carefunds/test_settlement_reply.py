"""The 920900 of a settlement tells, record by record, what the fund decided."""

from dataclasses import replace
from datetime import date

import pytest
from tests.unit.carefunds.house import HOUSE

from generale.carefunds.fund import Forced, nothing_imposed
from generale.carefunds.settlement import SettlementResult, settlement_reply
from generale.protocol.errors import OurError
from generale.protocol.flatfile import (
    Letter,
    Settlement,
    decode,
    line_decisions,
    read_settlement,
    write_invoice,
    write_settlement,
)
from generale.protocol.flatfile.invoice import Bill, InvoiceFile
from generale.protocol.money import Euro
from generale.rules.engine import rule_set
from generale.rules.facts import FacilityRecord
from generale.rules.findings import Finding

RULES = rule_set(date(2019, 4, 1))
GOOD = HOUSE.bill(HOUSE.bob, HOUSE.line(1, 31), number=2)
PARTLY = HOUSE.bill(HOUSE.ada, HOUSE.line(1, 15), replace(HOUSE.line(16, 31), amount=Euro(1)))


def told(result: SettlementResult) -> Settlement:
    """The settlement as a facility reads it, through the bytes of the wire."""
    invoice = decode(write_invoice(result.file))
    reply = settlement_reply(result, invoice, RULES, fund_reference="82000000000001")
    read = read_settlement(write_settlement(reply, invoice))
    assert (read.asked, read.accepted, read.refused) == (result.asked, result.accepted, result.refused)
    return read


def settled(file: InvoiceFile, facility: FacilityRecord | None = HOUSE.record) -> SettlementResult:
    """A file settled by a fund that knows nothing else."""
    return HOUSE.open_fund().settle(file, facility, HOUSE.received)


@pytest.mark.parametrize(
    ("result", "accepted"),
    [
        pytest.param(settled(HOUSE.file(GOOD)), [True], id="all accepted"),
        pytest.param(settled(HOUSE.file(PARTLY, GOOD)), [True, False, True], id="partly"),
        pytest.param(settled(HOUSE.file(PARTLY, GOOD), None), [False] * 3, id="refused with the file"),
    ],
)
def test_each_line_is_told_as_it_was_decided(result: SettlementResult, accepted: list[bool]) -> None:
    read = told(result)

    assert [decision.accepted for decision in line_decisions(read, result.file)] == accepted
    assert read.funds[0].payment_reference == (result.payment.communication if result.payment else "")


def test_a_refused_line_carries_code_control_and_dutch_text() -> None:
    read = told(settled(HOUSE.file(PARTLY)))

    (record,) = read.records
    (error,) = record.errors
    assert (record.record_type, record.index, error.letter, error.code) == ("30", 4, Letter.RECORD, "3019G1")
    assert error.comment == f"HX-INV-13 {RULES.row('HX-INV-13').text_nl}".upper()


def test_what_is_wrong_with_the_file_stands_behind_its_head_and_every_bill() -> None:
    read = told(settled(HOUSE.file(PARTLY, GOOD), None))

    assert [record.record_type for record in read.records] == ["10", "20", "20"]
    assert {error.code for record in read.records for error in record.errors} == {"1014G1"}


def test_a_refused_bill_falls_with_all_its_lines() -> None:
    finding = Finding(control="HX-INV-04", field="destination_fund", expected="830", received="820")
    forced = Forced(finding=finding)

    def force(bill: Bill) -> Forced | None:
        return forced if bill.number == 2 else nothing_imposed(bill)

    result = HOUSE.open_fund().settle(HOUSE.file(PARTLY, GOOD), HOUSE.record, HOUSE.received, force)
    read = told(result)

    assert [decision.accepted for decision in line_decisions(read, result.file)] == [True, False, False]
    assert [(one.record_type, one.errors[0].letter) for one in read.records] == [
        ("30", Letter.RECORD),
        ("20", Letter.BILL),
    ]


def test_a_record_tells_at_most_three_findings() -> None:
    wrong = replace(HOUSE.line(1, 31), code="0990010", amount=Euro(1), days=30)
    stranger = replace(GOOD, insz=HOUSE.ada, lines=(wrong, HOUSE.line(1, 31)))

    result = settled(HOUSE.file(stranger))

    assert [len(line.findings) for line in result.bills[0].lines] == [4, 1]
    assert [len(record.errors) for record in told(result).records] == [3, 1]


def test_a_control_of_another_family_cannot_be_told_in_a_settlement() -> None:
    finding = Finding(control="HX-ADM-01", field="facility", expected="known", received="unknown")
    forced = Forced(finding=finding)
    file = HOUSE.file(GOOD)
    result = HOUSE.open_fund().settle(file, HOUSE.record, HOUSE.received, lambda _bill: forced)

    with pytest.raises(OurError, match="HX-ADM-01 is no control of invoice files"):
        settlement_reply(result, decode(write_invoice(file)), RULES, fund_reference="82000000000001")


def test_a_reply_to_another_file_is_our_error() -> None:
    result = settled(HOUSE.file(GOOD))
    other = decode(write_invoice(HOUSE.file(replace(GOOD, lines=(HOUSE.line(1, 2),)))))

    with pytest.raises(OurError, match="the settlement tells"):
        settlement_reply(result, other, RULES, fund_reference="82000000000001")
