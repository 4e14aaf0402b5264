"""``generale pki``: the certificates of a rehearsal, for simulator and product."""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from ipaddress import ip_address
from pathlib import Path
from secrets import token_bytes

from generale.cli.out_folder import empty_folder
from generale.cli.output import print_json, print_text
from generale.protocol.errors import UsageError
from generale.protocol.profile import standard_profile
from generale.protocol.security import Authority, CertifiedIdentity, KeyKind, Pki, made_pki
from generale.scenarios.catalogue import entry, library
from generale.scenarios.certified import certified
from generale.simulator.pki_folder import AUTHORITY, GROUPS, REVOCATIONS, SINGLE, write_pki
from generale.simulator.system_clock import SystemClock

HOSTS = ("127.0.0.1", "localhost")
"""Under which names the server answers, unless told otherwise."""

LONGEST_DAYS = 3_650

EARLIEST, LATEST = date(1952, 1, 1), date(2999, 12, 31)
"""Between which days certificates can begin (project-defined; X.509 knows no time before 1950)."""

_LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_NAME = re.compile(rf"(?:\*\.)?{_LABEL}(?:\.{_LABEL})*")
_LONGEST_NAME = 253


def run(
    out: Path, seed: int | None, hosts: list[str], since: str, days: int, keys: str, *, as_json: bool
) -> int:
    """Make the certificates and write them into a folder."""
    if not 1 <= days <= LONGEST_DAYS:
        raise UsageError(f"{days} days is no validity", hint=f"give 1 to {LONGEST_DAYS} days")
    if keys not in list(KeyKind):
        raise UsageError(f"'{keys}' is no kind of key", hint=f"one of {', '.join(KeyKind)}")
    begins = _midnight(since) if since else SystemClock().now() - timedelta(hours=1)
    secret = token_bytes(32) if seed is None else sha256(f"generale pki {seed}".encode()).digest()
    names = [_server_name(one) for one in hosts] or HOSTS
    authority = Authority(secret, begins.replace(microsecond=0), begins + timedelta(days=days), KeyKind(keys))
    empty_folder(out)
    pki = made_pki(authority, homes(1 if seed is None else seed), names)
    write_pki(pki, out)
    if as_json:
        print_json(_document(pki, out))
        return 0
    print_text(f"{len(pki.facilities)} facilities, each also expired and revoked, in {out}")
    print_text("  with the simulator   generale serve --security full --pki " + str(out))
    print_text("  with a client        trust " + str(out / AUTHORITY))
    return 0


def write_for_a_day(folder: Path, seed: int) -> None:
    """Certificates for one rehearsal with this seed on this machine."""
    begins = (SystemClock().now() - timedelta(hours=1)).replace(microsecond=0)
    authority = Authority(token_bytes(32), begins, begins + timedelta(days=1))
    write_pki(made_pki(authority, homes(seed), HOSTS), folder)


def homes(seed: int) -> Sequence[CertifiedIdentity]:
    """Every facility of the library: the numbers that a rehearsal with this seed gives."""
    scenarios = [one.scenario for one in map(entry, library())]
    return certified(scenarios, standard_profile(), seed)


def _midnight(text: str) -> datetime:
    hint = f"give it as 2026-01-31, from {EARLIEST} to {LATEST}"
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"'{text}' is no day", hint=hint) from error
    if not EARLIEST <= day <= LATEST:
        raise UsageError(f"no certificate can begin on {day}", hint=hint)
    return datetime.combine(day, time(), UTC)


def _server_name(host: str) -> str:
    """A name or an address as a certificate has it; ``UsageError`` where no client could call it."""
    if not host.isascii():
        raise UsageError(
            f"'{host}' is not written in ASCII", hint="give an international name in its form with xn--"
        )
    with suppress(ValueError):
        if "%" not in host:
            return str(ip_address(host))
    is_number = host.rpartition(".")[2].isdigit()
    if len(host) > _LONGEST_NAME or is_number or not _NAME.fullmatch(host):
        raise UsageError(
            f"'{host}' is no name or address of a server", hint="give it as acceptance.example.be or 10.0.0.5"
        )
    return host


def _document(pki: Pki, out: Path) -> Mapping[str, object]:
    """The document of ``pki --json`` (``docs/reference/pki.schema.json``)."""
    first = pki.authority
    return {
        "folder": str(out.resolve()),
        "digest": pki.digest,
        "since": first.not_valid_before_utc.isoformat(),
        "until": first.not_valid_after_utc.isoformat(),
        "authority": AUTHORITY,
        "revocations": REVOCATIONS,
        **{field: f"{name}.pem" for field, name in SINGLE.items()},
        **{
            field: {number: f"{name}/{number}.pem" for number in sorted(getattr(pki, field))}
            for field, name in GROUPS.items()
        },
    }
