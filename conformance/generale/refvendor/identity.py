"""References and message ids: different every time, and the same again in every repetition of a rehearsal."""

from hashlib import sha256
from unicodedata import normalize
from uuid import UUID

from generale.protocol.ids import Reference

_LETTERS = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_LENGTH = 14


class Identity:
    """Draws from a seed and a counter of each kind; no reference says whom a message is about."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._counts = {"reference": 0, "message": 0}

    def reference(self) -> Reference:
        """A new message reference (InputReference): fourteen letters or digits."""
        number = int.from_bytes(self._draw("reference"), "big")
        return Reference.parse("".join(_LETTERS[number // 34**place % 34] for place in range(_LENGTH)))

    def telling_reference(self, person: str) -> Reference:
        """A reference that begins with what a person is known by; only a defect asks for it."""
        plain = normalize("NFKD", person).encode("ascii", "ignore").decode("ascii")
        known = "".join(filter(str.isalnum, plain))[: _LENGTH - 3]
        return Reference.parse(f"{known}{self._next('reference') % 1000:03d}")

    def message_id(self) -> str:
        """A new message id (WS-Addressing MessageID)."""
        return f"urn:uuid:{UUID(bytes=self._draw('message')[:16], version=4)}"

    def _draw(self, what: str) -> bytes:
        return sha256(f"{self._seed}/{what}/{self._next(what)}".encode()).digest()

    def _next(self, what: str) -> int:
        self._counts[what] += 1
        return self._counts[what]


def file_reference(reference: Reference) -> str:
    """The fourteen digits that stand in a flat file for its message reference (header 200)."""
    number = int.from_bytes(sha256(reference.encode()).digest(), "big")
    return f"{number % 10**_LENGTH:0{_LENGTH}d}"
