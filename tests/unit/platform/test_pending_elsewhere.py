"""Under the rule set of July 2020 a stay elsewhere leaves an admission pending, until that stay changes."""

from dataclasses import replace
from datetime import date, datetime

from tests.unit.platform.care_desk import (
    ADA,
    BEA,
    HEIR,
    HOME,
    PENDING,
    Desk,
    Members,
    admission,
    correction,
    end_of_stay,
)

from generale.platform.case import Case
from generale.platform.life import State
from generale.platform.platform import Platform
from generale.protocol.clock import BRUSSELS
from generale.protocol.ids import Insz
from generale.protocol.messages import Outcome
from generale.rules.engine import rule_set


def september(day: int, hour: int = 10) -> datetime:
    """An hour in September 2020."""
    return datetime(2020, 9, day, hour, tzinfo=BRUSSELS)


def desk_of(day: date) -> Desk:
    """A desk with two homes, under the rule set of a day."""
    desk = Desk(now=september(20))
    desk.platform = Platform(desk.profile, rule_set(day), Members())
    desk.platform.register(HOME)
    desk.platform.register(replace(HEIR, valid_from=date(2010, 1, 1)))
    return desk


def moved(desk: Desk, insz: Insz = ADA) -> tuple[Case, Case]:
    """The admission to a home, and the next one to the other; nobody has told that the first stay ended."""
    first = desk.accepted(admission(insz, september(1)))
    second = desk.send(admission(insz, september(6, 14), facility=HEIR.hco), sender=HEIR.nihii)
    desk.decide(second)
    return first, second


def test_a_stay_elsewhere_refuses_before_that_set_and_leaves_pending_from_it_on() -> None:
    before, since = desk_of(date(2019, 7, 31)), desk_of(date(2020, 7, 22))

    refused, pending = moved(before)[1], moved(since)[1]

    assert (before.outcome(refused), since.outcome(pending)) == (Outcome.REFUSED, Outcome.PENDING)
    assert before.controls(refused) == since.controls(pending) == ("HX-ADM-12",)


def test_when_the_other_stay_has_ended_the_admission_is_accepted_by_itself() -> None:
    desk = desk_of(date(2020, 7, 22))
    _, second = moved(desk)

    desk.accepted(end_of_stay(end=september(6, 9)))

    assert desk.outcome(second) is Outcome.ACCEPTED
    assert [stay.facility for stay in desk.stays()] == [HOME.hco, HEIR.hco]
    assert not desk.heard[-1].imposed


def test_an_end_that_lies_too_late_leaves_it_pending_without_another_word() -> None:
    desk = desk_of(date(2020, 7, 22))
    _, second = moved(desk)
    heard = len(desk.heard)

    desk.accepted(end_of_stay(end=september(8)))

    assert second.state is State.PENDING
    assert len(desk.heard) == heard + 1


def test_a_correction_of_the_other_stay_may_set_it_free_too() -> None:
    desk = desk_of(date(2020, 7, 22))
    first, second = moved(desk)

    desk.accepted(correction(first, BEA, september(1)))

    assert desk.outcome(second) is Outcome.ACCEPTED
    assert [stay.facility for stay in desk.stays(BEA)] == [HOME.hco]


def test_what_waited_behind_it_follows() -> None:
    desk = desk_of(date(2020, 7, 22))
    _, second = moved(desk)
    behind = desk.send(end_of_stay(end=september(9), facility=HEIR.hco), sender=HEIR.nihii)
    desk.decide(behind)

    desk.accepted(end_of_stay(end=september(6, 9)))

    assert (desk.outcome(second), desk.outcome(behind)) == (Outcome.ACCEPTED, Outcome.ACCEPTED)


def test_a_deliberation_that_a_scenario_began_is_left_to_it() -> None:
    desk = desk_of(date(2020, 7, 22))
    desk.accepted(admission(start=september(1)))
    held = admission(start=september(12), facility=HEIR.hco)
    case = desk.send(held, sender=HEIR.nihii, imposed=PENDING)
    desk.decide(case)

    desk.accepted(end_of_stay(end=september(6, 9)))

    assert desk.outcome(case) is Outcome.PENDING


def test_a_review_that_changes_nothing_leaves_it_pending() -> None:
    desk = desk_of(date(2020, 7, 22))
    _, second = moved(desk)

    (decided,) = desk.review(second)

    assert decided.decision.outcome is Outcome.PENDING
    assert second.state is State.PENDING
