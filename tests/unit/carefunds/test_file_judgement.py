"""A fund that judges invoice files as a whole sends some back, and tells the errors that it tolerates."""

from dataclasses import replace
from datetime import date

import pytest
from tests.unit.carefunds.house import HOUSE

from generale.carefunds.fund import CareFund, nothing_imposed
from generale.carefunds.life import FileState, Shipment
from generale.carefunds.settlement import SettlementResult, judgement_reply, settlement_reply
from generale.protocol.errors import OurError
from generale.protocol.flatfile import (
    Bill,
    BillKind,
    Counted,
    ErrorLimit,
    FileJudgement,
    Letter,
    PreviousBill,
    RefusalType,
    decode,
    read_judgement,
    write_invoice,
    write_judgement,
)
from generale.protocol.ids import FundNumber
from generale.protocol.money import ZERO, Euro
from generale.protocol.profile import ReturnedNumber, standard_profile
from generale.rules.engine import rule_set
from generale.rules.findings import Finding

RULES = rule_set(date(2019, 4, 1))
GOOD = HOUSE.bill(HOUSE.bob, HOUSE.line(1, 31), number=2)
WRONG = HOUSE.bill(HOUSE.ada, HOUSE.line(1, 15), replace(HOUSE.line(16, 31), amount=Euro(1)))
MIXED = HOUSE.file(WRONG, GOOD)
"""Nine records, three lines, two bills; one line is wrong."""
BLOCKED = Finding(control="HX-INV-01", field="", expected="", received="")
FUND = FundNumber.parse("820")


def open_fund(limit: ErrorLimit, number: ReturnedNumber = ReturnedNumber.SAME) -> CareFund:
    """A fund with this limit that knows both residents."""
    profile = replace(standard_profile(), error_limits={FUND: limit}, returned_number=number)
    return HOUSE.open_fund(profile)


def limit(percentage: int | None, counted: Counted = Counted.RECORDS) -> ErrorLimit:
    return ErrorLimit(percentage=percentage, counted=counted)


def told(result: SettlementResult) -> FileJudgement:
    """The judgement as a facility reads it, through the bytes of the wire."""
    invoice = decode(write_invoice(result.file))
    reply = judgement_reply(result, invoice, RULES, fund_reference="82000000000001")
    return read_judgement(write_judgement(reply, invoice))


# share of the one wrong line: 1 of 9 records, 1 of 3 lines, 1 of 2 bills
LIMITS = [
    pytest.param(limit(1_111), RefusalType.NONE, id="at the limit of records"),
    pytest.param(limit(1_110), RefusalType.TOO_MANY, id="over the limit of records"),
    pytest.param(limit(3_333, Counted.LINES), RefusalType.NONE, id="at the limit of lines"),
    pytest.param(limit(3_332, Counted.LINES), RefusalType.TOO_MANY, id="over the limit of lines"),
    pytest.param(limit(4_999, Counted.BILLS), RefusalType.TOO_MANY, id="over the limit of bills"),
    pytest.param(limit(None), RefusalType.NONE, id="no limit"),
]


@pytest.mark.parametrize(("tolerated", "refusal"), LIMITS)
def test_a_file_with_too_many_errors_is_sent_back_and_not_booked(
    tolerated: ErrorLimit, refusal: RefusalType
) -> None:
    fund = open_fund(tolerated)

    result = fund.settle(MIXED, HOUSE.record, HOUSE.received)

    sent_back = refusal is not RefusalType.NONE
    assert (result.refusal, result.is_told_ahead) == (refusal, not sent_back)
    assert fund.state(Shipment.of(MIXED)) is (FileState.SENT_BACK if sent_back else FileState.SETTLED)
    assert bool(fund.payments) is not sent_back
    assert bool(fund.ledger.days(HOUSE.bob)) is not sent_back
    assert (result.accepted == ZERO) is sent_back
    assert (told(result).refusal, told(result).message_type) == (refusal, "920099" if sent_back else "920098")


def test_a_file_without_errors_is_only_settled() -> None:
    result = open_fund(limit(0)).settle(HOUSE.file(GOOD), HOUSE.record, HOUSE.received)

    assert (result.is_told_ahead, result.state) == (False, FileState.SETTLED)


@pytest.mark.parametrize("tolerated", [limit(0), limit(None)], ids=["no tolerance", "any tolerance"])
def test_what_is_wrong_with_the_file_itself_blocks_it(tolerated: ErrorLimit) -> None:
    result = open_fund(tolerated).settle(
        HOUSE.file(GOOD), HOUSE.record, HOUSE.received, nothing_imposed, BLOCKED
    )

    judgement = told(result)
    (record,) = judgement.records
    assert (judgement.refusal, record.index, record.errors[0].letter) == (
        RefusalType.BLOCKING,
        1,
        Letter.FILE,
    )
    assert record.errors[0].comment.startswith("HX-INV-01 ")


def test_a_fund_without_a_limit_settles_a_file_that_is_wrong_itself() -> None:
    result = HOUSE.open_fund().settle(
        HOUSE.file(GOOD), HOUSE.record, HOUSE.received, nothing_imposed, BLOCKED
    )
    invoice = decode(write_invoice(result.file))

    assert (result.state, result.is_told_ahead) == (FileState.REFUSED, False)
    assert settlement_reply(result, invoice, RULES, fund_reference="82000000000001").accepted == ZERO
    with pytest.raises(OurError, match="without a limit"):
        judgement_reply(result, invoice, RULES, fund_reference="82000000000001")


def repaired(bill: Bill) -> Bill:
    lines = (bill.lines[0], HOUSE.line(16, 31))
    return replace(bill, lines=lines)


@pytest.mark.parametrize(
    ("number", "free"), [(ReturnedNumber.SAME, True), (ReturnedNumber.NEXT, False)], ids=["same", "next"]
)
def test_the_profile_says_whether_a_repaired_file_keeps_its_number(
    number: ReturnedNumber, free: bool
) -> None:
    fund = open_fund(limit(0), number)
    fund.settle(MIXED, HOUSE.record, HOUSE.received)

    again = fund.settle(HOUSE.file(repaired(WRONG), GOOD), HOUSE.record, HOUSE.received)

    assert [finding.control for finding in again.findings] == ([] if free else ["HX-INV-02"])
    assert fund.state(Shipment.of(MIXED)) is (FileState.SETTLED if free else FileState.SENT_BACK)
    assert bool(fund.payments) is free


def test_a_bill_of_a_file_that_came_back_is_no_refused_bill() -> None:
    fund = open_fund(limit(0))
    fund.settle(MIXED, HOUSE.record, HOUSE.received)
    former = PreviousBill(number=1, sending_number=1, fund=820, month=MIXED.month)
    rebill = replace(repaired(WRONG), number=3, kind=BillKind.REBILL, previous=former)

    result = fund.settle(HOUSE.file(rebill, number=2), HOUSE.record, HOUSE.received)

    assert [finding.control for finding in result.bills[0].findings] == ["HX-INV-05"]


def test_a_judgement_of_another_file_is_our_own_error() -> None:
    result = open_fund(limit(0)).settle(MIXED, HOUSE.record, HOUSE.received)

    with pytest.raises(OurError, match="the judgement tells NONE"):
        judgement_reply(
            replace(result, limit=limit(None)), decode(write_invoice(MIXED)), RULES, fund_reference="1"
        )
