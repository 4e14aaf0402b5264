"""Outages and replies in disorder at the reference vendor."""

from datetime import timedelta

import pytest
from tests.unit.refvendor.fake_platform import (
    ANNA,
    HCO,
    START,
    FakePlatform,
    admit,
    at,
    person,
    run_to_rest,
    vendor_at,
    view,
)

from generale.driver.observations import DecisionState
from generale.driver.stimuli import EndStay
from generale.protocol.messages import (
    Admission,
    EndReason,
    Outcome,
)
from generale.refvendor.product import ReferenceVendor


class TestOutage:
    @pytest.mark.parametrize(("defect", "references"), [("", 1), ("new-reference-on-timeout", 2)])
    def test_without_an_answer_the_same_goes_again(self, defect: str, references: int) -> None:
        platform = FakePlatform(no_answer_after_receipt=1)
        vendor = vendor_at(platform, defect)
        vendor.act(admit())
        run_to_rest(vendor)
        assert len({post.input_reference for post in platform.posts}) == references
        assert len({post.blob.content for post in platform.posts}) == 1
        assert len(platform.of(Admission)) == references
        assert view(vendor).stays[0].decision is DecisionState.ACCEPTED

    @pytest.mark.parametrize(("defect", "most"), [("", 3), ("retry-storm", 12)])
    def test_an_unavailable_service_is_given_time_and_nothing_is_lost(self, defect: str, most: int) -> None:
        platform = FakePlatform(unavailable=50)
        vendor = vendor_at(platform, defect)
        vendor.act(admit())
        for _ in range(6):
            vendor.sync()
        assert len(platform.posts) >= most if defect else len(platform.posts) == most
        platform.unavailable = 0
        vendor.set_clock(START + timedelta(minutes=5))
        run_to_rest(vendor)
        assert len(platform.of(Admission)) == 1
        assert len({post.input_reference for post in platform.posts}) == 1


class TestDisorder:
    @pytest.mark.parametrize(
        ("defect", "state"), [("", DecisionState.ACCEPTED), ("last-arrived-wins", DecisionState.REFUSED)]
    )
    def test_the_later_decision_counts_in_whatever_order_they_arrive(
        self, defect: str, state: DecisionState
    ) -> None:
        platform = FakePlatform()
        vendor = vendor_at(platform, defect)
        vendor.act(admit())
        run_to_rest(vendor)
        platform.decide(platform.taken[0], Outcome.REFUSED, decided=START)
        run_to_rest(vendor)
        assert view(vendor).stays[0].decision is state

    def unreadable(self, defect: str) -> tuple[FakePlatform, ReferenceVendor]:
        platform = FakePlatform()
        vendor = vendor_at(platform, defect)
        for one in range(12):
            vendor.act(admit(person(one)))
        vendor.sync()
        stays = view(vendor).stays
        assert len(stays) == 12
        vendor.act(EndStay(facility=HCO, insz=ANNA.insz, end=at(9), reason=EndReason.DEATH))
        platform.deliver(platform.taken[0], "admissions", b"<Beslissing")
        platform.decide(platform.taken[1], Outcome.REFUSED, decided=START + timedelta(days=9))
        run_to_rest(vendor)
        return platform, vendor

    def test_an_unreadable_reply_is_kept_and_shown_and_stops_nothing(self) -> None:
        platform, vendor = self.unreadable("")
        assert platform.unread == 1
        assert view(vendor).stays[1].decision is DecisionState.REFUSED
        subjects = [item.subject for item in view(vendor).worklist]
        assert subjects == [person(1).insz, person(0).insz]

    def test_mistakes_with_an_unreadable_reply(self) -> None:
        platform, vendor = self.unreadable("poll-stops-at-bad-reply")
        assert view(vendor).stays[1].decision is DecisionState.ACCEPTED
        assert platform.unread == 3
        platform, vendor = self.unreadable("bad-reply-confirmed")
        assert platform.unread == 0

    def test_a_vendor_that_reads_one_page_leaves_the_rest(self) -> None:
        platform = FakePlatform()
        vendor = vendor_at(platform, "first-page-only")
        for one in range(12):
            vendor.act(admit(person(one)))
        vendor.sync()
        assert platform.unread == 4
