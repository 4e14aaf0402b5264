"""Valid input made invalid: small changes to bytes, drawn from a chance that the caller seeds."""

import random
import re
from collections.abc import Callable, Sequence

LONGEST = 256 * 1024
"""No mutated input is longer, in bytes; what is larger comes from the fixed attacks of a target."""

BORDERS = (
    b"0",
    b"-1",
    b"-0",
    b"00",
    b"255",
    b"256",
    b"65536",
    b"2147483647",
    b"2147483648",
    b"9223372036854775807",
    b"18446744073709551616",
    b"1e400",
    b"-1e-400",
    b"0.1",
    b"NaN",
    b"Infinity",
    b"0x7f",
    b"9" * 39,
    b"9" * 41,
    b"9" * 5_000,
)
"""Numbers at which something ends: of a byte, a word, a float, a limit of ours, or of Python."""

ODD = (
    b"\x00",
    b"\xff",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\xc0\xaf",
    b"\xed\xa0\x80",
    "\u202e".encode(),
    "\uffff".encode(),
    "\u0661\u0662".encode(),
    b"\r\n",
    b"\n",
    b"\x1a",
    b" ",
    b"",
    b"%00",
    b"../../",
    b"\\ud800",
    b"&a;",
    b"&#0;",
    b"<!--",
    b"]]>",
    b"<![CDATA[",
    b'<!DOCTYPE a [<!ENTITY b "c">]>',
    b"<?a b?>",
    b'<?xml version="1.0" encoding="UTF-16"?>',
    b'xmlns=""',
    b"{}",
    b"[]",
    b"null",
    b'""',
    b"true",
)
"""What somebody did not think of."""

_NESTS = (
    (b"<a>", b"</a>"),
    (b"[", b"]"),
    (b'{"a":', b"}"),
    (b"a: {", b"}"),
    (b"- ", b""),
    (b"(", b")"),
    (b"&a ", b""),
)
_NUMBER, _TOKEN = re.compile(rb"\d+"), re.compile(rb"<[^<>]{0,400}>|\"[^\"\n]{0,200}\"|[^\s]{1,200}|\n")


class Mutator:
    """Changes examples of one parser into other bytes; the same chance gives the same bytes."""

    def __init__(self, examples: Sequence[bytes]) -> None:
        self._examples = examples
        self._steps: Sequence[Callable[[random.Random, bytes], bytes]] = (
            _flip,
            _replace,
            _replace,
            _overwrite,
            _truncate,
            _remove,
            _duplicate,
            _number,
            _number,
            _insert,
            _nest,
            _crowd,
            _lengthen,
            _move_token,
            _repeat_token,
            _drop_token,
            _recode,
            self._splice,
            self._token_of_another,
        )

    def input(self, chance: random.Random) -> bytes:
        """One input: an example with one to five changes, seldom with none."""
        raw = chance.choice(self._examples)
        for _ in range(chance.choice((0, 1, 1, 1, 2, 2, 3, 5))):
            raw = chance.choice(self._steps)(chance, raw)[:LONGEST]
        return raw

    def _splice(self, chance: random.Random, raw: bytes) -> bytes:
        other = chance.choice(self._examples)
        return raw[: _place(chance, raw)] + other[_place(chance, other) :]

    def _token_of_another(self, chance: random.Random, raw: bytes) -> bytes:
        begin, end = _token(chance, raw)
        other = chance.choice(self._examples)
        first, last = _token(chance, other)
        return raw[:begin] + other[first:last] + raw[end:]


def _place(chance: random.Random, raw: bytes) -> int:
    return chance.randrange(len(raw) + 1)


def _range(chance: random.Random, raw: bytes) -> tuple[int, int]:
    begin = _place(chance, raw)
    return begin, min(len(raw), begin + chance.choice((1, 2, 8, 64, 512)))


def _token(chance: random.Random, raw: bytes) -> tuple[int, int]:
    found = _TOKEN.search(raw, _place(chance, raw)) or _TOKEN.search(raw)
    return found.span() if found else (0, 0)


def _flip(chance: random.Random, raw: bytes) -> bytes:
    if not raw:
        return raw
    at = chance.randrange(len(raw))
    return raw[:at] + bytes([raw[at] ^ (1 << chance.randrange(8))]) + raw[at + 1 :]


def _replace(chance: random.Random, raw: bytes) -> bytes:
    at = _place(chance, raw)
    return raw[:at] + bytes([chance.randrange(256)]) + raw[at + 1 :]


def _overwrite(chance: random.Random, raw: bytes) -> bytes:
    begin, end = _range(chance, raw)
    filling = chance.choice((b"0", b"9", b" ", b"A", b"\x00", b"\xff"))
    return raw[:begin] + filling * (end - begin) + raw[end:]


def _truncate(chance: random.Random, raw: bytes) -> bytes:
    return raw[: _place(chance, raw)] if chance.random() < 0.8 else raw[_place(chance, raw) :]


def _remove(chance: random.Random, raw: bytes) -> bytes:
    begin, end = _range(chance, raw)
    return raw[:begin] + raw[end:]


def _duplicate(chance: random.Random, raw: bytes) -> bytes:
    begin, end = _range(chance, raw)
    return raw[:end] + raw[begin:end] * chance.choice((1, 1, 2, 50)) + raw[end:]


def _number(chance: random.Random, raw: bytes) -> bytes:
    found = _NUMBER.search(raw, _place(chance, raw)) or _NUMBER.search(raw)
    if found is None:
        return _insert(chance, raw)
    return raw[: found.start()] + chance.choice(BORDERS) + raw[found.end() :]


def _insert(chance: random.Random, raw: bytes) -> bytes:
    at = _place(chance, raw) if chance.random() < 0.8 else 0
    return raw[:at] + chance.choice(ODD) + raw[at:]


def _nest(chance: random.Random, raw: bytes) -> bytes:
    at, (left, right) = _place(chance, raw), chance.choice(_NESTS)
    depth = chance.choice((2, 100, 300, 2_000, 20_000))
    return raw[:at] + left * depth + right * (depth if chance.random() < 0.7 else 0) + raw[at:]


def _crowd(chance: random.Random, raw: bytes) -> bytes:
    """Very many attributes in a tag, or very many elements behind it."""
    found = [one.end() for one in re.finditer(rb"<[A-Za-z][\w:.-]*", raw[:20_000])]
    many = range(chance.choice((100, 300, 1_000, 10_000)))
    if not found:
        return raw
    at = chance.choice(found)
    if chance.random() < 0.6:
        form = chance.choice((b' a%d="x"', b' xmlns:a%d="u"'))
        return raw[:at] + b"".join(form % n for n in many) + raw[at:]
    end = raw.find(b">", at) + 1
    return raw[:end] + b"<a/>" * len(many) + raw[end:]


def _lengthen(chance: random.Random, raw: bytes) -> bytes:
    at = _place(chance, raw)
    return raw[:at] + raw[at : at + 1] * chance.choice((100, 1_000, 70_000)) + raw[at:]


def _move_token(chance: random.Random, raw: bytes) -> bytes:
    begin, end = _token(chance, raw)
    rest = raw[:begin] + raw[end:]
    at, _ = _token(chance, rest)
    return rest[:at] + raw[begin:end] + rest[at:]


def _repeat_token(chance: random.Random, raw: bytes) -> bytes:
    begin, end = _token(chance, raw)
    return raw[:end] + raw[begin:end] * chance.choice((1, 2, 200)) + raw[end:]


def _drop_token(chance: random.Random, raw: bytes) -> bytes:
    begin, end = _token(chance, raw)
    return raw[:begin] + raw[end:]


def _recode(chance: random.Random, raw: bytes) -> bytes:
    """The same text in another encoding, with or without saying so."""
    text = raw.decode("utf-8", "replace")
    encoding = chance.choice(("utf-16", "utf-16-le", "utf-32", "utf-7", "cp037", "latin-1"))
    return text.encode(encoding, "replace")
