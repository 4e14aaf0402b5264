"""Identifiers, each a type of its own that can only be made by ``parse`` and so is always well formed.

They are strings, so they travel and sort as such, but no function takes a bare ``str`` for one.
"""

import re
from datetime import date
from enum import StrEnum
from typing import Self

from stdnum import iban as _iban

from generale.protocol.errors import PeerError

_DIGITS = re.compile(r"[0-9]+")
_TWELVE = re.compile(r"[0-9]{12}")

_NO_QUALIFICATION = "000"
"""What stands behind the RIZIV number of a facility, where a person has a qualification."""

_COUNTERS_OF_NOBODY = {"999", "000"}

LONGEST_REFERENCE = 256
"""The most characters of a message reference (project-defined: common information 2.2 sets no bound)."""

_SHOWN = 64
"""How much of a text that is none is shown."""


class Sex(StrEnum):
    """Sex as it is registered; the values are those of the profile's code list."""

    MAN = "man"
    WOMAN = "woman"


def _digits(text: str, length: int, what: str) -> str:
    if len(text) != length or not _DIGITS.fullmatch(text):
        raise PeerError(f"'{text}' is not {what}: {length} digits are expected")
    return text


class Insz(str):
    """National number of a person (INSZ): a register number or a BIS number, eleven digits.

    ``parse`` looks at the form only: a wrong check number is a matter of content, which a control
    must be able to see; ``check_number_is_right`` tells.

    Check number: 97 minus the first nine digits modulo 97; who is born from 2000 on gets a 2 in
    front of the nine digits before dividing. BIS numbers add 20 (sex unknown) or 40 to the month.
    """

    __slots__ = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read eleven digits; anything else is a ``PeerError``."""
        return cls(_digits(text, 11, "an INSZ"))

    @property
    def check_number_is_right(self) -> bool:
        """Whether the last two digits fit the first nine in one of the two centuries."""
        return any(_insz_check(self[:9], century) == int(self[9:]) for century in (1900, 2000))

    @classmethod
    def synthetic(cls, born: date, sex: Sex, *, bis: bool = False, sex_known: bool = True) -> Self:
        """An INSZ that passes its check number but belongs to nobody: its counter is 999 or 000.

        A BIS number adds 40 to the month, or 20 where it is to tell no sex.
        """
        month = born.month + ((40 if sex_known else 20) if bis else 0)
        nine = f"{born.year % 100:02d}{month:02d}{born.day:02d}{'999' if sex is Sex.MAN else '000'}"
        return cls(f"{nine}{_insz_check(nine, 2000 if born.year >= 2000 else 1900):02d}")

    @property
    def is_synthetic(self) -> bool:
        """Whether no person can have this number, while it passes its check number."""
        return self[6:9] in _COUNTERS_OF_NOBODY and self.check_number_is_right

    @property
    def birth_date(self) -> date | None:
        """The date of birth that the number carries; None where it carries none (month or day 00).

        Where both centuries give the same check number the earlier one is taken (project-defined).
        """
        if not self.check_number_is_right:
            return None
        century = 1900 if _insz_check(self[:9], 1900) == int(self[9:]) else 2000
        month, day = int(self[2:4]) % 20, int(self[4:6])
        if not (1 <= month <= 12 and day):
            return None
        try:
            return date(century + int(self[:2]), month, day)
        except ValueError:
            return None

    @property
    def sex(self) -> Sex | None:
        """Odd counters are men's, even ones women's; None for a BIS number with month + 20."""
        if 20 <= int(self[2:4]) <= 32:
            return None
        return Sex.MAN if int(self[6:9]) % 2 else Sex.WOMAN


def _insz_check(nine: str, century: int) -> int:
    return 97 - int(nine if century == 1900 else f"2{nine}") % 97


class Nihii(str):
    """RIZIV number of a facility: eight digits, the last two 97 minus the first six modulo 97.

    MyCareNet carries it with three zeros behind, in the place where a person has a qualification.
    """

    __slots__ = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a number of 8 digits, or of 11 that end in three zeros, which are cut off."""
        if not _DIGITS.fullmatch(text) or len(text) not in (8, 11):
            raise PeerError(f"'{text}' is not a RIZIV number: 8 digits are expected, or 11 that end in 000")
        digits, qualification = text[:8], text[8:]
        if qualification not in ("", _NO_QUALIFICATION):
            raise PeerError(
                f"'{text}' is not the RIZIV number of a facility: behind its 8 digits stands"
                f" {_NO_QUALIFICATION} or nothing, {qualification} is the qualification of a person"
            )
        if int(digits[6:]) != 97 - int(digits[:6]) % 97:
            raise PeerError(f"'{text}' is not a RIZIV number: its check number is wrong")
        return cls(digits)

    @classmethod
    def of_serial(cls, serial: int) -> Self:
        """The number with these six digits in front (a serial from 0 to 999999)."""
        return cls(f"{serial:06d}{97 - serial % 97:02d}")

    @property
    def padded(self) -> str:
        """Eleven digits, padded on the right with zeros, as MyCareNet carries it."""
        return self.ljust(11, "0")

    @property
    def in_flat_file(self) -> str:
        """Twelve digits, a zero in front of the padded number, as the flat invoice file carries it."""
        return f"0{self.padded}"


class Hco(str):
    """Recognition number of a facility: four or five digits, no check number (form seen in the seeds)."""

    __slots__ = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a recognition number."""
        if not _DIGITS.fullmatch(text) or not 4 <= len(text) <= 5:
            raise PeerError(f"'{text}' is not a facility number: 4 or 5 digits are expected")
        return cls(text)


class FundNumber(str):
    """Number of a care fund: three digits, project-defined (the official numbers are not public)."""

    __slots__ = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a fund number."""
        return cls(_digits(text, 3, "a care fund number"))


class Kbo(str):
    """Enterprise number: ten digits, the last two 97 minus the first eight modulo 97."""

    __slots__ = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read an enterprise number."""
        digits = _digits(text, 10, "an enterprise number")
        if digits[0] not in "01" or int(digits[8:]) != 97 - int(digits[:8]) % 97:
            raise PeerError(f"'{text}' is not an enterprise number: first digit or check number is wrong")
        return cls(digits)

    @classmethod
    def of_serial(cls, serial: int) -> Self:
        """The number with these eight digits in front."""
        return cls(f"{serial:08d}{97 - serial % 97:02d}")


class Iban(str):
    """International bank account number, without blanks (ISO 13616)."""

    __slots__ = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read an IBAN; blanks are dropped."""
        compact = _iban.compact(text)
        if not _iban.is_valid(compact, check_country=False):
            raise PeerError(f"'{text}' is not an IBAN")
        return cls(compact)

    @classmethod
    def of_serial(cls, serial: int) -> Self:
        """The Belgian account number with these ten digits in front."""
        ten = f"{serial:010d}"
        bban = f"{ten}{int(ten) % 97 or 97:02d}"
        return cls(f"BE{98 - int(bban + '111400') % 97:02d}{bban}")


class Reference(str):
    """Reference of one message, chosen by its sender (InputReference): one line, no blanks at its ends.

    Any text since common information 2.2; the line and the bound are project-defined.
    """

    __slots__ = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a message reference."""
        is_on_one_line = text.isprintable() and text == text.strip()
        if not 1 <= len(text) <= LONGEST_REFERENCE or not is_on_one_line:
            raise PeerError(
                f"'{text[:_SHOWN]}' is not a message reference: 1 to {LONGEST_REFERENCE} visible characters"
                " on one line, without blanks at the ends, are expected"
            )
        return cls(text)


class Communication(str):
    """Structured communication of a payment (OGM, VCS): ten digits and a check number, as it is printed.

    The check number is the remainder of the ten digits by 97, 97 where that is 0 (Febelfin).
    """

    __slots__ = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``+++820/0000/00142+++``; anything else is a ``PeerError``."""
        twelve = text[3:6] + text[7:11] + text[12:17]
        if not _TWELVE.fullmatch(twelve) or cls.of_digits(twelve[:10]) != text:
            raise PeerError(f"'{text[:40]}' is not a structured communication: form or check number is wrong")
        return cls(text)

    @classmethod
    def of_digits(cls, ten: str) -> Self:
        """The communication with these ten digits in front."""
        digits = _digits(ten, 10, "the head of a structured communication")
        twelve = f"{digits}{int(digits) % 97 or 97:02d}"
        return cls(f"+++{twelve[:3]}/{twelve[3:7]}/{twelve[7:]}+++")
