"""The way of advances through the world: a fund pays them, claims them back, and is repaid. All is told."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Protocol, TypeVar

from generale.carefunds.advance_account import AdvanceAccount
from generale.carefunds.advance_ledger import AdvanceLedger
from generale.carefunds.fund import CareFund
from generale.carefunds.recovery import Recovery, RecoveryReason
from generale.platform.platform import Platform
from generale.protocol.calendar import CareMonth
from generale.protocol.clock import VirtualClock, brussels
from generale.protocol.errors import OurError, UsageError
from generale.protocol.form import to_json
from generale.protocol.ids import Communication, FundNumber, Hco, Nihii, Reference
from generale.protocol.messages import Advance, Message, RecoveryNotice, Repayment
from generale.protocol.money import ZERO, Euro
from generale.protocol.profile import Profile
from generale.results.events import EventType, Party
from generale.simulator.announcing import blob_of
from generale.simulator.delivery import Delivery
from generale.simulator.event import Outgoing

T = TypeVar("T")

UNASKED = Reference("")
"""Stands for the message that is answered where a fund says something of its own accord."""

KINDS: Mapping[type[Message], str] = MappingProxyType(
    {Advance: "advance", RecoveryNotice: "recovery-notice", Repayment: "repayment"}
)
"""The kinds under which messages of a fund about advances stand in the log."""


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
    """Receive ``amount``, or all that is open, from the facility under ``notice``."""
    REFUND = "refund"
    """Give back what was repaid too much under ``notice``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyMove:
    """One deed of a fund towards a facility; which of the others it needs, ``MoneyDeed`` tells.

    Without ``notice`` it is about the latest claim.
    """

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
    profile: Profile
    delivery: Delivery

    def tell(
        self, type_: EventType, sender: Party, ids: Mapping[str, str], data: Mapping[str, Any] | None = None
    ) -> None:
        """Say in the log what happens now."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _Done:
    """What was booked: the event that tells it, and what names it beside fund and facility."""

    type: EventType
    name: tuple[str, str]
    data: Mapping[str, Any]
    message: Message | None = None
    """What tells the facility, through its mailbox; None where only paper does, or nothing."""


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
        if done.message is not None:
            self._send(done.message, move.fund, nihii)

    def _send(self, message: Message, fund: FundNumber, nihii: Nihii) -> None:
        """Put what a fund says of its own accord in the mailbox: it answers nothing."""
        profile = self.world.profile
        outgoing = Outgoing(
            about=UNASKED,
            facility=nihii,
            service=profile.bindings[type(message)].service,
            kind=KINDS[type(message)],
            blob=blob_of(profile, message),
            party=Party.FUND,
            io=fund,
        )
        self.world.delivery.put(outgoing)

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
        payment = Reference(f"V{self._paid + 1:09d}")
        message = Advance(
            facility=move.facility,
            fund=move.fund,
            payment=payment,
            month=month,
            paid=self._today,
            amount=amount,
        )
        return _Done(type=EventType.ADVANCED, name=("payment", payment), data=data, message=message)

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
        return _Done(
            type=EventType.CLAIMED, name=("notice", one.reference), data=data, message=self._letter(move, one)
        )

    def _letter(self, move: MoneyMove, one: Recovery) -> RecoveryNotice:
        return RecoveryNotice(
            facility=move.facility,
            fund=move.fund,
            notice=Reference(one.reference),
            first_month=one.first_month,
            last_month=one.last_month,
            sent=self._today,
            due=one.due,
            amount=one.still_open,
        )

    def _reminded(self, ledger: AdvanceLedger, move: MoneyMove) -> _Done:
        account = ledger.account(move.facility)
        notice = self._notice(account, move)
        write = account.send_again if move.deed is MoneyDeed.SECOND_LETTER else account.remind
        one = write(self._today, notice)
        data = {"by": move.deed, "open": one.still_open, "due": one.due}
        letter = self._letter(move, one) if move.deed is MoneyDeed.SECOND_LETTER else None
        return _Done(type=EventType.REMINDED, name=("notice", notice), data=data, message=letter)

    def _money_came_back(self, ledger: AdvanceLedger, move: MoneyMove) -> _Done:
        account = ledger.account(move.facility)
        notice = self._notice(account, move)
        if move.deed is MoneyDeed.REFUND:
            given_back = account.refund(self._today, notice)
            data: dict[str, Any] = {"amount": given_back, "balance": account.balance}
            return _Done(type=EventType.REFUNDED, name=("notice", notice), data=data)
        open_ = (one.still_open for one in account.recoveries(self._today) if one.reference == notice)
        amount = move.amount or next(open_, ZERO)
        one = account.repay(self._today, notice, amount)
        data = {"amount": amount, "open": one.still_open, "balance": account.balance}
        message = Repayment(
            facility=move.facility,
            fund=move.fund,
            notice=Reference(notice),
            received=self._today,
            amount=amount,
        )
        return _Done(type=EventType.REPAID, name=("notice", notice), data=data, message=message)

    def _notice(self, account: AdvanceAccount, move: MoneyMove) -> Communication:
        """The notice that is named, or the latest; ``UsageError`` where nothing was claimed."""
        claimed = account.recoveries(self._today)
        if move.notice is None and not claimed:
            raise UsageError(f"'{move.deed}' comes before any claim", hint="let the fund claim first")
        return move.notice or claimed[-1].reference

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
