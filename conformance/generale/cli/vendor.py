"""``generale vendor``: the reference vendor behind the driver contract, over HTTP."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field

import httpx

from generale.doors.serving import serve_product
from generale.protocol.errors import EnvironmentFailure, UsageError
from generale.protocol.profile import standard_profile
from generale.protocol.transport import HttpRequest, HttpResponse
from generale.refvendor.product import ReferenceVendor
from generale.simulator.system_clock import SystemClock

TIMEOUT_SECONDS = 30.0
"""How long the vendor waits for an answer of the platform."""


@dataclass(slots=True)
class OverHttp:
    """Carries the vendor's requests over HTTP; no answer is a failure of the world."""

    client: httpx.Client = field(
        default_factory=lambda: httpx.Client(timeout=TIMEOUT_SECONDS, trust_env=False, follow_redirects=False)
    )

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Send and wait."""
        try:
            answer = self.client.request(
                request.method, request.url, content=request.body, headers=dict(request.headers)
            )
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise EnvironmentFailure(f"no answer: {error}", address=request.url) from error
        headers: Mapping[str, str] = {name.lower(): value for name, value in answer.headers.items()}
        return HttpResponse(status=answer.status_code, body=answer.content, headers=headers)


def run(host: str, port: int, defect: str, clock: str) -> int:
    """Serve until stopped; the address is the first and only line on stdout."""
    if clock not in ("settable", "wall"):
        raise UsageError(f"'{clock}' is no clock", hint="--clock settable or --clock wall")
    wall = SystemClock() if clock == "wall" else None
    product = ReferenceVendor(OverHttp(), standard_profile(), defect, wall)

    def ready(address: str) -> None:
        sys.stdout.write(f"{address}\n")
        sys.stdout.flush()

    serve_product(product, host, port, ready)
    return 0
