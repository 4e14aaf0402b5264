"""Base64 as XML Schema has it (xs:base64Binary): the alphabet of RFC 2045, section 6.8, and white space.

Libraries pass over every other sign unless they are told not to, libxml2 in its schemas as well: what was
written with another alphabet, or damaged, would then be read as something else than was meant.
"""

import re
from binascii import Error, a2b_base64

from generale.protocol.errors import PeerError

_SPACE = b" \t\r\n"
_FOREIGN = re.compile(r"[^A-Za-z0-9+/= \t\r\n]")


def octets_of(text: str) -> bytes:
    """The bytes of a base64 text; ``PeerError`` for a foreign sign, and for a text that is not whole."""
    try:
        # Nearly all is written without white space, and then read in one step.
        found, length = a2b_base64(text, strict_mode=True), len(text)
    except ValueError:
        found, length = _without_space(text)
    if length != (len(found) + 2) // 3 * 4:
        raise PeerError("not base64: too much padding")
    return found


def _without_space(text: str) -> tuple[bytes, int]:
    foreign = _FOREIGN.search(text)
    if foreign is not None:
        raise PeerError(f"not base64: '{foreign[0]}' is no sign of its alphabet")
    packed = text.encode("ascii").translate(None, _SPACE)
    try:
        return a2b_base64(packed, strict_mode=True), len(packed)
    except Error as error:
        raise PeerError(f"not base64: {error}") from error
