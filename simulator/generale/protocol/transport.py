"""One HTTP exchange as values, so that client and server meet with or without a socket."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpRequest:
    """A request to a service; header names are in lower case.

    ``client_certificate`` is what the client showed under TLS (DER), empty where it showed none;
    ``server_certificate`` says which of its certificates the server showed, empty without TLS. A sender
    for whom ``any_server`` is true asks for no proof of who the server is.
    """

    url: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    method: str = "POST"
    client_certificate: bytes = b""
    server_certificate: str = ""
    any_server: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpResponse:
    """What came back; header names are in lower case."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


class Transport(Protocol):
    """Carries one request and brings the answer."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Send and wait; ``EnvironmentFailure`` where no answer came (time-out, cut line, refused)."""
        ...
