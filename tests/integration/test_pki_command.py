"""``generale pki``: what it writes, what it refuses, and that both are as promised."""

import stat
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from cryptography import x509

from generale.cli.main import main
from generale.cli.pki import EARLIEST, LATEST, LONGEST_DAYS, homes, run
from generale.protocol.errors import UsageError
from generale.results.verdicts import ExitCode
from generale.simulator.pki_folder import AUTHORITY, facility_keys, read_pki

SINCE = "2019-04-01"


def made(folder: Path, seed: int | None = 1, keys: str = "ec") -> Path:
    """A folder of certificates."""
    run(folder, seed, [], SINCE, 365, keys, as_json=False)
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder, by name."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    folder = made(tmp_path / "pki")
    pki = read_pki(folder)

    assert set(pki.facilities) == set(pki.expired) == set(pki.revoked) == {home.id for home in homes(1)}
    assert facility_keys(folder).keys() == pki.facilities.keys()
    assert pki.server.certificate.subject != pki.sts.certificate.subject


def test_every_number_is_one_of_a_rehearsal() -> None:
    assert {home.id[:2] for home in homes(1)} == {"99"}


def test_the_same_seed_and_day_give_the_same_files(tmp_path: Path) -> None:
    one, two = made(tmp_path / "one"), made(tmp_path / "two")

    assert contents(one) == contents(two)
    assert read_pki(one).digest == read_pki(two).digest != read_pki(made(tmp_path / "three", 2)).digest


def test_without_a_seed_the_keys_are_nobodys_to_derive(tmp_path: Path) -> None:
    one, two = made(tmp_path / "one", None), made(tmp_path / "two", None)

    assert (one / "server.key").read_bytes() != (two / "server.key").read_bytes()
    assert facility_keys(one).keys() == facility_keys(two).keys()


@pytest.mark.parametrize("day", [EARLIEST, LATEST])
def test_the_first_and_the_last_day_make_certificates(day: date, tmp_path: Path) -> None:
    run(tmp_path / "pki", 1, [], day.isoformat(), LONGEST_DAYS, "ec", as_json=False)

    assert read_pki(tmp_path / "pki").authority.not_valid_before_utc.date() == day


def test_every_form_of_a_name_that_a_client_can_call_is_in_the_certificate(tmp_path: Path) -> None:
    hosts = ["10.0.0.5", "::1", "xn--mnchen-3ya.be", "my_service", "*.example.be"]
    run(tmp_path / "pki", 1, hosts, SINCE, 30, "ec", as_json=False)

    extensions = read_pki(tmp_path / "pki").server.certificate.extensions
    names = extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert [str(one.value) for one in names] == hosts


def test_a_key_is_readable_to_the_user_only(tmp_path: Path) -> None:
    folder = made(tmp_path / "pki")
    modes = {path.suffix: stat.S_IMODE(path.stat().st_mode) & 0o077 for path in folder.rglob("*.*")}

    assert modes[".key"] == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--keys", "dsa"], "no kind of key"),
        (["--since", "tomorrow"], "no day"),
        (["--days", "0"], "no validity"),
        (["--since", "0001-01-01"], "no certificate can begin"),
        (["--since", "9999-12-31"], "no certificate can begin"),
        (["--host", "münchen.be"], "not written in ASCII"),
        (["--host", ""], "no name or address"),
        (["--host", "a b"], "no name or address"),
        (["--host", "10.0.0.500"], "no name or address"),
        (["--host", "house.example.be:8443"], "no name or address"),
        (["--out", "."], "not an empty folder"),
    ],
)
def test_a_mistake_is_told_in_one_line(
    arguments: list[str],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "mine").touch()
    monkeypatch.chdir(tmp_path)

    with pytest.raises(SystemExit) as left:
        main(["pki", *arguments])

    assert left.value.code == ExitCode.CONFIGURATION_INVALID
    assert said in capsys.readouterr().err.splitlines()[0]
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


DAMAGE: dict[str, Callable[[Path], object]] = {
    "no folder": lambda folder: folder.rename(folder.with_name("elsewhere")),
    "no authority": lambda folder: (folder / AUTHORITY).unlink(),
    "a key that is none": lambda folder: (folder / "server.key").write_bytes(b"no key"),
    "the key of another": lambda folder: (folder / "server.key").write_bytes(
        (folder / "sts.key").read_bytes()
    ),
    "a facility that is none": lambda folder: (folder / "facilities" / "12345678.pem").touch(),
    "a facility as authority": lambda folder: (folder / AUTHORITY).write_bytes(
        (folder / "sts.pem").read_bytes()
    ),
    "a list of nothing": lambda folder: (folder / "revocations.pem").write_bytes(b""),
    "a file without end": lambda folder: (folder / "platform.pem").write_bytes(b" " * 100_000),
}
"""What may befall such a folder."""


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_folder_is_refused_that_has(damage: str, tmp_path: Path) -> None:
    folder = made(tmp_path / "pki")
    DAMAGE[damage](folder)

    with pytest.raises(UsageError):
        read_pki(folder)
