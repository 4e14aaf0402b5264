"""The line of the reference vendor over HTTP: plain, or under TLS towards a server that it must know."""

import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from generale.protocol.errors import EnvironmentFailure
from generale.protocol.transport import HttpRequest, HttpResponse

TIMEOUT_SECONDS = 30.0
"""How long the vendor waits for an answer of the platform."""


@dataclass(slots=True)
class OverHttp:
    """Carries the vendor's requests over HTTP; no answer is a failure of the world.

    ``folder`` holds the certificates for TLS: whom to trust, and which one a request wants shown.
    """

    folder: Path | None = None
    _clients: dict[tuple[bytes, bool], httpx.Client] = field(default_factory=dict)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Send and wait."""
        client = self._client(request.client_certificate, any_server=request.any_server)
        try:
            answer = client.request(
                request.method, request.url, content=request.body, headers=dict(request.headers)
            )
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise EnvironmentFailure(f"no answer: {error}", address=request.url) from error
        headers: Mapping[str, str] = {name.lower(): value for name, value in answer.headers.items()}
        return HttpResponse(status=answer.status_code, body=answer.content, headers=headers)

    def close(self) -> None:
        """Close every connection."""
        while self._clients:
            self._clients.popitem()[1].close()

    def _client(self, certificate: bytes, *, any_server: bool) -> httpx.Client:
        """The client that shows this certificate, and asks the server for proof or not; each is made once."""
        key = (certificate, any_server)
        if key not in self._clients:
            verify: ssl.SSLContext | bool = True
            if self.folder is not None:
                verify = _tls(self.folder, certificate, any_server=any_server)
            self._clients[key] = httpx.Client(
                timeout=TIMEOUT_SECONDS, trust_env=False, follow_redirects=False, verify=verify
            )
        return self._clients[key]


@contextmanager
def over_http(folder: Path | None) -> Iterator[OverHttp]:
    """A line that is closed at the end."""
    line = OverHttp(folder)
    try:
        yield line
    finally:
        line.close()


def _tls(folder: Path, certificate: bytes, *, any_server: bool) -> ssl.SSLContext:
    from generale.simulator.pki_folder import facility_file
    from generale.simulator.tls import client_tls

    context = client_tls(folder, facility_file(folder, certificate) if certificate else None)
    if any_server:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
