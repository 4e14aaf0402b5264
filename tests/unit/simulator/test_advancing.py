"""Advances in a rehearsal: what a fund does is booked, told, and agrees with books kept elsewhere."""

import json
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker, ValidationError
from tests.unit.simulator.open_house import ADA, FIRST_FUND, HOME, SECOND_FUND, Vendor, invoice

from generale.conformance.transcript_form import form_faults
from generale.oracle import Oracle
from generale.protocol.calendar import CareMonth
from generale.protocol.errors import UsageError
from generale.protocol.ids import Communication, FundNumber, Hco
from generale.protocol.money import Euro
from generale.protocol.profile import standard_profile
from generale.results.events import EventType
from generale.simulator.advancing import MoneyDeed, MoneyMove
from generale.simulator.simulator import Simulator
from generale.simulator.sqlite_journal import SqliteJournal

SCHEMA = json.loads(
    (Path(__file__).parents[3] / "docs" / "reference" / "event.schema.json").read_text(encoding="utf-8")
)
APRIL, MAY = CareMonth(2019, 4), CareMonth(2019, 5)
DAY = 86400


@pytest.fixture
def vendor() -> Vendor:
    """A vendor whose rehearsal has begun."""
    return Vendor()


def move(vendor: Vendor, deed: MoneyDeed, fund: FundNumber = FIRST_FUND, **other: Any) -> None:
    """Let a fund do something towards the home."""
    vendor.rehearsal.move_money(MoneyMove(deed=deed, fund=fund, facility=HOME.hco, **other))


def told(vendor: Vendor, kind: EventType) -> list[Mapping[str, Any]]:
    """What the events of a type tell."""
    return [event.data for event in vendor.events(kind)]


def notice(vendor: Vendor) -> Communication:
    """The reference of the last recovery."""
    return Communication(vendor.events(EventType.CLAIMED)[-1].ids["notice"])


def advance_and_bill(vendor: Vendor, *months: CareMonth) -> None:
    """1,000 euro is advanced for each month, and 643.50 is billed for April."""
    vendor.admit(ADA)
    for month in months:
        move(vendor, MoneyDeed.ADVANCE, month=month, amount=Euro(1000_00))
    vendor.post(invoice(ADA), "I1")
    vendor.later(4)


def misfits(line: str) -> Iterator[ValidationError]:
    """What of a line of the transcript does not fit its schema."""
    yield from Draft202012Validator(SCHEMA, format_checker=FormatChecker()).iter_errors(json.loads(line))


def breaches(vendor: Vendor) -> list[object]:
    """What the oracle finds in all that was told."""
    oracle = Oracle(vendor.profile, vendor.rehearsal.evidence.__getitem__)
    for event in vendor.rehearsal.events:
        oracle.feed(event)
    assert oracle.statements
    return list(oracle.breaches)


def test_what_is_accepted_is_deducted_from_the_advance_and_nothing_is_paid(vendor: Vendor) -> None:
    advance_and_bill(vendor, APRIL)

    assert told(vendor, EventType.ADVANCED) == [
        {"amount": "1000.00", "month": "2019-04", "balance": "1000.00"}
    ]
    assert told(vendor, EventType.SET_OFF) == [{"amount": "643.50"}]
    assert told(vendor, EventType.PAID) == []
    assert breaches(vendor) == []


def test_what_is_left_is_claimed_reminded_of_repaid_and_refunded(vendor: Vendor) -> None:
    advance_and_bill(vendor, APRIL, MAY)
    move(vendor, MoneyDeed.CLAIM, month=MAY)
    move(vendor, MoneyDeed.REPAYMENT, notice=notice(vendor), amount=Euro(356_50))
    vendor.later(31 * DAY)
    move(vendor, MoneyDeed.REMINDER, notice=notice(vendor))
    move(vendor, MoneyDeed.SECOND_LETTER, notice=notice(vendor))
    move(vendor, MoneyDeed.REPAYMENT, notice=notice(vendor), amount=Euro(1200_00))
    move(vendor, MoneyDeed.REFUND, notice=notice(vendor))

    assert [one["amount"] for one in told(vendor, EventType.CLAIMED)] == ["1356.50"]
    assert [(one["by"], one["open"]) for one in told(vendor, EventType.REMINDED)] == [
        ("reminder", "1000.00"),
        ("second-letter", "1000.00"),
    ]
    assert [one["open"] for one in told(vendor, EventType.REPAID)] == ["1000.00", "0.00"]
    assert told(vendor, EventType.REFUNDED) == [{"amount": "200.00", "balance": "0.00"}]
    assert breaches(vendor) == []
    assert list(form_faults(vendor.rehearsal.events)) == []
    assert [fault.message for event in vendor.rehearsal.events for fault in misfits(event.to_line())] == []


def test_the_advance_of_another_fund_is_not_deducted(vendor: Vendor) -> None:
    move(vendor, MoneyDeed.ADVANCE, SECOND_FUND, month=APRIL, amount=Euro(1000_00))
    advance_and_bill(vendor)

    assert told(vendor, EventType.SET_OFF) == []
    assert [one["amount"] for one in told(vendor, EventType.PAID)] == ["643.50"]
    assert breaches(vendor) == []


def test_a_year_in_which_nothing_is_left_is_settled_without_a_letter(vendor: Vendor) -> None:
    move(vendor, MoneyDeed.CLAIM, month=APRIL)

    assert told(vendor, EventType.CLAIMED) == []


IMPOSSIBLE: list[tuple[str, dict[str, Any]]] = [
    ("another fund", {"deed": MoneyDeed.ADVANCE, "fund": FundNumber("899")}),
    ("another home", {"deed": MoneyDeed.ADVANCE, "facility": Hco.parse("9777")}),
    ("no amount", {"deed": MoneyDeed.ADVANCE, "month": MAY}),
    ("the same month", {"deed": MoneyDeed.ADVANCE, "month": APRIL, "amount": Euro(1)}),
    ("no month", {"deed": MoneyDeed.CLAIM}),
    ("an unknown notice", {"deed": MoneyDeed.REMINDER, "notice": Communication("+++810/0000/00146+++")}),
    ("no notice", {"deed": MoneyDeed.REPAYMENT, "amount": Euro(1)}),
]


@pytest.mark.parametrize("case", [case for _, case in IMPOSSIBLE], ids=[name for name, _ in IMPOSSIBLE])
def test_what_a_fund_cannot_do_is_refused_and_changes_nothing(vendor: Vendor, case: dict[str, Any]) -> None:
    move(vendor, MoneyDeed.ADVANCE, month=APRIL, amount=Euro(1000_00))
    before = len(vendor.rehearsal.events)

    with pytest.raises(UsageError):
        vendor.rehearsal.move_money(MoneyMove(**{"fund": FIRST_FUND, "facility": HOME.hco, **case}))

    assert len(vendor.rehearsal.events) == before
    move(vendor, MoneyDeed.ADVANCE, month=MAY, amount=Euro(1000_00))
    assert told(vendor, EventType.ADVANCED)[-1]["balance"] == "2000.00"


def test_after_a_restart_the_accounts_and_the_log_are_those_of_before(tmp_path: Path) -> None:
    with closing(SqliteJournal(tmp_path / "journal.db")) as journal:
        vendor = Vendor(simulator=Simulator(standard_profile(), journal=journal))
        advance_and_bill(vendor, APRIL, MAY)
        move(vendor, MoneyDeed.CLAIM, month=MAY)
        log = [event.to_line() for event in vendor.rehearsal.events]

        again = Simulator(standard_profile(), journal=journal).rehearsals["open-house"]
        again.move_money(MoneyMove(deed=MoneyDeed.REPAYMENT, fund=FIRST_FUND, facility=HOME.hco))

        assert [event.to_line() for event in again.events][: len(log)] == log
        told_last = [event for event in again.events if event.type is EventType.REPAID][-1]
        assert told_last.data == {"amount": "1356.50", "open": "0.00", "balance": "0.00"}
