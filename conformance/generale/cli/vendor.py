"""``generale vendor``: the reference vendor behind the driver contract, over HTTP."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from generale.conformance.over_http import over_http
from generale.doors.serving import serve_product
from generale.protocol.errors import UsageError
from generale.protocol.profile import standard_profile
from generale.refvendor.product import ReferenceVendor
from generale.simulator.system_clock import SystemClock

if TYPE_CHECKING:
    from generale.refvendor.seal import Keyring


@dataclass(frozen=True, slots=True)
class Way:
    """How the vendor secures and packs what it sends, as it stands on the command line."""

    security: str | None = "off"
    pki: Path | None = None
    credential: str | None = "certificate"
    packages: bool = False


def run(host: str, port: int, defect: str, clock: str, way: Way) -> int:
    """Serve until stopped; the address is the first and only line on stdout."""
    if clock not in ("settable", "wall"):
        raise UsageError(f"'{clock}' is no clock", hint="--clock settable or --clock wall")
    wall = SystemClock() if clock == "wall" else None
    keyring = _keyring(way)

    def ready(address: str) -> None:
        sys.stdout.write(f"{address}\n")
        sys.stdout.flush()

    with over_http(way.pki) as line:
        product = ReferenceVendor(line, standard_profile(), defect, wall, keyring, in_packages=way.packages)
        serve_product(product, host, port, ready)
    return 0


def _keyring(way: Way) -> "Keyring | None":
    """The keys of the vendor; their library is loaded only where it is asked for."""
    level, credential = way.security or "off", way.credential or "certificate"
    if level == "off" and credential == "certificate":
        return None
    from generale.conformance.sealing import vendor_keyring

    return vendor_keyring(level, way.pki, SystemClock(), credential)
