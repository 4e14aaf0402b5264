"""Thousands of messages about one resident: decided as defined, each with no more work than one alone."""

from collections.abc import Callable
from dataclasses import replace
from itertools import takewhile
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.platform.care_desk import (
    ACCEPTED,
    ADA,
    BEA,
    PENDING,
    REFUSED,
    Desk,
    admission,
    at,
    correction,
    end_of_stay,
)
from tests.unit.work_done import calls_in

from generale.platform.case import Case
from generale.platform.facts import CaseFacts
from generale.platform.life import OPEN, State
from generale.protocol.messages import Correction, Outcome
from generale.rules.facts import Original, SentRecord

STEPS = st.lists(
    st.tuples(
        st.sampled_from(("admit", "admit", "end", "correct", "decide", "decide", "decide", "review")),
        st.integers(0, 5),
        st.sampled_from((ADA, ADA, ADA, BEA)),
        st.sampled_from((None, None, None, PENDING, REFUSED, ACCEPTED)),
    ),
    max_size=30,
)


@given(steps=STEPS)
def test_what_is_kept_is_what_going_through_all_messages_gives(steps: list[tuple[Any, ...]]) -> None:
    desk, cases = Desk(), list[Case]()
    for step, number, insz, imposed in steps:
        some = cases[number % len(cases)] if cases else None
        match step:
            case "admit":
                cases.append(desk.send(admission(insz, at(2 + number % 3)), imposed=imposed))
            case "end":
                cases.append(desk.send(end_of_stay(insz, at(10 + number % 2)), imposed=imposed))
            case "correct" if some:
                cases.append(desk.send(correction(some, insz, at(3 + number % 3)), imposed=imposed))
            case "decide" if some:
                desk.decide(next((one for one in cases if one.state is State.RECEIVED), some))
            case "review" if some:
                desk.review(some, ACCEPTED if number % 2 else None)
        for one in cases:
            _agrees(desk, cases, one)
        assert not _next_waiting(cases)


def _agrees(desk: Desk, cases: list[Case], case: Case) -> None:
    """Everything that is kept about a case agrees with the definitions."""
    book = desk.platform.cases
    facts = CaseFacts(
        case,
        desk.profile,
        desk.platform.facilities,
        desk.platform.insurance,
        desk.platform.stays,
        book,
        desk.platform.assessed,
    )
    earlier = [one.record() for one in cases if one.place < case.place]
    assert book.has_to_wait(case) == _has_to_wait(cases, case)
    for said in {one.message for one in cases}:
        same = [record for record in earlier if record.message == said]
        if not isinstance(said, Correction):
            assert facts.first_sent(said) == next(iter(same), None)
            assert facts.standing(said) == [one for one in same if _stands(one)]
    for insz in (ADA, BEA) if isinstance(case.message, Correction) else (case.message.insz,):
        if case.state in OPEN and not book.has_to_wait(case):
            about = [record for record in earlier if record.message.insz == insz]
            assert _blocking(facts.refused(insz), case, facts) == _blocked(about, case.message)


def _stands(record: SentRecord) -> bool:
    return record.outcome is not Outcome.REFUSED and not record.corrected


def _blocking(refused: SentRecord | None, case: Case, facts: CaseFacts) -> SentRecord | None:
    """The refused message that the control of order finds, for a message that is no correction."""
    since = facts.first_sent(case.message)
    return refused if refused and (since is None or refused.place < since.place) else None


def _blocked(about: list[SentRecord], message: Original) -> SentRecord | None:
    """The same, by going through all earlier messages and for each refused one through all again."""
    for record in takewhile(lambda one: one.message != message or isinstance(message, Correction), about):
        if record.outcome is not Outcome.REFUSED or isinstance(record.message, Correction):
            continue
        if not any(one.outcome is Outcome.ACCEPTED and one.message == record.message for one in about):
            return record
    return None


def _has_to_wait(cases: list[Case], case: Case) -> bool:
    """Whether something that a case comes behind is open, by going through all cases."""
    return any(
        other.state in OPEN and case.comes_behind(other) and set(other.people) & set(case.people)
        for other in cases
    )


def _next_waiting(cases: list[Case]) -> Case | None:
    """A case that waits for nothing any more, which nobody let go on."""
    waiting = (one for one in cases if one.state is State.WAITING)
    return next((one for one in waiting if not _has_to_wait(cases, one)), None)


def _same_again(desk: Desk, _number: int) -> Case:
    return desk.send(admission())


def _other_each_time(desk: Desk, number: int) -> Case:
    return desk.send(admission(start=at(2 + number % 10, number % 24)))


def _refused_each_time(desk: Desk, number: int) -> Case:
    return desk.send(replace(admission(), given_name=f"Ada {number}"), imposed=REFUSED)


def _corrected_each_time(desk: Desk, number: int) -> Case:
    first = desk.platform.cases.of_resident(HOME_SENDER, ADA)
    return desk.send(correction(first[0], start=at(3, number % 24)) if first else admission())


HOME_SENDER = Desk().send(admission()).sender


@pytest.mark.parametrize(
    "send",
    [_same_again, _other_each_time, _refused_each_time, _corrected_each_time],
    ids=lambda one: one.__name__,
)
def test_twice_the_messages_of_one_resident_are_twice_the_work(send: Callable[[Desk, int], Case]) -> None:
    def work(messages: int) -> int:
        desk = Desk()
        cases = [send(desk, number) for number in range(messages)]
        return calls_in(lambda: [desk.decide(case) for case in cases])

    assert work(400) < 2.3 * work(200)


def test_thousands_that_wait_for_one_are_decided_in_their_order() -> None:
    desk = Desk()
    first = desk.pending(admission())
    waiting = [desk.send(replace(admission(), given_name=f"Ada {number}")) for number in range(3000)]
    for case in waiting:
        desk.decide(case)

    decided = desk.review(first, ACCEPTED)

    assert [one.decision.about for one in decided] == [one.reference for one in (first, *waiting)]


def test_twice_as_many_that_wait_for_one_are_twice_the_work() -> None:
    def work(messages: int) -> int:
        desk = Desk()
        first = desk.pending(admission())
        for number in range(messages):
            desk.decide(desk.send(replace(admission(), given_name=f"Ada {number}")))
        return calls_in(lambda: desk.review(first, ACCEPTED))

    assert work(400) < 2.3 * work(200)
