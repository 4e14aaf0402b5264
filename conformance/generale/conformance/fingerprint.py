"""Fingerprint of the suite: the digest over the code that judges, so that a verdict names what gave it."""

from functools import cache
from hashlib import sha256
from importlib import resources
from importlib.resources.abc import Traversable

_PROVEN = (
    "generale.protocol",
    "generale.rules",
    "generale.platform",
    "generale.carefunds",
    "generale.simulator",
    "generale.scenarios",
    "generale.conformance",
    "generale.oracle",
    "generale.refvendor",
    "generale.results",
    "generale.driver",
    "generale.doors",
    "generale.cli",
)
_JUDGING = (
    "generale.conformance",
    "generale.driver",
    "generale.oracle",
    "generale.protocol",
    "generale.results",
)


@cache
def suite_digest() -> str:
    """SHA-256, in hexadecimal, over the sources of everything that a verdict depends on."""
    whole = sha256()
    for package in _JUDGING:
        for name, entry in sorted(_files(resources.files(package), package), key=lambda pair: pair[0]):
            whole.update(f"{name}\0".encode() + entry.read_bytes())
    return whole.hexdigest()


@cache
def proof_digest() -> str:
    """SHA-256, in hexadecimal, over everything that the long proofs depend on."""
    whole = sha256()
    for package in _PROVEN:
        for name, entry in sorted(_files(resources.files(package), package), key=lambda pair: pair[0]):
            whole.update(f"{name}\0".encode() + entry.read_bytes())
    return whole.hexdigest()


def _files(folder: Traversable, name: str) -> list[tuple[str, Traversable]]:
    found: list[tuple[str, Traversable]] = []
    for entry in folder.iterdir():
        if entry.is_dir() and entry.name != "__pycache__":
            found.extend(_files(entry, f"{name}/{entry.name}"))
        elif entry.name.endswith((".py", ".toml", ".xsd", ".yaml")):
            found.append((f"{name}/{entry.name}", entry))
    return found
