"""A simulator on a socket, plain or under TLS, in an event loop that waits and never polls."""

import asyncio
import errno
import signal
import socket
import ssl
import sys
from collections.abc import Callable
from contextlib import ExitStack, closing
from functools import partial
from threading import Event, Thread
from typing import Any

from starlette.types import ASGIApp
from uvicorn import Config
from uvicorn.server import ServerState

from generale.protocol.errors import EnvironmentFailure, UsageError
from generale.simulator.garbage import looked_at_once
from generale.simulator.http import Edge, Services
from generale.simulator.idle import Idle
from generale.simulator.line import RECEIPT_SECONDS, Line, Waiting

HIGHEST_PORT = 65_535
"""The highest number that a TCP port can have."""

CONNECTION_LIMIT = 1000
"""Open connections from which on an idle one is closed for each new one, and a request is answered with 503
where none is idle (project-defined).
"""

KEEP_ALIVE_SECONDS = 75
"""How long an idle connection stays open, longer than most clients keep it (project-defined)."""

HANDSHAKE_SECONDS = 10.0
"""How long a client may take over the handshake of TLS (project-defined)."""

GRACE_SECONDS = 5.0
"""How long requests that have begun may take to end when the server stops (project-defined)."""


class Server:
    """Serves a simulator, and a control API where one is given, on a host and port; port 0 is any free one.

    The address of the simulator is set before the first request can arrive. A server lives once.
    """

    def __init__(
        self,
        simulator: Services,
        control: ASGIApp | None = None,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        receipt_seconds: float = RECEIPT_SECONDS,
        tls: ssl.SSLContext | None = None,
        connections: int = CONNECTION_LIMIT,
    ) -> None:
        self._simulator = simulator
        self._control = control
        self._host = host
        self._port = port
        self._receipt_seconds = receipt_seconds
        self._tls = tls
        self._connections = connections
        self._stop: Callable[[], object] = lambda: None
        self._thread: Thread | None = None

    def start(self) -> str:
        """Serve in a thread; answers the address once it serves. ``UsageError`` where the port is taken."""
        listening = self._bind()
        serving, ended = Event(), Event()

        def run() -> None:
            try:
                self._run(listening, serving.set)
            finally:
                ended.set()
                serving.set()

        self._thread = Thread(target=run, name=self._simulator.address, daemon=True)
        self._thread.start()
        serving.wait()
        if ended.is_set():
            raise EnvironmentFailure("the server did not start", address=self._simulator.address)
        return self._simulator.address

    def stop(self) -> None:
        """Let requests end that have begun, and close every connection."""
        self._stop()
        if self._thread is not None:
            self._thread.join()

    def run_forever(self, on_serving: Callable[[str], None]) -> None:
        """Serve in this thread, the main one, until SIGTERM or SIGINT; tells the address once it serves."""
        listening = self._bind()
        with ExitStack() as signals:

            def serving() -> None:
                for number in (signal.SIGTERM, signal.SIGINT):
                    signals.callback(signal.signal, number, signal.signal(number, lambda *_: self._stop()))
                on_serving(self._simulator.address)

            self._run(listening, serving)

    def _bind(self) -> socket.socket:
        if not 0 <= self._port <= HIGHEST_PORT:
            raise UsageError(f"there is no port {self._port}", hint=f"ports go from 0 to {HIGHEST_PORT}")
        family, place = found_address(self._host, self._port)
        listening = socket.socket(family, socket.SOCK_STREAM)
        try:
            if sys.platform != "win32":  # there it would let two servers share a port
                listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind(place)
            listening.listen()
        except OSError as error:
            listening.close()
            raise UsageError(
                f"port {self._port} of {self._host} cannot be used: {error.strerror}",
                hint="take another port, or 0 for any that is free",
                finding="port-taken" if error.errno == errno.EADDRINUSE else "host-not-here",
            ) from error
        host = f"[{self._host}]" if ":" in self._host else self._host
        scheme = "http" if self._tls is None else "https"
        self._simulator.address = f"{scheme}://{host}:{listening.getsockname()[1]}"
        return listening

    def _run(self, listening: socket.socket, on_serving: Callable[[], None]) -> None:
        config = http_config(Edge(self._simulator, self._control), self._connections)
        with closing(listening), asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
            runner.run(self._serve(config, listening, on_serving))

    async def _serve(self, config: Config, listening: socket.socket, on_serving: Callable[[], None]) -> None:
        loop, stopping, state = asyncio.get_running_loop(), asyncio.Event(), ServerState()
        idle, waiting = Idle(self._connections - 1), Waiting()
        server = await loop.create_server(
            lambda: Line(config, state, self._receipt_seconds, idle, waiting),
            sock=listening,
            backlog=config.backlog,
            ssl=self._tls,
            ssl_handshake_timeout=None if self._tls is None else HANDSHAKE_SECONDS,
        )
        self._stop = partial(loop.call_soon_threadsafe, stopping.set)
        try:
            with looked_at_once(loop):
                on_serving()
                await stopping.wait()
        finally:
            self._stop = lambda: None
            server.close()
            await _let_end(state)


def http_config(app: ASGIApp, connections: int = CONNECTION_LIMIT) -> Config:
    """How an application is served: the settings of this server, also for a floor to measure it against."""
    config = Config(
        app,
        http="httptools",
        ws="none",
        lifespan="off",
        interface="asgi3",
        log_config=None,
        log_level="warning",
        access_log=False,
        proxy_headers=False,
        limit_concurrency=connections,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
    )
    config.load()
    return config


async def _let_end(state: ServerState) -> None:
    """Wait for requests that have begun, then close what is still open."""
    for line in list(state.connections):
        line.shutdown()
    if state.tasks:
        _, late = await asyncio.wait(state.tasks, timeout=GRACE_SECONDS)
        for task in late:
            task.cancel()
    for line in list(state.connections):
        line.transport.abort()
    await asyncio.sleep(0)


def found_address(host: str, port: int) -> tuple[socket.AddressFamily, tuple[Any, ...]]:
    """The family and place of a host and port on this machine's network; ``UsageError`` where it is none."""
    try:
        family, *_, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (OSError, UnicodeError) as error:
        raise UsageError(
            f"{host}:{port} is no address: {error}", hint="try 127.0.0.1", finding="host-not-here"
        ) from error
    return family, place
