"""``generale vendor``: the reference vendor behind the driver contract, over HTTP."""

import ssl
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

from generale.doors.serving import serve_product
from generale.protocol.errors import EnvironmentFailure, UsageError
from generale.protocol.profile import standard_profile
from generale.protocol.transport import HttpRequest, HttpResponse
from generale.refvendor.product import ReferenceVendor
from generale.simulator.system_clock import SystemClock

if TYPE_CHECKING:
    from generale.refvendor.seal import Keyring

TIMEOUT_SECONDS = 30.0
"""How long the vendor waits for an answer of the platform."""


@dataclass(slots=True)
class OverHttp:
    """Carries the vendor's requests over HTTP; no answer is a failure of the world.

    ``folder`` holds the certificates for TLS: whom to trust, and which one a request wants shown.
    """

    folder: Path | None = None
    _clients: dict[bytes, httpx.Client] = field(default_factory=dict)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Send and wait."""
        try:
            answer = self._client(request.client_certificate).request(
                request.method, request.url, content=request.body, headers=dict(request.headers)
            )
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise EnvironmentFailure(f"no answer: {error}", address=request.url) from error
        headers: Mapping[str, str] = {name.lower(): value for name, value in answer.headers.items()}
        return HttpResponse(status=answer.status_code, body=answer.content, headers=headers)

    def _client(self, certificate: bytes) -> httpx.Client:
        """The client that shows this certificate; each is made once."""
        if certificate not in self._clients:
            verify: ssl.SSLContext | bool = True
            if self.folder is not None:
                verify = _tls(self.folder, certificate)
            self._clients[certificate] = httpx.Client(
                timeout=TIMEOUT_SECONDS, trust_env=False, follow_redirects=False, verify=verify
            )
        return self._clients[certificate]


def _tls(folder: Path, certificate: bytes) -> ssl.SSLContext:
    from generale.simulator.pki_folder import facility_file
    from generale.simulator.tls import client_tls

    return client_tls(folder, facility_file(folder, certificate) if certificate else None)


def run(host: str, port: int, defect: str, clock: str, security: str | None, pki: Path | None) -> int:
    """Serve until stopped; the address is the first and only line on stdout."""
    if clock not in ("settable", "wall"):
        raise UsageError(f"'{clock}' is no clock", hint="--clock settable or --clock wall")
    wall = SystemClock() if clock == "wall" else None
    keyring = _keyring(security or "off", pki)
    product = ReferenceVendor(OverHttp(pki), standard_profile(), defect, wall, keyring)

    def ready(address: str) -> None:
        sys.stdout.write(f"{address}\n")
        sys.stdout.flush()

    serve_product(product, host, port, ready)
    return 0


def _keyring(security: str, pki: Path | None) -> "Keyring | None":
    """The keys of the vendor; their library is loaded only where it is asked for."""
    if security == "off":
        return None
    from generale.conformance.sealing import vendor_keyring

    return vendor_keyring(security, pki, SystemClock())
