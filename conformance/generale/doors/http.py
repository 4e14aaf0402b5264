"""The HTTP door: a product, or a small adapter beside it, that serves the driver contract."""

import ssl
from datetime import datetime
from time import monotonic
from typing import Any, TypeVar

import httpx

from generale.doors.wire import JSON_TYPE, MAX_BODY_BYTES, METHODS, ClockSetting, read_body, write_body
from generale.driver import CONTRACT
from generale.driver.contract import Description, Done
from generale.driver.observations import Observation
from generale.driver.setup import SetUp
from generale.driver.stimuli import Stimulus, stimulus_to_json
from generale.protocol.errors import EnvironmentFailure, PeerError, UsageError
from generale.protocol.form import from_json

TIMEOUT_SECONDS = 60.0
"""How long a product may take over a whole answer before it counts as unreachable (project-defined)."""

SHOWN_CHARACTERS = 500
"""How much of a product's explanation is quoted, in characters."""

T = TypeVar("T")


class HttpDoor:
    """A product at an HTTP address; fulfils ``generale.driver.contract.Product``.

    ``timeout`` is in seconds for a whole answer. ``UsageError`` where the address is none. Operations
    raise ``EnvironmentFailure`` where no answer came, and ``PeerError`` where the product refused
    the request or its answer does not fit the contract.
    """

    def __init__(
        self, address: str, timeout: float = TIMEOUT_SECONDS, client: httpx.Client | None = None
    ) -> None:
        url = _address(address)
        self.address = str(url.copy_with(username=None, password=None))
        self._root = str(url).rstrip("/")
        self._timeout = timeout
        self._client = client or _direct_client()

    def describe(self) -> Description:
        """Ask what the product is and can; ``PeerError`` where it speaks another contract."""
        answer = self._ask("describe")
        number = answer.get("contract", CONTRACT) if isinstance(answer, dict) else CONTRACT
        if number != CONTRACT:
            raise PeerError(
                f"describe: the product speaks contract {number!r}, this rehearsal contract {CONTRACT}",
                where="$.contract",
            )
        return _fitting("describe", Description, answer)

    def reset(self, set_up: SetUp) -> Done:
        """Let the product start clean."""
        return self._do("reset", set_up)

    def act(self, stimulus: Stimulus) -> Done:
        """Tell the product what happened in a facility."""
        return self._do("act", stimulus_to_json(stimulus))

    def sync(self) -> Done:
        """Let the product poll the platform now."""
        return self._do("sync")

    def observe(self) -> Observation:
        """Ask what the product's users would see."""
        return _fitting("observe", Observation, self._ask("observe"))

    def set_clock(self, instant: datetime) -> Done:
        """Give the product the business time."""
        return self._do("set_clock", ClockSetting(instant=instant))

    def _do(self, operation: str, body: object = None) -> Done:
        return _fitting(operation, Done, self._ask(operation, body))

    def _ask(self, operation: str, body: object = None) -> Any:
        """The plain JSON of a product's answer."""
        status, answer = self._exchange(operation, b"" if body is None else write_body(body))
        if status != httpx.codes.OK:
            raise _refusal(operation, status, answer)
        try:
            return read_body(answer)
        except PeerError as error:
            raise _misfit(operation, error) from error

    def _exchange(self, operation: str, body: bytes) -> tuple[int, bytes]:
        # An answer is asked for uncompressed, so that its bound holds before anything is unpacked.
        headers = {"accept": JSON_TYPE, "accept-encoding": "identity"}
        if body:
            headers["content-type"] = JSON_TYPE
        deadline = monotonic() + self._timeout
        try:
            with self._client.stream(
                METHODS[operation],
                f"{self._root}/{operation}",
                content=body or None,
                headers=headers,
                timeout=self._timeout,
            ) as response:
                return response.status_code, _bounded(operation, response, deadline)
        except httpx.TransportError as error:
            raise EnvironmentFailure(
                f"{operation}: no answer from {self.address}: {str(error) or type(error).__name__}",
                address=self.address,
            ) from error


def _address(text: str) -> httpx.URL:
    try:
        url = httpx.URL(text)
        host = url.host
    except (httpx.InvalidURL, UnicodeError) as error:  # the second for a name in other letters that is none
        raise UsageError(f"'{text}' is not an address: {error}", hint=_ADDRESS_HINT) from error
    if (url.port or 0) > HIGHEST_PORT:
        raise UsageError(f"'{text}' names a port that no machine has", hint=f"ports go up to {HIGHEST_PORT}")
    if url.scheme not in ("http", "https") or not host or url.query or url.fragment:
        raise UsageError(f"'{text}' is not the address of a product", hint=_ADDRESS_HINT)
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


def _refusal(operation: str, status: int, body: bytes) -> PeerError:
    """What a status other than 200 says, with the product's own explanation where it gave one."""
    try:
        explanation = read_body(body)
    except PeerError:
        explanation = None
    said = explanation if isinstance(explanation, dict) else {}
    problem, where = said.get("problem"), said.get("where")
    text = f"{operation}: the product answered with status {status}"
    if isinstance(problem, str) and problem:
        text += f": {problem[:SHOWN_CHARACTERS]}"
    return PeerError(text, where=where[:SHOWN_CHARACTERS] if isinstance(where, str) else "")


def _fitting(operation: str, kind: type[T], answer: Any) -> T:
    try:
        return from_json(kind, answer)
    except PeerError as error:
        raise _misfit(operation, error) from error


def _misfit(operation: str, error: PeerError) -> PeerError:
    return PeerError(f"{operation}: the answer does not fit the contract: {error}", where=error.where)
