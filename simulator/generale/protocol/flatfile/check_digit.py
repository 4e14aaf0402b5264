"""The check digits of the flat file: zones 99 and 98, nomenclature codes and RIZIV numbers.

Source: RIZIV flat-file instructions. In zones 98 and 99 a remainder of 0 is written as 97.
"""

from collections.abc import Iterable
from zlib import adler32

_OTHER = 37
_BLANK = 10
_CHECKED = 348
_SUM = 0xFFFF


def _value(character: str) -> int:
    if character.isascii() and character.isalnum():
        return int(character, 36) + (0 if character.isdigit() else 1)
    return _BLANK if character == " " else _OTHER


_VALUES = bytes(_value(chr(code)) for code in range(256))


def record_check(record: bytes | bytearray) -> int:
    """Zone 99: the sum of the values of the first 348 characters of a record, modulo 97.

    A digit counts for itself, a blank for 10, a letter for 11 to 36, anything else for 37.
    """
    # The lower half of an Adler-32 is one more than the sum of the bytes, here far below its modulus.
    return ((adler32(record[:_CHECKED].translate(_VALUES)) & _SUM) - 1) % 97 or 97


def control_number(codes: Iterable[str]) -> int:
    """Zone 98: the sum of the nomenclature codes of the lines, modulo 97."""
    return sum(map(int, codes)) % 97 or 97


def nomenclature_code_is_valid(code: str) -> bool:
    """Whether the last of the six digits is the first five modulo 7; a seventh, leading digit is 0."""
    six = code[1:] if len(code) == 7 and code[0] == "0" else code
    return len(six) == 6 and six.isascii() and six.isdigit() and int(six[:5]) % 7 == int(six[5])


def nihii_is_valid(number: str) -> bool:
    """Whether digits 7 and 8 of a RIZIV number are 97, or for newer care providers 89, minus the first six.

    The number stands without the zero that a zone puts in front of it.
    """
    if not (number.isascii() and number.isdigit()) or len(number) < 8:
        return False
    six, check = int(number[:6]), int(number[6:8])
    return any(check == modulus - six % modulus for modulus in (97, 89))
