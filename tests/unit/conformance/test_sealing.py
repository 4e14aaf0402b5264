"""The security of a simulator on a socket: a certificate that is shown counts, whatever else is asked for."""

from datetime import datetime, timedelta
from pathlib import Path
from shutil import copyfile, copytree

import httpx
import pytest
from tests.unit.simulator.open_house import HEIR, HOME, Vendor, origin_of

from generale.conformance.sealing import sealing_from
from generale.protocol.errors import UsageError
from generale.protocol.genericasync import (
    Fault,
    Get,
    GetResponse,
    SoaCode,
    read_envelope,
    request_envelope,
    write_envelope,
)
from generale.protocol.profile import standard_profile
from generale.protocol.security import Authority, care_home, made_pki
from generale.simulator.pki_folder import write_pki
from generale.simulator.server import Server
from generale.simulator.simulator import Simulator
from generale.simulator.system_clock import SystemClock
from generale.simulator.tls import client_tls


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Certificates of two facilities that are valid now."""
    now = SystemClock().now()
    authority = Authority(b"sealing", now - timedelta(hours=1), now + timedelta(days=1))
    place = tmp_path_factory.mktemp("certificates") / "pki"
    homes = [care_home(one.nihii, one.name) for one in (HOME, HEIR)]
    write_pki(made_pki(authority, homes, ["127.0.0.1"]), place)
    return place


@pytest.mark.parametrize("clients", ["optional", "required"])
def test_without_other_security_a_mailbox_opens_for_its_own_certificate_alone(
    folder: Path, clients: str
) -> None:
    sealing = sealing_from("off", folder, clients, SystemClock())
    simulator = Simulator(standard_profile(), guard=sealing.guard)
    vendor = Vendor(simulator=simulator)
    raw = write_envelope(request_envelope(Get(origin=origin_of()), message_id="urn:uuid:1"))
    server = Server(simulator, tls=sealing.tls_of(simulator))
    address = server.start()
    url = f"{address}/{vendor.rehearsal.name}/{simulator.profile.services['admissions']}"
    try:
        own, other = (
            read_envelope(
                httpx.post(
                    url,
                    content=raw,
                    verify=client_tls(folder, folder / "facilities" / one.nihii),
                    trust_env=False,
                ).content
            ).body
            for one in (HOME, HEIR)
        )
    finally:
        server.stop()

    assert isinstance(own, GetResponse)
    assert isinstance(other, Fault)
    assert other.code == SoaCode.NO_ACCESS


def test_without_tls_and_without_security_nobody_stands_at_the_door(folder: Path) -> None:
    assert sealing_from("off", folder, "none", SystemClock()).guard is None


class Away:
    """A clock that is so many days from now."""

    def __init__(self, days: int) -> None:
        self._away = timedelta(days=days)

    def now(self) -> datetime:
        """The time there."""
        return SystemClock().now() + self._away


@pytest.mark.parametrize("days", [-2, 2])
@pytest.mark.parametrize(("level", "tls"), [("full", "none"), ("off", "optional")])
def test_certificates_that_are_not_valid_now_serve_nobody(
    folder: Path, days: int, level: str, tls: str
) -> None:
    with pytest.raises(UsageError, match="not now") as refused:
        sealing_from(level, folder, tls, Away(days))

    assert "authority.pem" in str(refused.value)
    assert "generale pki" in refused.value.hint


@pytest.mark.parametrize("name", ["sts", "platform", "server", f"facilities/{HOME.nihii}"])
def test_a_certificate_of_another_authority_is_told_by_its_file(
    folder: Path, tmp_path: Path, name: str
) -> None:
    mixed, other = tmp_path / "mixed", tmp_path / "other"
    copytree(folder, mixed)
    now = SystemClock().now()
    authority = Authority(b"another", now - timedelta(hours=1), now + timedelta(days=1))
    write_pki(made_pki(authority, [care_home(HOME.nihii, HOME.name)], ["127.0.0.1"]), other)
    for ending in (".key", ".pem"):
        copyfile(other / f"{name}{ending}", mixed / f"{name}{ending}")

    with pytest.raises(UsageError, match="not issued by the authority") as refused:
        sealing_from("full", mixed, "none", SystemClock())

    assert f"{name}.pem" in str(refused.value)
