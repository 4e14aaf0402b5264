"""What a care fund has accepted, per person and in all, and the payments that followed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from generale.protocol.errors import OurError
from generale.protocol.ids import Communication, FundNumber, Insz
from generale.protocol.money import ZERO, Euro

_SERIALS = 10**7


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """A payment of a fund to a facility; ``ordered`` is the day on which the file was settled."""

    amount: Euro
    communication: Communication
    """Structured, with its check number: ``+++820/0000/00142+++``."""
    ordered: date


def structured_communication(fund: FundNumber, serial: int) -> Communication:
    """The structured communication of a fund's payment or recovery with this serial number.

    Three digits of the fund and seven of the serial (project-defined). ``OurError`` where the serial has no
    seven digits.
    """
    if not 0 <= serial < _SERIALS:
        raise OurError(f"{serial} is no serial number of a payment: seven digits are expected")
    return Communication.of_digits(f"{fund}{serial:07d}")


class Ledger:
    """Accepted days and amounts per person, net of credit notes; a day is booked once."""

    def __init__(self) -> None:
        self._days: dict[Insz, set[date]] = {}
        self._amounts: dict[Insz, Euro] = {}

    def book(self, insz: Insz, days: Iterable[date], amount: Euro) -> None:
        """Book accepted days and what they cost; ``OurError`` where a day is booked already."""
        new, booked = frozenset(days), self._days.setdefault(insz, set())
        twice = new & booked
        if twice:
            raise OurError(f"{min(twice)} is settled already")
        booked |= new
        self._amounts[insz] = self.amount(insz) + amount

    def credit(self, insz: Insz, days: Iterable[date], amount: Euro) -> None:
        """Take accepted days back; ``amount`` is below zero. ``OurError`` where a day is not booked."""
        back, booked = frozenset(days), self._days.setdefault(insz, set())
        strange = back - booked
        if strange:
            raise OurError(f"{min(strange)} was not settled")
        booked -= back
        self._amounts[insz] = self.amount(insz) + amount

    def days(self, insz: Insz) -> frozenset[date]:
        """The days of a person that were accepted and not credited."""
        return frozenset(self._days.get(insz, ()))

    def amount(self, insz: Insz) -> Euro:
        """What was accepted for a person less what was credited, in euro."""
        return self._amounts.get(insz, ZERO)

    @property
    def total(self) -> Euro:
        """What was accepted in all less what was credited, in euro."""
        return Euro.total(list(self._amounts.values()))
