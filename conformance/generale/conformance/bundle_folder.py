"""Bundles on disk: a folder with the files of a run, written whole and read with suspicion."""

import json
import re
from pathlib import Path
from tempfile import TemporaryFile

from generale.protocol.errors import DiskFailure, UsageError
from generale.results.bundle import MAX_FILE_BYTES, Bundle, BundleError

MAX_FILES = 200_000
"""No bundle has more files (project-defined)."""

RECORDING = "recording.sqlite"
"""What is in a folder in the place of a bundle, or beside the beginning of one, while it is recorded."""

_HINT = "give the folder that `generale certify --out` wrote"


def write_bundle(bundle: Bundle, folder: Path) -> None:
    """Write a bundle into a folder, which is made; ``DiskFailure`` where the disk refuses."""
    try:
        for name, raw in bundle.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(raw)
    except OSError as error:
        raise DiskFailure(f"the bundle cannot be written: {error.strerror}", address=str(folder)) from error


def free_folder(folder: Path) -> Path:
    """Make the folder for a new bundle before anything is played; ``UsageError`` where it cannot serve."""
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file", hint="give a folder")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()) and not (folder / "run.json").is_file():
            raise UsageError(f"{folder} is not empty and no bundle", hint="give another folder")
        if any(path.is_symlink() for path in folder.rglob("*")):
            raise UsageError(f"{folder} holds a link, which no bundle has", hint="give another folder")
        strange = next((name for name in _names(folder) if not _is_ours(name, _named(folder))), None)
        if strange is not None:
            raise UsageError(
                f"{folder} holds {strange}, which is not of the bundle there", hint="give another folder"
            )
        with TemporaryFile(dir=folder):
            pass
    except OSError as error:
        reason = (error.strerror or "the disk refuses").lower()
        raise UsageError(f"{folder} cannot be written: {reason}", hint="give another folder") from error
    return folder


def clear(folder: Path) -> None:
    """Remove an earlier bundle from a folder: the files that it names itself, and nothing else."""
    named = _named(folder)
    for name in [one for one in _names(folder) if _is_ours(one, named)]:
        (folder / name).unlink()
    for path in sorted((one for one in folder.rglob("*") if one.is_dir()), reverse=True):
        if not any(path.iterdir()):
            path.rmdir()


_MADE_LATER = frozenset({"run.json", "verdicts.json", "report.html", "junit.xml"})
_EVIDENCE = re.compile(r"evidence/[0-9a-f]{64}")


def _names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def _named(folder: Path) -> frozenset[str]:
    """The files that the bundle in a folder says it has; none where it cannot be read."""
    try:
        run = json.loads((folder / "run.json").read_bytes())
    except (OSError, ValueError, RecursionError):
        return frozenset()
    files = run.get("files") if isinstance(run, dict) else None
    return frozenset(files) if isinstance(files, dict) else frozenset()


def _is_ours(name: str, named: frozenset[str]) -> bool:
    return name in named or name in _MADE_LATER or _EVIDENCE.fullmatch(name) is not None


def read_bundle(folder: Path) -> Bundle:
    """The bundle in a folder; ``UsageError`` where it is none.

    Links are not followed: a bundle of a stranger must not reach outside its folder.
    """
    if (folder / RECORDING).is_file():
        raise UsageError(
            f"{folder} is not a bundle yet: its recording was not ended",
            hint=f"`generale serve --record {folder}` goes on with it; stop that, and it leaves the bundle",
        )
    if not (folder / "run.json").is_file():
        raise UsageError(f"{folder} is not a bundle: it has no run.json", hint=_HINT)
    files: dict[str, bytes] = {}
    try:
        for path in sorted(folder.rglob("*")):
            if path.is_symlink():
                raise UsageError(f"{path} is a link, which no bundle has", hint=_HINT)
            if not path.is_file():
                continue
            if path.stat().st_size > MAX_FILE_BYTES or len(files) >= MAX_FILES:
                raise UsageError(f"{folder} is too large for a bundle", hint=_HINT)
            files[path.relative_to(folder).as_posix()] = path.read_bytes()
        return Bundle(files)
    except OSError as error:
        raise UsageError(f"{folder} cannot be read: {error.strerror}", hint=_HINT) from error
    except BundleError as error:
        raise UsageError(str(error), hint=_HINT) from error
