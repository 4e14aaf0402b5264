"""Text from a stranger made harmless: what cannot be seen is shown by name, and nothing can steer.

Control characters, marks that turn the direction of writing, characters without width and halves of
characters become visible signs. Escaping for HTML or XML is the business of the template.
"""

import re

_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\ud800-\udfff"
    "\U000e0000-\U000e0fff]"
)
_PICTURES = 0x2400
_DELETE = 0x7F


def _sign(found: re.Match[str]) -> str:
    code = ord(found.group())
    if code < ord(" "):
        return chr(_PICTURES + code)
    return "␡" if code == _DELETE else f"‹U+{code:04X}›"


def inert(text: str) -> str:
    """The text with a visible sign for every character that is unseen or steers; tab and line end stay."""
    return _UNSEEN.sub(_sign, text)


def flat(text: str) -> str:
    """The same on one line, without blanks around it."""
    return inert(" ".join(text.split()))


def shortened(text: str, limit: int) -> str:
    """At most so many characters, with an ellipsis where something is left out."""
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


_DIGEST = re.compile(r"[0-9a-f]{40,}")


def brief(text: str) -> str:
    """A name as it is; of a digest only its first twelve characters."""
    return text[:12] if _DIGEST.fullmatch(text) else text
