"""The digest that stands for a set of files: a profile, or the scenarios of a run."""

from collections.abc import Mapping
from hashlib import sha256


def digest_of_files(files: Mapping[str, bytes]) -> str:
    """SHA-256 (hexadecimal) over files by their names, in whatever order they are given."""
    whole = sha256()
    for name in sorted(files):
        whole.update(f"{name}\0{len(files[name])}\0".encode() + files[name])
    return whole.hexdigest()
