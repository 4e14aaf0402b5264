"""The line of this product to its services: one request, one answer."""

from collections.abc import Mapping
from dataclasses import dataclass

from generale.protocol.transport import HttpRequest, HttpResponse, Transport
from generale.refvendor.switches import Switches


@dataclass(frozen=True, slots=True)
class Line:
    """Carries requests; under TLS the server must prove who it is."""

    transport: Transport
    switches: Switches

    def ask(
        self, url: str, raw: bytes, headers: Mapping[str, str], client_certificate: bytes = b""
    ) -> HttpResponse:
        """Send and wait; ``EnvironmentFailure`` where no answer came, or the server is not to be trusted."""
        trusting = url.startswith("https:") and self.switches.on("accepts-any-certificate")
        return self.transport(
            HttpRequest(
                url=url,
                body=raw,
                headers=headers,
                client_certificate=client_certificate,
                any_server=trusting,
            )
        )
