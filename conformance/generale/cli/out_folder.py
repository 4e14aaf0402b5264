"""The folder that a command writes into: made before the work begins, so that nothing is made for nothing."""

from pathlib import Path
from tempfile import TemporaryFile

from generale.protocol.errors import UsageError


def empty_folder(folder: Path, option: str = "--out") -> Path:
    """A folder with nothing in it, made where it was not; ``UsageError`` where that cannot be."""
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise UsageError(f"{folder} is not an empty folder", hint=f"give {option} a new or an empty one")
    except OSError as error:
        raise _refused(folder, option, error) from error
    return made_folder(folder, option)


def made_folder(folder: Path, option: str = "--out") -> Path:
    """A folder that can be written, made where it was not; ``UsageError`` where it cannot."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise _refused(folder, option, error) from error
    return folder


def _refused(folder: Path, option: str, error: OSError) -> UsageError:
    reason = (error.strerror or "the disk refuses").lower()
    return UsageError(f"{folder} cannot be written: {reason}", hint=f"give {option} another folder")
