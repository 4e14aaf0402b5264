"""A Python product put behind the HTTP form of the driver contract."""

import asyncio
import socket
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from generale.doors.wire import (
    JSON_TYPE,
    MAX_BODY_BYTES,
    METHODS,
    ClockSetting,
    Problem,
    read_body,
    write_body,
)
from generale.driver.contract import Product
from generale.driver.setup import SetUp
from generale.driver.stimuli import stimulus_from_json
from generale.protocol.errors import GeneraleError, PeerError, UsageError
from generale.protocol.form import from_json

HIGHEST_PORT = 65_535
"""The highest number that a TCP port can have."""

_READERS: Mapping[str, Callable[[Any], object]] = {
    "reset": lambda value: from_json(SetUp, value),
    "act": stimulus_from_json,
    "set_clock": lambda value: from_json(ClockSetting, value).instant,
}
"""How the body of a request is read; the other operations have none."""


def product_app(product: Product) -> Starlette:
    """The ASGI application through which a product answers the driver contract.

    A request that does not fit is answered 400 with a ``Problem``; what the product raises on
    purpose is answered 500 with a ``Problem``.
    """
    # One thread that belongs to the product: one operation at a time, and a product whose sync
    # waits for a service of this same process does not stop that service.
    worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="product")
    routes = [
        Route(f"/{name}", _endpoint(name, getattr(product, name), worker), methods=[method])
        for name, method in METHODS.items()
    ]
    return Starlette(routes=routes, exception_handlers={HTTPException: _refuse})


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens on an address; port 0 takes a free one.

    ``UsageError`` where the address cannot be had.
    """
    if not 0 <= port <= HIGHEST_PORT:
        raise UsageError(f"there is no port {port}", hint=f"ports go from 0 to {HIGHEST_PORT}")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.getaddrinfo(host, port)
        return socket.create_server((host, port), family=family)
    except socket.gaierror as error:
        raise UsageError(f"{host} is no address: {error.strerror}", hint="try 127.0.0.1") from error
    except OSError as error:
        raise UsageError(
            f"cannot listen on {host}, port {port}: {error.strerror}",
            hint="stop what listens there, give another port, or port 0 for a free one",
        ) from error


def product_server(
    product: Product, around: Callable[[ASGIApp], ASGIApp] | None = None, tls: Path | None = None
) -> uvicorn.Server:
    """A server for a product that logs nothing but its crashes; it runs where its ``run`` is called.

    ``around`` puts something before it; ``tls`` names its certificate and key, a path without ending.
    """
    app: ASGIApp = product_app(product)
    return uvicorn.Server(
        uvicorn.Config(
            around(app) if around else app,
            log_config=None,
            log_level="error",
            access_log=False,
            lifespan="off",
            ssl_certfile=tls.with_name(f"{tls.name}.pem") if tls else None,
            ssl_keyfile=tls.with_name(f"{tls.name}.key") if tls else None,
        )
    )


@contextmanager
def served_beside(
    product: Product,
    host: str = "127.0.0.1",
    around: Callable[[ASGIApp], ASGIApp] | None = None,
    tls: Path | None = None,
) -> Iterator[str]:
    """A product served in a thread of this process for as long as the block lasts; gives its address."""
    server = product_server(product, around, tls)
    with listen(host, 0) as listener:
        thread = Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        shown = f"[{host}]" if ":" in host else host
        try:
            yield f"{'https' if tls else 'http'}://{shown}:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


def serve_product(product: Product, host: str, port: int, ready: Callable[[str], None]) -> None:
    """Serve a product in the present thread until it is interrupted.

    ``ready`` is given the address, such as ``http://127.0.0.1:8090``, as soon as requests are taken
    in. ``UsageError`` where the port is in use.
    """
    with listen(host, port) as listener:
        shown = f"[{host}]" if ":" in host else host
        ready(f"http://{shown}:{listener.getsockname()[1]}")
        product_server(product).run(sockets=[listener])


def _endpoint(operation: str, call: Callable[..., object], worker: ThreadPoolExecutor) -> Callable[..., Any]:
    reader = _READERS.get(operation)

    async def respond(request: Request) -> Response:
        body = await _received(request)
        try:
            arguments = (reader(read_body(body)),) if reader else ()
        except PeerError as error:
            return _problem(400, Problem(problem=str(error), where=error.where))
        try:
            answer = await asyncio.get_running_loop().run_in_executor(worker, call, *arguments)
        except GeneraleError as error:
            return _problem(500, Problem(problem=str(error)))
        return Response(write_body(answer), media_type=JSON_TYPE)

    return respond


async def _received(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise HTTPException(413, f"the request is larger than {MAX_BODY_BYTES} bytes")
    return bytes(body)


async def _refuse(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return _problem(error.status_code, Problem(problem=error.detail), error.headers)


def _problem(status: int, problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
    return Response(write_body(problem), status, headers, media_type=JSON_TYPE)
