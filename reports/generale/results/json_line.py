"""JSON on one line, in UTF-8: how events and commands are written down.

The quick writer refuses what JSON can hold and UTF-8 or 64 bits cannot: half a surrogate pair, and very
long numbers. Both can stand in what a stranger said; they are written by the standard library.
"""

import json
from typing import Any

import orjson

_SLOW = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def json_line(value: Any) -> str:
    """The text of a value, without an end of line; the same value, the same text.

    ``TypeError`` for what is not made of objects, lists, texts, numbers, truth values and None.
    """
    try:
        return orjson.dumps(value).decode()
    except TypeError:
        return _SLOW.encode(value).encode(errors="backslashreplace").decode()
