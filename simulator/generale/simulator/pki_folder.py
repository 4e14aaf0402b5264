"""The certificates of a rehearsal on disk: PEM files in a folder, written whole and read with suspicion."""

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from generale.protocol.errors import DiskFailure, PeerError, UsageError
from generale.protocol.ids import Nihii
from generale.protocol.security import (
    Credential,
    Pki,
    credential_of_pem,
    credential_to_pem,
    revocations_pem,
)

AUTHORITY, REVOCATIONS = "authority.pem", "revocations.pem"
SINGLE = {
    "server": "server",
    "expired_server": "server-expired",
    "other_server": "server-other-name",
    "foreign_server": "server-other-authority",
    "self_signed_server": "server-self-signed",
    "platform": "platform",
    "sts": "sts",
}
"""The fields of ``Pki`` with one certificate each, and the names of their files without ending."""
BELIEVED = ("server", "other_server", "platform", "sts")
"""Those of them that the authority vouches for; a client refuses the second by its name alone."""
GROUPS = {"facilities": "facilities", "expired": "facilities-expired", "revoked": "facilities-revoked"}
"""The fields with one certificate per facility number, and their folders."""

MOST_BYTES = 64 * 1024
"""No file of such a folder is longer, but the list of revocations (project-defined)."""
MOST_REVOCATIONS = 4 * 1024 * 1024
"""The longest list of revocations that is read, in bytes (project-defined)."""

_HINT = "`generale pki --out DIR` makes one"
_SECRET, _PUBLIC = 0o600, 0o644


def write_pki(pki: Pki, folder: Path) -> None:
    """Write certificates and keys into a folder that is empty or new; keys are readable to the user only.

    ``UsageError`` where the folder is taken, ``DiskFailure`` where the disk refuses.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} is not an empty folder", hint="give --out another folder")
    files: dict[str, tuple[bytes, int]] = {
        AUTHORITY: (pki.authority.public_bytes(serialization.Encoding.PEM), _PUBLIC),
        REVOCATIONS: (revocations_pem(pki.revocations), _PUBLIC),
    }
    for name, credential in _named(pki).items():
        key, certificate = credential_to_pem(credential)
        files |= {f"{name}.key": (key, _SECRET), f"{name}.pem": (certificate, _PUBLIC)}
    try:
        for name, (raw, mode) in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
                file.write(raw)
    except OSError as error:
        reason = error.strerror or "the disk refuses"
        raise DiskFailure(f"the certificates cannot be written: {reason}", address=str(folder)) from error


def read_pki(folder: Path) -> Pki:
    """The certificates in a folder; ``UsageError`` where it is none of these folders."""
    if not folder.is_dir():
        raise UsageError(
            f"there is no folder {folder} with certificates", hint=_HINT, finding="certificates-missing"
        )
    single = {field: _credential(folder / name) for field, name in SINGLE.items()}
    groups = {field: _group(folder / name) for field, name in GROUPS.items()}
    try:
        authority = x509.load_pem_x509_certificate(_read(folder / AUTHORITY))
        revocations = x509.load_pem_x509_crl(_read(folder / REVOCATIONS, MOST_REVOCATIONS))
    except (ValueError, TypeError) as error:
        raise UsageError(f"{folder} holds no readable authority: {error}", hint=_HINT) from error
    pki = Pki(authority=authority, revocations=revocations, **single, **groups)  # type: ignore[arg-type]  # the tables above name its fields
    _ = pki.trust  # refuses an authority that is none
    return pki


def require_valid(pki: Pki, folder: Path, now: datetime) -> None:
    """``UsageError`` where a certificate that should be believed now is not; ``folder`` is where they lie.

    What is kept for others to refuse is not looked at.
    """
    since, until = pki.authority.not_valid_before_utc, pki.authority.not_valid_after_utc
    if not since <= now.astimezone(UTC) < until:
        raise UsageError(
            f"{folder / AUTHORITY} is valid from {since:%Y-%m-%d %H:%M} to {until:%Y-%m-%d %H:%M} UTC,"
            " and not now",
            hint=_HINT,
            finding="certificates-expired",
        )
    ends = pki.revocations.next_update_utc
    if ends is not None and ends <= now.astimezone(UTC):
        raise UsageError(
            f"{folder / REVOCATIONS} ended at {ends:%Y-%m-%d %H:%M} UTC",
            hint=_HINT,
            finding="certificates-expired",
        )
    believed = {SINGLE[field]: getattr(pki, field) for field in BELIEVED}
    believed |= {f"{GROUPS['facilities']}/{number}": one for number, one in pki.facilities.items()}
    for name, one in believed.items():
        try:
            pki.trust.holder(one.der, now)
        except PeerError as error:
            raise UsageError(
                f"{folder / name}.pem: {error}", hint=_HINT, finding="certificate-not-believed"
            ) from error


def facility_keys(folder: Path) -> Mapping[Nihii, Credential]:
    """The certificates of the facilities in a folder, which is all that a vendor has."""
    return _group(folder / GROUPS["facilities"])


def facility_file(folder: Path, certificate: bytes) -> Path | None:
    """Where a facility's certificate (DER) lies in a folder, a path without ending; None where nowhere."""
    numbers = (number for number, one in facility_keys(folder).items() if one.der == certificate)
    return next((folder / GROUPS["facilities"] / number for number in numbers), None)


def _named(pki: Pki) -> dict[str, Credential]:
    named = {name: getattr(pki, field) for field, name in SINGLE.items()}
    for field, name in GROUPS.items():
        named |= {f"{name}/{number}": one for number, one in getattr(pki, field).items()}
    return named


def _group(folder: Path) -> Mapping[Nihii, Credential]:
    if not folder.is_dir():
        return {}
    try:
        return {
            Nihii.parse(path.stem): _credential(path.with_suffix("")) for path in sorted(folder.glob("*.pem"))
        }
    except PeerError as error:
        raise UsageError(
            f"{folder} holds a file that is named after no facility: {error}", hint=_HINT
        ) from error


def _credential(stem: Path) -> Credential:
    key, certificate = (_read(stem.with_name(f"{stem.name}{ending}")) for ending in (".key", ".pem"))
    return credential_of_pem(key, certificate, str(stem))


def _read(path: Path, most: int = MOST_BYTES) -> bytes:
    try:
        with path.open("rb") as file:
            raw = file.read(most + 1)
    except OSError as error:
        reason = (error.strerror or "it cannot be read").lower()
        raise UsageError(f"{path}: {reason}", hint=_HINT, finding="certificates-missing") from error
    if len(raw) > most:
        raise UsageError(f"{path} is longer than {most} bytes", hint=_HINT)
    return raw
