"""What one fund and one house owe each other while advances run: advances, set-off, recovery, repayment.

One account for one house with all its numbers, at one fund: nothing is ever netted with another fund. An
advance is set off against bills for care of its own year (project-defined); what is left is claimed back.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType

from generale.carefunds.posting import Account, Book, Deed, Posting
from generale.carefunds.recovery import Recovery, RecoveryReason
from generale.protocol.calendar import CareMonth
from generale.protocol.errors import OurError
from generale.protocol.ids import Communication
from generale.protocol.money import ZERO, Euro


class HouseState(StrEnum):
    """Where a house stands in the scheme of advances."""

    ADVANCED = "advanced"
    LEFT = "left"
    """It opted out: no advance any more, its bills go on."""
    STOPPED = "stopped"
    """It stopped, failed or was taken over."""


class HouseEvent(StrEnum):
    """What happens to a house in the scheme of advances."""

    OPTED_OUT = "opted-out"
    STOPPED = "stopped"


HOUSE_TRANSITIONS: Mapping[HouseState, Mapping[HouseEvent, HouseState]] = MappingProxyType(
    {
        HouseState.ADVANCED: {
            HouseEvent.OPTED_OUT: HouseState.LEFT,
            HouseEvent.STOPPED: HouseState.STOPPED,
        },
        HouseState.LEFT: {HouseEvent.STOPPED: HouseState.STOPPED},
        HouseState.STOPPED: {},
    }
)
"""From each state, what may happen and where it leads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """What became of an accepted amount: one part is set off, the other is owed to the house."""

    set_off: Euro
    owed: Euro


class AdvanceAccount:
    """The account of one house at one fund; every change comes from a call, with its day."""

    def __init__(self, repay_days: int) -> None:
        self.book = Book()
        self.state = HouseState.ADVANCED
        self._term = timedelta(days=repay_days)
        self._months: set[CareMonth] = set()
        self._settled: set[int] = set()
        self._recoveries: dict[Communication, Recovery] = {}

    @property
    def balance(self) -> Euro:
        """Above zero the house owes, below zero the fund owes."""
        accounts = (Account.TO_SET_OFF, Account.CLAIMED, Account.OWED, Account.OVERPAID)
        return Euro.total([self.book.total(account) for account in accounts])

    def recoveries(self, day: date) -> tuple[Recovery, ...]:
        """The recoveries as they stand on a day, oldest first."""
        return tuple(one.seen_on(day) for one in self._recoveries.values())

    def live(self, event: HouseEvent) -> None:
        """Lead the house on; ``OurError`` where the table does not allow it."""
        if event not in HOUSE_TRANSITIONS[self.state]:
            raise OurError(f"a house that is {self.state} knows no {event}")
        self.state = HOUSE_TRANSITIONS[self.state][event]

    def advance(self, day: date, month: CareMonth, amount: Euro) -> None:
        """Pay the advance of a care month.

        ``OurError`` for a month that was advanced, in a year that was settled, or to a house that left.
        """
        if self.state is not HouseState.ADVANCED or month in self._months or month.year in self._settled:
            raise OurError(f"no advance for {month} to a house that is {self.state}")
        self._post(day, Deed.ADVANCE, month.year, amount)
        self._months.add(month)
        self._set_off(day, month.year)

    def accept(self, day: date, month: CareMonth, amount: Euro) -> Accepted:
        """Book an accepted amount of a bill, and deduct it from what the house has had for that year."""
        before = self.owed
        self._post(day, Deed.ACCEPTED, month.year, amount)
        self._set_off(day, month.year)
        owed = self.owed - before
        return Accepted(set_off=amount - owed, owed=owed)

    def credit(self, day: date, month: CareMonth, amount: Euro) -> None:
        """Book an accepted credit note; ``amount`` is above zero, and is set off or claimed as an advance."""
        self._post(day, Deed.CREDITED, month.year, amount)
        self._set_off(day, month.year)

    @property
    def owed(self) -> Euro:
        """What was accepted and is not yet paid."""
        return -self.book.total(Account.OWED)

    def pay(self, day: date) -> Euro:
        """Pay what is owed; zero where nothing is."""
        paid = self.owed
        for year in self.book.years:
            owed = -self.book.on(Account.OWED, year)
            if owed > ZERO:
                self._post(day, Deed.PAYMENT, year, owed)
        return paid

    def claim(
        self, day: date, years: Collection[int], reason: RecoveryReason, reference: Communication
    ) -> Recovery | None:
        """Settle years and claim by letter what is left of them; None where nothing is.

        ``OurError`` where a house that did not stop is claimed from for that, or a reference is used twice.
        """
        if (reason is RecoveryReason.STOPPED) != (self.state is HouseState.STOPPED):
            raise OurError(f"a house that is {self.state} is not claimed from because {reason}")
        if reference in self._recoveries:
            raise OurError(f"{reference} claims something else")
        self._settled |= set(years)
        left = {year: self.book.on(Account.TO_SET_OFF, year) for year in sorted(years)}
        left = {year: amount for year, amount in left.items() if amount > ZERO}
        if not left:
            return None
        for year, amount in left.items():
            self._post(day, Deed.CLAIM, year, amount)
        months = sorted(month for month in self._months if month.year in left)
        recovery = Recovery(
            reference=reference,
            reason=reason,
            first_month=months[0] if months else CareMonth(min(left), 1),
            last_month=months[-1] if months else CareMonth(max(left), 12),
            claimed=left,
            open=left,
            letters=(day,),
            due=day + self._term,
        )
        self._recoveries[reference] = recovery
        return recovery

    def send_again(self, day: date, reference: Communication) -> Recovery:
        """A second letter for the same debt; nothing is booked."""
        return self._note(self._recovery(reference).sent_again(day, self._term))

    def remind(self, day: date, reference: Communication) -> Recovery:
        """Remind of what is overdue; nothing is booked."""
        return self._note(self._recovery(reference).reminded(day))

    def repay(self, day: date, reference: Communication, amount: Euro) -> Recovery:
        """Book money that came in under a reference: on the oldest year first, and beyond it as too much."""
        if amount <= ZERO:
            raise OurError(f"{amount} is no repayment")
        recovery = self._recovery(reference)
        paid, excess = _paid_off(recovery.open, amount)
        changed = recovery.repaid(paid, excess, day)
        for year, part in paid.items():
            self._post(day, Deed.REPAYMENT, year, part)
        if excess > ZERO:
            self._post(day, Deed.OVERPAYMENT, max(recovery.claimed), excess)
        return self._note(changed)

    def refund(self, day: date, reference: Communication) -> Euro:
        """Give back what was repaid too much."""
        recovery = self._recovery(reference)
        changed = recovery.refunded()
        self._post(day, Deed.REFUND, max(recovery.claimed), recovery.overpaid)
        self._note(changed)
        return recovery.overpaid

    def _set_off(self, day: date, year: int) -> None:
        """Deduct what is owed for a year from advances of that year, then from what was claimed of it."""
        owed, left = -self.book.on(Account.OWED, year), self.book.on(Account.TO_SET_OFF, year)
        if min(owed, left) > ZERO:
            self._post(day, Deed.SET_OFF, year, min(owed, left))
        for recovery in list(self._recoveries.values()):
            owed = -self.book.on(Account.OWED, year)
            part = min(owed, recovery.open.get(year, ZERO))
            if part > ZERO:
                self._post(day, Deed.SET_OFF_CLAIM, year, part)
                self._note(recovery.repaid({year: part}, ZERO, day))

    def _recovery(self, reference: Communication) -> Recovery:
        if reference not in self._recoveries:
            raise OurError(f"nothing was claimed under {reference}")
        return self._recoveries[reference]

    def _note(self, recovery: Recovery) -> Recovery:
        self._recoveries[recovery.reference] = recovery
        return recovery

    def _post(self, day: date, deed: Deed, year: int, amount: Euro) -> None:
        self.book.post(Posting(day=day, deed=deed, year=year, amount=amount))


def _paid_off(open_: Mapping[int, Euro], amount: Euro) -> tuple[Mapping[int, Euro], Euro]:
    """How much of each year an amount pays off, the oldest first, and what is more than all of them."""
    paid = dict[int, Euro]()
    for year, part in sorted(open_.items()):
        covered = min(part, amount)
        if covered > ZERO:
            paid[year] = covered
        amount -= covered
    return paid, amount
