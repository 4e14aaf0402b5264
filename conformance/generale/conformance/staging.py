"""Staging: opens simulator and product for a plan, and closes what it opened.

The reference vendor meets the simulator inside this process; every other product meets it over HTTP.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from generale.conformance.plan import Plan, profile_of
from generale.doors.door import open_door
from generale.driver.contract import Product
from generale.protocol.clock import Clock
from generale.protocol.errors import EnvironmentFailure
from generale.protocol.profile import Profile
from generale.protocol.transport import HttpRequest, HttpResponse
from generale.refvendor.product import ReferenceVendor
from generale.scenarios.player import Guarded, asked
from generale.scenarios.playing import Run
from generale.scenarios.stage import ClockMode
from generale.simulator.http import Services, answer
from generale.simulator.server import Server
from generale.simulator.simulator import Simulator
from generale.simulator.system_clock import SystemClock, pause


@dataclass(frozen=True, slots=True, kw_only=True)
class Set:
    """What a run needs on the stage."""

    run: Run
    product: Product
    profile: Profile
    door: str


@dataclass(frozen=True, slots=True)
class InProcess:
    """Carries requests to a simulator in this process; a cut line is a failure of the world."""

    services: Services

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer, as the HTTP edge would give it."""
        response = answer(self.services, request)
        if response is None:
            raise EnvironmentFailure("the line was cut before an answer came", address=request.url)
        return response


@contextmanager
def staged(plan: Plan) -> Iterator[Set]:
    """Simulator and product of a plan, for as long as the block lasts."""
    profile = profile_of(plan)
    wall = SystemClock() if plan.clock == "wall" else None
    simulator = Simulator(profile, wall=wall)
    if plan.in_process:
        product: Product = ReferenceVendor(InProcess(simulator), profile, plan.defect, wall)
        yield _set(plan, simulator, product, profile, wall, "in-process")
        return
    product = asked("start", lambda: open_door(plan.vendor, timeout=float(plan.timeout_seconds)))
    Guarded(product).describe()
    server = Server(simulator, host=plan.host, port=plan.port)
    server.start()
    try:
        yield _set(plan, simulator, product, profile, wall, plan.vendor.partition(":")[0])
    finally:
        server.stop()


def _set(
    plan: Plan, simulator: Simulator, product: Product, profile: Profile, wall: Clock | None, door: str
) -> Set:
    run = Run(
        simulator=simulator,
        product=lambda _scenario: product,
        profile=profile,
        seed=plan.seed,
        mode=ClockMode(plan.clock),
        pause=pause,
        budget=timedelta(seconds=plan.budget_seconds),
        wall=wall,
    )
    return Set(run=run, product=product, profile=profile, door=door)
