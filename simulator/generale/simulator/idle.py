"""Connections on which no request is under way: who opens many of them keeps nobody else out."""

from typing import Protocol


class Closable(Protocol):
    """A connection, as far as it is closed here."""

    def close_idle(self) -> None:
        """Close at once, without an answer: none is owed."""
        ...


class Idle:
    """The idle connections of a server, of which the longest idle one makes room for a new one.

    One that has had no request yet goes before one that has had its answer, and may be used again. ``room``
    is how many connections there may be in all.
    """

    def __init__(self, room: int) -> None:
        self._room = room
        self._count = 0
        self._new: dict[Closable, None] = {}
        self._used: dict[Closable, None] = {}

    def came(self, line: Closable) -> None:
        """A connection is open; where there is no room for it, another is closed."""
        self._count += 1
        if self._count > self._room:
            self._close_one()
        self._new[line] = None

    def busy(self, line: Closable) -> None:
        """The head of a request is there: the connection is not idle now."""
        self._new.pop(line, None)
        self._used.pop(line, None)

    def between(self, line: Closable) -> None:
        """Every request on a connection is answered."""
        self._used[line] = None

    def gone(self, line: Closable) -> None:
        """A connection has ended."""
        self._count -= 1
        self.busy(line)

    def _close_one(self) -> None:
        for lines in (self._new, self._used):
            if lines:
                line = next(iter(lines))
                del lines[line]
                line.close_idle()
                return
