"""One connection: uvicorn's httptools protocol, and what it leaves out.

uvicorn tells an application no client certificate, bounds neither number nor size of headers, and waits
for ever for a request that does not come. This subclass adds the three, and a line that can be cut. It
builds on how the pinned version of uvicorn works inside, which its tests watch.
"""

import asyncio
import logging
import ssl
from functools import partial

from uvicorn import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from generale.simulator.http import CLIENT_CERTIFICATE, CUT, SERVER_CERTIFICATE

HEAD_LIMIT = 256 * 1024
"""The longest head of a request (its first line and its headers) that is read, in bytes (project-defined).

The same holds for what stands between and behind the parts of a chunked body.
"""

HEADER_LIMIT = 100
"""The most headers that a request may have (project-defined)."""

RECEIPT_SECONDS = 60.0
"""How long a sender may take over one request, or over beginning its first (project-defined)."""

LINGER_SECONDS = 1.0
"""How long a sender who was refused may go on sending, so that it can read why (project-defined)."""

_log = logging.getLogger(__name__)

TOO_LARGE, TIMED_OUT = b"431 Request Header Fields Too Large", b"408 Request Timeout"


class Line(HttpToolsProtocol):
    """One connection that can be cut, and that does not wait for ever or read without end."""

    def __init__(self, config: Config, state: ServerState, receipt_seconds: float) -> None:
        super().__init__(config, state, {})
        self._receipt_seconds = receipt_seconds
        self._receipt: asyncio.TimerHandle | None = None
        self._certificate = b""
        self._shown: ssl.SSLContext | None = None
        self._head_length: int | None = 0
        self._around_body = 0
        self._has_begun = False
        self._is_too_large = False
        self._is_refused = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn does
        """A sender connects, and has a limited time for its first request."""
        super().connection_made(transport)
        secured: ssl.SSLObject | None = transport.get_extra_info("ssl_object")
        if secured is not None:
            self._certificate = secured.getpeercert(binary_form=True) or b""
            self._shown = secured.context
        self._expect_the_rest()

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection has ended."""
        self._have_it_all()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Some bytes arrive; of a sender who was refused they are dropped."""
        if self._is_refused:
            return
        if self._head_length is not None:
            self._head_length += len(data)
        self._around_body += len(data)
        super().data_received(data)
        if self._is_too_large or max(self._head_length or 0, self._around_body) > HEAD_LIMIT:
            self._refuse(TOO_LARGE)

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self._head_length = self._around_body = 0
        self._has_begun = True
        self._expect_the_rest()

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header has arrived; those over the limit are not kept, and none that comes behind the body."""
        if self._head_length is None:
            return
        if len(self.headers) >= HEADER_LIMIT:
            self._is_too_large = True
        if not self._is_too_large:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The head is complete: uvicorn schedules the answer, which finds here what this line adds."""
        self._head_length = None
        if self._is_too_large:
            return
        super().on_headers_complete()
        added = {
            CUT: partial(self._cut, self.cycle),
            CLIENT_CERTIFICATE: self._certificate,
            SERVER_CERTIFICATE: self._shown,
        }
        self.scope["extensions"] = added  # type: ignore[typeddict-item]  # not of the kind that ASGI knows

    def on_body(self, body: bytes) -> None:
        """A part of the body has arrived."""
        self._around_body = 0
        if not self._is_too_large:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is complete."""
        if self._is_too_large:
            return
        super().on_message_complete()
        self._head_length = self._around_body = 0
        self._has_begun = False
        self._have_it_all()

    def _cut(self, cycle: RequestResponseCycle) -> None:
        cycle.disconnected = True
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
        is_receiving = self._head_length is None and not self._is_too_large
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
