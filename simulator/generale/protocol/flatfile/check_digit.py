"""The check digits of the flat file: zone 99, zone 98 and nomenclature codes.

Source: RIZIV flat-file instructions. All are remainders, and a remainder of 0 is written as 97.
"""

from collections.abc import Iterable

_OTHER = 37
_BLANK = 10


def _value(character: str) -> int:
    if character.isascii() and character.isalnum():
        return int(character, 36) + (0 if character.isdigit() else 1)
    return _BLANK if character == " " else _OTHER


_VALUES = bytes(_value(chr(code)) for code in range(256))


def record_check(text348: bytes) -> int:
    """Zone 99: the sum of the values of the first 348 characters of a record, modulo 97.

    A digit counts for itself, a blank for 10, a letter for 11 to 36, anything else for 37.
    """
    return sum(text348[:348].translate(_VALUES)) % 97 or 97


def control_number(codes: Iterable[str]) -> int:
    """Zone 98: the sum of the nomenclature codes of the lines, modulo 97."""
    return sum(map(int, codes)) % 97 or 97


def nomenclature_code_is_valid(code: str) -> bool:
    """Whether the last of the six digits is the first five modulo 7; a seventh, leading digit is 0."""
    six = code[1:] if len(code) == 7 and code[0] == "0" else code
    return len(six) == 6 and six.isascii() and six.isdigit() and int(six[:5]) % 7 == int(six[5])
