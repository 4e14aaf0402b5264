"""Small scenarios and products for the player: one facility, two residents, and whatever is to happen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from generale.driver.contract import Description, Done, ProductClock
from generale.driver.observations import FacilityView, Observation
from generale.driver.setup import SetUp
from generale.driver.stimuli import STIMULI, Stimulus
from generale.protocol.errors import EnvironmentFailure
from generale.protocol.profile import Profile, standard_profile
from generale.protocol.transport import HttpRequest, HttpResponse
from generale.refvendor.product import ReferenceVendor
from generale.results.events import Event, EventType
from generale.scenarios.language import Scenario
from generale.scenarios.playing import Part, Run
from generale.scenarios.reader import read_scenario
from generale.scenarios.stage import ClockMode
from generale.simulator.simulator import Simulator

ADMIT = {
    "tell": {"admit": {"facility": "home", "resident": "anna", "stay_type": "rob", "start": "D-2 10:00"}}
}


def document(*timeline: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    """A scenario as it stands in a file."""
    words = {
        "name": "try/something",
        "title": {"en": "Something", "nl": "Iets"},
        "story": {"en": "It happens.", "nl": "Het gebeurt."},
        "rule_set": "2019-04-01",
        "anchor": "2019-05-20",
        "verifies": ["RQ-TRA-01"],
        "facilities": {"home": {"type": "wzc"}, "heir": {"type": "wzc", "starts": "takeover", "since": "D"}},
        "residents": {"anna": {"fund": "810", "sex": "woman", "born": "1931-02-03"}, "bert": {"fund": "820"}},
        "timeline": list(timeline) or [{"sync": True}],
    }
    return {**words, **changes}


def scenario(*timeline: Mapping[str, Any], **changes: Any) -> Scenario:
    """A scenario with these steps."""
    read = document(*timeline, **changes)
    return read_scenario(read, read["name"])


@dataclass
class FakeProduct:
    """A product that says what it is told to say, and remembers what it was asked."""

    answers: Mapping[str, Done | BaseException] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    told: list[Stimulus] = field(default_factory=list)
    clock: list[datetime] = field(default_factory=list)

    def describe(self) -> Description:
        """Say what the product is."""
        return Description(
            product="Fake",
            version="1",
            clock=ProductClock.SETTABLE,
            capabilities=tuple(STIMULI),
            facility_types=(),
        )

    def reset(self, set_up: SetUp) -> Done:
        """Start clean."""
        return self._answer("reset")

    def act(self, stimulus: Stimulus) -> Done:
        """Take note."""
        self.told.append(stimulus)
        return self._answer("act")

    def sync(self) -> Done:
        """Poll."""
        return self._answer("sync")

    def observe(self) -> Observation:
        """Show nothing."""
        self._answer("observe")
        return Observation(facilities=(FacilityView(facility=self.told[0].facility),))

    def set_clock(self, instant: datetime) -> Done:
        """Take the time."""
        self.clock.append(instant)
        return self._answer("set_clock")

    def _answer(self, operation: str) -> Done:
        self.asked.append(operation)
        answer = self.answers.get(operation, Done())
        if isinstance(answer, BaseException):
            raise answer
        return answer


class WallClock:
    """A clock on the wall that passes only while somebody pauses."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.pauses: list[timedelta] = []

    def now(self) -> datetime:
        """What it shows."""
        return self.at

    def pause(self, length: timedelta) -> None:
        """Wait, as far as anybody can tell."""
        self.pauses.append(length)
        self.at += length


def carried_by(simulator: Simulator) -> Any:
    """The line between a vendor and the simulator, both in this process."""

    def carry(request: HttpRequest) -> HttpResponse:
        answer = simulator(request)
        if answer is None:
            raise EnvironmentFailure("the line was cut", address=request.url)
        return answer

    return carry


def play(
    acted: Scenario,
    product: FakeProduct | None = None,
    *,
    seed: int = 1,
    wall: WallClock | None = None,
    budget: timedelta = timedelta(seconds=30),
    profile: Profile | None = None,
) -> Part:
    """Play a scenario with a product, or with the reference vendor where none is given."""
    profile = profile or standard_profile()
    simulator = Simulator(profile, wall=wall)
    vendor = product or ReferenceVendor(carried_by(simulator), profile, clock=wall)
    run = Run(
        simulator=simulator,
        product=lambda _: vendor,
        profile=profile,
        seed=seed,
        mode=ClockMode.WALL if wall else ClockMode.VIRTUAL,
        pause=wall.pause if wall else _never,
        budget=budget,
        wall=wall,
    )
    part = run.play(acted)
    assert simulator.rehearsals == {}
    return part


def _never(_length: timedelta) -> None:
    raise AssertionError("nobody waits in virtual time")


def events(part: Part, kind: EventType) -> Sequence[Event]:
    """The events of a type."""
    return [event for event in part.events if event.type is kind]


def ended(part: Part) -> Mapping[str, Any]:
    """How a scenario ended."""
    assert part.events[-1].type is EventType.SCENARIO_ENDED
    return part.events[-1].data
