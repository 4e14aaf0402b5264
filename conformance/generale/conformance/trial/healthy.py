"""Set-ups that are odd and healthy: the doctor must find nothing wrong with them."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import httpx

from generale.conformance.trial.workshop import (
    Ahead,
    App,
    Made,
    Options,
    SetUpBuilt,
    Workshop,
    environment,
    slow,
)
from generale.driver.contract import Description
from generale.driver.setup import FacilityType
from generale.simulator.pki_folder import AUTHORITY

NOBODY = "http://127.0.0.1:9"
"""A proxy that does not exist: whoever asked it would get no answer."""


@contextmanager
def _made(workshop: Workshop, made: Made, behind: str = "", **words: object) -> Iterator[Options]:
    with workshop.product(made) as address:
        yield {"vendor": address + behind, **words}


def _under_a_path(product: App) -> App:
    """The contract is served below a path of its own."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        path = scope["path"].removeprefix("/zorg/driver/v1")
        await product({**scope, "path": path if path != scope["path"] else "/nowhere"}, receive, send)

    return app


def _talkative(product: App) -> App:
    """More headers than needed, JSON over many lines with its keys in another order, and a charset."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        async def written(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                more = [(b"x-request-id", b"7"), (b"set-cookie", b"session=1"), (b"connection", b"close")]
                kept = [
                    one for one in message["headers"] if one[0] not in (b"content-length", b"content-type")
                ]
                kind = [(b"content-type", b"application/json; charset=utf-8")]
                await send({**message, "headers": [*kept, *kind, *more]})
                return
            document = json.loads(message["body"])
            turned = dict(reversed(document.items())) if isinstance(document, dict) else document
            await send({**message, "body": json.dumps(turned, indent=4, ensure_ascii=False).encode()})

        await product(scope, receive, written)

    return app


def _behind_a_password(product: App) -> App:
    """User and password are asked for (Basic)."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if dict(scope["headers"]).get(b"authorization") == b"Basic em9yZzpnZWhlaW0=":
            await product(scope, receive, send)
            return
        await send({"type": "http.response.start", "status": 401, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    return app


@contextmanager
def _by_an_old_proxy(workshop: Workshop) -> Iterator[Options]:
    """Before the product stands something that speaks HTTP/1.0 and closes every connection."""
    with workshop.product() as address, httpx.Client(trust_env=False) as client:

        class Forwarded(BaseHTTPRequestHandler):
            def _forward(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                answer = client.request(self.command, address + self.path, content=body)
                self.send_response(answer.status_code)
                self.end_headers()
                self.wfile.write(answer.content)

            do_GET = do_POST = _forward  # noqa: N815  # the names that http.server calls

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        with ThreadingHTTPServer(("127.0.0.1", 0), Forwarded) as proxy:
            thread = Thread(target=proxy.serve_forever, daemon=True)
            thread.start()
            try:
                yield {"vendor": f"http://127.0.0.1:{proxy.server_address[1]}"}
            finally:
                proxy.shutdown()
                thread.join()


@contextmanager
def _with_a_proxy_variable(workshop: Workshop) -> Iterator[Options]:
    with environment(HTTP_PROXY=NOBODY, http_proxy=NOBODY, ALL_PROXY=NOBODY), workshop.product() as address:
        yield {"vendor": address}


@contextmanager
def _under_tls_on_both_sides(workshop: Workshop) -> Iterator[Options]:
    folder = workshop.pki()
    made = Made(keyring=workshop.keyring("full"), trusts=folder, tls=folder / "server")
    with environment(SSL_CERT_FILE=str(folder / AUTHORITY)), workshop.product(made) as address:
        yield {"vendor": address, "security": "full", "tls": "required", "pki": str(folder)}


@contextmanager
def _password_in_the_address(workshop: Workshop) -> Iterator[Options]:
    with workshop.product(Made(around=_behind_a_password)) as address:
        yield {"vendor": address.replace("http://", "http://zorg:geheim@")}


def _small(own: Description) -> Description:
    return replace(own, capabilities=("reset", "admit"), facility_types=(FacilityType.WZC,))


def _clock_off(seconds: int) -> SetUpBuilt:
    def built(shop: Workshop) -> Any:
        keyring = shop.keyring("full", clock=Ahead(timedelta(seconds=seconds)))
        return _made(shop, Made(keyring=keyring), security="full", pki=str(shop.pki()))

    return built


HEALTHY: Mapping[str, SetUpBuilt] = {
    "under-a-path": lambda shop: _made(shop, Made(around=_under_a_path), "/zorg/driver/v1"),
    "trailing-slash": lambda shop: _made(shop, Made(), "/"),
    "slow-within-its-time": lambda shop: _made(shop, Made(around=slow(0.3)), timeout_seconds=1),
    "ipv6-loopback": lambda shop: _made(shop, Made(host="::1"), host="::1"),
    "few-capabilities": lambda shop: _made(shop, Made(altered={"described": _small})),
    "clock-two-seconds-ahead": _clock_off(2),
    "clock-thirty-seconds-behind": _clock_off(-30),
    "proxy-in-the-environment": _with_a_proxy_variable,
    "http-1.0-without-keep-alive": _by_an_old_proxy,
    "talkative-answers": lambda shop: _made(shop, Made(around=_talkative)),
    "password-in-the-address": _password_in_the_address,
    "private-authority-and-tls-on-both-sides": _under_tls_on_both_sides,
}
"""Every odd set-up that is healthy."""
