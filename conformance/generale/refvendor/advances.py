"""What care funds tell of advances: paid, claimed back, and repaid; each fund has an account of its own."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TypeAlias

from generale.driver.observations import AdvanceView, WorklistItem
from generale.protocol.ids import FundNumber, Hco
from generale.protocol.messages import Advance, RecoveryNotice, Repayment
from generale.protocol.money import ZERO, Euro
from generale.refvendor.switches import Switches

Money: TypeAlias = Advance | RecoveryNotice | Repayment


class Advances:
    """Every message of a fund about advances, by facility number."""

    def __init__(self, switches: Switches) -> None:
        self._switches = switches
        self._paid: list[Advance] = []
        self._notices: dict[tuple[FundNumber, str], RecoveryNotice] = {}
        self._repaid: dict[tuple[FundNumber, str], Euro] = {}

    def take(self, message: Money) -> None:
        """Note what a fund tells; a second letter takes the place of the first."""
        match message:
            case Advance():
                self._paid.append(message)
            case RecoveryNotice():
                self._notices[message.fund, message.notice] = message
                self._repaid.pop((message.fund, message.notice), None)
            case Repayment():
                key = message.fund, message.notice
                self._repaid[key] = self._repaid.get(key, ZERO) + message.amount

    def shown(self, hco: Hco) -> Iterator[AdvanceView]:
        """The advances of a number, one per fund and month."""
        if self._switches.on("advances-not-shown"):
            return
        views = [
            AdvanceView(fund=one.fund, month=one.month, amount=one.amount)
            for one in self._paid
            if one.facility == hco
        ]
        if views and self._switches.on("advances-added-up"):
            yield replace(views[0], amount=Euro.total([view.amount for view in views]))
            return
        yield from views

    def items(self, hco: Hco, awaited: str) -> Iterator[WorklistItem]:
        """The notices of a number on which something is open; by right each stays until all is repaid."""
        for key, notice in self._notices.items():
            repaid = self._repaid.get(key, ZERO)
            if notice.facility != hco or self._switches.on("recovery-not-listed"):
                continue
            if repaid > ZERO and self._switches.on("part-repaid-taken-for-all"):
                continue
            if repaid >= notice.amount and not self._switches.on("repaid-recovery-still-listed"):
                continue
            text = f"Terugvordering van zorgkas {notice.fund}: {notice.amount} euro, voor {notice.due}."
            yield WorklistItem(subject=notice.notice, text=text, awaited=awaited)
