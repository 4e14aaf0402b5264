"""The journal port: where a rehearsal writes down, in one durable step, what it has acknowledged.

A rehearsal is rebuilt from its set-up and its commands. Its events are kept beside them, so that the
log after a restart is the log of before.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from generale.results.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """Something done to a world, with the time at which it was done; ``body`` is plain JSON."""

    name: str
    at: datetime
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An event of the log; ``world_number`` counts those that the world itself told, 0 for the others."""

    event: Event
    world_number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What is written at once: commands, events and the bytes behind them."""

    commands: Sequence[Command]
    entries: Sequence[Entry]
    evidence: Mapping[str, bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """Everything a journal holds of one rehearsal."""

    rehearsal: str
    set_up: Mapping[str, Any]
    commands: Sequence[Command]
    entries: Sequence[Entry]
    evidence: Mapping[str, bytes]


class Journal(Protocol):
    """Keeps rehearsals; what ``open`` and ``write`` have returned from survives the end of the process."""

    def open(self, rehearsal: str, set_up: Mapping[str, Any]) -> None:
        """Begin a rehearsal."""
        ...

    def write(self, steps: Mapping[str, Step]) -> None:
        """Write a step of each of these rehearsals: all of them or none."""
        ...

    def forget(self, rehearsal: str) -> None:
        """Remove a rehearsal that is over, whole."""
        ...

    def stored(self) -> Iterator[Stored]:
        """The rehearsals that are kept, in the order in which they began."""
        ...


class NoJournal:
    """Keeps nothing: for rehearsals whose process is their whole life."""

    def open(self, rehearsal: str, set_up: Mapping[str, Any]) -> None:
        """Begin a rehearsal that nobody will rebuild."""

    def write(self, steps: Mapping[str, Step]) -> None:
        """Forget the steps."""

    def forget(self, rehearsal: str) -> None:
        """There is nothing to remove."""

    def stored(self) -> Iterator[Stored]:
        """Nothing."""
        return iter(())
