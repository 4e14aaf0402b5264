"""The registered letter of an open recovery: what the table holds, and nothing that it does not.

Address, account and the day by which to repay are not in the table; a letter leaves them open. It is in
Dutch, as letters of care funds are.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from generale.agency.recovery import Recovery, RecoveryTable
from generale.agency.wording import Wording
from generale.protocol.ids import Communication

MONTHS = (
    "januari", "februari", "maart", "april", "mei", "juni",
    "juli", "augustus", "september", "oktober", "november", "december",
)  # fmt: skip
"""The months in Dutch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryLetter:
    """What a letter says; texts are Dutch, amounts as ``1.340,93``."""

    row: int
    """Its place among the recoveries of the table, from 1 on."""
    fund: str
    facility: str
    numbers: tuple[str, ...]
    group: int
    month: str
    """The month of the first letter."""
    amount: str
    reference: Communication
    day: str
    """The day of the last letter, which this one is."""
    earlier: tuple[str, ...]
    """The days of the letters before it, for the same debt."""
    dated: date

    @property
    def content(self) -> dict[str, object]:
        """What the template is filled in with."""
        return {
            "row": self.row,
            "fund": self.fund,
            "facility": self.facility,
            "numbers": list(self.numbers),
            "group": self.group,
            "month": self.month,
            "amount": self.amount,
            "reference": self.reference,
            "day": self.day,
            "earlier": list(self.earlier),
        }


def open_letters(table: RecoveryTable) -> Iterator[RecoveryLetter]:
    """A letter for each recovery that is not repaid, in the order of the table."""
    for row, recovery in enumerate(table.recoveries, start=1):
        if recovery.repaid is None:
            yield _letter(row, recovery)


def letters_text(number: int, folder: str, wording: Wording) -> str:
    """How many letters lie in which folder, for a person."""
    return wording.counted("recoveries.letters", number, folder=folder)


def reference_of(row: int, recovery: Recovery) -> Communication:
    """Five digits of the first facility number and five of the row (project-defined): one for each row."""
    return Communication.of_digits(f"{recovery.numbers[0]:0>5}{row:05d}")


def _letter(row: int, recovery: Recovery) -> RecoveryLetter:
    *earlier, last = recovery.letters
    first = recovery.letters[0]
    return RecoveryLetter(
        row=row,
        fund=recovery.fund,
        facility=recovery.facility,
        numbers=recovery.numbers,
        group=recovery.group,
        month=f"{MONTHS[first.month - 1]} {first.year}",
        amount=Wording("nl").amount(recovery.amount),
        reference=reference_of(row, recovery),
        day=_day(last),
        earlier=tuple(map(_day, earlier)),
        dated=last,
    )


def _day(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
