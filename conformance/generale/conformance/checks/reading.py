"""What a text says to whoever reads it: as it stands, and out of the plain encodings that it may be in.

Percent-encoding, base64 (both alphabets, with padding or without) and hexadecimal. The work is bounded: what
stands in a text is decoded twice at most, and no more than so much of it.
"""

import re
import unicodedata
from base64 import b64decode
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import NamedTuple
from urllib.parse import unquote

_DEPTH = 2
"""How often a text that came out of an encoding is decoded again."""

_LONGEST = 64 * 1024
"""How many characters of one text are looked at for an encoding."""

_MOST_RUNS = 2000
"""In how many places of one text an encoding is looked for."""

_SHORTEST = 6
"""Fewer characters hold no name in base64."""

_ALPHABETS = tuple(re.compile(rf"[A-Za-z0-9{more}]{{{_SHORTEST},}}={{0,2}}") for more in ("", "+/", "_-"))
_URL = re.compile(r"[-_]")
_BLOCK = re.compile(r"[A-Za-z0-9+/_-]+(?:\s+[A-Za-z0-9+/_-]+)+={0,2}\s*")
_HEX = re.compile(r"(?:[0-9A-Fa-f]{2})+")

_RANDOM_LENGTH = 16
_RANDOM_CHANGES = 0.35
_TOKEN = re.compile(rf"[A-Za-z0-9+/=]{{{_RANDOM_LENGTH},}}")
_CHANGE = re.compile(r"(?<=[a-z])[A-Z0-9]|(?<=[A-Z])[a-z0-9]|(?<=[0-9])[A-Za-z]")
_JOINED = re.compile(r"[A-Za-z0-9+/=_-]+")
_CHUNK = re.compile(r"[A-Za-z0-9]+")
_RUN = re.compile(r"[A-Za-z]+")
_NO_SIGN, _DIGIT = re.compile(r"[^A-Z0-9]"), re.compile(r"[1-9]")
_HUMP = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")

_SHORT = 4
"""A word of so many letters stands by chance between the digits of a serial number, or in any case; one of
fewer also within a change of case, and beside the dashes of a random key.
"""


class Reading(NamedTuple):
    """One way to read a text: the digits, the letters (of what is random apart), the words and their pairs.

    Letters are in capitals without accents; a zero stands among them for each digit. Words are stretches of
    letters, and what a change of case parts in them.
    """

    digits: str
    letters: str
    random: str
    words: frozenset[str]
    pairs: frozenset[tuple[str, str]]


@lru_cache(maxsize=4096)
def readings(text: str) -> tuple[Reading, ...]:
    """Every way to read a text: as it stands first, then out of its encodings."""
    return tuple(_reading(one) for one in dict.fromkeys(_spellings(text, _DEPTH)))


def letters_of(text: str) -> str:
    """The letters of a text in capitals, without accents and what stands between them."""
    return _DIGIT.sub("0", _NO_SIGN.sub("", _plain(text).upper()))


def _plain(text: str) -> str:
    """A text without accents."""
    if text.isascii():
        return text
    return "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one))


def _spellings(text: str, depth: int) -> Iterator[str]:
    yield text
    if not depth or len(text) < _SHORTEST:
        return
    if "%" in text and (unquoted := unquote(text)) != text:
        yield from _spellings(unquoted, depth - 1)
    for run in dict.fromkeys(islice(_runs(text[:_LONGEST]), _MOST_RUNS)):
        for decoded in _decoded(run):
            yield from _spellings(decoded, depth - 1)


def _runs(text: str) -> Iterator[str]:
    """The stretches of a text that may be encoded; what is folded over lines is one of them."""
    if _BLOCK.fullmatch(text):
        yield "".join(text.split())
    for alphabet in _ALPHABETS:
        yield from (found[0] for found in alphabet.finditer(text))


def _decoded(run: str) -> Iterator[str]:
    """The texts in a stretch of hexadecimal or base64; what comes out is text, or it was none."""
    if len(run) % 2 == 0 and _HEX.fullmatch(run):
        yield from _text_in(bytes.fromhex(run))
    bare = run.rstrip("=")
    if len(bare) % 4 != 1:
        yield from _text_in(b64decode(bare + "=" * (-len(bare) % 4), b"-_" if _URL.search(bare) else None))


def _text_in(raw: bytes) -> Iterator[str]:
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return
    if text.translate(_SPACES).isprintable():
        yield text


_SPACES = str.maketrans(dict.fromkeys("\t\r\n", " "))


def _reading(text: str) -> Reading:
    plain = _plain(text)
    random: list[str] = []
    readable = _TOKEN.sub(lambda found: _kept(found[0], random), plain)
    words, pairs = _words(readable)
    return Reading(
        digits=re.sub(r"[\W_]", "", text),
        letters=letters_of(readable),
        random=letters_of(" ".join(random)),
        words=frozenset(words),
        pairs=frozenset(pairs),
    )


def _kept(token: str, random: list[str]) -> str:
    """A stretch of letters and digits as it is, or nothing where it can only be a key, hash or signature."""
    if not _looks_random(token):
        return token
    random.append(token)
    return " "


def _looks_random(token: str) -> bool:
    return len(token) >= _RANDOM_LENGTH and len(_CHANGE.findall(token)) >= _RANDOM_CHANGES * len(token)


def _words(text: str) -> tuple[set[str], set[tuple[str, str]]]:
    words: set[str] = set()
    pairs: set[tuple[str, str]] = set()
    last = ""
    for run, is_random in _runs_of_letters(text):
        if len(run) > _SHORT or (_is_cased_as_a_word(run) and not (is_random and len(run) < _SHORT)):
            words.add(run.upper())
        for hump in _HUMP.findall(run):
            if len(hump) >= _SHORT:
                words.add(hump.upper())
            if not is_random:
                pairs.add((last, hump.upper()))
            last = hump.upper()
    return words, pairs


def _runs_of_letters(text: str) -> Iterator[tuple[str, bool]]:
    """Stretches of letters that can be words, and whether what they stand in looks like a random key."""
    for token in _JOINED.findall(text):
        is_random = _looks_random(token)
        for chunk in _CHUNK.findall(token):
            runs = _RUN.findall(chunk)
            yield from ((run, is_random) for run in runs if len(run) > _SHORT or len(runs) == 1)


def _is_cased_as_a_word(run: str) -> bool:
    return run.islower() or run.isupper() or run.istitle()
