"""A server that shows another certificate for a while: who calls, who takes it, and that it ends."""

import ssl
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from tests.unit.simulator.open_house import HOME, Vendor, origin_of

from generale.protocol.clock import later
from generale.protocol.errors import UsageError
from generale.protocol.genericasync import Get, request_envelope, write_envelope
from generale.protocol.security import Authority, care_home, made_pki
from generale.results.events import Event, EventType
from generale.simulator.behaviour import CERTIFICATES, Behaviour, Kind
from generale.simulator.pki_folder import write_pki
from generale.simulator.server import Server
from generale.simulator.server_certificate import SHOWING, ServerCertificate
from generale.simulator.system_clock import SystemClock
from generale.simulator.tls import ClientCertificate, Front, client_tls

EXPIRED = Behaviour(kind=Kind.CERTIFICATE_EXPIRED, after=60)


class Called(Vendor):
    """A vendor that calls a simulator under TLS."""

    def __init__(self, folder: Path, own: ServerCertificate = ServerCertificate.OWN) -> None:
        super().__init__()
        self.folder = folder
        front = Front(folder, ClientCertificate.OPTIONAL, own)
        front.follow(self.serving)
        self.server = Server(self.serving, tls=front.context)
        self.server.start()
        self.right = httpx.Client(verify=client_tls(folder), trust_env=False)
        self.wrong = httpx.Client(verify=unverified(), trust_env=False)

    def fetch(self, client: httpx.Client) -> int:
        """Ask for the mailbox; the status."""
        raw = write_envelope(request_envelope(Get(origin=origin_of()), message_id="m"))
        return client.post(self.serving.addresses(self.rehearsal)["admissions"], content=raw).status_code

    def told(self, kind: EventType) -> list[Event]:
        """The events of a type."""
        return [one for one in self.rehearsal.events if one.type is kind]


def unverified() -> ssl.SSLContext:
    """A client that takes any certificate."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Certificates that are valid now."""
    now = SystemClock().now()
    authority = Authority(b"front", now - timedelta(hours=1), now + timedelta(days=1))
    place = tmp_path_factory.mktemp("front") / "pki"
    write_pki(made_pki(authority, [care_home(HOME.nihii, HOME.name)], ["127.0.0.1"]), place)
    return place


@pytest.fixture
def vendor(folder: Path) -> Iterator[Called]:
    """A vendor whose lines are closed at the end."""
    vendor = Called(folder)
    yield vendor
    vendor.right.close()
    vendor.wrong.close()
    vendor.server.stop()


@pytest.mark.parametrize("kind", sorted(CERTIFICATES))
def test_a_right_client_hangs_up_and_a_careless_one_is_served_and_found(kind: Kind, vendor: Called) -> None:
    shown = SHOWING[kind].value
    vendor.rehearsal.behave(Behaviour(kind=kind, after=60))

    with pytest.raises(httpx.ConnectError):
        vendor.fetch(vendor.right)
    assert [one.data for one in vendor.told(EventType.CALLED)] == [{"server_certificate": shown}]
    assert vendor.told(EventType.REQUEST) == []

    assert vendor.fetch(vendor.wrong) == 200
    assert [one.data["server_certificate"] for one in vendor.told(EventType.REQUEST)] == [shown]
    assert len(vendor.told(EventType.CALLED)) == 1


def test_a_line_from_before_is_closed_and_no_request_on_it_counts(vendor: Called) -> None:
    assert vendor.fetch(vendor.right) == 200
    vendor.rehearsal.behave(EXPIRED)

    with pytest.raises(httpx.HTTPError):
        vendor.fetch(vendor.right)
    with pytest.raises(httpx.ConnectError):
        vendor.fetch(vendor.right)

    assert len(vendor.told(EventType.REQUEST)) == 1


def test_it_ends_by_itself_and_a_line_that_should_never_have_been_ends_with_it(vendor: Called) -> None:
    vendor.rehearsal.behave(EXPIRED)
    assert vendor.fetch(vendor.wrong) == 200
    vendor.rehearsal.move_to(later(vendor.rehearsal.at, timedelta(seconds=60)))

    with pytest.raises(httpx.RemoteProtocolError):
        vendor.fetch(vendor.wrong)
    assert vendor.fetch(vendor.right) == 200

    assert [one.data.get("off", False) for one in vendor.told(EventType.BEHAVIOUR)] == [False, True]
    assert "server_certificate" not in vendor.told(EventType.REQUEST)[-1].data


def test_what_is_switched_off_before_its_end_stays_off_and_does_not_end_the_next_one(vendor: Called) -> None:
    vendor.rehearsal.behave(EXPIRED)
    vendor.rehearsal.stop(Kind.CERTIFICATE_EXPIRED)
    vendor.rehearsal.behave(Behaviour(kind=Kind.CERTIFICATE_EXPIRED, after=600))

    vendor.rehearsal.move_to(later(vendor.rehearsal.at, timedelta(seconds=60)))

    assert vendor.serving.certificate is ServerCertificate.EXPIRED


def test_of_two_the_one_that_was_switched_on_last_is_shown(vendor: Called) -> None:
    vendor.rehearsal.behave(EXPIRED)
    vendor.rehearsal.behave(Behaviour(kind=Kind.CERTIFICATE_SELF_SIGNED, after=60))

    assert vendor.serving.certificate is ServerCertificate.SELF_SIGNED


def test_a_call_is_noted_again_when_a_certificate_is_shown_again(vendor: Called) -> None:
    for _ in range(2):
        vendor.rehearsal.behave(EXPIRED)
        with pytest.raises(httpx.ConnectError):
            vendor.fetch(vendor.right)
        vendor.rehearsal.stop(Kind.CERTIFICATE_EXPIRED)

    assert len(vendor.told(EventType.CALLED)) == 2


def test_a_server_that_shows_a_wrong_one_of_its_own_says_so_of_every_request(folder: Path) -> None:
    vendor = Called(folder, ServerCertificate.SELF_SIGNED)

    with vendor.right, vendor.wrong:
        assert vendor.fetch(vendor.wrong) == vendor.fetch(vendor.wrong) == 200
    vendor.server.stop()

    assert [one.data["server_certificate"] for one in vendor.told(EventType.REQUEST)] == ["self-signed"] * 2


def test_a_certificate_without_an_end_is_the_users_mistake() -> None:
    with pytest.raises(UsageError, match="has no end"):
        Vendor().rehearsal.behave(Behaviour(kind=Kind.CERTIFICATE_EXPIRED))
