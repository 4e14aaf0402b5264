"""The HTTP edge: bytes from a socket become a request to the simulator, and its answer bytes again.

A bare ASGI callable without a framework, for the services; what lies under ``/control`` goes to the
application given for it. Requests are handled one by one in the loop of the server: the simulator
has one lock, so threads would only wait for each other. What is handled in one turn of the loop is
brought to disk together, and answered then: a commit waits for the disk, and one wait serves them all.
Requests that are slow, and work that was put off for others, take turns with all the rest (``turns``).

This is one of the four edges. Whatever goes wrong behind it becomes a SOAP fault, addressed and signed as any
answer to the request, always with HTTP status 500, because SOAP 1.1 (section 6.2) lets a stack look for a
fault there and nowhere else:

    the store cannot be written      SOA-02002, which asks to send again; nothing was acknowledged
    anything else                    SOA-00001: an error of ours, which the log of the rehearsal names
"""

import asyncio
import logging
from collections.abc import Iterable
from traceback import extract_tb
from typing import Protocol, TypeAlias

from starlette.types import ASGIApp, Receive, Scope, Send

from generale.protocol.errors import EnvironmentFailure, OurError
from generale.protocol.genericasync import (
    CONTENT_TYPE,
    Fault,
    SoaCode,
    answer_envelope,
    soa_fault,
    write_envelope,
)
from generale.protocol.transport import HttpRequest, HttpResponse
from generale.simulator.server_certificate import ServerContext
from generale.simulator.turns import Turns

BODY_LIMIT = 64 * 1024 * 1024
"""The longest body that is read, in bytes (project-defined)."""

BODIES_LIMIT = 512 * 1024 * 1024
"""How many bytes all bodies that are still arriving may have together (project-defined)."""

CUT = "generale.cut"
"""ASGI extension: a callable that closes the connection of a request without an answer."""

CLIENT_CERTIFICATE = "generale.client-certificate"
"""ASGI extension: the certificate that the client showed under TLS (DER), empty where it showed none."""

SERVER_CERTIFICATE = "generale.server-certificate"
"""ASGI extension: by which context the server showed a certificate under TLS, None without."""

CONTROL_PATH = "/control"
"""Below this path lies the control API; no rehearsal can have its name."""

_Handled: TypeAlias = tuple[HttpResponse | None, asyncio.Future[Exception | None]]
_TEXT = {"content-type": "text/plain; charset=utf-8"}
_log = logging.getLogger(__name__)


class BodyTooLong(Exception):
    """A body is longer than allowed; the rest of it was not read."""


class NoRoom(Exception):
    """The bodies that are arriving take all the room there is; the rest of this one was not read."""


class LineLost(Exception):
    """The sender went away before its request was complete: nothing was received."""


class Services(Protocol):
    """What answers requests: the simulator, below its ``address`` (no slash at the end).

    What is not said otherwise is never slow, and puts nothing off.
    """

    address: str

    def is_slow(self, request: HttpRequest) -> bool:  # noqa: ARG002  # whoever has something slow asks
        """Whether a request is to take turns with what is put off for quicker ones."""
        return False

    @property
    def is_behind(self) -> bool:
        """Whether there is work to do that was put off."""
        return False

    def put_off(self, request: HttpRequest) -> None:  # noqa: ARG002  # whoever has something slow asks
        """Put off what is due where a request goes, so that it is done piece by piece before it."""
        return

    def work(self) -> None:
        """Do one piece of that work."""
        return

    def handle(self, request: HttpRequest, *, puts_off: bool = False) -> HttpResponse | None:
        """The answer, or None where the line is to be cut; it may leave after the next ``write``."""
        ...

    def refused(self, request: HttpRequest, fault: Fault, problem: str) -> HttpResponse:  # noqa: ARG002  # whoever knows addresses and log uses them
        """A fault as the answer to a request; ``problem`` says what went wrong where we are at fault."""
        return _bare(fault)

    def write(self) -> None:
        """Bring to disk what all requests since the last time have done."""
        ...


class Room:
    """How many bytes bodies that are still arriving may have together, and how many they have."""

    def __init__(self, limit: int = BODIES_LIMIT) -> None:
        self.limit = limit
        self.taken = 0

    def take(self, length: int) -> None:
        """Take so many bytes; ``NoRoom`` where they are not there."""
        if self.taken + length > self.limit:
            raise NoRoom
        self.taken += length


class Edge:
    """The ASGI application of a simulator.

    ``limit`` is that of a body, ``together`` that of all bodies which are still arriving, both in bytes.
    """

    def __init__(
        self,
        services: Services,
        control: ASGIApp | None = None,
        *,
        limit: int = BODY_LIMIT,
        together: int = BODIES_LIMIT,
        turns: Turns | None = None,
    ) -> None:
        self._services = services
        self._control = control
        self._limit = limit
        self._room = Room(together)
        self._turn: asyncio.Future[Exception | None] | None = None
        self._turns = turns or Turns()
        self._worker: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if self._control is not None and _is_control(scope["path"]):
            await self._controlled(self._control, scope, receive, send)
            return
        try:
            body = await read_body(scope["headers"], receive, self._limit, self._room)
        except LineLost:
            return
        except BodyTooLong:
            await _respond(send, _unread(scope, 413, f"a body has at most {self._limit} bytes"))
            return
        except NoRoom:
            await _respond(send, _unread(scope, 503, "too many large bodies arrive at once: send it again"))
            return
        shown = _shown(scope)
        if shown is not None and not shown.is_current:
            _cut(scope)  # as an idle line is closed: who calls again is shown the certificate of now
            return
        response = await self._answer(_request(self._services.address, scope, body, shown))
        if response is None:
            _cut(scope)
        else:
            await _respond(send, response)

    async def _answer(self, request: HttpRequest) -> HttpResponse | None:
        """The answer to a request, on disk, whatever goes wrong; None where the line is to be cut."""
        try:
            is_slow = self._services.is_slow(request)
            response, written = await self._in_turn(request) if is_slow else self._at_once(request)
            problem = await written
        except Exception as error:
            problem = error
        if problem is None:
            return response
        refused = _refusal(self._services, request, problem)
        if _is_ours(problem):
            await (
                self._written()
            )  # the log says what went wrong; a disk that refuses that too changes nothing
        return refused

    def _at_once(self, request: HttpRequest) -> _Handled:
        """The answer to a quick request, and the commit that it waits for."""
        self._turns.others_came()
        handled = self._services.handle(request, puts_off=True), self._written()
        if self._services.is_behind and self._worker is None:
            self._worker = asyncio.create_task(self._work())
        return handled

    async def _in_turn(self, request: HttpRequest) -> _Handled:
        """The same for a slow request, when its turn comes."""
        self._room.take(len(request.body))
        try:
            async with self._turns.line:
                while True:
                    await self._work_off()
                    handled = await self._turns.take(lambda: self._unless_behind(request))
                    if handled is not None:
                        return handled
        finally:
            self._room.taken -= len(request.body)

    def _unless_behind(self, request: HttpRequest) -> _Handled | None:
        """The same now; None where work has fallen due that is to be done before."""
        self._services.put_off(request)
        if self._services.is_behind:
            self._written()
            return None
        return self._services.handle(request), self._written()

    async def _work(self) -> None:
        """Do what was put off, though nobody waits for it."""
        try:
            async with self._turns.line:
                await self._work_off()
        except Exception as error:
            _log.error("%s", _one_line("the work", "of the funds", error))
        finally:
            self._worker = None

    async def _work_off(self) -> None:
        def piece() -> None:
            self._services.work()
            self._written()

        while self._services.is_behind:
            await self._turns.take(piece)

    def _written(self) -> asyncio.Future[Exception | None]:
        """What goes wrong, if anything, when everything of this turn is brought to disk."""
        if self._turn is None:
            loop = asyncio.get_running_loop()
            self._turn = loop.create_future()
            loop.call_soon(self._write)
        return self._turn

    def _write(self) -> None:
        turn, self._turn = self._turn, None
        assert turn is not None
        problem: Exception | None = None
        try:
            self._services.write()
        except Exception as error:
            problem = error
        turn.set_result(problem)

    async def _controlled(self, control: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await control(scope, receive, send)
        except Exception as error:
            _log.error("%s", _one_line(scope["method"], scope["path"], error))


def answer(services: Services, request: HttpRequest) -> HttpResponse | None:
    """The answer to one request that nothing shares its commit with; None where the line is to be cut."""
    try:
        response = services.handle(request)
        services.write()
    except Exception as error:
        return _refusal(services, request, error)
    return response


def _refusal(services: Services, request: HttpRequest, problem: Exception) -> HttpResponse:
    """The fault that says what went wrong behind a request."""
    told = _one_line(request.method, request.url, problem)
    _log.error("%s", told)
    if isinstance(problem, NoRoom):  # a body that found no room is not read for its addresses either
        fault = soa_fault(
            SoaCode.TEMPORARILY_UNAVAILABLE, "too many large bodies wait at once: send it again"
        )
        return _bare(fault)
    fault = soa_fault(SoaCode.UNSPECIFIED, "an error of the simulator, not of the sender")
    if not _is_ours(problem):
        fault = soa_fault(SoaCode.TEMPORARILY_UNAVAILABLE, str(problem))
    try:
        return services.refused(request, fault, told if _is_ours(problem) else "")
    except Exception as error:
        _log.error("%s", _one_line("the answer", "to that", error))
        return _bare(fault)


def _is_ours(problem: Exception) -> bool:
    """Whether what went wrong is an error of the simulator, and not of the world."""
    return not isinstance(problem, EnvironmentFailure | NoRoom)


def _unread(scope: Scope, status: int, reason: str) -> HttpResponse:
    """The answer to a request whose body is not read to its end, which closes the connection."""
    _log.warning("%s %r: refused with %d: %s", scope["method"], scope["path"], status, reason)
    headers = {**_TEXT, "connection": "close"}
    return HttpResponse(status=status, body=f"{reason}\n".encode(), headers=headers)


async def read_body(
    headers: Iterable[tuple[bytes, bytes]], receive: Receive, limit: int, room: Room | None = None
) -> bytes:
    """The whole body of a request; ``BodyTooLong`` as soon as that is known, ``LineLost`` where it ends.

    ``NoRoom`` where a body that comes in parts finds none. While it arrives it takes its length of the room.
    """
    announced = next((value for name, value in headers if name == b"content-length"), b"0")
    if int(announced) > limit:
        raise BodyTooLong
    chunks: list[bytes] = []
    length, held, more = 0, 0, True
    try:
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise LineLost
            chunks.append(message.get("body", b""))
            length += len(chunks[-1])
            if length > limit:
                raise BodyTooLong
            more = message.get("more_body", False)
            if more and room is not None:
                room.take(length - held)
                held = length
    finally:
        if room is not None:
            room.taken -= held
    return b"".join(chunks)


def _is_control(path: str) -> bool:
    return path == CONTROL_PATH or path.startswith(f"{CONTROL_PATH}/")


def _request(address: str, scope: Scope, body: bytes, shown: ServerContext | None) -> HttpRequest:
    query = scope["query_string"]
    target = scope["raw_path"] + (b"?" + query if query else b"")
    headers: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    url = address + target.decode("latin-1")
    return HttpRequest(
        url=url,
        body=body,
        headers=headers,
        method=scope["method"],
        client_certificate=scope.get("extensions", {}).get(CLIENT_CERTIFICATE, b""),
        server_certificate="" if shown is None else shown.certificate.value,
    )


def _shown(scope: Scope) -> ServerContext | None:
    """By which context the server showed its certificate on this line; None without TLS."""
    shown = scope.get("extensions", {}).get(SERVER_CERTIFICATE)
    return shown if isinstance(shown, ServerContext) else None


async def _respond(send: Send, response: HttpResponse) -> None:
    headers = {**response.headers, "content-length": str(len(response.body))}
    pairs = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": response.status, "headers": pairs})
    await send({"type": "http.response.body", "body": response.body})


def _bare(fault: Fault) -> HttpResponse:
    """A fault that names no request and bears no signature, where nothing more is known."""
    body = write_envelope(answer_envelope(fault))
    return HttpResponse(status=500, body=body, headers={"content-type": CONTENT_TYPE})


def _cut(scope: Scope) -> None:
    cut = scope.get("extensions", {}).get(CUT)
    if cut is None:
        raise OurError("this server cannot cut a line")
    cut()


def _one_line(method: str, place: str, error: Exception) -> str:
    places = extract_tb(error.__traceback__)
    where = f"{places[-1].name}, line {places[-1].lineno}" if places else "nowhere"
    text = " ".join(f"{type(error).__name__}: {error}".split())
    return f"{method} {place!r}: {text} ({where})"
