"""Everything that full security takes: certificates of all homes, assertions about them, and signed posts.

Keys are on the curve P-256, so that both sides derive the same ones; a care home signs body and timestamp,
and shows one assertion all day.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256

from bench.material import NAME, admissions, homes

from generale.protocol.clock import Clock
from generale.protocol.profile import Profile
from generale.protocol.security import (
    Authority,
    Level,
    Pki,
    Signer,
    care_home,
    issue_assertion,
    made_pki,
    secured,
)
from generale.simulator.guard import Guard

_SINCE, _UNTIL = (datetime(year, 1, 1, tzinfo=UTC) for year in (2018, 2048))


@cache
def pki() -> Pki:
    """The certificates of the rehearsal, the same in every process."""
    authority = Authority(sha256(NAME.encode()).digest(), _SINCE, _UNTIL)
    return made_pki(authority, [care_home(home.nihii, home.name) for home in homes()], ("127.0.0.1",))


def guard(clock: Clock) -> Guard:
    """Lets in what is signed, and signs every answer."""
    return Guard(Level.FULL, pki(), clock)


def signed_admissions(profile: Profile, clock: Clock) -> Iterator[bytes]:
    """The SOAP envelopes of admissions, each signed at the moment when it is asked for."""
    signers = []
    for number, home in enumerate(homes()):
        own = pki().facilities[home.nihii]
        identity = care_home(home.nihii, home.name)
        assertion = issue_assertion(
            own, identity, sts=pki().sts, assertion_id=f"_bench{number}", now=clock.now()
        )
        signers.append(Signer(credential=own, assertion=assertion))
    for number, (envelope, _) in enumerate(admissions(profile, clock.now(), xades=None)):
        signer = signers[number % len(signers)]
        yield secured(envelope, created=clock.now(), unique=f"{number}", signer=signer)
