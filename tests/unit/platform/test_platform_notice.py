"""The notice term at the platform: what is told too late is accepted, from the day on which it is told."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from tests.unit.platform.care_desk import (
    BEA,
    HEIR,
    HOME,
    Desk,
    admission,
    at,
    correction,
    end_of_stay,
)

from generale.platform.case import Case
from generale.protocol.clock import BRUSSELS
from generale.protocol.messages import Decision, Outcome
from generale.protocol.profile import Profile, compile_profile, standard_profile
from generale.rules.counting import due_days

THURSDAY = datetime(2019, 4, 18, 23, 50, tzinfo=BRUSSELS)
FRIDAY, SATURDAY = THURSDAY.replace(day=26, hour=23, minute=58), THURSDAY.replace(day=27, hour=0, minute=0)


def noticed(now: datetime, profile: Profile | None = None) -> Desk:
    """A desk at which the notice term runs from April 2019 on."""
    desk = Desk(now=now, profile=profile or standard_profile())
    desk.platform.register(replace(HOME, notice_from=date(2019, 4, 1)))
    return desk


def decision_on(desk: Desk, case: Case) -> Decision:
    """The last decision on a message."""
    return next(one.decision for one in reversed(desk.heard) if one.decision.about == case.reference)


@pytest.mark.parametrize(
    ("now", "start", "controls"),
    [
        pytest.param(FRIDAY, THURSDAY, [], id="on the last day"),
        pytest.param(SATURDAY, SATURDAY, ["HX-ADM-14"], id="just after it"),
    ],
)
def test_an_admission_that_is_told_late_counts_from_the_day_of_its_receipt(
    now: datetime, start: datetime, controls: list[str]
) -> None:
    desk = noticed(now)

    case = desk.accepted(admission(start=THURSDAY))

    told = decision_on(desk, case)
    assert told.start == start
    assert [one.control for one in told.controls] == controls
    assert all(one.field.endswith("Begin") for one in told.controls)
    assert [one.start for one in desk.stays()] == [start]
    assert desk.stays()[0].began == THURSDAY


def test_where_saturday_counts_the_term_is_over_a_day_earlier() -> None:
    files = dict(standard_profile().files)
    files["profile.toml"] = files["profile.toml"].replace(
        b'saturday_counts = "no"', b'saturday_counts = "yes"'
    )
    desk = noticed(FRIDAY, compile_profile(files))

    desk.accepted(admission(start=THURSDAY))

    assert [str(one.start.date()) for one in desk.stays()] == ["2019-04-26"]


def test_a_profile_without_the_term_accepts_whenever_it_is_told() -> None:
    files = dict(standard_profile().files)
    head, rest = files["profile.toml"].split(b"[notice]")
    files["profile.toml"] = head + rest[rest.index(b"[[error_limits]]") :]
    desk = noticed(SATURDAY, compile_profile(files))

    desk.accepted(admission(start=THURSDAY))

    assert [one.start for one in desk.stays()] == [THURSDAY]


def test_a_correction_of_what_was_told_in_time_is_not_late() -> None:
    desk = noticed(FRIDAY)
    case = desk.accepted(admission(start=THURSDAY))
    desk.now = at(20)

    desk.accepted(correction(case, start=THURSDAY.replace(hour=22)))

    assert [one.start for one in desk.stays()] == [THURSDAY.replace(hour=22)]


def test_a_correction_does_not_move_the_day_from_which_a_late_admission_counts() -> None:
    desk = noticed(at(2))
    case = desk.accepted(admission(start=THURSDAY))
    desk.now = at(20)

    again = desk.accepted(correction(case, start=THURSDAY.replace(hour=22)))

    assert [one.start for one in desk.stays()] == [at(2, 0)]
    assert desk.controls(again) == ("HX-ADM-14",)


def test_a_refusal_does_not_speak_of_a_later_start() -> None:
    desk = noticed(at(2))

    case = desk.refused(replace(admission(start=THURSDAY), birth_date=date(1940, 1, 1)))

    assert desk.controls(case) == ("HX-ADM-05",)
    assert decision_on(desk, case).start is None


def test_a_stay_that_was_over_when_it_was_told_late_can_end_and_pays_nothing() -> None:
    desk = noticed(at(6))
    desk.accepted(admission(start=THURSDAY))

    desk.accepted(end_of_stay(end=at(3)))

    (stay,) = desk.stays()
    assert (stay.start, stay.end) == (at(6, 0), at(3))
    counting = standard_profile().counting
    assert due_days(stay, counting, date(2019, 4, 1), date(2019, 5, 31)) == frozenset()


def test_an_end_before_moving_in_is_still_refused() -> None:
    desk = noticed(at(6))
    desk.accepted(admission(start=THURSDAY))

    refused = desk.refused(end_of_stay(end=THURSDAY.replace(hour=9)))

    assert desk.controls(refused) == ("HX-END-04",)


def test_the_term_goes_on_at_the_number_that_takes_over() -> None:
    desk = noticed(at(2))
    desk.take_over()
    desk.now = at(28)

    late = desk.accepted(
        admission(BEA, HEIR_BEGINS, facility=HEIR.hco),
        sender=HEIR.nihii,
    )

    assert desk.controls(late) == ("HX-ADM-14",)
    assert desk.outcome(late) is Outcome.ACCEPTED


HEIR_BEGINS = datetime(2019, 5, 15, 10, tzinfo=BRUSSELS)
