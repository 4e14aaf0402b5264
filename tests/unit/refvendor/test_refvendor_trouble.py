"""The reference vendor where files, ends of stay and corrections meet trouble, and what leaves only once."""

from datetime import timedelta

import pytest
from tests.unit.refvendor.fake_platform import ANNA, APRIL, HCO, START, FakePlatform, admit, vendor_at
from tests.unit.refvendor.test_refvendor_turned_away import (
    LATER,
    TRY_AGAIN,
    Door,
    Rejecting,
    Turn,
    always,
    references,
    rounds,
    tack,
)

from generale.driver.stimuli import BillMonth, Correct, EndStay, Stimulus
from generale.protocol.genericasync import Get, Post, RejectSide
from generale.protocol.messages import EndOfStay, EndReason
from generale.refvendor.product import ReferenceVendor

BILL = BillMonth(facility=HCO, month=APRIL)
END = EndStay(facility=HCO, insz=ANNA.insz, end=START - timedelta(days=2), reason=EndReason.DEPARTURE)
CORRECT = Correct(facility=HCO, insz=ANNA.insz, start=START - timedelta(days=9))


def accepted_at(platform: FakePlatform | Door, defect: str) -> ReferenceVendor:
    vendor = vendor_at(platform, defect)  # type: ignore[arg-type]  # a door answers as the platform behind it does
    vendor.act(admit())
    vendor.sync()
    return vendor


@pytest.mark.parametrize(
    ("defect", "turn"),
    [
        pytest.param("retry-hint-on-file-ignored", always(LATER), id="a fault with Retry"),
        pytest.param("tack-of-file-not-verified", tack(content=b"other"), id="other content"),
        pytest.param("", tack(TRY_AGAIN, failure=True), id="a minor result of the profile"),
    ],
)
def test_a_file_that_was_not_received_leaves_again_under_its_reference(defect: str, turn: Turn) -> None:
    right, wrong = Door(Post, [turn], service="invoices"), Door(Post, [turn], service="invoices")
    for door, named in ((right, ""), (wrong, defect)):
        vendor = accepted_at(door, named)
        vendor.act(BILL)
        for _ in rounds(vendor, 5, 15, 25):
            continue

    assert len(references(right)) == 2
    assert len(set(references(right))) == 1
    assert len(right.platform.files) == 1
    assert len(references(wrong)) == (1 if defect else 2)


def test_a_file_received_with_a_warning_leaves_once_and_twice_by_mistake() -> None:
    tries = []
    for defect in ("", "warning-about-file-as-failure"):
        door = Door(Post, [tack("urn:x:old", "oud")], service="invoices")
        vendor = accepted_at(door, defect)
        vendor.act(BILL)
        for _ in rounds(vendor, 5, 15):
            continue
        tries.append(len(door.asked))

    assert tries == [1, 2]


@pytest.mark.parametrize(("defect", "files"), [("", 1), ("rejected-settlement-as-refusal", 2)])
def test_a_file_whose_answer_was_rejected_leaves_once(defect: str, files: int) -> None:
    platform = Rejecting(rejects=None)
    vendor = accepted_at(platform, defect)
    platform.rejects = RejectSide.OUTBOUND
    vendor.act(BILL)
    vendor.sync()

    assert len(platform.files) == files


@pytest.mark.parametrize(
    ("defect", "stimulus", "tries"),
    [
        pytest.param("", BILL, 2, id="a file"),
        pytest.param("file-taken-for-delivered", BILL, 1, id="a file by mistake"),
        pytest.param("", END, 2, id="an end"),
        pytest.param("end-taken-for-delivered", END, 1, id="an end by mistake"),
        pytest.param("file-taken-for-delivered", CORRECT, 2, id="a correction"),
    ],
)
def test_what_met_a_cut_line_leaves_again(defect: str, stimulus: Stimulus, tries: int) -> None:
    platform = FakePlatform()
    vendor = accepted_at(platform, defect)
    before, platform.no_answer_after_receipt = len(platform.posts), 1
    vendor.act(stimulus)
    for _ in rounds(vendor, 5, 15):
        continue

    assert len(platform.posts) - before == tries


@pytest.mark.parametrize(
    ("defect", "stimulus", "tries"),
    [
        pytest.param("", BILL, 2, id="a file"),
        pytest.param("file-dropped-when-unavailable", BILL, 1, id="a file by mistake"),
        pytest.param("", CORRECT, 2, id="a correction"),
        pytest.param("correction-dropped-when-unavailable", CORRECT, 1, id="a correction by mistake"),
        pytest.param("correction-dropped-when-unavailable", END, 2, id="an end"),
    ],
)
def test_what_met_a_service_that_is_unavailable_leaves_again(
    defect: str, stimulus: Stimulus, tries: int
) -> None:
    platform = FakePlatform()
    vendor = accepted_at(platform, defect)
    before, platform.unavailable = len(platform.posts), 1
    vendor.act(stimulus)
    for _ in rounds(vendor, 5, 15):
        continue

    assert len(platform.posts) - before == tries


@pytest.mark.parametrize(
    ("defect", "pages"),
    [
        pytest.param("", [8, 8], id="until nothing new comes"),
        pytest.param("one-large-page", [100], id="once"),
    ],
)
def test_how_a_mailbox_is_read(defect: str, pages: list[int]) -> None:
    door = Door(Get)
    accepted_at(door, defect)

    assert [one.message_query.max for one in door.asked if isinstance(one, Get)] == pages


@pytest.mark.parametrize(("defect", "goes_on"), [("", True), ("settlements-stop-at-bad-reply", False)])
def test_a_reply_that_cannot_be_read_in_front_of_the_answer_to_a_file(defect: str, *, goes_on: bool) -> None:
    platform = FakePlatform(answers_invoices=False)
    vendor = accepted_at(platform, defect)
    vendor.act(BILL)
    vendor.sync()
    file = platform.taken[-1]
    platform.deliver(file, "invoices", b"\x00?")
    platform.answer_file(file)
    answers = platform.unread
    vendor.sync()

    assert platform.unread == (1 if goes_on else answers)


@pytest.mark.parametrize(("defect", "ends"), [("", 1), ("ends-sent-with-billing", 2)])
def test_an_end_of_stay_leaves_once(defect: str, ends: int) -> None:
    platform = FakePlatform()
    vendor = accepted_at(platform, defect)
    vendor.act(END)
    vendor.sync()
    vendor.act(BILL)
    vendor.sync()

    assert len(platform.of(EndOfStay)) == ends
