"""Seeded mistakes in the plan, on this machine, and in the address of the product."""

import shutil
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime

from generale.conformance.trial.workshop import (
    Made,
    Options,
    SetUpBuilt,
    Workshop,
    answering,
    environment,
    slow,
)
from generale.doors.serving import listen
from generale.protocol.profile import standard_profile
from generale.simulator.pki_folder import AUTHORITY
from generale.simulator.server import Server
from generale.simulator.simulator import Simulator

LONG_AGO = datetime(2019, 4, 1, tzinfo=UTC)


@contextmanager
def _planned(workshop: Workshop, made: Made | None = None, **words: object) -> Iterator[Options]:
    """A product, and a plan with these words."""
    with workshop.product(made) as address:
        yield {"vendor": address, **words}


@contextmanager
def _wrong_port(_: Workshop) -> Iterator[Options]:
    with listen("127.0.0.1", 0) as closed:
        port = closed.getsockname()[1]
    yield {"vendor": f"http://127.0.0.1:{port}"}


@contextmanager
def _wrong_host(_: Workshop) -> Iterator[Options]:
    yield {"vendor": "http://zorgpakket.invalid:8090"}


@contextmanager
def _address_without_scheme(workshop: Workshop) -> Iterator[Options]:
    with workshop.product() as address:
        yield {"vendor": address.removeprefix("http://")}


@contextmanager
def _https_for_http(workshop: Workshop) -> Iterator[Options]:
    with workshop.product() as address:
        yield {"vendor": address.replace("http:", "https:")}


@contextmanager
def _http_for_https(workshop: Workshop) -> Iterator[Options]:
    with workshop.product(Made(tls=workshop.pki() / "server")) as address:
        yield {"vendor": address.replace("https:", "http:")}


@contextmanager
def _product_of_an_unknown_authority(workshop: Workshop) -> Iterator[Options]:
    with workshop.product(Made(tls=workshop.pki() / "server")) as address:
        yield {"vendor": address}


@contextmanager
def _shown_by_the_product(workshop: Workshop, certificate: str) -> Iterator[Options]:
    folder = workshop.pki()
    made = Made(tls=folder / certificate)
    with environment(SSL_CERT_FILE=str(folder / AUTHORITY)), workshop.product(made) as address:
        yield {"vendor": address}


@contextmanager
def _path_too_many(workshop: Workshop) -> Iterator[Options]:
    with workshop.product() as address:
        yield {"vendor": f"{address}/driver/v1"}


@contextmanager
def _simulator_as_product(_: Workshop) -> Iterator[Options]:
    server = Server(Simulator(standard_profile()))
    address = server.start()
    try:
        yield {"vendor": address}
    finally:
        server.stop()


@contextmanager
def _port_taken(workshop: Workshop) -> Iterator[Options]:
    with socket.create_server(("127.0.0.1", 0)) as taken, workshop.product() as address:
        yield {"vendor": address, "port": taken.getsockname()[1]}


@contextmanager
def _certificates_of_two_folders(workshop: Workshop) -> Iterator[Options]:
    mixed = workshop.folder / "mixed"
    shutil.copytree(workshop.pki(), mixed)
    for file in (workshop.pki("other") / "facilities").iterdir():
        shutil.copyfile(file, mixed / "facilities" / file.name)
    with workshop.product() as address:
        yield {"vendor": address, "security": "full", "pki": str(mixed)}


def _secured(folder: object) -> Options:
    return {"security": "full", "pki": str(folder)}


HTML = b"<!DOCTYPE html><html><body><h1>Welkom</h1></body></html>"

PLAN: Mapping[str, SetUpBuilt] = {
    "word-misspelt": lambda shop: _planned(shop, scenarioss=["month/clean-month"]),
    "value-out-of-range": lambda shop: _planned(shop, timeout_seconds=0),
    "address-without-scheme": _address_without_scheme,
    "profile-folder-missing": lambda shop: _planned(shop, profile=str(shop.folder / "nowhere")),
    "port-taken": _port_taken,
    "host-of-another-machine": lambda shop: _planned(shop, host="192.0.2.1"),
    "certificates-missing": lambda shop: _planned(shop, **_secured(shop.folder / "nowhere")),
    "certificates-expired": lambda shop: _planned(shop, **_secured(shop.pki("old", since=LONG_AGO))),
    "certificates-of-two-folders": _certificates_of_two_folders,
    "certificates-of-another-seed": lambda shop: _planned(shop, **_secured(shop.pki("seed-2", seed=2))),
    "server-certificate-of-another-host": lambda shop: _planned(
        shop, **_secured(shop.pki("elsewhere", hosts=("acceptance.example.be",))), tls="optional"
    ),
    "wrong-port": _wrong_port,
    "wrong-host": _wrong_host,
    "https-for-http": _https_for_http,
    "http-for-https": _http_for_https,
    "product-of-an-unknown-authority": _product_of_an_unknown_authority,
    "product-certificate-expired": lambda shop: _shown_by_the_product(shop, "server-expired"),
    "product-certificate-of-another-host": lambda shop: _shown_by_the_product(shop, "server-other-name"),
    "another-product": lambda shop: _planned(
        shop, Made(around=answering(404, HTML, content_type="text/html"))
    ),
    "another-api": lambda shop: _planned(
        shop, Made(around=answering(200, b'{"status": "UP"}', content_type="application/json"))
    ),
    "a-page-for-everything": lambda shop: _planned(
        shop, Made(around=answering(200, HTML, content_type="text/html"))
    ),
    "simulator-as-product": _simulator_as_product,
    "path-too-many": _path_too_many,
    "login-before-it": lambda shop: _planned(shop, Made(around=answering(401, www_authenticate="Basic"))),
    "redirect-before-it": lambda shop: _planned(
        shop, Made(around=answering(302, location="https://login.example.be/"))
    ),
    "answers-too-late": lambda shop: _planned(shop, Made(around=slow(3)), timeout_seconds=1),
    "database-down": lambda shop: _planned(
        shop, Made(around=answering(500, b'{"problem": "the database is down"}'))
    ),
}
"""Every mistake that is met before the product was asked anything but what it is."""
