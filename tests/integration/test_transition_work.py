"""How much work a house is: no more for each message where it is larger."""

from datetime import date, timedelta

import pytest
from tests.unit.scenarios.transition_by_hand import parts
from tests.unit.work_done import calls_in

from generale.conformance.staging import InProcess
from generale.protocol.profile import standard_profile
from generale.refvendor.product import ReferenceVendor
from generale.results.events import EventType
from generale.scenarios.transition.habits import Habits
from generale.scenarios.transition.house import Played, Transition
from generale.scenarios.transition.part import HousePart
from generale.simulator.simulator import Simulator

pytestmark = pytest.mark.xdist_group("transition")
SMALL, LARGE = 10, 7
"""Houses of one number each, of 30 and of 147 residents."""


def calls_per_message(part: HousePart) -> float:
    """For the admissions of everybody and the first twelve months that are billed."""
    profile = standard_profile()
    simulator = Simulator(profile)
    transition = Transition(
        simulator=simulator,
        product=ReferenceVendor(InProcess(simulator), profile),
        profile=profile,
        habits=Habits(),
        seed=1,
        rule_set=date(2019, 4, 1),
        until=part.entry + timedelta(days=20),
    )
    left: list[Played] = []
    calls = calls_in(lambda: left.append(transition.play(part)))
    return calls / sum(event.type is EventType.ACKNOWLEDGED for event in left[0].events)


def test_a_large_house_is_no_more_work_for_each_message_than_a_small_one() -> None:
    houses = parts(20, 1)

    assert len(houses[LARGE].residents) > 4 * len(houses[SMALL].residents)
    assert calls_per_message(houses[LARGE]) < 1.1 * calls_per_message(houses[SMALL])
