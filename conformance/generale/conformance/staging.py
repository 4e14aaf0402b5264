"""Staging: opens simulator and product for a plan, and closes what it opened.

The reference vendor meets the simulator inside this process, under TLS over a socket; every other product
meets it over HTTP.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from generale.conformance.over_http import over_http
from generale.conformance.plan import Plan, profile_of
from generale.doors.command import CommandDoor
from generale.doors.door import open_door
from generale.driver.contract import Product
from generale.protocol.clock import Clock
from generale.protocol.errors import EnvironmentFailure
from generale.protocol.profile import Profile
from generale.protocol.transport import HttpRequest, HttpResponse, Transport
from generale.refvendor.product import ReferenceVendor
from generale.scenarios.catalogue import entry, library
from generale.scenarios.player import Guarded, asked
from generale.scenarios.playing import Run
from generale.scenarios.stage import ClockMode
from generale.simulator.http import Services, answer
from generale.simulator.server import Server, found_address
from generale.simulator.simulator import Simulator
from generale.simulator.system_clock import SystemClock, pause

if TYPE_CHECKING:
    from generale.conformance.sealing import Sealing


@dataclass(frozen=True, slots=True, kw_only=True)
class Set:
    """What a run needs on the stage."""

    run: Run
    product: Product
    profile: Profile
    door: str
    pki: str = "none"
    """The digest of the certificates."""


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
    found_address(plan.host, plan.port)
    wall = SystemClock() if plan.clock == "wall" else None
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="generale-"))) / "pki"
        sealing = _sealing(plan, profile, folder)
        simulator = Simulator(profile, wall=wall, guard=sealing.guard if sealing else None)
        product, door = _product(plan, profile, wall, simulator, sealing, stack, folder)
        if not plan.in_process or plan.tls != "none":
            tls = sealing.tls_of(simulator) if sealing else None
            server = Server(simulator, host=plan.host, port=plan.port, tls=tls)
            server.start()
            stack.callback(server.stop)
        yield _set(plan, simulator, product, profile, wall, door, sealing.digest if sealing else "none")


def _product(
    plan: Plan,
    profile: Profile,
    wall: Clock | None,
    simulator: Simulator,
    sealing: "Sealing | None",
    stack: ExitStack,
    folder: Path,
) -> tuple[Product, str]:
    """The product of a plan, and the name of the door that leads to it."""
    if not plan.in_process:
        product = asked("start", lambda: open_door(plan.vendor, timeout=float(plan.timeout_seconds)))
        if isinstance(product, CommandDoor):
            stack.callback(product.close)
        Guarded(product).describe()
        return product, plan.vendor.partition(":")[0]
    keyring = sealing.keyring if sealing else None
    line: Transport = InProcess(simulator)
    if plan.tls != "none":
        line = stack.enter_context(over_http(folder))
    vendor = ReferenceVendor(line, profile, plan.defect, wall, keyring, in_packages=plan.packages)
    return vendor, "in-process"


def _sealing(plan: Plan, profile: Profile, folder: Path) -> "Sealing | None":
    """The security of a plan; what makes it is loaded only where it is asked for."""
    if plan.security == "off" and plan.tls == "none":
        return None
    from generale.conformance.sealing import sealing_of

    return sealing_of(plan, profile, [entry(name).scenario for name in plan.scenarios or library()], folder)


def _set(
    plan: Plan,
    simulator: Simulator,
    product: Product,
    profile: Profile,
    wall: Clock | None,
    door: str,
    pki: str,
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
    return Set(run=run, product=product, profile=profile, door=door, pki=pki)
