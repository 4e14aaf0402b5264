"""The player: what it tells, what it waits for, and whom the log blames where a scenario cannot go on."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from tests.unit.scenarios.stage_play import (
    ADMIT,
    FakeProduct,
    WallClock,
    ended,
    events,
    play,
    scenario,
)

from generale.driver import stimuli
from generale.driver.contract import Done
from generale.protocol.calendar import CareMonth
from generale.protocol.clock import BRUSSELS
from generale.protocol.errors import EnvironmentFailure, OurError, PeerError
from generale.protocol.ids import Sex
from generale.protocol.messages import EndReason, StayType
from generale.results.events import EventType

BEGINS = datetime(2019, 5, 20, 8, tzinfo=BRUSSELS)


def at(day: int, hour: int = 10) -> datetime:
    return datetime(2019, 5, day, hour, tzinfo=BRUSSELS)


def test_a_scenario_that_is_played_to_its_end_is_completed() -> None:
    product = FakeProduct()

    part = play(scenario(ADMIT, {"sync": True}, {"observe": True}), product)

    assert dict(ended(part)) == {"completed": True, "reason": ""}
    assert product.asked == ["reset", "act", "sync", "observe"]
    assert [event.type for event in part.events] == [
        EventType.SCENARIO_BEGUN,
        *[EventType.TOLD, EventType.TOLD_ANSWERED] * 3,
        EventType.TOLD,
        EventType.OBSERVED,
        EventType.SCENARIO_ENDED,
    ]


def test_the_log_begins_with_rule_set_clock_duties_and_cast() -> None:
    data = play(scenario(ADMIT), FakeProduct()).events[0].data

    assert (data["rule_set"], data["clock"], data["anchor"]) == ("2019-04-01", "virtual", "2019-05-20")
    assert data["verifies"] == ["RQ-TRA-01"]
    assert set(data["residents"]) == {"anna", "bert"}
    assert data["residents"]["anna"]["funds"] == [{"fund": "810", "since": "1900-01-01"}]
    assert len(data["set_up"]["facilities"]) == 1
    assert data["set_up"]["business_time"] == BEGINS.isoformat()


@pytest.mark.parametrize(
    ("operation", "note", "reason"),
    [
        ("reset", "", "the product did not take the set-up: it gave no reason"),
        ("act", "we do not do that", "the product did not take admit: we do not do that"),
        ("sync", "not now", "the product did not take sync: not now"),
    ],
)
def test_a_product_that_does_not_take_something_ends_its_scenario(
    operation: str, note: str, reason: str
) -> None:
    product = FakeProduct({operation: Done(taken=False, note=note)})

    part = play(scenario(ADMIT, {"sync": True}, {"observe": True}), product)

    assert dict(ended(part)) == {"completed": False, "reason": reason}
    assert events(part, EventType.HARNESS) == []
    assert "observe" not in product.asked


@pytest.mark.parametrize(
    ("accident", "blame", "reason"),
    [
        pytest.param(
            PeerError("half an answer"),
            "",
            "the product answered something that the contract does not allow: half an answer",
            id="the product",
        ),
        pytest.param(EnvironmentFailure("no line"), "environment", "no line", id="the world"),
        pytest.param(
            EnvironmentFailure("no line", address="http://product"),
            "environment",
            "no line (http://product)",
            id="the world at an address",
        ),
        pytest.param(OurError("no such step"), "simulator", "the rehearsal failed: no such step", id="us"),
    ],
)
@pytest.mark.parametrize("operation", ["reset", "act", "sync", "observe", "set_clock"])
def test_the_log_says_whose_fault_it_is_that_a_scenario_cannot_go_on(
    accident: Exception, blame: str, reason: str, operation: str
) -> None:
    product = FakeProduct({operation: accident})

    part = play(scenario(ADMIT, {"sync": True}, {"observe": True}, {"leap": "D+1"}), product)

    assert dict(ended(part)) == {"completed": False, "reason": reason}
    blamed = [event.data for event in events(part, EventType.HARNESS)]
    problem = reason.removeprefix("the rehearsal failed: ")
    assert blamed == ([{"problem": problem, "blame": blame}] if blame else [])
    problems = [event.data.get("problem") for event in events(part, EventType.TOLD_ANSWERED)]
    assert problems.count(reason) == (0 if blame else 1)
    assert product.asked[-1] == operation


@pytest.mark.parametrize("operation", ["reset", "act", "sync", "observe", "set_clock"])
@pytest.mark.parametrize("accident", [ValueError("a bug"), SystemExit(0)], ids=["raises", "leaves"])
def test_what_a_product_raises_is_its_own_fault(accident: BaseException, operation: str) -> None:
    product = FakeProduct({operation: accident})

    part = play(scenario(ADMIT, {"sync": True}, {"observe": True}, {"leap": "D+1"}), product)

    reason = str(ended(part)["reason"])
    assert f"{operation}: the product raised {type(accident).__name__}" in reason
    assert events(part, EventType.HARNESS) == []


def test_a_wait_ends_when_what_is_waited_for_has_come() -> None:
    decision = {"decision": {"of": "anna", "facility": "home", "outcome": "accepted"}}

    part = play(scenario(ADMIT, {"wait": decision}))

    begun, over = events(part, EventType.WAIT_BEGUN)[0], events(part, EventType.WAIT_ENDED)[0]
    assert begun.ids == over.ids == {"wait": "1"}
    assert dict(begun.data) == {
        "for": "decision on anna: accepted",
        "awaited": "vendor",
        "deadline": (BEGINS + timedelta(days=3)).isoformat(),
    }
    assert over.data["met"] is True
    assert over.at == (BEGINS + timedelta(seconds=2)).isoformat()


@pytest.mark.parametrize(
    ("wait", "words"),
    [
        ({"decision": {"of": "anna", "facility": "home", "within": "2 hours"}}, "decision on anna"),
        (
            {"replies": {"kind": "920900", "facility": "home", "count": 2, "within": "2 hours"}},
            "2 x 920900 at home",
        ),
    ],
    ids=["decision", "replies"],
)
def test_a_wait_for_a_vendor_that_sends_nothing_is_over_in_time_and_names_the_vendor(
    wait: dict[str, Any], words: str
) -> None:
    product = FakeProduct()

    part = play(scenario(ADMIT, {"wait": wait}), product)

    begun, over = events(part, EventType.WAIT_BEGUN)[0], events(part, EventType.WAIT_ENDED)[0]
    assert begun.data["for"] == words
    assert dict(over.data) == {"met": False, "awaited": "vendor"}
    assert over.at == (BEGINS + timedelta(hours=2)).isoformat()
    assert ended(part)["completed"] is True
    assert product.asked.count("sync") == 13
    assert product.clock[-1] == BEGINS + timedelta(hours=2)


@pytest.mark.parametrize(
    "wait",
    [
        {"decision": {"of": "anna", "facility": "home", "outcome": "accepted", "within": "1 hour"}},
        {"replies": {"kind": "decision", "facility": "home", "within": "1 hour"}},
    ],
    ids=["decision", "replies"],
)
def test_a_wait_for_a_platform_that_is_silent_names_the_platform(wait: dict[str, Any]) -> None:
    silence = {"behave": {"kind": "silence", "after": "2 days", "resident": "anna"}}

    part = play(scenario(silence, ADMIT, {"wait": wait}))

    assert dict(events(part, EventType.WAIT_ENDED)[0].data) == {"met": False, "awaited": "platform"}


def test_a_wait_for_another_outcome_than_the_one_that_came_is_not_met() -> None:
    wait = {"decision": {"of": "anna", "facility": "home", "outcome": "refused", "within": "1 hour"}}

    part = play(scenario(ADMIT, {"wait": wait}))

    assert dict(events(part, EventType.WAIT_ENDED)[0].data) == {"met": False, "awaited": "vendor"}


@pytest.mark.parametrize(
    ("wait", "over"),
    [
        ({"of": ["anna"], "message": "Admission"}, (True, "vendor")),
        ({"of": ["anna", "bert"]}, (False, "vendor")),
        ({"of": "anna", "message": "EndOfStay"}, (False, "vendor")),
    ],
    ids=["of one in a list", "of somebody who was not admitted", "of a message that is never sent"],
)
def test_a_wait_for_messages_of_several_residents_is_over_when_each_is_decided(
    wait: dict[str, Any], over: tuple[bool, str]
) -> None:
    part = play(scenario(ADMIT, {"wait": {"decision": {"facility": "home", "within": "1 hour", **wait}}}))

    ended_so = events(part, EventType.WAIT_ENDED)[0].data
    assert (ended_so["met"], ended_so["awaited"]) == over


def test_the_clock_leaps_and_the_product_is_told() -> None:
    product = FakeProduct()

    part = play(scenario(ADMIT, {"advance": "90 minutes"}, {"leap": "D+1 12:00"}), product)

    times = [BEGINS + timedelta(minutes=90), at(21, 12)]
    assert product.clock == times
    assert [event.data["to"] for event in events(part, EventType.CLOCK)] == [one.isoformat() for one in times]


def test_a_leap_to_a_moment_that_has_passed_leaves_the_clock_where_it_stands() -> None:
    part = play(scenario(ADMIT, {"leap": "D-1"}), FakeProduct())

    assert ended(part)["completed"]
    assert [event.data["to"] for event in events(part, EventType.CLOCK)] == [BEGINS.isoformat()]


ANNA = {"facility": "home", "resident": "anna"}


def told(*steps: dict[str, Any]) -> list[stimuli.Stimulus]:
    """What a product is told by these steps."""
    product = FakeProduct()
    part = play(scenario(*({"tell": step} for step in steps)), product)
    assert ended(part)["completed"], ended(part)["reason"]
    return product.told


def test_an_admission_is_told_as_the_facility_enters_it() -> None:
    words = {"facility": "home", "resident": "anna", "stay_type": "rob", "start": "D-2 10:00"}
    wrong = {"given_name": "Anne", "birth_date": "1932-02-03", "sex": "man", "family_name": "Janssens"}

    right, entered = told({"admit": words}, {"admit": {**words, "entered": wrong}})

    assert isinstance(right, stimuli.Admit)
    assert isinstance(entered, stimuli.Admit)
    assert (right.start, right.stay_type, right.facility) == (at(18), StayType.ROB, entered.facility)
    assert (entered.resident.given_name, entered.resident.sex) == ("Anne", Sex.MAN)
    assert entered.resident.insz == right.resident.insz


def test_every_other_thing_that_can_be_told_is_told() -> None:
    _, end, correction, _, bill, rebill = told(
        ADMIT["tell"],
        {"end_stay": {"facility": "home", "resident": "anna", "end": "D-1 10:00", "reason": "death"}},
        {
            "correct": {
                **ANNA,
                "person": True,
                "stay_type": "rvt",
                "start": "D-3 10:00",
                "end": "D-1 11:00",
                "reason": "departure",
            }
        },
        {"bill_month": {"facility": "home", "month": "M"}},
        {"bill_month": {"facility": "home", "month": "M-1"}},
        {"rebill": {"facility": "home", "month": "M"}},
    )

    assert isinstance(end, stimuli.EndStay)
    assert (end.end, end.reason) == (at(19), EndReason.DEATH)
    assert isinstance(correction, stimuli.Correct)
    assert correction.resident is not None
    assert (correction.insz, correction.start, correction.end) == (
        correction.resident.insz,
        at(17),
        at(19, 11),
    )
    assert isinstance(bill, stimuli.BillMonth)
    assert isinstance(rebill, stimuli.Rebill)
    assert (bill.month, rebill.month) == (CareMonth(2019, 4), CareMonth(2019, 5))


def test_a_correction_can_name_the_stay_of_somebody_who_came_back() -> None:
    _, correction = told(ADMIT["tell"], {"correct": {**ANNA, "stay": "M-1/02 10:00", "stay_type": "rvt"}})

    assert isinstance(correction, stimuli.Correct)
    assert correction.stay is not None
    assert (correction.stay.day, correction.start) == (2, None)


def test_a_correction_says_nothing_that_stays_as_it_is() -> None:
    _, correction = told(ADMIT["tell"], {"correct": {**ANNA, "stay_type": "rvt"}})

    assert isinstance(correction, stimuli.Correct)
    assert (correction.resident, correction.start, correction.end, correction.reason) == (None,) * 4


def test_a_history_is_told_at_once_with_its_ends() -> None:
    (history,) = told(
        {
            "import_history": {
                "facility": "home",
                "residents": [
                    {"resident": "anna", "stay_type": "rob", "start": "M-9/01 10:00"},
                    {
                        "resident": "bert",
                        "stay_type": "rvt",
                        "start": "M-9/02 10:00",
                        "end": "M-1/03 10:00",
                        "reason": "departure",
                        "entered": {"given_name": "Bart"},
                    },
                ],
            }
        }
    )

    assert isinstance(history, stimuli.ImportHistory)
    assert [one.stay_type for one in history.admissions] == [StayType.ROB, StayType.RVT]
    assert history.admissions[1].resident.given_name == "Bart"
    assert [(one.insz, one.reason) for one in history.ends] == [
        (history.admissions[1].resident.insz, EndReason.DEPARTURE)
    ]


def test_a_takeover_is_known_to_the_registry_before_the_vendor_is_told() -> None:
    product = FakeProduct()
    takeover = {"tell": {"take_over": {"facility": "home", "successor": "heir", "first_day": "D"}}}

    part = play(scenario(takeover), product)

    (told_of,) = product.told
    assert isinstance(told_of, stimuli.TakeOver)
    assert told_of.first_day == BEGINS.date()
    behaviour = events(part, EventType.BEHAVIOUR)[0]
    assert behaviour.data["new"] == told_of.successor.hco
    assert behaviour.seq < next(e.seq for e in part.events if e.data.get("do") == "take_over")


def test_a_behaviour_is_switched_on_for_the_people_of_the_cast() -> None:
    words = {
        "kind": "pend",
        "count": 2,
        "service": "admissions",
        "message": "Admission",
        "resident": "anna",
        "control": "HX-ADM-12",
        "after": "2 hours",
        "then": "accepted",
        "start": "D-1 00:00",
    }

    others = ({"kind": "cut", "operation": "get"}, {"kind": "refuse-file", "fund": "810"})

    part = play(scenario(*({"behave": one} for one in (words, *others))), FakeProduct())

    first, second, third = (event.data for event in events(part, EventType.BEHAVIOUR))
    anna = part.events[0].data["residents"]["anna"]["person"]["insz"]
    assert (first["insz"], first["after"], first["then"]) == (anna, 7200, "accepted")
    assert first["start"] == at(19, 0).isoformat()
    assert (second["kind"], second["operation"], third["fund"]) == ("cut", "get", "810")


def test_on_the_wall_clock_a_wait_lasts_no_longer_than_its_budget() -> None:
    wall = WallClock(BEGINS)
    wait = {"wait": {"decision": {"of": "anna", "facility": "home"}}}

    part = play(scenario(ADMIT, wait), FakeProduct(), wall=wall, budget=timedelta(seconds=5))

    over = events(part, EventType.WAIT_ENDED)[0]
    assert over.data["met"] is False
    assert sum(wall.pauses, timedelta()) == timedelta(seconds=5)
    assert events(part, EventType.CLOCK) == []
    assert part.events[0].data["clock"] == "wall"


def test_on_the_wall_clock_the_budget_makes_no_wait_longer() -> None:
    wall = WallClock(BEGINS)
    wait = {"wait": {"decision": {"of": "anna", "facility": "home", "within": "2 seconds"}}}

    play(scenario(ADMIT, wait), FakeProduct(), wall=wall, budget=timedelta(hours=5))

    assert sum(wall.pauses, timedelta()) == timedelta(seconds=2)


def test_on_the_wall_clock_a_scenario_is_played_today() -> None:
    wall = WallClock(datetime(2019, 8, 9, 15, 30, tzinfo=BRUSSELS))
    wait = {"wait": {"decision": {"of": "anna", "facility": "home", "outcome": "accepted"}}}

    part = play(scenario(ADMIT, wait), wall=wall)

    assert events(part, EventType.WAIT_ENDED)[0].data["met"] is True
    assert part.events[0].data["anchor"] == "2019-08-09"
    assert part.events[0].data["set_up"]["business_time"] == "2019-08-09T15:30:00+02:00"
    admitted = next(event for event in part.events if event.data.get("do") == "admit")
    assert admitted.data["start"] == "2019-08-07T10:00:00+02:00"
