"""Changes of care fund in a rehearsal: who is told, who pays which day, and that a restart keeps it."""

from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.unit.simulator.open_house import (
    ADA,
    CLARA,
    FIRST_FUND,
    HOME,
    SECOND_FUND,
    Vendor,
    end_of_stay,
    invoice,
)
from tests.unit.simulator.sample_house import admission

from generale.protocol.errors import UsageError
from generale.protocol.flatfile import read_settlement
from generale.protocol.ids import FundNumber, Insz, Sex
from generale.protocol.messages import FundChangeNotice
from generale.protocol.profile import standard_profile
from generale.results.events import EventType
from generale.simulator.changing_fund import MemberMove
from generale.simulator.simulator import Simulator
from generale.simulator.sqlite_journal import SqliteJournal

LATE, AHEAD = date(2019, 1, 1), date(2020, 1, 1)
"""A change that is told late, in April, and one that is told ahead."""


@pytest.fixture
def vendor() -> Vendor:
    """A vendor whose resident Ada is accepted."""
    vendor = Vendor()
    vendor.admit(ADA)
    return vendor


def go_on(vendor: Vendor, insz: Insz = ADA, fund: FundNumber = SECOND_FUND, start: date = LATE) -> None:
    """Let somebody go on to another fund."""
    vendor.rehearsal.change_fund(MemberMove(insz=insz, fund=fund, start=start))


def accepted(vendor: Vendor, fund: FundNumber, number: int) -> str:
    """What a fund accepts of ten days of April of Ada."""
    vendor.post(invoice(ADA, fund=fund, number=number), f"I{fund}-{number}")
    vendor.later(4)
    replied = [one for one in vendor.events(EventType.REPLIED) if one.ids["kind"] == "920900"]
    return str(read_settlement(vendor.rehearsal.evidence[replied[-1].evidence]).accepted)


def test_the_house_finds_the_notice_in_its_mailbox(vendor: Vendor) -> None:
    go_on(vendor)

    (delivery,) = vendor.get("insurance")

    assert delivery.input_reference is None
    assert vendor.profile.read(delivery.blob.content) == FundChangeNotice(
        facility=HOME.hco, insz=ADA, former_fund=FIRST_FUND, fund=SECOND_FUND, start=LATE
    )
    assert vendor.kinds()[-1] == "fund-change-notice"


def test_a_house_that_is_accepted_later_is_told_then(vendor: Vendor) -> None:
    go_on(vendor, CLARA, start=AHEAD)
    assert "fund-change-notice" not in vendor.kinds()

    vendor.post(admission(CLARA), "C1")
    vendor.later(2)

    assert vendor.kinds().count("fund-change-notice") == 1
    assert vendor.rehearsal.world.fund_on(CLARA, AHEAD) == SECOND_FUND


def test_whoever_is_admitted_after_the_change_is_not_told_of_it(vendor: Vendor) -> None:
    go_on(vendor, CLARA)
    vendor.post(admission(CLARA), "C1")
    vendor.later(2)

    assert "fund-change-notice" not in vendor.kinds()


def test_each_fund_covers_its_own_days(vendor: Vendor) -> None:
    go_on(vendor, start=AHEAD)

    world = vendor.rehearsal.world
    assert world.fund_on(ADA, date(2019, 12, 31)) == FIRST_FUND
    assert world.fund_on(ADA, AHEAD) == SECOND_FUND
    assert world.fund_on(CLARA, AHEAD) == FIRST_FUND


def test_the_former_fund_refuses_what_is_billed_after_it_learned_of_the_change(vendor: Vendor) -> None:
    go_on(vendor)

    assert accepted(vendor, FIRST_FUND, 1) == "0.00"
    assert accepted(vendor, SECOND_FUND, 1) == "643.50"


def test_the_new_fund_refuses_days_of_before(vendor: Vendor) -> None:
    go_on(vendor, start=AHEAD)

    assert accepted(vendor, SECOND_FUND, 1) == "0.00"
    assert accepted(vendor, FIRST_FUND, 1) == "643.50"


def test_what_the_former_fund_paid_before_is_not_paid_again(vendor: Vendor) -> None:
    assert accepted(vendor, FIRST_FUND, 1) == "643.50"

    go_on(vendor)

    assert accepted(vendor, SECOND_FUND, 1) == "0.00"


def test_the_decision_on_a_later_message_names_the_fund_of_its_day(vendor: Vendor) -> None:
    go_on(vendor)
    vendor.post(end_of_stay(ADA), "E1")
    vendor.later(2)

    assert [one.fund for one in vendor.decisions()] == [SECOND_FUND]


IMPOSSIBLE: list[tuple[str, dict[str, Any]]] = [
    ("another day than new year", {"start": date(2019, 2, 1)}),
    ("a fund that there is not", {"fund": FundNumber("999")}),
    ("their own fund", {"fund": FIRST_FUND}),
    ("somebody whom no fund insures", {"insz": Insz.synthetic(date(1930, 1, 1), Sex.MAN)}),
    ("more than a year ahead", {"start": date(2021, 1, 1)}),
]


@pytest.mark.parametrize("case", [case for _, case in IMPOSSIBLE], ids=[name for name, _ in IMPOSSIBLE])
def test_what_the_platform_does_not_take_in_changes_nothing(vendor: Vendor, case: dict[str, Any]) -> None:
    before = len(vendor.rehearsal.events)

    with pytest.raises(UsageError):
        go_on(vendor, **case)

    assert len(vendor.rehearsal.events) == before


def test_the_same_change_is_not_taken_in_twice(vendor: Vendor) -> None:
    go_on(vendor)

    with pytest.raises(UsageError, match="HX-FCH-05"):
        go_on(vendor, fund=FundNumber("830"))


def test_after_a_restart_the_change_and_the_log_are_those_of_before(tmp_path: Path) -> None:
    with closing(SqliteJournal(tmp_path / "journal.db")) as journal:
        vendor = Vendor(simulator=Simulator(standard_profile(), journal=journal))
        vendor.admit(ADA)
        go_on(vendor)
        log = [event.to_line() for event in vendor.rehearsal.events]

        again = Simulator(standard_profile(), journal=journal).rehearsals["open-house"]

        assert [event.to_line() for event in again.events] == log
        assert again.world.fund_on(ADA, AHEAD) == SECOND_FUND
        with pytest.raises(UsageError):
            again.change_fund(MemberMove(insz=ADA, fund=SECOND_FUND, start=LATE))
