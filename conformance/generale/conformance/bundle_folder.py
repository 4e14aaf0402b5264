"""Bundles on disk: a folder with the files of a run, written whole and read with suspicion."""

from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryFile

from generale.protocol.errors import DiskFailure, UsageError
from generale.results.bundle import MAX_FILE_BYTES, Bundle, BundleError

MAX_FILES = 200_000
"""No bundle has more files (project-defined)."""

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
        with TemporaryFile(dir=folder):
            pass
    except OSError as error:
        reason = (error.strerror or "the disk refuses").lower()
        raise UsageError(f"{folder} cannot be written: {reason}", hint="give another folder") from error
    return folder


def clear(folder: Path) -> None:
    """Remove an earlier bundle from a folder: the files a bundle has, and nothing else."""
    for name in ("evidence", "scenarios", "profile"):
        rmtree(folder / name, ignore_errors=True)
    for name in _TOP:
        (folder / name).unlink(missing_ok=True)


_TOP = (
    "run.json",
    "transcript.jsonl",
    "plan.toml",
    "requirements.json",
    "texts.json",
    "waivers.toml",
    "preflight.json",
    "kill-matrix.json",
    "verdicts.json",
    "timings.jsonl",
    "report.html",
    "junit.xml",
)


def read_bundle(folder: Path) -> Bundle:
    """The bundle in a folder; ``UsageError`` where it is none.

    Links are not followed: a bundle of a stranger must not reach outside its folder.
    """
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
