"""A change of a rehearsal that happens as a whole, or ends it."""

from typing import Protocol


class Changing(Protocol):
    """What is half way in a change, or whole."""

    is_whole: bool


class WholeChange:
    """A rehearsal is half way in it, and stays so where the world fails."""

    __slots__ = ("_rehearsal",)

    def __init__(self, rehearsal: Changing) -> None:
        self._rehearsal = rehearsal

    def __enter__(self) -> None:
        self._rehearsal.is_whole = False

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: object) -> None:
        self._rehearsal.is_whole = kind is None
