"""How long a developer waits for all scenarios, played in this process against the reference vendor."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import islice
from time import perf_counter

from bench.figure import Better, Figure, in_turns
from bench.material import admissions, quick_profile
from bench.parsing import FLOOR_IS, parsed_per_second

from generale.protocol.errors import EnvironmentFailure, OurError
from generale.protocol.profile import standard_profile
from generale.protocol.transport import HttpRequest, HttpResponse, Transport
from generale.refvendor.product import ReferenceVendor
from generale.results.events import EventType
from generale.scenarios.catalogue import library
from generale.scenarios.playing import Part, Run
from generale.scenarios.stage import ClockMode
from generale.simulator.simulator import Simulator
from generale.simulator.system_clock import SystemClock

ROUNDS = 3
MESSAGES = 400
"""Messages that are parsed in a round of the floor."""


def measure() -> Sequence[Figure]:
    """Seconds of the whole suite against one parsed message: so many could have been parsed meanwhile."""
    messages = list(islice(admissions(quick_profile(), SystemClock().now()), MESSAGES))
    play_all()
    exchanges: list[int] = []
    ours, floor = in_turns(
        lambda: _seconds(exchanges), lambda: 1 / parsed_per_second(messages, standard_profile()), ROUNDS
    )
    figure = Figure(
        name="suite",
        unit="s",
        better=Better.LOWER,
        ours=ours,
        floor=floor,
        floor_is=f"one message: {FLOOR_IS}",
        beside={"scenarios": len(library()), "exchanges": exchanges[-1]},
    )
    return [figure]


def play_all() -> list[Part]:
    """Play every scenario; ``OurError`` where one is not played to its end."""
    profile = standard_profile()
    simulator = Simulator(profile)
    vendor = ReferenceVendor(_wire(simulator), profile)
    run = Run(
        simulator=simulator,
        product=lambda _: vendor,
        profile=profile,
        seed=1,
        mode=ClockMode.VIRTUAL,
        pause=lambda _: None,
        budget=timedelta(seconds=30),
    )
    parts = [run.play(scenario) for scenario in library().values()]
    for part in parts:
        if not part.events[-1].data.get("completed"):
            raise OurError(f"{part.scenario} was not played to its end")
    return parts


def _wire(simulator: Simulator) -> Transport:
    def carry(request: HttpRequest) -> HttpResponse:
        response = simulator(request)
        if response is None:
            raise EnvironmentFailure("the line was cut before an answer came", address=request.url)
        return response

    return carry


def _seconds(exchanges: list[int]) -> float:
    begun = perf_counter()
    parts = play_all()
    took = perf_counter() - begun
    exchanges.append(sum(event.type is EventType.REQUEST for part in parts for event in part.events))
    return took
