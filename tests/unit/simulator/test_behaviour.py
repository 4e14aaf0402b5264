"""Behaviours: for whom each is meant, how long it lasts, and what it makes platform, funds and line do."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.simulator.open_house import (
    ADA,
    BEA,
    FIRST_FUND,
    SECOND_FUND,
    Vendor,
    end_of_stay,
    origin_of,
    post_of,
    state_of,
)
from tests.unit.simulator.sample_house import BEGINS, admission

from generale.protocol.errors import UsageError
from generale.protocol.genericasync import Confirm, Get, PostResponse, request_envelope, write_envelope
from generale.protocol.messages import Outcome
from generale.results.events import EventType
from generale.simulator.behaviour import SPOILING, Behaviour, Behaviours, Kind, Subject
from generale.simulator.delivery import UNREADABLE
from generale.simulator.service import DUPLICATE

SUBJECT = Subject(service="admissions", operation="post", message="Admission", insz=ADA, fund=FIRST_FUND)


@pytest.mark.parametrize(
    ("behaviour", "fits"),
    [
        pytest.param(Behaviour(kind=Kind.CUT), True, id="what is empty fits everything"),
        pytest.param(
            Behaviour(kind=Kind.CUT, service="admissions", message="Admission", insz=ADA, fund=FIRST_FUND),
            True,
            id="all of it fits",
        ),
        pytest.param(Behaviour(kind=Kind.REFUSE), False, id="another kind"),
        pytest.param(Behaviour(kind=Kind.CUT, service="invoices"), False, id="another service"),
        pytest.param(Behaviour(kind=Kind.CUT, operation="get"), False, id="another operation"),
        pytest.param(Behaviour(kind=Kind.CUT, message="EndOfStay"), False, id="another message"),
        pytest.param(Behaviour(kind=Kind.CUT, insz=BEA), False, id="another resident"),
        pytest.param(Behaviour(kind=Kind.CUT, fund=SECOND_FUND), False, id="another fund"),
    ],
)
def test_a_behaviour_is_taken_by_whom_it_fits(behaviour: Behaviour, fits: bool) -> None:
    behaviours = Behaviours()
    behaviours.switch_on(behaviour)

    assert behaviours.take(Kind.CUT, SUBJECT) == (behaviour if fits else None)
    assert behaviours.active == (() if fits else (behaviour,))


def test_the_first_that_was_switched_on_is_taken_first() -> None:
    behaviours = Behaviours()
    first, second = Behaviour(kind=Kind.SILENCE, after=1), Behaviour(kind=Kind.SILENCE, after=2)
    for one in (first, second):
        behaviours.switch_on(one)

    assert [behaviours.take(Kind.SILENCE, SUBJECT) for _ in range(3)] == [first, second, None]


def test_switching_off_takes_away_every_behaviour_of_a_kind_and_no_other() -> None:
    behaviours = Behaviours()
    cut, silence = Behaviour(kind=Kind.CUT), Behaviour(kind=Kind.SILENCE)
    for one in (cut, silence, cut):
        behaviours.switch_on(one)

    behaviours.switch_off(Kind.CUT)

    assert behaviours.active == (silence,)


@given(counts=st.lists(st.integers(1, 4), max_size=4), asked=st.integers(0, 20))
def test_a_behaviour_works_as_often_as_it_counts(counts: list[int], asked: int) -> None:
    behaviours = Behaviours()
    for count in counts:
        behaviours.switch_on(Behaviour(kind=Kind.CUT, count=count))

    taken = sum(behaviours.take(Kind.CUT, SUBJECT) is not None for _ in range(asked))

    assert taken == min(asked, sum(counts))
    assert sum(one.count for one in behaviours.active) == sum(counts) - taken


def decided(vendor: Vendor, *, after: int = 2) -> list[tuple[str, Outcome]]:
    """Two residents are admitted; what is decided on whom, in the order of the mailbox."""
    for place, insz in enumerate((ADA, BEA), start=1):
        vendor.post(admission(insz), f"R{place}")
    vendor.later(after)
    return [(one.about, one.outcome) for one in vendor.decisions()]


@pytest.fixture
def vendor() -> Vendor:
    """A vendor whose rehearsal has begun."""
    return Vendor()


def test_refuse_makes_one_message_be_refused_with_the_control_that_is_named(vendor: Vendor) -> None:
    vendor.rehearsal.behave(Behaviour(kind=Kind.REFUSE, control="HX-ADM-12"))

    assert decided(vendor) == [("R1", Outcome.REFUSED), ("R2", Outcome.ACCEPTED)]
    assert [one.control for one in vendor.decisions()[0].controls] == ["HX-ADM-12"]
    assert [event.data["imposed"] for event in vendor.events(EventType.DECIDED)] == [True, False]
    assert vendor.rehearsal.world.behaviours.active == ()


@pytest.mark.parametrize(
    ("then", "outcome"),
    [
        pytest.param(None, Outcome.ACCEPTED, id="judged"),
        pytest.param(Outcome.ACCEPTED, Outcome.ACCEPTED, id="accepted"),
        pytest.param(Outcome.REFUSED, Outcome.REFUSED, id="refused"),
    ],
)
def test_pend_holds_one_message_and_then_decides_as_it_says(
    vendor: Vendor, then: Outcome | None, outcome: Outcome
) -> None:
    vendor.rehearsal.behave(Behaviour(kind=Kind.PEND, control="HX-ADM-12", after=3600, then=then))

    assert decided(vendor) == [("R1", Outcome.PENDING), ("R2", Outcome.ACCEPTED)]
    vendor.later(3600)

    last = vendor.decisions()[-1]
    assert (last.about, last.outcome) == ("R1", outcome)
    assert last.decided == BEGINS + timedelta(seconds=3602)
    assert vendor.events(EventType.DECIDED)[-1].data["imposed"] is (then is not None)


def test_pend_may_end_in_a_later_start(vendor: Vendor) -> None:
    start = BEGINS + timedelta(days=3)
    vendor.rehearsal.behave(
        Behaviour(kind=Kind.PEND, control="HX-ADM-12", after=60, then=Outcome.ACCEPTED, start=start)
    )

    decided(vendor, after=62)

    assert [one.start for one in vendor.decisions() if one.about == "R1"] == [None, start]


def test_accept_late_accepts_one_admission_from_another_moment(vendor: Vendor) -> None:
    start = BEGINS + timedelta(days=1)
    vendor.rehearsal.behave(Behaviour(kind=Kind.ACCEPT_LATE, start=start))

    assert {outcome for _, outcome in decided(vendor)} == {Outcome.ACCEPTED}
    assert [one.start for one in vendor.decisions()] == [start, BEGINS]


def test_silence_lets_one_decision_come_later(vendor: Vendor) -> None:
    vendor.rehearsal.behave(Behaviour(kind=Kind.SILENCE, after=60))

    assert decided(vendor, after=61) == [("R2", Outcome.ACCEPTED)]
    vendor.later(1)
    assert [one.about for one in vendor.decisions()] == ["R2", "R1"]


def test_out_of_order_delivers_the_younger_decision_first(vendor: Vendor) -> None:
    vendor.rehearsal.behave(Behaviour(kind=Kind.OUT_OF_ORDER, control="HX-ADM-12"))

    assert decided(vendor, after=3) == [
        ("R2", Outcome.ACCEPTED),
        ("R1", Outcome.ACCEPTED),
        ("R1", Outcome.PENDING),
    ]
    younger, older = vendor.decisions()[1:]
    assert younger.decided > older.decided


def test_answer_twice_puts_one_reply_in_the_mailbox_under_two_references(vendor: Vendor) -> None:
    vendor.rehearsal.behave(Behaviour(kind=Kind.ANSWER_TWICE))

    assert [about for about, _ in decided(vendor)] == ["R1", "R1", "R2"]
    first, second, _ = vendor.get()
    assert first.blob.content == second.blob.content
    assert first.blob.reference != second.blob.reference


def test_unreadable_puts_something_in_front_of_one_reply(vendor: Vendor) -> None:
    vendor.rehearsal.behave(Behaviour(kind=Kind.UNREADABLE))
    vendor.post(admission(ADA), "R1")
    vendor.post(admission(BEA), "R2")
    vendor.later(2)

    assert vendor.kinds() == ["unreadable", "decision", "decision"]
    front, behind, _ = vendor.get()
    assert front.blob.content == UNREADABLE
    assert {front.input_reference, behind.input_reference} == {"R1"}
    assert front.blob.hash_value is not None


@pytest.mark.parametrize("kind", [Kind.UNREADABLE, Kind.ANSWER_TWICE], ids=lambda kind: kind.value)
def test_what_is_done_to_a_reply_can_be_meant_for_one_resident(vendor: Vendor, kind: Kind) -> None:
    vendor.rehearsal.behave(Behaviour(kind=kind, insz=BEA))

    for place, insz in enumerate((ADA, BEA), start=1):
        vendor.post(admission(insz), f"R{place}")
    vendor.later(2)

    assert [one.input_reference for one in vendor.get()] == ["R1", "R2", "R2"]


@pytest.mark.parametrize(
    ("behaviour", "touched"),
    [
        pytest.param(Behaviour(kind=Kind.CUT), "post", id="post"),
        pytest.param(Behaviour(kind=Kind.CUT, operation="get"), "get", id="get"),
        pytest.param(Behaviour(kind=Kind.CUT, service="invoices"), "", id="another service"),
    ],
)
def test_cut_receives_and_then_cuts_the_line_once(vendor: Vendor, behaviour: Behaviour, touched: str) -> None:
    vendor.rehearsal.behave(behaviour)

    answers = [vendor.ask("admissions", post_of(admission(ADA))) for _ in range(2)]
    pages = [vendor.ask("admissions", Get(origin=origin_of())) for _ in range(2)]

    cut = [answer is None for answer in (*answers, *pages)]
    assert cut == [touched == "post", False, touched == "get", False]
    assert len(vendor.events(EventType.ACKNOWLEDGED)) == 1
    assert sum("cut" in event.data for event in vendor.events(EventType.RESPONSE)) == bool(touched)
    again = answers[1]
    assert isinstance(again, PostResponse)
    assert again.tack.result_minor == DUPLICATE


def test_unavailable_answers_503_before_anything_is_received(vendor: Vendor) -> None:
    vendor.rehearsal.behave(Behaviour(kind=Kind.UNAVAILABLE, count=2, service="admissions"))
    body = post_of(admission(ADA))

    raw = write_envelope(request_envelope(body, message_id="urn:message:1"))
    answers = [vendor.send("admissions", raw) for _ in range(3)]

    assert [answer.status for answer in answers if answer] == [503, 503, 200]
    assert answers[0] is not None
    assert answers[0].headers["retry-after"] == "60"
    assert answers[0].body == b""
    assert len(vendor.events(EventType.ACKNOWLEDGED)) == 1


def test_an_empty_answer_confirms_nothing(vendor: Vendor) -> None:
    vendor.post(admission(ADA), "R1")
    vendor.later(2)
    (waiting,) = vendor.names("admissions")
    vendor.rehearsal.behave(Behaviour(kind=Kind.EMPTY_ANSWER, operation="confirm"))
    body = Confirm(origin=origin_of(), references=(waiting,))

    raw = write_envelope(request_envelope(body, message_id="urn:message:1"))
    first = vendor.send("admissions", raw)

    assert first is not None
    assert (first.status, first.body) == (200, b"")
    assert vendor.names("admissions") == (waiting,)
    assert any(one.data.get("imposed") == "empty-answer" for one in vendor.events(EventType.RESPONSE))
    vendor.send("admissions", raw)
    assert vendor.names("admissions") == ()


def test_every_behaviour_can_be_stopped_before_it_works(vendor: Vendor) -> None:
    for kind in Kind:
        control = "HX-INV-10" if kind in (Kind.REFUSE_BILL, Kind.BLOCK_FILE) else "HX-ADM-12"
        operation = "get" if kind in (Kind.THROTTLE, Kind.SHORT_PAGE, *SPOILING) else "post"
        operation = "confirm" if kind is Kind.EMPTY_ANSWER else operation
        behaviour = Behaviour(kind=kind, control=control, after=60, code="E", operation=operation)
        vendor.rehearsal.behave(behaviour)
    for kind in Kind:
        vendor.rehearsal.stop(kind)

    assert decided(vendor) == [("R1", Outcome.ACCEPTED), ("R2", Outcome.ACCEPTED)]
    assert [event.data["kind"] for event in vendor.events(EventType.BEHAVIOUR)] == [*Kind, *Kind]


def test_a_behaviour_for_one_message_leaves_the_others_alone(vendor: Vendor) -> None:
    vendor.rehearsal.behave(Behaviour(kind=Kind.REFUSE, control="HX-END-05", message="EndOfStay"))
    vendor.post(admission(ADA), "R1")
    vendor.post(end_of_stay(ADA), "R2")
    vendor.later(2)

    assert [(one.about, one.outcome) for one in vendor.decisions()] == [
        ("R1", Outcome.ACCEPTED),
        ("R2", Outcome.REFUSED),
    ]


@pytest.mark.parametrize(
    "behaviour",
    [
        pytest.param(Behaviour(kind=Kind.REFUSE), id="no control"),
        pytest.param(Behaviour(kind=Kind.PEND, control="HX-NONE-00"), id="an unknown control"),
        pytest.param(Behaviour(kind=Kind.OUT_OF_ORDER, control="HX-INV-10"), id="a control of invoices"),
        pytest.param(Behaviour(kind=Kind.REFUSE_BILL, control="HX-ADM-12"), id="a control of messages"),
        pytest.param(
            Behaviour(kind=Kind.PEND, control="HX-ADM-12", then=Outcome.PENDING), id="a deliberation for ever"
        ),
    ],
)
def test_a_behaviour_that_the_world_cannot_follow_is_a_mistake_and_changes_nothing(
    vendor: Vendor, behaviour: Behaviour
) -> None:
    before = state_of(vendor.rehearsal)

    with pytest.raises(UsageError):
        vendor.rehearsal.behave(behaviour)

    assert state_of(vendor.rehearsal) == before
    assert decided(vendor) == [("R1", Outcome.ACCEPTED), ("R2", Outcome.ACCEPTED)]


@pytest.mark.parametrize(
    ("behaviour", "outcomes"),
    [
        pytest.param(Behaviour(kind=Kind.ACCEPT_LATE), [Outcome.REFUSED], id="accept late"),
        pytest.param(
            Behaviour(kind=Kind.OUT_OF_ORDER, control="HX-ADM-12"),
            [Outcome.REFUSED, Outcome.PENDING],
            id="out of order",
        ),
        pytest.param(
            Behaviour(kind=Kind.PEND, control="HX-ADM-12", then=Outcome.ACCEPTED),
            [Outcome.PENDING, Outcome.REFUSED],
            id="pend and accept",
        ),
    ],
)
def test_an_end_without_a_stay_is_judged_although_a_behaviour_would_accept_it(
    vendor: Vendor, behaviour: Behaviour, outcomes: list[Outcome]
) -> None:
    vendor.rehearsal.behave(behaviour)
    vendor.post(end_of_stay(ADA))
    vendor.later(3)

    assert [one.outcome for one in vendor.decisions()] == outcomes
    refused = next(one for one in vendor.decisions() if one.outcome is Outcome.REFUSED)
    assert [one.control for one in refused.controls] == ["HX-END-03"]


@pytest.mark.parametrize(
    ("kind", "last"),
    [(Kind.PEND, Outcome.ACCEPTED), (Kind.OUT_OF_ORDER, Outcome.PENDING)],
    ids=["pend", "out of order"],
)
def test_a_deliberation_ends_although_the_message_had_to_wait_for_another(
    vendor: Vendor, kind: Kind, last: Outcome
) -> None:
    vendor.rehearsal.behave(Behaviour(kind=Kind.SILENCE, after=600))
    vendor.rehearsal.behave(Behaviour(kind=kind, control="HX-ADM-12", message="EndOfStay", after=60))
    vendor.post(admission(ADA), "R1")
    vendor.post(end_of_stay(ADA), "R2")
    vendor.later(700)

    about_the_end = [one.outcome for one in vendor.decisions() if one.about == "R2"]
    assert sorted(about_the_end) == sorted([Outcome.PENDING, Outcome.ACCEPTED])
    assert about_the_end[-1] is last
