"""The typed history: stays as told, due days, messages with their attempts and answers, replies, waits."""

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.conformance.cast_by_hand import at

from generale.conformance.told import Version, due_days
from generale.driver.observations import DecisionState
from generale.driver.setup import FacilitySetUp
from generale.driver.stimuli import Correct, EndStay, Person
from generale.protocol.calendar import CareMonth
from generale.protocol.clock import brussels, parse_instant
from generale.protocol.ids import Insz, Sex
from generale.protocol.messages import EndReason, Outcome, StayType
from generale.protocol.profile import Counting, DayRule, standard_profile
from generale.results.events import EventType

if TYPE_CHECKING:
    from tests.unit.conformance.conftest import Script

APRIL = CareMonth(2019, 4)
SOMEBODY = Person(
    insz=Insz.synthetic(date(1931, 5, 2), Sex.MAN),
    family_name="X",
    given_name="Y",
    birth_date=date(1931, 5, 2),
    sex=Sex.MAN,
)


def version(start: str, end: str = "", reason: EndReason | None = None) -> Version:
    return Version(
        since=1,
        person=SOMEBODY,
        stay_type=StayType.ROB,
        start=parse_instant(start),
        end=parse_instant(end) if end else None,
        reason=reason,
    )


@pytest.mark.parametrize(
    ("start", "end", "reason", "expected"),
    [
        ("2019-04-03T10:00", "", None, range(3, 31)),
        ("2019-03-10T10:00", "2019-04-10T08:00", EndReason.DEPARTURE, range(1, 10)),
        ("2019-03-10T10:00", "2019-04-10T08:00", EndReason.DEATH, range(1, 11)),
        ("2019-04-10T10:00", "2019-04-10T20:00", EndReason.DEPARTURE, ()),
        ("2019-04-10T10:00", "2019-04-10T20:00", EndReason.DEATH, (10,)),
        ("2019-05-01T00:30", "", None, ()),
    ],
    ids=["lasts", "departs", "dies", "one day, departs", "one day, dies", "next month"],
)
def test_days_are_due_by_the_standard_counting(
    start: str, end: str, reason: EndReason | None, expected: range
) -> None:
    days = due_days(version(start, end, reason), standard_profile().counting, APRIL, None)

    assert days == {date(2019, 4, day) for day in expected}


def test_a_later_decided_start_moves_the_first_due_day() -> None:
    days = due_days(
        version("2019-04-03T10:00"), standard_profile().counting, APRIL, parse_instant("2019-04-08T00:00")
    )

    assert min(days) == date(2019, 4, 8)


@given(
    st.integers(-40, 40),
    st.integers(0, 60),
    st.sampled_from(DayRule),
    st.sampled_from(DayRule),
    st.sampled_from(DayRule),
    st.sampled_from(EndReason),
)
def test_due_days_are_the_days_inside_with_the_boundary_days_that_the_table_grants(
    first: int, length: int, admission: DayRule, last: DayRule, same: DayRule, reason: EndReason
) -> None:
    start = date(2019, 4, 15) + timedelta(days=first)
    end = start + timedelta(days=length)
    counting = Counting(admission_day=admission, last_day=last, same_day=same)
    stay = version(f"{start}T10:00", f"{end}T20:00", reason)

    days = due_days(stay, counting, APRIL, None)

    inside = {day for day in APRIL.days() if start < day < end}
    assert inside <= days <= inside | ({start, end} & set(APRIL.days()))


def test_a_correction_makes_a_new_version_and_keeps_the_old(script: "Script") -> None:
    script.admit()
    told = len(script.events)
    right = replace(script.anna, family_name="Verhelst")
    script.tell(Correct(facility=script.home.hco, insz=script.anna.insz, resident=right))

    (stay,) = script.history().stays

    before = stay.at(told)
    assert before is not None
    assert before.person.family_name == "Verhulst"
    assert stay.latest.person.family_name == "Verhelst"
    assert stay.latest.corrected


def test_an_end_goes_to_the_stay_that_had_begun(script: "Script") -> None:
    script.admit(start="03-01 10:00")
    script.admit(start="04-20 10:00")
    script.end_stay("03-20 10:00")

    first, second = script.history().stays

    assert first.latest.end is not None
    assert second.latest.end is None


@pytest.mark.parametrize(
    ("stay", "corrected"),
    [("03-01 10:00", [True, False]), ("", [False, True]), ("03-02 10:00", [False, False])],
)
def test_a_correction_goes_to_the_stay_that_it_names_or_to_the_last(
    stay: str, corrected: list[bool], script: "Script"
) -> None:
    script.admit(start="03-01 10:00")
    script.admit(start="04-20 10:00")
    named = at(stay) if stay else None
    script.tell(Correct(facility=script.home.hco, insz=script.anna.insz, stay=named, stay_type=StayType.RVT))

    assert [one.latest.corrected for one in script.history().stays] == corrected


def test_after_a_takeover_the_new_number_holds_the_stay(script: "Script") -> None:
    script.admit()
    script.take_over()
    script.tell(
        EndStay(
            facility=script.next_home.hco,
            insz=script.anna.insz,
            end=brussels(script.now),
            reason=EndReason.DEATH,
        )
    )
    history = script.history()

    (stay,) = history.stays

    assert stay.latest.reason is EndReason.DEATH
    assert history.number_on(stay, date(2019, 4, 15)) == script.home.hco
    assert history.number_on(stay, date(2019, 4, 16)) == script.next_home.hco
    assert isinstance(history.facilities[script.next_home.hco], FacilitySetUp)


@pytest.mark.parametrize("answer", ["success", "cut", "busy", "failure"])
def test_a_message_knows_how_it_was_answered_and_whether_it_is_stored(answer: str, script: "Script") -> None:
    script.asks = False
    script.post("A1", script.admission(), answer)

    (sent,) = script.history().sent

    expected = {"success": "success", "cut": "none", "busy": "unavailable", "failure": "failure"}
    assert sent.answer.value == expected[answer]
    assert sent.received is (answer in ("success", "cut"))


def test_the_same_content_under_the_same_reference_is_another_attempt(script: "Script") -> None:
    script.asks = False
    script.post("A1", script.admission(), "busy")
    script.post("A1", script.admission())
    script.post("A1", script.admission(script.bert), "failure")
    history = script.history()

    assert [one.attempt for one in history.sent] == [1, 2, 1]
    assert [one.received for one in history.sent] == [True, True, False]
    assert len(history.messages) == 2


def test_a_reply_is_known_once_it_was_fetched(script: "Script") -> None:
    script.admit()
    script.post("A1", script.admission())
    name = script.decide("A1", Outcome.PENDING)
    put = len(script.events)
    script.fetch(name)
    history = script.history()

    (case,) = history.cases

    assert case.state(put) is DecisionState.NOT_ANSWERED
    assert case.state(len(script.events)) is DecisionState.PENDING


def test_what_nobody_can_read_is_kept_as_an_error(script: "Script") -> None:
    script.exchange({"operation": "unreadable", "service": "admissions"}, b"<x/>", b"", 500)
    script.post("A1", b"<Opname/>", "failure")
    history = script.history()

    assert isinstance(history.exchanges[0].asked, Exception)
    assert isinstance(history.sent[0].message, Exception)
    assert history.cases == ()


@pytest.mark.parametrize(
    ("awaited", "met", "fair"),
    [("vendor", False, True), ("platform", False, False), ("fund", False, False), ("fund", True, True)],
)
def test_a_vendor_is_not_blamed_while_another_is_awaited(
    awaited: str, met: bool, fair: bool, script: "Script"
) -> None:
    script.wait(awaited, met=met)

    assert script.history().is_fair is fair


def test_a_failed_rehearsal_is_no_fair_one(script: "Script") -> None:
    script.note(EventType.HARNESS, data={"problem": "the disk is full", "blame": "environment"})

    assert not script.history().is_fair
