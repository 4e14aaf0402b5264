"""The way of advances through the world: a fund pays them, claims them back, and is repaid. All is told."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Protocol, TypeVar

from generale.carefunds.advance_ledger import AdvanceLedger
from generale.carefunds.fund import CareFund
from generale.carefunds.recovery import RecoveryReason
from generale.platform.platform import Platform
from generale.protocol.calendar import CareMonth
from generale.protocol.clock import VirtualClock, brussels
from generale.protocol.errors import OurError, UsageError
from generale.protocol.form import to_json
from generale.protocol.ids import Communication, FundNumber, Hco
from generale.protocol.money import Euro
from generale.results.events import EventType, Party

T = TypeVar("T")


class MoneyDeed(StrEnum):
    """What a scenario can let a fund do about advances."""

    ADVANCE = "advance"
    """Pay ``amount`` as the advance of ``month``."""
    CLAIM = "claim"
    """Settle the year of ``month`` and claim back by registered letter what is left of it."""
    SECOND_LETTER = "second-letter"
    """Send the letter of ``notice`` again, with a new term."""
    REMINDER = "reminder"
    """Remind of ``notice``, whose term is over."""
    REPAYMENT = "repayment"
    """Receive ``amount`` from the facility under ``notice``."""
    REFUND = "refund"
    """Give back what was repaid too much under ``notice``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyMove:
    """One deed of a fund towards a facility; which of the others it needs, ``MoneyDeed`` tells."""

    deed: MoneyDeed
    fund: FundNumber
    facility: Hco
    month: CareMonth | None = None
    amount: Euro | None = None
    notice: Communication | None = None


class Surroundings(Protocol):
    """What advancing needs of the world around it."""

    clock: VirtualClock
    funds: dict[FundNumber, CareFund]
    platform: Platform

    def tell(
        self, type_: EventType, sender: Party, ids: Mapping[str, str], data: Mapping[str, Any] | None = None
    ) -> None:
        """Say in the log what happens now."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _Done:
    """What was booked: the event that tells it, with what names it beside fund and facility."""

    type: EventType
    name: tuple[str, str]
    data: Mapping[str, Any]


@dataclass(slots=True)
class Advancing:
    """Lets the funds of a world do what a scenario says about advances."""

    world: Surroundings
    _paid: int = 0

    def check(self, move: MoneyMove) -> None:
        """``UsageError`` where a deed cannot be done now, tried on a copy of what the fund knows."""
        if move.facility not in self.world.platform.facilities:
            raise UsageError(f"{move.facility} is no facility of this rehearsal", hint="look at its set-up")
        try:
            self._booked(deepcopy(self._ledger(move.fund)), move)
        except OurError as error:
            raise UsageError(str(error), hint=f"fund {move.fund} cannot do '{move.deed}' now") from error

    def do(self, move: MoneyMove) -> None:
        """Let a fund do one deed that was checked, and tell it."""
        done = self._booked(self._ledger(move.fund), move)
        if done is None:
            return
        self._paid += done.type is EventType.ADVANCED
        nihii = self.world.platform.facilities[move.facility].nihii
        ids = {"fund": move.fund, "facility": nihii, done.name[0]: done.name[1]}
        self.world.tell(done.type, Party.FUND, ids, to_json(done.data))

    def _booked(self, ledger: AdvanceLedger, move: MoneyMove) -> _Done | None:
        """Book a deed; None where a year is settled in which nothing is left to claim."""
        match move.deed:
            case MoneyDeed.ADVANCE:
                return self._advanced(ledger, move)
            case MoneyDeed.CLAIM:
                return self._claimed(ledger, move)
            case MoneyDeed.SECOND_LETTER | MoneyDeed.REMINDER:
                return self._reminded(ledger, move)
            case _:
                return self._money_came_back(ledger, move)

    def _advanced(self, ledger: AdvanceLedger, move: MoneyMove) -> _Done:
        month, amount = _given(move.month, "month", move), _given(move.amount, "amount", move)
        account = ledger.account(move.facility)
        account.advance(self._today, month, amount)
        data = {"amount": amount, "month": month, "balance": account.balance}
        return _Done(type=EventType.ADVANCED, name=("payment", f"V{self._paid + 1:09d}"), data=data)

    def _claimed(self, ledger: AdvanceLedger, move: MoneyMove) -> _Done | None:
        year = _given(move.month, "month", move).year
        one = ledger.claim(move.facility, self._today, (year,), RecoveryReason.YEAR_BILLED)
        if one is None:
            return None
        data = {
            "amount": one.amount,
            "first_month": one.first_month,
            "last_month": one.last_month,
            "due": one.due,
            "reason": one.reason,
            "balance": ledger.account(move.facility).balance,
        }
        return _Done(type=EventType.CLAIMED, name=("notice", one.reference), data=data)

    def _reminded(self, ledger: AdvanceLedger, move: MoneyMove) -> _Done:
        notice, account = _given(move.notice, "notice", move), ledger.account(move.facility)
        write = account.send_again if move.deed is MoneyDeed.SECOND_LETTER else account.remind
        one = write(self._today, notice)
        data = {"by": move.deed, "open": one.still_open, "due": one.due}
        return _Done(type=EventType.REMINDED, name=("notice", notice), data=data)

    def _money_came_back(self, ledger: AdvanceLedger, move: MoneyMove) -> _Done:
        notice, account = _given(move.notice, "notice", move), ledger.account(move.facility)
        if move.deed is MoneyDeed.REFUND:
            given_back = account.refund(self._today, notice)
            data: dict[str, Any] = {"amount": given_back, "balance": account.balance}
            return _Done(type=EventType.REFUNDED, name=("notice", notice), data=data)
        amount = _given(move.amount, "amount", move)
        one = account.repay(self._today, notice, amount)
        data = {"amount": amount, "open": one.still_open, "balance": account.balance}
        return _Done(type=EventType.REPAID, name=("notice", notice), data=data)

    @property
    def _today(self) -> date:
        return brussels(self.world.clock.now()).date()

    def _ledger(self, fund: FundNumber) -> AdvanceLedger:
        found = self.world.funds.get(fund)
        if found is None or found.advances is None:
            raise UsageError(
                f"{fund} is no fund that pays advances", hint="look at [advances] of the profile"
            )
        return found.advances


def _given(value: T | None, name: str, move: MoneyMove) -> T:
    if value is None:
        raise UsageError(f"'{move.deed}' lacks '{name}'", hint=f"give '{name}'")
    return value
