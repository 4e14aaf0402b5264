"""Connections that keep a server waiting: who opens many of them keeps nobody else out."""

from typing import Protocol

SILENT_SECONDS = 1.0
"""From when on a connection without any request goes before one that was used (project-defined)."""

SLOW_SECONDS = 0.5
"""From when on a request whose body is still arriving goes for a new connection (project-defined)."""


class Closable(Protocol):
    """A connection, as far as it is closed here."""

    def close_idle(self) -> None:
        """Close at once, without an answer: none is owed."""
        ...


class Idle:
    """The idle connections of a server, of which one makes room for a new one where there is none.

    First goes one that has been silent since it was opened, then the longest idle one that had its answer,
    then one that was opened just now, whose request may be on the way, and last the one whose body has been
    arriving for longest: it is not taken in yet, and can be sent again. ``room`` is how many connections
    there may be in all; ``now`` is in seconds.
    """

    def __init__(self, room: int) -> None:
        self._room = room
        self._count = 0
        self._new: dict[Closable, float] = {}
        self._used: dict[Closable, None] = {}
        self._arriving: dict[Closable, float] = {}

    def came(self, line: Closable, now: float) -> None:
        """A connection is open; where there is no room for it, another is closed."""
        self._count += 1
        if self._count > self._room:
            self._close_one(now)
        self._new[line] = now

    def busy(self, line: Closable) -> None:
        """The head of a request is there: the connection is not idle now."""
        self._new.pop(line, None)
        self._used.pop(line, None)

    def arriving(self, line: Closable, now: float) -> None:
        """The body of a request is not there yet."""
        self._arriving[line] = now

    def arrived(self, line: Closable) -> None:
        """The request is complete."""
        self._arriving.pop(line, None)

    def between(self, line: Closable) -> None:
        """Every request on a connection is answered."""
        self._used[line] = None

    def gone(self, line: Closable) -> None:
        """A connection has ended."""
        self._count -= 1
        self.busy(line)
        self.arrived(line)

    def _close_one(self, now: float) -> None:
        new, used = next(iter(self._new.items()), None), next(iter(self._used), None)
        if new is not None and (used is None or now - new[1] >= SILENT_SECONDS):
            used = new[0]
        if used is None:
            slow = next(iter(self._arriving.items()), None)
            used = slow[0] if slow is not None and now - slow[1] >= SLOW_SECONDS else None
        if used is not None:
            self.busy(used)
            self.arrived(used)
            used.close_idle()
