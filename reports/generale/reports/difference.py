"""Expected beside received: which part of a text differs from the other."""

from generale.reports.line import Piece

LIMIT = 600
"""The longest text that is shown, in characters (project-defined)."""

_COMMON_SHARE = 4
"""Texts that have less than a quarter in common are marked as a whole (project-defined)."""


def _common(first: str, second: str) -> int:
    """How many characters two texts begin with together."""
    pairs = enumerate(zip(first, second, strict=False))
    return next((place for place, (one, other) in pairs if one != other), min(len(first), len(second)))


def differing(own: str, other: str) -> tuple[Piece, ...]:
    """A text in at most three pieces; the marked one is what the other text does not have."""
    own, other = own[:LIMIT], other[:LIMIT]
    if own == other:
        return (Piece(own),) if own else ()
    head = _common(own, other)
    tail = _common(own[head:][::-1], other[head:][::-1])
    if (head + tail) * _COMMON_SHARE < max(len(own), len(other)):
        head = tail = 0
    end = len(own) - tail
    pieces = (Piece(own[:head]), Piece(own[head:end], marked=True), Piece(own[end:]))
    return tuple(piece for piece in pieces if piece.text)
