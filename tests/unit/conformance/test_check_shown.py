"""Checks of what users see of a stay: its fund and its start."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from tests.unit.conformance.cast_by_hand import at

from generale.driver.observations import DecisionState, FacilityView, Observation, StayView
from generale.driver.stimuli import Correct
from generale.protocol.form import to_json
from generale.protocol.ids import FundNumber, Reference
from generale.protocol.messages import Correction, Outcome
from generale.results.events import EventType

if TYPE_CHECKING:
    from tests.unit.conformance.conftest import Script

    Play = Callable[[Script], None]

ACCEPTED, OWN, DECIDED = DecisionState.ACCEPTED, "04-03 10:00", "04-08 00:00"


def decided_later(script: "Script", start: str = DECIDED, fund: str | None = "810") -> None:
    """Sent from 3 April, accepted from 8 April for fund 810; users see this."""
    script.accepted(decided_start=DECIDED)
    shown = FundNumber(fund) if fund else None
    script.see(script.view(ACCEPTED, start=at(start), fund=shown))


KEEPS: dict[str, "Play"] = {"CK-DEC-06": decided_later}

BREAKS: dict[tuple[str, str], "Play"] = {
    ("CK-DEC-06", "fund-shown-otherwise"): lambda s: decided_later(s, fund="820"),
    ("CK-DEC-06", "start-shown-otherwise"): lambda s: decided_later(s, OWN),
}


def test_the_fund_of_an_accepted_stay_is_shown(script: "Script") -> None:
    decided_later(script, fund=None)

    (finding,) = script.ask("CK-DEC-06")[1]

    assert (finding.code, finding.received) == ("fund-shown-otherwise", "no fund")


@pytest.mark.parametrize(("start", "is_right"), [(OWN, True), ("04-03 10:01", False)])
def test_a_stay_that_is_not_decided_is_shown_as_it_was_entered(
    start: str, is_right: bool, script: "Script"
) -> None:
    script.admit()
    script.see(script.view(DecisionState.NOT_ANSWERED, start=at(start)))

    occasions, findings = script.ask("CK-DEC-06")

    assert (occasions, bool(findings)) == ([], not is_right)


def corrected(script: "Script", answer: Outcome | None, shown: str) -> None:
    """After an acceptance from 8 April the facility enters 4 April, and the platform answers this."""
    script.accepted(decided_start=DECIDED)
    right = "04-04 10:00"
    script.tell(Correct(facility=script.home.hco, insz=script.anna.insz, start=at(right)))
    stated = Correction(
        facility=script.home.hco, corrects=Reference("A1"), insz=script.anna.insz, start=at(right)
    )
    with script.sync():
        script.post("C1", stated)
    if answer is not None:
        script.fetch(script.decide("C1", answer, start=at(right)))
    script.see(script.view(ACCEPTED, start=at(shown)))


@pytest.mark.parametrize(
    ("answer", "shown", "is_right"),
    [
        (None, DECIDED, True),
        (None, "04-04 10:00", True),
        (None, OWN, False),
        (Outcome.REFUSED, DECIDED, True),
        (Outcome.REFUSED, "04-04 10:00", True),
        (Outcome.ACCEPTED, "04-04 10:00", True),
        (Outcome.ACCEPTED, DECIDED, False),
    ],
)
def test_the_start_in_force_is_shown_or_that_of_a_correction_under_way(
    answer: Outcome | None, shown: str, is_right: bool, script: "Script"
) -> None:
    corrected(script, answer, shown)

    assert bool(script.ask("CK-DEC-06")[1]) is not is_right


@pytest.mark.parametrize(("start", "is_right"), [(OWN, True), ("04-16 00:00", True), ("04-17 00:00", False)])
def test_under_a_new_number_a_stay_may_begin_on_its_first_day(
    start: str, is_right: bool, script: "Script"
) -> None:
    script.accepted()
    script.take_over()
    see_at_next_home(script, script.view(ACCEPTED, start=at(start)))

    assert bool(script.ask("CK-DEC-06")[1]) is not is_right


def see_at_next_home(script: "Script", *stays: StayView, **more: Any) -> None:
    view = FacilityView(facility=script.next_home.hco, stays=stays, **more)
    script.note(EventType.OBSERVED, data=to_json(Observation(facilities=(view,))))


def test_two_stays_of_one_person_are_told_apart_by_the_start_that_was_decided(script: "Script") -> None:
    script.accepted(decided_start="04-14 00:00")
    script.accepted("A2", start="04-16 10:00")
    views = (script.view(ACCEPTED, start=at(one)) for one in ("04-14 00:00", "04-16 10:00"))
    script.see(*views)

    occasions, findings = script.ask("CK-DEC-06")

    assert (len(occasions), findings) == (2, [])


def test_a_stay_shown_under_the_name_of_nobody_known_is_no_matter_of_this_check(script: "Script") -> None:
    script.accepted()
    script.see(replace(script.view(ACCEPTED), insz=script.bert.insz))

    assert script.ask("CK-DEC-06") == ([], [])
