"""The reference vendor where one service refuses: that of the insurance, or a mailbox."""

import pytest
from tests.unit.refvendor.fake_platform import view
from tests.unit.refvendor.test_refvendor_turned_away import (
    LATER,
    Door,
    always,
    references,
    rounds,
    vendor_before,
)

from generale.protocol.genericasync import Get, Post, SoaCode, soa_fault
from generale.protocol.messages import Admission


@pytest.mark.parametrize(("defect", "questions"), [("", 2), ("question-dropped", 1)])
def test_a_question_that_cannot_be_answered_now_is_asked_again_before_the_admission_leaves(
    defect: str, questions: int
) -> None:
    door = Door(Post, [always(LATER)], service="insurance")
    vendor = vendor_before(door, defect)
    vendor.sync()
    assert bool(door.platform.of(Admission)) is bool(defect)
    for _ in rounds(vendor, 10):
        assert len(door.platform.of(Admission)) == 1

    assert len(door.asked) == questions
    assert len(set(references(door))) == 1


@pytest.mark.parametrize(("defect", "is_shown"), [("", True), ("refused-mailbox-not-shown", False)])
def test_a_mailbox_that_refuses_for_good_is_shown_until_it_is_read(defect: str, is_shown: bool) -> None:
    door = Door(Get, [always(soa_fault(SoaCode.NO_ACCESS))] * 2)
    vendor = vendor_before(door, defect)
    shown = [
        any(
            item.subject == "mailbox admissions" and "SOA-01002" in item.text
            for item in view(vendor).worklist
        )
        for _ in rounds(vendor, 0, 10, 20)
    ]

    assert shown == [is_shown, is_shown, False]
