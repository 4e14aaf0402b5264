"""A stay that is pending over the end of the month, and what goes out without it and after it."""

from datetime import date, datetime, timedelta

import pytest
from tests.unit.refvendor.fake_platform import (
    ANNA,
    APRIL,
    BERTA,
    FUND,
    HCO,
    PROFILE,
    START,
    FakePlatform,
    admit,
    at,
    run_to_rest,
    vendor_at,
    view,
)

from generale.driver.observations import DecisionState
from generale.driver.stimuli import BillMonth
from generale.protocol.ids import FundNumber
from generale.protocol.messages import (
    Admission,
    Outcome,
)
from generale.refvendor.product import ReferenceVendor

FIRST_FUND = next(iter(PROFILE.funds))


class TestPending:
    def play(self, defect: str = "") -> tuple[FakePlatform, ReferenceVendor]:
        """Anna is pending over the end of the month, Berta accepted."""
        platform = FakePlatform(
            judge=lambda one: Outcome.PENDING if getattr(one, "insz", "") == ANNA.insz else Outcome.ACCEPTED
        )
        vendor = vendor_at(platform, defect)
        vendor.act(admit(ANNA))
        vendor.act(admit(BERTA))
        run_to_rest(vendor)
        vendor.act(BillMonth(facility=HCO, month=APRIL))
        run_to_rest(vendor)
        return platform, vendor

    def accept(self, platform: FakePlatform, vendor: ReferenceVendor) -> None:
        platform.decided_start = at(3)
        pending = next(one for one in platform.taken if getattr(one.message, "insz", "") == ANNA.insz)
        platform.decide(pending, Outcome.ACCEPTED, decided=vendor_time(vendor))
        run_to_rest(vendor)
        vendor.act(BillMonth(facility=HCO, month=APRIL))
        run_to_rest(vendor)

    def billed(self, platform: FakePlatform) -> list[tuple[int, list[str]]]:
        return [(file.sending_number, [bill.insz for bill in file.bills]) for file in platform.files]

    def test_the_month_goes_out_without_who_is_pending_and_names_them(self) -> None:
        platform, vendor = self.play()
        assert self.billed(platform) == [(1, [BERTA.insz])]
        (item,) = view(vendor).worklist
        assert (item.subject, item.awaited) == (ANNA.insz, "care fund")

    def test_the_supplement_begins_on_the_decided_start_under_the_next_number(self) -> None:
        platform, vendor = self.play()
        self.accept(platform, vendor)
        assert self.billed(platform) == [(1, [BERTA.insz]), (2, [ANNA.insz])]
        assert platform.files[1].bills[0].lines[0].first == date(2019, 4, 3)
        assert view(vendor).worklist == ()

    @pytest.mark.parametrize(
        ("defect", "start", "fund"),
        [("", at(3), FUND), ("own-start-shown", at(1), FUND), ("first-fund-shown", at(3), FIRST_FUND)],
    )
    def test_an_accepted_stay_is_shown_as_it_was_decided(
        self, defect: str, start: datetime, fund: FundNumber
    ) -> None:
        platform, vendor = self.play(defect)
        self.accept(platform, vendor)
        anna = next(stay for stay in view(vendor).stays if stay.insz == ANNA.insz)
        assert (anna.start, anna.fund) == (start, fund)

    @pytest.mark.parametrize(
        ("defect", "expected"),
        [
            ("sending-number-reused", [(4, [BERTA.insz]), (4, [ANNA.insz])]),
            ("month-billed-again", [(1, [BERTA.insz]), (2, [ANNA.insz, BERTA.insz])]),
            ("month-waits-for-all", [(1, [ANNA.insz, BERTA.insz])]),
            ("admission-forgotten", [(1, [BERTA.insz])]),
        ],
    )
    def test_a_mistake_in_billing_shows_in_what_is_billed(
        self, defect: str, expected: list[tuple[int, list[str]]]
    ) -> None:
        platform, vendor = self.play(defect)
        if defect != "admission-forgotten":
            self.accept(platform, vendor)
        assert self.billed(platform) == expected

    def test_mistakes_with_pending_stays(self) -> None:
        platform, _ = self.play("not-refused-is-accepted")
        assert sorted(insz for _, ones in self.billed(platform) for insz in ones) == [ANNA.insz, BERTA.insz]
        assert view(self.play("pending-not-shown")[1]).worklist == ()
        platform, vendor = self.play("own-start-on-bill")
        self.accept(platform, vendor)
        assert platform.files[1].bills[0].lines[0].first == date(2019, 4, 1)
        twice, _ = self.play("admission-sent-twice")
        assert len(twice.of(Admission)) == 4

    @pytest.mark.parametrize(
        ("defect", "state", "files"),
        [("", DecisionState.PENDING, 2), ("two-months-everywhere", DecisionState.REFUSED, 1)],
    )
    def test_pending_has_no_deadline_of_ours(self, defect: str, state: DecisionState, files: int) -> None:
        platform, vendor = self.play(defect)
        vendor.set_clock(START + timedelta(days=70))
        assert view(vendor).stays[0].decision is state
        self.accept(platform, vendor)
        assert len(platform.files) == files


def vendor_time(vendor: ReferenceVendor) -> datetime:
    """A moment after everything that was decided so far."""
    assert vendor.describe().clock == "settable"
    return START + timedelta(days=70)
