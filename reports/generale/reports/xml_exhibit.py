"""XML as evidence: set out line by line, with the element that a finding points at marked.

The text is only cut, never parsed: no entity is resolved, and what is not well-formed is shown as it is.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from generale.reports.inert import shortened
from generale.reports.line import Line, Piece
from generale.reports.xml_path import Place, XmlPath, xml_path

LONGEST_TEXT = 160
"""Text between tags that is longer, such as base64, is shortened, in characters (project-defined)."""

SECRETS = frozenset({b"password"})
"""Elements, in small letters, whose text is never shown: a report is passed on."""

_DEEPEST = 12
"""Elements that stand deeper are not indented any further."""

_DOTS = "•••".encode()
_WITH_TEXT = 3

_TOKEN = re.compile(
    rb"""<!--.*?(?:-->|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)|<\?.*?(?:\?>|\Z)"""
    rb"""|<(?:[^<>"']|"[^"]*"|'[^']*')*>|[^<]+|<""",
    re.DOTALL,
)
_NAME = re.compile(rb"</?\s*(?:[^\s<>/:=\"']+:)?([^\s<>/:=\"']+)")


@dataclass(frozen=True, slots=True)
class _Token:
    """A tag or the text between two tags, with the place of its first byte."""

    start: int
    raw: bytes
    kind: str


def xml_lines(raw: bytes, path: str = "", offset: int = -1, length: int = 0) -> tuple[Line, ...]:
    """The lines of an XML document, marked by byte range where there is one, else by path."""
    span = (offset, offset + max(length, 1)) if offset >= 0 else (-1, -1)
    wanted = xml_path(path)
    lines = [
        Line(min(depth, _DEEPEST), tuple(piece for token in tokens for piece in _pieces(token, span)))
        for depth, tokens in _rows(list(_tokens(raw)), wanted)
    ]
    lines = [Line(line.depth, line.pieces, any(one.marked for one in line.pieces)) for line in lines]
    found = wanted.line
    if found is not None and not any(line.marked for line in lines):
        lines[found] = Line(lines[found].depth, lines[found].pieces, marked=True)
    return tuple(lines)


def _tokens(raw: bytes) -> Iterator[_Token]:
    for found in _TOKEN.finditer(raw):
        part = found.group()
        if part[:1] != b"<" or part == b"<":
            kind = "text"
        elif part[1:2] in (b"!", b"?"):
            kind = "note"
        elif part[1:2] == b"/":
            kind = "close"
        else:
            kind = "empty" if part.endswith(b"/>") else "open"
        if kind != "text" or part.strip():
            yield _Token(found.start(), part, kind)


def _rows(tokens: Sequence[_Token], wanted: XmlPath) -> Iterator[tuple[int, Sequence[_Token]]]:
    """The tokens that stand on one line together, with their depth; an element with only text is one line."""
    stack: list[Place] = []
    siblings: list[Counter[str]] = [Counter()]
    place = number = 0
    while place < len(tokens):
        token, size = tokens[place], 1
        depth = len(stack)
        if token.kind in ("open", "empty"):
            stack.append(_place(token, siblings[-1]))
            siblings.append(Counter())
            wanted.meet(stack, number)
            size = _leaf_size(tokens[place : place + 3])
        if stack and (token.kind in ("close", "empty") or size > 1):
            stack.pop()
            siblings.pop()
            depth = len(stack)
        yield depth, _discreet(tokens[place : place + size])
        place += size
        number += 1


def _place(token: _Token, siblings: Counter[str]) -> Place:
    found = _NAME.match(token.raw)
    name = found.group(1).decode("utf-8", "replace") if found else ""
    siblings[name] += 1
    return Place(name, siblings[name], siblings.total())


def _leaf_size(tokens: Sequence[_Token]) -> int:
    """How many of these tokens, the first of which opens an element, are the whole of it; 1 for none."""
    match [token.kind for token in tokens]:
        case ["open", "close", *_]:
            return 2
        case ["open", "text", "close"]:
            return _WITH_TEXT
        case _:
            return 1


def _discreet(tokens: Sequence[_Token]) -> Sequence[_Token]:
    """The tokens of one line, with dots for the text of an element that is secret."""
    found = _NAME.match(tokens[0].raw)
    if len(tokens) < _WITH_TEXT or not found or found.group(1).lower() not in SECRETS:
        return tokens
    head, text, tail = tokens
    return head, replace(text, raw=_DOTS), tail


def _pieces(token: _Token, span: tuple[int, int]) -> Iterator[Piece]:
    """A token as pieces, cut where the marked bytes begin and end."""
    first, last = (min(max(edge - token.start, 0), len(token.raw)) for edge in span)
    kind = "" if token.kind == "text" else "tag"
    if last <= first:
        yield Piece(shortened(_text(token.raw, token.kind), LONGEST_TEXT), kind=kind)
        return
    for part, marked in (
        (token.raw[:first], False),
        (token.raw[first:last], True),
        (token.raw[last:], False),
    ):
        if part:
            yield Piece(shortened(part.decode("utf-8", "replace"), LONGEST_TEXT), marked, kind)


def _text(raw: bytes, kind: str) -> str:
    text = raw.decode("utf-8", "replace")
    return " ".join(text.split()) if kind == "text" else text
