"""Lines of shown evidence, made of pieces; long ones are shown around the line that matters."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

MOST_LINES = 44
"""How many lines of one piece of evidence are shown (project-defined)."""

_HEAD = 8


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of text, marked where it is what matters; ``kind`` is its part in a notation."""

    text: str
    marked: bool = False
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line; ``marked`` is what a finding points at, ``left_out`` counts lines that are not shown here."""

    depth: int
    pieces: tuple[Piece, ...]
    marked: bool = False
    left_out: int = 0


def windowed(lines: Sequence[Line], most: int = MOST_LINES) -> tuple[Line, ...]:
    """The lines, or where they are too many: the first few and those around the marked one."""
    if len(lines) <= most:
        return tuple(lines)
    marked = next((place for place, line in enumerate(lines) if line.marked), 0)
    first = max(marked - (most - _HEAD) // 2, _HEAD)
    kept = [*range(_HEAD), *range(first, min(first + most - _HEAD, len(lines)))]
    return tuple(_with_gaps(lines, kept))


def _with_gaps(lines: Sequence[Line], kept: Sequence[int]) -> Iterator[Line]:
    before = -1
    for place in kept:
        if place > before + 1:
            yield Line(0, (), left_out=place - before - 1)
        yield lines[place]
        before = place
    if before + 1 < len(lines):
        yield Line(0, (), left_out=len(lines) - before - 1)
