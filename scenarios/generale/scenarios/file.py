"""Files that a user names: read with a limit, and only where they are files."""

from pathlib import Path

from generale.protocol.errors import UsageError


def read_file(path: Path, what: str, *, most: int, hint: str) -> bytes:
    """The bytes of a file; ``UsageError`` where it is missing, no ordinary file, or longer than ``most``."""
    try:
        if path.exists() and not path.is_file():
            raise UsageError(f"{what} {path} cannot be read: it is not a file", hint=hint)
        with path.open("rb") as opened:
            raw = opened.read(most + 1)
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or "it cannot be opened").lower()
        raise UsageError(f"{what} {path} cannot be read: {reason}", hint=hint) from error
    if len(raw) > most:
        raise UsageError(f"{what} {path} is larger than {most} bytes", hint=hint)
    return raw
