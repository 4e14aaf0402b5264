"""One connection: uvicorn's httptools protocol, and what it leaves out.

uvicorn tells an application no client certificate, bounds neither number nor size of headers, waits for ever
for a request that does not come, and loses the body of one that offers to go on in another protocol. This
subclass adds what is missing, and a line that can be cut. It builds on how the pinned versions of uvicorn and
httptools work inside, which its tests watch.
"""

import asyncio
import logging
import ssl
from dataclasses import dataclass
from functools import partial
from weakref import ref

import httptools
from uvicorn import Config
from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from generale.simulator.http import CLIENT_CERTIFICATE, CUT, SERVER_CERTIFICATE
from generale.simulator.idle import Idle

HEAD_LIMIT = 256 * 1024
"""The longest head of a request (its first line and its headers) that is read, in bytes (project-defined).

The same holds for what stands between and behind the parts of a chunked body.
"""

HEADER_LIMIT = 100
"""The most headers that a request may have (project-defined)."""

RECEIPT_SECONDS = 60.0
"""How long a sender may take over one request, or over beginning its first (project-defined)."""

WAITING_LIMIT = 10_000
"""How many requests, of all connections, may wait behind others of their connection (project-defined).

uvicorn reads on while they wait, so a sender that reads no answers would fill the memory.
"""

LINGER_SECONDS = 1.0
"""How long a sender who was refused may go on sending, so that it can read why (project-defined)."""

_log = logging.getLogger(__name__)

TOO_LARGE, TIMED_OUT = b"431 Request Header Fields Too Large", b"408 Request Timeout"
TOO_MANY = b"429 Too Many Requests"


@dataclass(slots=True)
class Waiting:
    """How many requests of all connections of a server wait behind others of their own."""

    limit: int = WAITING_LIMIT
    count: int = 0


class Line(HttpToolsProtocol):
    """One connection that can be cut, and that does not wait for ever or read without end."""

    def __init__(
        self, config: Config, state: ServerState, receipt_seconds: float, idle: Idle, waiting: Waiting
    ) -> None:
        super().__init__(config, state, {})
        self._receipt_seconds = receipt_seconds
        self._idle = idle
        self._waiting = waiting
        self._receipt: asyncio.TimerHandle | None = None
        self._asked: RequestResponseCycle | None = None
        self._certificate = b""
        self._shown: ssl.SSLContext | None = None
        self._head_length: int | None = 0
        self._head_counted = 0
        self._around_body = 0
        self._has_offered = False
        self._has_begun = False
        self._excess = b""
        self._is_refused = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn does
        """A sender connects, and has a limited time for its first request."""
        super().connection_made(transport)
        secured: ssl.SSLObject | None = transport.get_extra_info("ssl_object")
        if secured is not None:
            self._certificate = secured.getpeercert(binary_form=True) or b""
            self._shown = secured.context
        self._expect_the_rest()
        self._idle.came(self, self.loop.time())

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection has ended."""
        self._have_it_all()
        self._idle.gone(self)
        self._waiting.count -= len(self.pipeline)
        for never_begun, _ in self.pipeline:  # nobody is there any more to read what they would answer
            never_begun.on_response = _nothing
        self.pipeline.clear()
        if self._asked is not None:  # uvicorn tells the last request alone, and not the one that is answered
            self._asked.disconnected = True
            self._asked.message_event.set()
        super().connection_lost(exc)
        self._unset_keepalive_if_required()

    def data_received(self, data: bytes) -> None:
        """Some bytes arrive; of a sender who was refused they are dropped."""
        if self._is_refused:
            return
        if self._head_length is not None:
            self._head_length += len(data)
        self._around_body += len(data)
        self._unset_keepalive_if_required()
        self._feed(data)
        if self._excess or max(self._head_length or 0, self._around_body) > HEAD_LIMIT:
            self._refuse(self._excess or TOO_LARGE)

    def _feed(self, data: bytes) -> None:
        """Parse what arrived; an offer to go on in another protocol is declined by going on in this one."""
        left = memoryview(data)
        while True:
            try:
                self.parser.feed_data(left)
                return
            except httptools.HttpParserError:
                message = "Invalid HTTP request received."
                self.logger.warning(message)
                self.send_400_response(message)
                return
            except httptools.HttpParserUpgrade as offer:
                if not self._has_offered:
                    return
                left = memoryview(self._begin_again() + bytes(left[offer.args[0] :]))

    def _begin_again(self) -> bytes:
        """The head that was just parsed, for a new parser, without what it offers (RFC 9110, 7.8).

        The old one takes what stands behind such a head for the other protocol, and it is the body.
        """
        version = self.parser.get_http_version().encode("ascii")
        lines = [b"%s %s HTTP/%s" % (self.parser.get_method(), self.url, version)]
        for name, value in self.headers:
            kept = _without_offer(value) if name == b"connection" else value
            lines.append(b"%s: %s" % (name, kept))
        self._has_offered = False
        self.parser = httptools.HttpRequestParser(self)
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True)  # as uvicorn does
        return b"\r\n".join((*lines, b"", b""))

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self._head_length = self._around_body = 0
        self._head_counted = len(b" HTTP/1.1\r\n\r\n")
        self._has_begun = True
        self._expect_the_rest()

    def on_url(self, url: bytes) -> None:
        """A part of the address has arrived."""
        self._head_counted += len(url)
        if self._head_counted > HEAD_LIMIT:
            self._excess = TOO_LARGE
        else:
            super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header has arrived; those over the limit are not kept, and none that comes behind the body."""
        if self._head_length is None:
            return
        self._head_counted += len(name) + len(value) + len(b": \r\n")
        if len(self.headers) >= HEADER_LIMIT or self._head_counted > HEAD_LIMIT:
            self._excess = TOO_LARGE
        if not self._excess:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The head is complete: uvicorn schedules the answer, which finds here what this line adds."""
        self._head_length, self._around_body = None, 0
        method = self.parser.get_method()
        self._head_counted += len(method) + len(b" ")
        # CONNECT is no offer: what stands behind such a head never is its body.
        self._has_offered = self.parser.should_upgrade() and method != b"CONNECT"
        if self._head_counted > HEAD_LIMIT:
            self._excess = TOO_LARGE
        if self._excess or self._has_offered:
            return
        if self.pipeline and self._waiting.count >= self._waiting.limit:
            self._excess = TOO_MANY
            return
        self._idle.busy(self)
        before = len(self.pipeline)
        super().on_headers_complete()
        self._waiting.count += len(self.pipeline) - before
        self._idle.arriving(self, self.loop.time())
        added = {
            CUT: partial(_cut, self.transport, ref(self.cycle)),
            CLIENT_CERTIFICATE: self._certificate,
            SERVER_CERTIFICATE: self._shown,
        }
        self.scope["extensions"] = added  # type: ignore[typeddict-item]  # not of the kind that ASGI knows

    def on_body(self, body: bytes) -> None:
        """A part of the body has arrived."""
        self._around_body = 0
        if not self._excess:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is complete."""
        if self._excess or self._has_offered:
            return
        super().on_message_complete()
        self._idle.arrived(self)
        self._head_length = self._around_body = 0
        self._has_begun = False
        self._have_it_all()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        self._asked = cycle
        super()._start_asgi_task(cycle, app)

    def on_response_complete(self) -> None:
        """A request is answered; where no other follows, the line is idle."""
        before = len(self.pipeline)
        super().on_response_complete()
        self._waiting.count += len(self.pipeline) - before
        if self.cycle.response_complete and not self.transport.is_closing():
            self._idle.between(self)

    def close_idle(self) -> None:
        """Make room for another connection; who has sent no whole request is owed no answer."""
        self.connections.discard(self)
        self.transport.abort()

    def _expect_the_rest(self) -> None:
        self._have_it_all()
        self._receipt = self.loop.call_later(self._receipt_seconds, self._give_up)

    def _have_it_all(self) -> None:
        if self._receipt is not None:
            self._receipt.cancel()
            self._receipt = None

    def _give_up(self) -> None:
        """The time for a request is over; who has not begun one is owed no answer."""
        if self._has_begun:
            self._refuse(TIMED_OUT)
        else:
            self.transport.abort()

    def _refuse(self, status: bytes) -> None:
        """Answer what is not yet a request, unless that would overtake an answer; then close the line."""
        if self.transport.is_closing():
            return
        _log.warning("a request from %s: refused with %s", self.client, status.decode())
        self._have_it_all()
        self._is_refused = True
        cycle = self.cycle
        is_receiving = self._head_length is None and not self._excess
        is_answering = cycle is not None and not cycle.response_complete
        if self.pipeline or (is_answering and (not is_receiving or cycle.response_started)):
            self.transport.abort()
            return
        if is_answering:
            cycle.disconnected = True
            cycle.message_event.set()
        self.transport.write(b"HTTP/1.1 " + status + b"\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self._receipt = self.loop.call_later(LINGER_SECONDS, self.transport.abort)


def _cut(transport: asyncio.Transport, asked: "ref[RequestResponseCycle]") -> None:
    """End a connection without an answer to this request, which does not hold itself by this."""
    cycle = asked()
    if cycle is not None:
        cycle.disconnected = True
    transport.abort()


def _nothing() -> None:
    """What a request does at its end that holds its connection no more."""


def _without_offer(connection: bytes) -> bytes:
    """A Connection header without its offer to go on in another protocol."""
    options = (option.strip() for option in connection.split(b","))
    return b", ".join(option for option in options if option.lower() != b"upgrade")
