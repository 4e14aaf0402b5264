"""A server under TLS: who may speak, what is known of them, and what a client refuses."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from generale.protocol.errors import UsageError
from generale.protocol.ids import Nihii
from generale.protocol.security import Authority, care_home, made_pki
from generale.protocol.transport import HttpRequest, HttpResponse
from generale.simulator.http import Services
from generale.simulator.pki_folder import write_pki
from generale.simulator.server import Server
from generale.simulator.server_certificate import ServerCertificate
from generale.simulator.system_clock import SystemClock
from generale.simulator.tls import ClientCertificate, client_tls, server_tls

NIHII = Nihii.of_serial(990001)


class Witness(Services):
    """Stands for the simulator: answers with the certificate that the client showed."""

    address = ""

    def handle(self, request: HttpRequest, *, puts_off: bool = False) -> HttpResponse | None:
        return HttpResponse(status=200, body=request.client_certificate)

    def write(self) -> None:
        """There is nothing to keep."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Certificates that are valid now, since TLS goes by the clock on the wall."""
    now = SystemClock().now()
    authority = Authority(b"tls", now - timedelta(hours=1), now + timedelta(days=1))
    place = tmp_path_factory.mktemp("certificates") / "pki"
    write_pki(made_pki(authority, [care_home(NIHII, "De Proefneming")], ["127.0.0.1"]), place)
    return place


@contextmanager
def serving(
    folder: Path,
    clients: ClientCertificate = ClientCertificate.OPTIONAL,
    certificate: ServerCertificate = ServerCertificate.OWN,
) -> Iterator[str]:
    """A server under TLS, as long as it is needed; its address."""
    server = Server(Witness(), tls=server_tls(folder, clients, certificate))
    address = server.start()
    try:
        yield address
    finally:
        server.stop()


def asked(address: str, context: ssl.SSLContext) -> bytes:
    """What the server saw of the client."""
    with httpx.Client(verify=context, trust_env=False) as client:
        return client.get(address).content


def test_the_address_says_that_it_is_tls(folder: Path) -> None:
    with serving(folder) as address:
        assert address.startswith("https://127.0.0.1:")


@pytest.mark.parametrize("clients", ClientCertificate)
def test_the_certificate_of_a_client_is_known_behind_the_edge(
    folder: Path, clients: ClientCertificate
) -> None:
    own = folder / "facilities" / NIHII
    shown = ssl.PEM_cert_to_DER_cert(own.with_suffix(".pem").read_text(encoding="ascii"))

    with serving(folder, clients) as address:
        assert asked(address, client_tls(folder, own)) == shown


def test_a_client_may_do_without_where_none_is_required(folder: Path) -> None:
    with serving(folder) as address:
        assert asked(address, client_tls(folder)) == b""


@pytest.mark.parametrize("own", ["", "facilities-expired", "facilities-revoked"])
def test_a_client_without_a_valid_certificate_is_kept_out(folder: Path, own: str) -> None:
    shown = folder / own / NIHII if own else None

    with (
        serving(folder, ClientCertificate.REQUIRED) as address,
        pytest.raises((httpx.ReadError, httpx.ConnectError, httpx.RemoteProtocolError)),
    ):
        asked(address, client_tls(folder, shown))


@pytest.mark.parametrize(
    ("certificate", "reason"),
    [
        (ServerCertificate.EXPIRED, "expired"),
        (ServerCertificate.OTHER_NAME, "not valid for"),
        (ServerCertificate.OTHER_AUTHORITY, "unable to get local issuer"),
        (ServerCertificate.SELF_SIGNED, "self-signed"),
    ],
)
def test_a_client_can_tell_a_server_that_it_must_not_trust(
    folder: Path, certificate: ServerCertificate, reason: str
) -> None:
    with (
        serving(folder, certificate=certificate) as address,
        pytest.raises(httpx.ConnectError, match=reason),
    ):
        asked(address, client_tls(folder))


def test_a_client_trusts_nobody_but_the_authority_of_the_rehearsal(folder: Path) -> None:
    with serving(folder) as address, pytest.raises(httpx.ConnectError, match="certificate verify failed"):
        asked(address, ssl.create_default_context())


def test_an_old_version_of_tls_is_not_spoken(folder: Path) -> None:
    context = server_tls(folder, ClientCertificate.OPTIONAL)

    assert context.minimum_version is ssl.TLSVersion.TLSv1_2
    assert not {cipher["protocol"] for cipher in context.get_ciphers()} & {"SSLv2", "SSLv3"}


def test_plain_http_to_a_server_under_tls_gets_no_answer(folder: Path) -> None:
    with serving(folder) as address, pytest.raises(httpx.RemoteProtocolError):
        httpx.get(address.replace("https:", "http:"))


def test_a_folder_without_certificates_is_the_users_mistake(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot serve TLS"):
        server_tls(tmp_path, ClientCertificate.OPTIONAL)
    with pytest.raises(UsageError, match="cannot be used for TLS"):
        client_tls(tmp_path)
