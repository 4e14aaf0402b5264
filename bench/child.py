"""A server in a process of its own: says its address, tells its CPU seconds when asked, ends with its parent.

It ends by itself after ``SECONDS``, whatever happens. Arguments: ``simulator``, the file of its store, the
seconds until a decision and ``full`` for full security, or ``echo``, the floor: a bare ASGI application on
the settings of the simulator's server that sends every body back.
"""

import os
import socket
import sys
from pathlib import Path
from threading import Thread, Timer
from time import process_time

from bench.material import NAME, quick_profile, world
from bench.sealing import guard
from starlette.types import Receive, Scope, Send
from uvicorn import Server as Uvicorn

from generale.simulator.server import Server, http_config
from generale.simulator.simulator import Simulator
from generale.simulator.sqlite_journal import SqliteJournal
from generale.simulator.system_clock import SystemClock

SECONDS = 180.0
"""The longest life of such a process."""


def main(kind: str, store: str = "", decision_seconds: str = "0", security: str = "off") -> None:
    """Serve until the parent closes our stdin."""
    end = Timer(SECONDS, os._exit, (1,))
    end.daemon = True
    end.start()
    if kind == "simulator":
        _serve_simulator(Path(store), int(decision_seconds), security)
    else:
        _serve_echo()


def _serve_simulator(store: Path, decision_seconds: int, security: str) -> None:
    clock = SystemClock()
    simulator = Simulator(
        quick_profile(decision_seconds),
        journal=SqliteJournal(store),
        wall=clock,
        guard=guard(clock) if security == "full" else None,
    )
    simulator.open(world(clock.now()), NAME)
    Server(simulator).run_forever(lambda address: _serving(address.removeprefix("http://")))


def _serve_echo() -> None:
    config = http_config(_echo)
    listening = socket.create_server(("127.0.0.1", 0))
    host, port = listening.getsockname()
    _serving(f"{host}:{port}")
    Uvicorn(config).run(sockets=[listening])


async def _echo(_scope: Scope, receive: Receive, send: Send) -> None:
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    headers = [(b"content-type", b"text/xml; charset=utf-8"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _serving(address: str) -> None:
    _say(address)
    Thread(target=_answer_the_parent, daemon=True).start()


def _answer_the_parent() -> None:
    for _ in sys.stdin:
        _say(str(process_time()))
    os._exit(0)


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
