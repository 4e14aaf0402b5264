"""What an admission costs without HTTP and without a disk: the simulator called directly."""

from collections.abc import Iterator, Sequence
from itertools import islice
from time import perf_counter

from bench.figure import Better, Figure, in_turns
from bench.material import NAME, admissions, quick_profile, world
from bench.parsing import FLOOR_IS, parsed_per_second

from generale.protocol.errors import OurError
from generale.protocol.messages import Outcome
from generale.protocol.transport import HttpRequest
from generale.results.events import EventType
from generale.simulator.rehearsal import Rehearsal
from generale.simulator.simulator import Simulator
from generale.simulator.system_clock import SystemClock

ROUNDS = 5
MESSAGES = 400
"""Admissions in a round, all different."""


def measure() -> Sequence[Figure]:
    """Admissions per second, received and decided, against parsing alone."""
    profile, clock = quick_profile(), SystemClock()
    now = clock.now()
    simulator = Simulator(profile, wall=clock)
    rehearsal = simulator.open(world(now), NAME)
    url = simulator.addresses(rehearsal)["admissions"]
    messages = admissions(profile, now)
    same = list(islice(admissions(profile, now), MESSAGES))
    _received_per_second(simulator, url, messages)
    ours, floor = in_turns(
        lambda: _received_per_second(simulator, url, messages),
        lambda: parsed_per_second(same, profile),
        ROUNDS,
    )
    _require_accepted(rehearsal, (ROUNDS + 1) * MESSAGES)
    return [
        Figure(
            name="admission",
            unit="messages/s",
            better=Better.HIGHER,
            ours=ours,
            floor=floor,
            floor_is=FLOOR_IS,
        )
    ]


def _received_per_second(simulator: Simulator, url: str, messages: Iterator[tuple[bytes, bytes]]) -> float:
    requests = [HttpRequest(url=url, body=envelope) for envelope, _ in islice(messages, MESSAGES)]
    begun = perf_counter()
    for request in requests:
        simulator(request)
    return MESSAGES / (perf_counter() - begun)


def _require_accepted(rehearsal: Rehearsal, count: int) -> None:
    """Refusing is quicker than accepting: a figure of refusals would be worth nothing."""
    rehearsal.now()
    outcomes = [event.data["outcome"] for event in rehearsal.events if event.type is EventType.DECIDED]
    if outcomes != [Outcome.ACCEPTED.value] * count:
        raise OurError(f"{count} admissions were sent and {outcomes.count('accepted')} accepted")
