"""What set-ups are built of: certificates, the reference vendor with something altered, and its server."""

import asyncio
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from generale.conformance.doctor import SCENARIO
from generale.conformance.over_http import over_http
from generale.conformance.sealing import keyring_of
from generale.doors.serving import served_beside
from generale.driver.contract import Description, Done, Product
from generale.driver.observations import Observation
from generale.driver.setup import SetUp
from generale.driver.stimuli import Stimulus
from generale.protocol.clock import Clock
from generale.protocol.profile import Profile, standard_profile
from generale.protocol.security import Authority, Level, made_pki
from generale.protocol.transport import Transport
from generale.refvendor.product import ReferenceVendor
from generale.refvendor.seal import Keyring
from generale.scenarios.catalogue import entry
from generale.scenarios.certified import certified
from generale.simulator.pki_folder import read_pki, write_pki
from generale.simulator.system_clock import SystemClock

Options = dict[str, Any]
"""Words of a plan, put over the others."""

App = Callable[..., Any]
"""An ASGI application."""

HOSTS = ("127.0.0.1", "localhost", "::1")
"""Under which names servers are called here."""


def same(value: Any) -> Any:
    """The value as it is."""
    return value


@dataclass(slots=True, kw_only=True)
class Altered:
    """A product that tells, is given or shows something else than another; the rest is that one's."""

    product: Product
    described: Callable[[Description], Description] = same
    given: Callable[[SetUp], SetUp] = same
    told: Callable[[Stimulus], Stimulus] = same
    shown: Callable[[Observation], Observation] = same
    done: Mapping[str, Callable[[], Done]] = field(default_factory=dict)

    def describe(self) -> Description:
        """Say what the product is and can."""
        return self.described(self.product.describe())

    def reset(self, set_up: SetUp) -> Done:
        """Start clean."""
        return self._done("reset") or self.product.reset(self.given(set_up))

    def act(self, stimulus: Stimulus) -> Done:
        """Take note of something."""
        return self._done("act") or self.product.act(self.told(stimulus))

    def sync(self) -> Done:
        """Poll the platform."""
        return self._done("sync") or self.product.sync()

    def observe(self) -> Observation:
        """Show what users would see."""
        return self.shown(self.product.observe())

    def set_clock(self, instant: datetime) -> Done:
        """Take this as the business time."""
        return self._done("set_clock") or self.product.set_clock(instant)

    def _done(self, operation: str) -> Done | None:
        return self.done[operation]() if operation in self.done else None


@dataclass(frozen=True, slots=True)
class Ahead:
    """A clock that differs from that of the machine."""

    by: timedelta

    def now(self) -> datetime:
        """The time that it shows."""
        return SystemClock().now() + self.by


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """How a product is made; what is left out is as it should be."""

    altered: Mapping[str, Any] = field(default_factory=dict)
    """What ``Altered`` does otherwise."""
    defect: str = ""
    profile: Profile | None = None
    clock: Clock | None = None
    """Its own clock, which nobody can set; None for a settable one."""
    keyring: Keyring | None = None
    trusts: Path | None = None
    """The folder of certificates by which it speaks TLS to the simulator."""
    line: Callable[[Transport], Transport] = same
    host: str = "127.0.0.1"
    around: Callable[[App], App] | None = None
    tls: Path | None = None


@dataclass(frozen=True, slots=True)
class Workshop:
    """Where set-ups are built: a folder for what they need on disk."""

    folder: Path

    @contextmanager
    def product(self, made: Made | None = None) -> Iterator[str]:
        """The reference vendor, made so, behind HTTP; gives its address."""
        how = made or Made()
        with over_http(how.trusts) as line:
            vendor = ReferenceVendor(
                how.line(line), how.profile or standard_profile(), how.defect, how.clock, how.keyring
            )
            product = Altered(product=vendor, **how.altered)
            with served_beside(product, how.host, how.around, how.tls) as address:
                yield address

    def pki(
        self,
        name: str = "right",
        *,
        seed: int = 1,
        since: datetime | None = None,
        hosts: tuple[str, ...] = HOSTS,
    ) -> Path:
        """A folder as `generale pki` makes it, valid for a day; another name is another authority."""
        folder = self.folder / f"pki-{name}"
        if not folder.exists():
            begins = since or (SystemClock().now() - timedelta(hours=2)).replace(microsecond=0)
            secret = sha256(f"{name} {os.urandom(8).hex()}".encode()).digest()
            authority = Authority(secret, begins.astimezone(UTC), begins.astimezone(UTC) + timedelta(days=1))
            homes = certified([entry(SCENARIO).scenario], standard_profile(), seed)
            write_pki(made_pki(authority, homes, hosts), folder)
        return folder

    def keyring(self, level: str, name: str = "right", clock: Clock | None = None, **other: Any) -> Keyring:
        """What a product holds of a folder, with something otherwise."""
        pki = read_pki(self.pki(name))
        keyring = keyring_of(Level(level), pki, clock or SystemClock())
        own = other.pop("own", "")
        return replace(keyring, **other, **({"own": getattr(pki, own)} if own else {}))


SetUpBuilt = Callable[[Workshop], AbstractContextManager[Options]]
"""Builds a set-up, and gives the words of its plan for as long as it stands."""


@contextmanager
def environment(**variables: str) -> Iterator[None]:
    """Variables of the environment, for as long as the block lasts."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def answering(status: int, body: bytes = b"", **headers: str) -> Callable[[App], App]:
    """In the place of a product, something that gives every request the same answer."""

    async def app(_scope: Any, receive: Any, send: Any) -> None:
        pairs = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
        while (await receive()).get("more_body"):
            pass
        await send({"type": "http.response.start", "status": status, "headers": pairs})
        await send({"type": "http.response.body", "body": body})

    return lambda _product: app


def slow(seconds: float) -> Callable[[App], App]:
    """A product that takes its time over every answer."""

    def around(product: App) -> App:
        async def app(scope: Any, receive: Any, send: Any) -> None:
            async def late(message: Any) -> None:
                if message["type"] == "http.response.start":
                    await asyncio.sleep(seconds)
                await send(message)

            await product(scope, receive, late)

        return app

    return around
