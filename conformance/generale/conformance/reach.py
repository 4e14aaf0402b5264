"""Whether the driver contract is answered at the address of a product, and if not, who or what is there.

One ``GET …/describe``, asked as the HTTP door asks it, and looked at with more curiosity.
"""

import socket
import ssl
from collections.abc import Iterator
from contextlib import suppress
from http import HTTPStatus
from time import monotonic

import httpx

from generale.conformance.examined import Ill
from generale.doors.http import product_address
from generale.doors.wire import JSON_TYPE, MAX_BODY_BYTES, read_body
from generale.driver import CONTRACT
from generale.driver.contract import Description
from generale.protocol.errors import PeerError
from generale.protocol.form import from_json
from generale.simulator.simulator import NO_SUCH_SERVICE

SHOWN = 120
"""How much of a stranger's answer is quoted, in characters."""

_EXPIRED, _NOT_YET, _OTHER_NAME, _OTHER_ADDRESS = 10, 9, 62, 64
"""Why OpenSSL refuses a certificate (X509_V_ERR_…)."""

_LOGIN = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.PROXY_AUTHENTICATION_REQUIRED)


def reach(vendor: str, seconds: float) -> Ill | None:
    """What is wrong at an address, where ``describe`` may take so long; None where a product answers.

    ``UsageError`` where the address is none.
    """
    url = product_address(vendor)
    try:
        status, headers, body = _asked(url, seconds)
    except httpx.TimeoutException:
        return Ill("answers-too-late", f"{_shown(url)}, {seconds:g} s")
    except httpx.TransportError as error:
        return _unreached(url, error, seconds)
    if status != HTTPStatus.OK:
        return _turned_away(url, status, headers, body, seconds)
    if headers.get("content-encoding", "identity") != "identity":
        return Ill("answer-packed", headers["content-encoding"])
    return _described(headers, body)


def _asked(url: httpx.URL, seconds: float) -> tuple[int, httpx.Headers, bytes]:
    """Status, headers and undecoded body of the answer to ``describe``."""
    headers = {"accept": JSON_TYPE, "accept-encoding": "identity"}
    deadline = monotonic() + seconds
    with (
        httpx.Client(trust_env=False, verify=ssl.create_default_context(), timeout=seconds) as client,
        client.stream("GET", f"{str(url).rstrip('/')}/describe", headers=headers) as answer,
    ):
        body = bytearray()
        for chunk in answer.iter_raw():
            body += chunk
            if len(body) > MAX_BODY_BYTES:
                break
            if monotonic() > deadline:
                raise httpx.ReadTimeout("the answer was not complete in time")
        return answer.status_code, answer.headers, bytes(body)


def _unreached(url: httpx.URL, error: httpx.TransportError, seconds: float) -> Ill:
    """Why no answer came, by what lies beneath the error."""
    said = f"{_shown(url)}: {str(error) or type(error).__name__}"
    for cause in _causes(error):
        match cause:
            case ssl.SSLCertVerificationError(verify_code=code):
                return Ill(_of_certificate(code), cause.verify_message)
            case ssl.SSLError():
                return Ill("tls-where-plain-is", _shown(url))
            case socket.gaierror():
                return Ill("host-unknown", url.host)
            case ConnectionRefusedError():
                return Ill("nobody-listens", _shown(url))
    if isinstance(error, httpx.ConnectError):
        return Ill("nobody-listens", said)
    if url.scheme == "http" and _speaks_tls(url, seconds):
        return Ill("plain-where-tls-is", _shown(url))
    return Ill("breaks-off", said)


def _of_certificate(code: int) -> str:
    if code in (_EXPIRED, _NOT_YET):
        return "product-certificate-expired"
    if code in (_OTHER_NAME, _OTHER_ADDRESS):
        return "product-certificate-other-name"
    return "product-certificate-unknown"


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__


def _speaks_tls(url: httpx.URL, seconds: float) -> bool:
    """Whether a handshake of TLS succeeds there, whoever that is: nothing is sent to it."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with (
        suppress(OSError),
        socket.create_connection((url.host, url.port or 80), timeout=seconds) as line,
        context.wrap_socket(line),
    ):
        return True
    return False


def _turned_away(url: httpx.URL, status: int, headers: httpx.Headers, body: bytes, seconds: float) -> Ill:
    said = f"{_shown(url)}/describe: {status}"
    if status in _LOGIN:
        return Ill("asks-for-login", said)
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        return Ill("redirected", headers.get("location", said))
    if body == NO_SUCH_SERVICE:
        return Ill("simulator-as-product", _shown(url))
    if status == HTTPStatus.BAD_REQUEST and url.scheme == "http" and _speaks_tls(url, seconds):
        return Ill("plain-where-tls-is", _shown(url))
    root = url.copy_with(path="/")
    if url.path != "/" and _is_product(root, seconds):
        return Ill("wrong-path", _shown(root))
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Ill("product-fails", _with_problem(said, body))
    return Ill("another-program", _with_server(said, headers))


def _is_product(url: httpx.URL, seconds: float) -> bool:
    try:
        status, headers, body = _asked(url, seconds)
    except httpx.TransportError:
        return False
    return status == HTTPStatus.OK and _described(headers, body) is None


def _described(headers: httpx.Headers, body: bytes) -> Ill | None:
    """What is wrong with what a product says of itself, or with whoever says it."""
    try:
        told = read_body(body)
    except PeerError:
        return Ill("another-program", _with_server(body[:SHOWN].decode("ascii", "replace"), headers))
    if not isinstance(told, dict) or not {"product", "contract", "capabilities"} & told.keys():
        return Ill("another-program", _with_server(body[:SHOWN].decode("utf-8", "replace"), headers))
    if told.get("contract", CONTRACT) != CONTRACT:
        return Ill("other-contract", f"{told['contract']!r}; {CONTRACT}")
    try:
        from_json(Description, told)
    except PeerError as error:
        return Ill("description-misfit", f"{error.where} {error}".strip())
    return None


def _with_server(said: str, headers: httpx.Headers) -> str:
    """What was answered, and what the other program calls itself."""
    named = ", ".join(headers[name] for name in ("server", "content-type") if name in headers)
    return " ".join(f"{said} ({named})".split()) if named else " ".join(said.split())


def _with_problem(said: str, body: bytes) -> str:
    with suppress(PeerError):
        problem = read_body(body)
        if isinstance(problem, dict) and isinstance(problem.get("problem"), str):
            return f"{said}: {problem['problem'][:SHOWN]}"
    return said


def _shown(url: httpx.URL) -> str:
    """An address without the secrets in it."""
    return str(url.copy_with(username=None, password=None)).rstrip("/")
