"""What a sender says about encryption: for whom a blob is sealed, and the tokens that hold the keys.

This platform has no decryption key: it validates and records what is said, and refuses sealed content
with a defined fault (project-defined).
"""

from collections.abc import Iterator
from enum import StrEnum

_SEQUENCE = 0x30
_LONG_FORM = 0x80
_LONGEST_LENGTH = 4


class Encryption(StrEnum):
    """For whom the content is encrypted, or by whom it was opened (types 1.4, ContentEncryption)."""

    FOR_RECIPIENT = "encryptedForKnownRecipient"
    FOR_IO = "encryptedForKnownIO"
    FOR_HCP = "encryptedForKnownHCP"
    FOR_BED = "encryptedForKnownBED"
    FOR_CINNIC = "encryptedForKnownCINNIC"
    TO_ENCRYPT = "toEncryptByIM"
    """Not encrypted yet: the platform is asked to do it."""
    DECRYPTED = "decryptedByIM"
    """Not encrypted any more: the platform has opened it."""


def is_token(raw: bytes) -> bool:
    """Whether these bytes have the outer form of an encryption token (ETK): one DER sequence, and whole.

    What stands inside, a signed certificate, is not looked at.
    """
    octets = iter(raw)
    if next(octets, None) != _SEQUENCE:
        return False
    head, length = _length(octets)
    return 0 < length == len(raw) - head


def _length(octets: Iterator[int]) -> tuple[int, int]:
    """How many bytes the head of a DER value takes, and how many it says will follow; 0 for no length."""
    first = next(octets, 0)
    if first < _LONG_FORM:
        return 2, first
    count = first - _LONG_FORM
    if not 1 <= count <= _LONGEST_LENGTH:
        return 2, 0
    return 2 + count, int.from_bytes(bytes(next(octets, 0) for _ in range(count)), "big")
