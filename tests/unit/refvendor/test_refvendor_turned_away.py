"""The reference vendor where a request is refused, a message rejected, a poll throttled."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from tests.unit.refvendor.fake_platform import (
    ANNA,
    APRIL,
    HCO,
    START,
    FakePlatform,
    Taken,
    admit,
    vendor_at,
    view,
)

from generale.driver.observations import DecisionState
from generale.driver.stimuli import BillMonth, Correct, Rebill
from generale.protocol.genericasync import (
    Answer,
    Confirm,
    Fault,
    FaultKind,
    Get,
    Origin,
    Post,
    PostResponse,
    Reject,
    RejectSide,
    Request,
    SoaCode,
    answer_envelope,
    failure_tack,
    read_envelope,
    soa_fault,
    success_tack,
    write_envelope,
    write_reject,
)
from generale.protocol.messages import Admission, Outcome
from generale.protocol.transport import HttpRequest, HttpResponse
from generale.refvendor.product import ReferenceVendor

FINAL = Fault(kind=FaultKind.GENERIC, code="INPUT_ERROR", source="MYCARENET", message="geen datum")
LATER = soa_fault(SoaCode.TEMPORARILY_UNAVAILABLE)
TOO_SOON = Fault(kind=FaultKind.PLAIN, code="Server", source="", message="Not enough time: ask again")
TRY_AGAIN = "urn:nip:tack:result:minor:try-again"

Turn = Callable[[Request], Answer]


@dataclass
class Door:
    """Stands before a platform and turns requests of a kind to a service away while it has answers."""

    kind: type[Request]
    answers: list[Turn] = field(default_factory=list)
    platform: FakePlatform = field(default_factory=FakePlatform)
    asked: list[Request] = field(default_factory=list)
    service: str = "admissions"

    def __call__(self, request: HttpRequest) -> HttpResponse:
        envelope = read_envelope(request.body)
        body = envelope.body
        if not isinstance(body, self.kind) or not request.url.endswith(f"/{self.service}"):
            return self.platform(request)
        self.asked.append(body)
        if not self.answers:
            return self.platform(request)
        answer = self.answers.pop(0)(body)
        raw = write_envelope(answer_envelope(answer, envelope.addressing))
        return HttpResponse(status=500 if isinstance(answer, Fault) else 200, body=raw)


def always(answer: Answer) -> Turn:
    return lambda _: answer


def tack(minor: str = "", text: str = "", *, content: bytes | None = None, failure: bool = False) -> Turn:
    def made(request: Request) -> Answer:
        assert isinstance(request, Post)
        make = failure_tack if failure else success_tack
        bound = request.blob.content if content is None else content
        return PostResponse(tack=make(bound, request.reference, "urn:x", minor, text))

    return made


def rounds(vendor: ReferenceVendor, *minutes: int) -> Iterator[None]:
    """A sync at each of these minutes after the start."""
    for minute in minutes:
        vendor.set_clock(START + timedelta(minutes=minute))
        vendor.sync()
        yield


def vendor_before(door: Door, defect: str = "") -> ReferenceVendor:
    vendor = vendor_at(door, defect)  # type: ignore[arg-type]  # a door answers as the platform behind it does
    vendor.act(admit())
    return vendor


def references(door: Door) -> list[str]:
    return [one.reference for one in door.asked if isinstance(one, Post)]


def texts(vendor: ReferenceVendor) -> str:
    return " | ".join(item.text for item in view(vendor).worklist if item.subject == ANNA.insz)


def correct() -> Correct:
    return Correct(facility=HCO, insz=ANNA.insz, resident=ANNA)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (always(FINAL), "INPUT_ERROR: geen datum"),
        (always(soa_fault(SoaCode.UNAVAILABLE)), "SOA-02001"),
        (tack("urn:x:late", "te laat", failure=True), "urn:x:late te laat"),
    ],
    ids=["fault of MyCareNet", "system error", "failure"],
)
def test_a_final_refusal_is_shown_and_repaired_under_a_new_reference(answer: Turn, reason: str) -> None:
    door = Door(Post, [answer])
    vendor = vendor_before(door)
    for _ in rounds(vendor, 0, 10, 120):
        assert reason in texts(vendor)
    assert len(door.asked) == 1

    vendor.act(correct())
    for _ in rounds(vendor, 130):
        assert "geweigerd" not in texts(vendor)

    first, second = references(door)
    assert first != second
    assert len(door.platform.of(Admission)) == 1


@pytest.mark.parametrize(
    "answer",
    [always(LATER), tack(TRY_AGAIN, failure=True), tack(content=b"other")],
    ids=["a fault with Retry", "a minor result of the profile", "an acknowledgement of other content"],
)
def test_the_same_leaves_again_later_under_the_same_reference(answer: Turn) -> None:
    door = Door(Post, [answer, answer])
    vendor = vendor_before(door)

    tried = [len(door.asked) for _ in rounds(vendor, 0, 10, 20, 30)]

    assert tried == [1, 2, 3, 3]
    assert len(set(references(door))) == 1
    assert len(door.platform.of(Admission)) == 1


def test_at_most_three_tries_fall_in_a_minute() -> None:
    door = Door(Post, [always(LATER)] * 9)
    vendor = vendor_before(door)

    tried = [len(door.asked) for _ in rounds(vendor, 0, 0, 0, 0, 0, 1)]

    assert tried == [1, 2, 3, 3, 3, 4]


def test_a_warning_is_shown_and_nothing_is_sent_again() -> None:
    door = Door(Post)
    door.answers.append(tack("urn:x:old", "verouderd"))
    vendor = vendor_before(door)

    for _ in rounds(vendor, 0, 10):
        assert "urn:x:old verouderd" in texts(vendor)
    assert len(door.asked) == 1


def test_a_second_receipt_is_no_warning() -> None:
    door = Door(Post)
    door.answers.append(tack("urn:nip:tack:result:minor:duplicate", "already received"))
    vendor = vendor_before(door)

    for _ in rounds(vendor, 0):
        assert "waarschuwing" not in texts(vendor)


@dataclass(slots=True)
class Rejecting(FakePlatform):
    """A platform that rejects what it took in, or its own answers, for as long as a side is named."""

    rejects: RejectSide | None = RejectSide.INBOUND

    def decide(self, taken: Taken, outcome: Outcome, **how: Any) -> None:
        """Reject in the place of a decision."""
        if self.rejects is None:
            FakePlatform.decide(self, taken, outcome, **how)
        else:
            self._reject(taken, "admissions")

    def answer_file(self, taken: Taken) -> None:
        """Reject in the place of the answers of a fund."""
        if self.rejects is None:
            FakePlatform.answer_file(self, taken)
        else:
            self._reject(taken, "invoices")

    def _reject(self, taken: Taken, service: str) -> None:
        assert self.rejects is not None
        document = Reject(
            side=self.rejects,
            message_name="X",
            origin=Origin(nihii=taken.nihii, licence_username="u", licence_password=""),
            input_reference=taken.reference,
            fault=FINAL,
        )
        self.deliver(taken, service, write_reject(document))


def test_a_rejected_message_is_confirmed_shown_and_repaired_as_an_original() -> None:
    platform = Rejecting()
    vendor = vendor_at(platform)
    vendor.act(admit())
    vendor.sync()
    assert platform.unread == 0
    assert "INPUT_ERROR: geen datum" in texts(vendor)

    platform.rejects = None
    vendor.act(correct())
    vendor.sync()

    assert len(platform.of(Admission)) == 2
    assert len({one.reference for one in platform.taken}) == 2
    assert view(vendor).stays[0].decision is DecisionState.ACCEPTED


def test_a_rejected_answer_is_shown_until_another_comes_and_nothing_is_sent_again() -> None:
    platform = Rejecting(rejects=RejectSide.OUTBOUND)
    vendor = vendor_at(platform)
    vendor.act(admit())
    vendor.sync()
    assert "verworpen" in texts(vendor)

    platform.rejects = None
    platform.decide(platform.taken[0], Outcome.ACCEPTED)
    vendor.sync()

    assert texts(vendor) == ""
    assert len(platform.taken) == 1


def test_a_rejected_file_is_shown_and_sent_again_with_the_same_number() -> None:
    platform = Rejecting(rejects=None)
    vendor = vendor_at(platform)
    vendor.act(admit())
    vendor.sync()
    platform.rejects = RejectSide.INBOUND
    vendor.act(BillMonth(facility=HCO, month=APRIL))
    vendor.sync()
    assert any("geen datum" in item.text for item in view(vendor).worklist)

    platform.rejects = None
    vendor.act(Rebill(facility=HCO, month=APRIL))
    vendor.sync()

    assert [file.sending_number for file in platform.files] == [1, 1]
    assert view(vendor).worklist == ()


@pytest.mark.parametrize(
    ("defect", "side", "taken", "unread"),
    [
        ("reject-unreadable", RejectSide.INBOUND, 1, 1),
        ("rejection-not-shown", RejectSide.INBOUND, 1, 0),
        ("rejected-answer-not-shown", RejectSide.OUTBOUND, 1, 0),
    ],
)
def test_mistakes_with_a_rejection(defect: str, side: RejectSide, taken: int, unread: int) -> None:
    platform = Rejecting(rejects=side)
    vendor = vendor_at(platform, defect)
    vendor.act(admit())
    vendor.sync()

    assert (len(platform.taken), platform.unread) == (taken, unread)
    assert "geen datum" not in texts(vendor)


def test_to_send_again_what_was_only_answered_badly_is_a_mistake() -> None:
    platform = Rejecting(rejects=RejectSide.OUTBOUND)
    vendor = vendor_at(platform, "outbound-reject-as-refusal")
    vendor.act(admit())
    vendor.sync()

    assert len(platform.of(Admission)) == 2


@pytest.mark.parametrize("fault", [TOO_SOON, LATER, FINAL], ids=["throttle", "temporary", "final"])
def test_a_mailbox_that_turned_a_poll_away_is_left_alone_for_half_a_minute(fault: Fault) -> None:
    door = Door(Get, [always(fault)])
    vendor = vendor_before(door)

    vendor.sync()
    vendor.set_clock(START + timedelta(seconds=29))
    vendor.sync()
    assert len(door.asked) == 1
    assert view(vendor).stays[0].decision is DecisionState.NOT_ANSWERED
    vendor.set_clock(START + timedelta(seconds=30))
    vendor.sync()

    assert view(vendor).stays[0].decision is DecisionState.ACCEPTED


def test_a_confirmation_that_met_a_fault_is_made_again() -> None:
    door = Door(Confirm, [always(FINAL)])
    vendor = vendor_before(door)

    unread = [door.platform.unread for _ in rounds(vendor, 0, 1)]

    assert unread == [1, 0]
    assert len(door.asked) == 2
    assert view(vendor).stays[0].decision is DecisionState.ACCEPTED


@pytest.mark.parametrize(
    ("defect", "kind", "answers", "asked"),
    [
        ("every-fault-retried", Post, [always(FINAL)], 2),
        ("retry-hint-ignored", Post, [always(LATER)], 1),
        ("storm-after-fault", Post, [always(LATER)] * 20, 21),
        ("tack-not-verified", Post, [tack(content=b"other")], 1),
        ("warning-as-failure", Post, [tack("urn:x:old")], 2),
        ("poll-storm", Get, [always(LATER)] * 5, 8),
        ("throttle-hammered", Get, [always(TOO_SOON)] * 5, 8),
        ("throttle-gives-up", Get, [always(TOO_SOON)], 1),
        ("confirmed-once-for-ever", Confirm, [always(FINAL)], 1),
    ],
)
def test_each_mistake_asks_as_often_as_it_should_not(
    defect: str, kind: type[Request], answers: list[Turn], asked: int
) -> None:
    door = Door(kind, answers)

    for _ in rounds(vendor_before(door, defect), 0, 10):
        pass

    assert len(door.asked) == asked


@pytest.mark.parametrize(
    ("defect", "answer"),
    [
        ("fault-not-shown", always(FINAL)),
        ("failure-tack-not-shown", tack("urn:x:late", failure=True)),
        ("warning-swallowed", tack("urn:x:old")),
    ],
)
def test_mistakes_that_hide_what_came_back(defect: str, answer: Turn) -> None:
    vendor = vendor_before(Door(Post, [answer]), defect)

    for _ in rounds(vendor, 0):
        assert not any(word in texts(vendor) for word in ("geweigerd", "waarschuwing"))


@pytest.mark.parametrize(("defect", "posted"), [("repair-forgotten", 1), ("repair-as-correction", 2)])
def test_mistakes_with_a_repair(defect: str, posted: int) -> None:
    door = Door(Post, [always(FINAL)])
    vendor = vendor_before(door, defect)
    vendor.sync()
    vendor.act(correct())
    vendor.sync()

    assert len(door.asked) == posted
    assert not door.platform.of(Admission)


def test_a_new_reference_for_the_try_that_a_fault_asked_for_is_a_mistake() -> None:
    door = Door(Post, [always(LATER)])

    for _ in rounds(vendor_before(door, "new-reference-on-fault"), 0, 10):
        pass

    assert len(set(references(door))) == 2
