"""The content of a message as it travels: compressed, in base64, with a few labels (types:Blob).

The exchange asks for raw DEFLATE. Receivers of the real exchange also accept zlib, gzip and plain
content, so this one does too, and says which of them it met: a check can then report it.
"""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from generale.protocol.errors import OurError, PeerError
from generale.protocol.genericasync.encryption import Encryption


class Encoding(StrEnum):
    """What the sender says about the content: attribute ContentEncoding."""

    DEFLATE = "deflate"
    NONE = "none"


class Compression(StrEnum):
    """How the content really was packed; only RAW is what the exchange calls ``deflate``."""

    RAW = "raw"
    ZLIB = "zlib"
    GZIP = "gzip"
    NONE = "none"
    UNKNOWN = "unknown"
    """Nobody has looked: the content stands as it travelled."""


_WINDOW: Mapping[Compression, int] = {Compression.RAW: -15, Compression.ZLIB: 15, Compression.GZIP: 31}
_CONTROL_BYTES = bytes(set(range(32)) - set(b"\t\n\f\r\x1a"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much a packed blob may grow when it is unpacked (project-defined)."""

    content: int = 16 * 1024 * 1024
    """The largest content, in bytes."""
    ratio: int = 100
    """The largest growth; invoice files grow some twenty times, and DEFLATE itself ends near 1030."""
    ratio_floor: int = 1024 * 1024
    """Contents up to this many bytes may grow by any ratio."""
    together: int = 512 * 1024 * 1024
    """The most bytes that all contents of one answer may have together."""

    def allowance(self, packed: bytes) -> int:
        """How many bytes these packed bytes may become."""
        return min(self.content, max(self.ratio_floor, self.ratio * len(packed)))


LIMITS = Limits()
"""The limits where nobody asks for others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Blob:
    """One business document with its labels; ``content`` is already unpacked, unless it is sealed
    or was not opened for who sent it.

    ``hash_value`` is the SHA-256 of the content and, with ``reference``, a key for confirming; the
    platform sets both on what it delivers, a care home sends neither. ``etk`` is the token for which the
    content was encrypted, ``issuer`` the URI of who made the document.
    """

    content: bytes
    message_name: str
    content_type: str = "text/xml"
    encoding: Encoding = Encoding.DEFLATE
    compression: Compression = Compression.RAW
    hash_value: bytes | None = None
    reference: str | None = None
    id: str | None = "blob"
    encryption: Encryption | None = None
    etk: bytes | None = None
    issuer: str | None = None

    def __post_init__(self) -> None:
        if self.encoding is Encoding.NONE and self.compression is not Compression.NONE:
            raise OurError("content with encoding 'none' has compression 'none'")

    @property
    def is_sealed(self) -> bool:
        """Whether the content is encrypted, or to be encrypted on its way: it stands here as it travelled."""
        return self.encryption is not None and self.encryption is not Encryption.DECRYPTED

    @property
    def digest(self) -> bytes:
        """The SHA-256 of the content, which is what ``hash_value`` must be when it is there."""
        return sha256(self.content).digest()


def pack(content: bytes, compression: Compression) -> bytes:
    """The content as it goes into the base64 text."""
    if compression in (Compression.NONE, Compression.UNKNOWN):
        return content
    packer = zlib.compressobj(wbits=_WINDOW[compression])
    return packer.compress(content) + packer.flush()


def unpack(packed: bytes, encoding: Encoding, limits: Limits = LIMITS) -> tuple[bytes, Compression]:
    """The content and how it was packed.

    Raises PeerError when it would grow over the limits, or is announced as compressed while it is
    neither a whole compressed stream nor readable text.
    """
    allowance = limits.allowance(packed)
    if encoding is Encoding.DEFLATE:
        for compression in _WINDOW:
            content = _inflated(packed, compression, allowance)
            if content is not None:
                return content, compression
        if not _is_text(packed):
            raise PeerError("the content says 'deflate' but is neither a whole DEFLATE stream nor text")
    if len(packed) > allowance:
        raise PeerError(f"the content is larger than {allowance} bytes")
    return packed, Compression.NONE


def _is_text(content: bytes) -> bool:
    """Whether these bytes are text in UTF-8, so that they can hardly be a damaged stream."""
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return len(content.translate(None, _CONTROL_BYTES)) == len(content)


def _inflated(packed: bytes, compression: Compression, allowance: int) -> bytes | None:
    """The inflated bytes, or None when this is not one whole stream of this compression."""
    inflater = zlib.decompressobj(wbits=_WINDOW[compression])
    try:
        content = inflater.decompress(packed, allowance + 1)
    except zlib.error:
        return None
    if len(content) > allowance:
        raise PeerError(f"the content grows over {allowance} bytes when it is inflated")
    return content if inflater.eof and not inflater.unused_data else None
