"""Long work in pieces: it stops where others may have a turn, and goes on from there."""

from collections.abc import Generator
from typing import TypeAlias, TypeVar

T = TypeVar("T")

Pieces: TypeAlias = Generator[int, None, T]
"""Work that ends in a value; each ``yield`` tells how much was done since the last one."""


def at_once(pieces: Pieces[T]) -> T:
    """What the work ends in, done without a stop."""
    while True:
        try:
            next(pieces)
        except StopIteration as end:
            found: T = end.value
            return found


def joined(pieces: Pieces[T], size: int) -> Pieces[T]:
    """The same work in larger pieces: a stop only where at least so much was done since the last one."""
    done = 0
    while True:
        try:
            done += next(pieces)
        except StopIteration as end:
            found: T = end.value
            return found
        if done >= size:
            yield done
            done = 0
