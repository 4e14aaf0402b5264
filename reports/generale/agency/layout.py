"""Lines for a terminal: columns that stay in line, and paragraphs; a wide letter counts as two columns."""

import unicodedata
from collections.abc import Iterator

_NO_WIDTH = {"Mn", "Me"}


def width_of(text: str) -> int:
    """How many columns a text takes."""
    return sum(
        0
        if unicodedata.category(sign) in _NO_WIDTH
        else 2
        if unicodedata.east_asian_width(sign) in "WF"
        else 1
        for sign in text
    )


def left(text: str, width: int) -> str:
    """A text with blanks behind it."""
    return text + " " * (width - width_of(text))


def right(text: str, width: int) -> str:
    """A text with blanks before it."""
    return " " * (width - width_of(text)) + text


def strong(text: str, colour: bool) -> str:
    """A text in bold where the terminal can show it."""
    return f"\x1b[1m{text}\x1b[0m" if colour else text


def wrapped(text: str, width: int, indent: int = 0, hanging: int = 2) -> list[str]:
    """A text on lines of at most the width, the first indented, the others ``hanging`` columns further."""
    lines: list[str] = []
    line, taken = " " * indent, indent
    room = width - indent - hanging
    for word in (piece for whole in text.split() for piece in _cut(whole, room)):
        size = width_of(word)
        if line.strip() and taken + 1 + size > width:
            lines.append(line)
            line, taken = " " * (indent + hanging), indent + hanging
        blank = " " if line.strip() else ""
        line += blank + word
        taken += len(blank) + size
    return [*lines, line]


def _cut(word: str, most: int) -> Iterator[str]:
    """The word, or where it is longer than a line the pieces of it."""
    piece = ""
    for sign in word:
        if piece and width_of(piece + sign) > most:
            yield piece
            piece = ""
        piece += sign
    yield piece
