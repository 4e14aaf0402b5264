"""The HTTP door: a product, or a small adapter beside it, that serves the driver contract."""

import ssl
from time import monotonic

import httpx

from generale.doors.asking import Answer, AskedProduct
from generale.doors.wire import JSON_TYPE, MAX_BODY_BYTES, METHODS, read_body, write_body
from generale.protocol.errors import EnvironmentFailure, PeerError, UsageError

TIMEOUT_SECONDS = 60.0
"""How long a product may take over a whole answer before it counts as unreachable (project-defined)."""


class HttpDoor(AskedProduct):
    """A product at an HTTP address.

    ``timeout`` is in seconds for a whole answer. ``UsageError`` where the address is none.
    """

    def __init__(
        self, address: str, timeout: float = TIMEOUT_SECONDS, client: httpx.Client | None = None
    ) -> None:
        url = product_address(address)
        self.address = str(url.copy_with(username=None, password=None))
        self._root = str(url).rstrip("/")
        self._timeout = timeout
        self._client = client or _direct_client()

    def _exchange(self, operation: str, body: object) -> Answer:
        # An answer is asked for uncompressed, so that its bound holds before anything is unpacked.
        headers = {"accept": JSON_TYPE, "accept-encoding": "identity"}
        content = None if body is None else write_body(body)
        if content:
            headers["content-type"] = JSON_TYPE
        deadline = monotonic() + self._timeout
        try:
            with self._client.stream(
                METHODS[operation],
                f"{self._root}/{operation}",
                content=content,
                headers=headers,
                timeout=self._timeout,
            ) as response:
                answered = _bounded(operation, response, deadline)
                return Answer(response.status_code, lambda: read_body(answered))
        except httpx.TransportError as error:
            raise EnvironmentFailure(
                f"{operation}: no answer from {self.address}: {str(error) or type(error).__name__}",
                address=self.address,
            ) from error


def product_address(text: str) -> httpx.URL:
    """The address of a product as it was written; ``UsageError`` where it is none."""
    try:
        url = httpx.URL(text)
        host = url.host
    except (httpx.InvalidURL, UnicodeError) as error:  # the second for a name in other letters that is none
        raise UsageError(
            f"'{text}' is not an address: {error}", hint=_ADDRESS_HINT, finding="no-such-door"
        ) from error
    if (url.port or 0) > HIGHEST_PORT:
        raise UsageError(
            f"'{text}' names a port that no machine has",
            hint=f"ports go up to {HIGHEST_PORT}",
            finding="no-such-door",
        )
    if url.scheme not in ("http", "https") or not host or url.query or url.fragment:
        raise UsageError(
            f"'{text}' is not the address of a product", hint=_ADDRESS_HINT, finding="no-such-door"
        )
    return url


HIGHEST_PORT = 65_535
"""The highest number that a TCP port can have."""

_ADDRESS_HINT = "give scheme, host and port, such as http://127.0.0.1:8090"


def _direct_client() -> httpx.Client:
    """A client that meets a product beside the rehearsal: no proxy, and a new connection each time.

    A product may be restarted between two operations, which a connection kept open would not survive.
    """
    return httpx.Client(
        trust_env=False,
        verify=ssl.create_default_context(),
        limits=httpx.Limits(max_keepalive_connections=0),
    )


def _bounded(operation: str, response: httpx.Response, deadline: float) -> bytes:
    """The whole body of an answer, in time; ``PeerError`` where it is compressed or too large."""
    encoding = response.headers.get("content-encoding", "identity")
    if encoding != "identity":
        raise PeerError(f"{operation}: the answer is encoded as '{encoding}', which was not asked for")
    body = bytearray()
    for chunk in response.iter_bytes():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise PeerError(f"{operation}: the answer is larger than {MAX_BODY_BYTES} bytes")
        if monotonic() > deadline:
            raise httpx.ReadTimeout("the answer was not complete in time")
    return bytes(body)
