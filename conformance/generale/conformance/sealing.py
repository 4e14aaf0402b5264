"""The security of a run: the guard of its simulator, and the keys of the reference vendor.

In process the certificates are made for the run out of its seed, so that the same plan gives the same
bytes, and the transport follows the run's clock. Where a socket is used they lie in a folder and the
transport follows the wall; for the reference vendor under TLS they are made for the run all the same.
"""

import ssl
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

from generale.conformance.plan import Plan
from generale.protocol.clock import BRUSSELS, Clock
from generale.protocol.errors import UsageError
from generale.protocol.ids import Nihii
from generale.protocol.profile import Profile
from generale.protocol.security import Authority, Freshness, Level, Pki, made_pki
from generale.refvendor.seal import Keyring
from generale.scenarios.certified import certified
from generale.scenarios.language import Scenario
from generale.simulator.guard import Guard, freshness_of
from generale.simulator.pki_folder import read_pki, require_valid, write_pki
from generale.simulator.server_certificate import ServerCertificate
from generale.simulator.simulator import Simulator
from generale.simulator.system_clock import SystemClock
from generale.simulator.tls import ClientCertificate, Front

SINCE, UNTIL = (datetime(year, 1, 1, tzinfo=BRUSSELS) for year in (2018, 2048))
"""Certificates of a run in process are valid over every date that a scenario can have (project-defined)."""


class Shown(StrEnum):
    """What a vendor shows of itself when it signs."""

    CERTIFICATE = "certificate"
    """Its certificate (X.509 token)."""
    ASSERTION = "assertion"
    """What the security token service says of the holder of its key (SAML 1.1, holder-of-key)."""


_Kind = TypeVar("_Kind", bound=StrEnum)


@dataclass(frozen=True, kw_only=True)
class Sealing:
    """What security adds to the stage; a part that is not asked for is None."""

    guard: Guard | None = None
    keyring: Keyring | None = None
    front: Front | None = None
    pki: Pki | None = None

    @property
    def digest(self) -> str:
        """The digest of the certificates, ``none`` where there are none."""
        return "none" if self.pki is None else self.pki.digest

    def tls_of(self, simulator: Simulator) -> ssl.SSLContext | None:
        """TLS for the server of this simulator, which says what certificate it shows; None without TLS."""
        if self.front is None:
            return None
        self.front.follow(simulator)
        return self.front.context

    def require(self, facilities: Iterable[Nihii]) -> None:
        """``UsageError`` where the certificates are not those of these facilities."""
        missing = [] if self.pki is None else [one for one in facilities if one not in self.pki.facilities]
        if missing:
            raise UsageError(
                f"the certificates are not for facility {missing[0]}",
                hint="give `generale pki` the same --seed",
                finding="certificates-of-other-facilities",
            )


def sealing_of(plan: Plan, profile: Profile, scenarios: Iterable[Scenario], folder: Path) -> Sealing:
    """The security that a plan asks for; ``UsageError`` where its certificates cannot be read.

    Certificates that are made for the run are written into ``folder`` where TLS needs them as files.
    """
    homes, fresh = certified(scenarios, profile, plan.seed), freshness_of(profile)
    if not plan.in_process:
        held_in = Path(plan.pki) if plan.pki else None
        sealing = sealing_from(plan.security, held_in, plan.tls, SystemClock(), freshness=fresh)
        sealing.require(Nihii.parse(home.id) for home in homes)
        return sealing
    secret = sha256(f"generale run {plan.seed}".encode()).digest()
    pki = made_pki(Authority(secret, SINCE, UNTIL), homes, (plan.host,))
    if plan.tls == "none":
        level = Level(plan.security)
        keyring = keyring_of(level, pki, by_assertion=plan.credential == "assertion")
        return Sealing(guard=Guard(level, pki, freshness=fresh), keyring=keyring, pki=pki)
    write_pki(pki, folder)
    clock = SystemClock()
    held = vendor_keyring(plan.security, folder, clock, plan.credential)
    return replace(sealing_from(plan.security, folder, plan.tls, clock, freshness=fresh), keyring=held)


def sealing_from(
    level: str,
    folder: Path | None,
    tls: str,
    clock: Clock,
    certificate: str = "server",
    freshness: Freshness | None = None,
) -> Sealing:
    """The security of a simulator on a socket, with the certificates of a folder; ``UsageError`` without.

    ``certificate`` says which one the server shows: its own, or one that a client must refuse.
    ``freshness`` is that of the standard profile where it is left out.
    """
    shown = _one_of(ServerCertificate, certificate, "--server-certificate")
    if shown is not ServerCertificate.OWN and tls == "none":
        raise UsageError("a server shows no certificate without TLS", hint="give --tls optional")
    wanted = _one_of(Level, level, "--security")
    clients = None if tls == "none" else _one_of(ClientCertificate, tls, "--tls")
    if folder is None and (wanted is Level.FULL or clients is not None):
        raise UsageError(
            "there are no certificates for this", hint="make some with `generale pki`, give --pki"
        )
    pki = None if folder is None else _pki(folder, clock)
    return Sealing(
        guard=None if wanted is Level.OFF and clients is None else Guard(wanted, pki, clock, freshness),
        front=None if clients is None or folder is None else Front(folder, clients, shown),
        pki=pki,
    )


def keyring_of(level: Level, pki: Pki, clock: Clock | None = None, *, by_assertion: bool = False) -> Keyring:
    """What a vendor of this rehearsal holds: its own certificates, and whom it trusts."""
    return Keyring(
        level=level,
        own=pki.facilities,
        trust=pki.trust,
        platform=pki.platform.der,
        sts=pki.sts.certificate,
        by_assertion=by_assertion,
        clock=clock,
    )


def vendor_keyring(
    level: str, folder: Path | None, clock: Clock, credential: str = "certificate"
) -> Keyring | None:
    """What the reference vendor behind a door holds, None without security."""
    wanted = _one_of(Level, level, "--security")
    by_assertion = _one_of(Shown, credential, "--credential") is Shown.ASSERTION
    if by_assertion and wanted is not Level.FULL:
        raise UsageError("nothing is signed with an assertion here", hint="give --security full")
    if wanted is Level.OFF:
        return None
    if folder is not None:
        return keyring_of(wanted, _pki(folder, clock), clock, by_assertion=by_assertion)
    if wanted is Level.FULL:
        raise UsageError(
            "there are no certificates to sign with", hint="give --pki the folder of `generale pki`"
        )
    return Keyring(level=wanted, clock=clock)


def _pki(folder: Path, clock: Clock) -> Pki:
    """The certificates of a folder; ``UsageError`` where one that must be believed now is not."""
    pki = read_pki(folder)
    require_valid(pki, folder, clock.now())
    return pki


def _one_of(kind: type[_Kind], text: str, option: str) -> _Kind:
    try:
        return kind(text)
    except ValueError as error:
        raise UsageError(f"'{text}' is no value of {option}", hint=f"one of {', '.join(kind)}") from error
