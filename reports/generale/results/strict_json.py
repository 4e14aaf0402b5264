"""JSON as a stranger may have written it: read strictly, or refused with a ``ValueError`` that says why."""

import json
from collections import Counter
from collections.abc import Sequence
from math import isinf
from typing import Any, NoReturn

MOST_LEVELS = 64
"""Nothing of ours is nested deeper; every level costs the reader of a document a call (project-defined)."""

_SHOWN = 40


def read_strictly(text: str | bytes) -> Any:
    """The plain value of a JSON text.

    Refused beside what is no JSON: a key that stands twice, of which one would be lost without a word;
    words for numbers that JSON does not have; numbers too large to be one; more than 64 levels.
    """
    if _may_be_deep(text) and _levels(text) > MOST_LEVELS:
        raise ValueError(f"it is nested more than {MOST_LEVELS} levels deep")
    return _DECODER.decode(text if isinstance(text, str) else text.decode())


def _may_be_deep(text: str | bytes) -> bool:
    if isinstance(text, bytes):
        return text.count(b"[") + text.count(b"{") > MOST_LEVELS
    return text.count("[") + text.count("{") > MOST_LEVELS


def _levels(text: str | bytes) -> int:
    """The deepest level, brackets in texts left out of account; cheap, and never by recursion."""
    deepest = level = 0
    in_text = is_escaped = False
    for sign in text if isinstance(text, str) else text.decode():
        if is_escaped:
            is_escaped = False
        elif in_text:
            is_escaped = sign == "\\"
            in_text = sign != '"'
        elif sign == '"':
            in_text = True
        elif sign in "[{":
            level += 1
            deepest = max(deepest, level)
        elif sign in "]}":
            level -= 1
    return deepest


def _unique(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) != len(pairs):
        counts = Counter(key for key, _ in pairs)
        doubled = next(key for key, count in counts.items() if count > 1)
        raise ValueError(f"the key '{doubled[:_SHOWN]}' stands twice")
    return table


def _finite(digits: str) -> float:
    number = float(digits)
    if isinf(number):
        raise ValueError("a number is too large")
    return number


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")


_DECODER = json.JSONDecoder(object_pairs_hook=_unique, parse_float=_finite, parse_constant=_no_number)
