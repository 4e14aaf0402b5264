"""Writing to stdout and stderr, whose reader may leave, or which may be a file without room."""

import os
from typing import TextIO

from generale.protocol.errors import DiskFailure


def print_on(stream: TextIO, text: str | bytes) -> None:
    """Write at once. Where nobody reads any more it is dropped: the exit code is still told.

    ``DiskFailure`` where there is no room for it.
    """
    try:
        if isinstance(text, bytes):
            stream.buffer.write(text)
        else:
            stream.write(text)
        stream.flush()
    except BrokenPipeError:
        _drop(stream)
    except OSError as error:
        _drop(stream)
        raise DiskFailure(f"nothing can be written to {stream.name}: {error.strerror}") from error


def _drop(stream: TextIO) -> None:
    """Let what is still printed go nowhere, also when the interpreter ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
