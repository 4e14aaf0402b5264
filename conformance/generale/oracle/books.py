"""The books of the oracle: which days were accepted for whom, and what was paid for which file."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TypeAlias

from generale.oracle.absences import Absences
from generale.oracle.invariant import Invariant
from generale.oracle.members import Members
from generale.oracle.rates import Rates
from generale.oracle.stays import Stay, Stays
from generale.protocol.calendar import days_between
from generale.protocol.flatfile import BillKind, InvoiceFile, LineDecision, Settlement, line_decisions
from generale.protocol.ids import Hco, Insz
from generale.protocol.messages import StayType
from generale.protocol.money import ZERO, Euro
from generale.protocol.profile import Profile

File: TypeAlias = tuple[str, str]
"""The RIZIV number that sent a file, eight digits, and its reference."""

Finding: TypeAlias = tuple[Invariant, str, str, str]
"""Which invariant, about whom beside the file, what was expected, and what was found."""

_LONGEST_LINE = 366
_CENT = Decimal("0.01")
_ROUNDED_TWICE = 2 * _CENT
"""How far a credited amount may lie from the rates: what was accepted was rounded, and what stays is."""


@dataclass(slots=True)
class Booked:
    """What is known of one file."""

    invoice: InvoiceFile
    statement: Settlement | None = None
    payments: list[tuple[Euro, str]] = field(default_factory=list)
    set_off: list[Euro] = field(default_factory=list)
    is_held_up: bool = False
    """Whether an answer to it was rejected on its way: the statement may come after the payment, or never."""
    is_returned: bool = False
    """Whether it came back as a whole, so that no statement follows."""
    known_changes: int = 0
    """How many changes of fund were told when it was received."""
    is_crossed: bool = False
    """Whether an advance was paid while it awaited its statement, and may be younger than its judgement."""


class Books:
    """Files, statements and payments, and each accepted day of each person."""

    def __init__(
        self, profile: Profile, stays: Stays, absences: Absences, rates: Rates, members: Members
    ) -> None:
        self._types = {row.code: row.stay_type for row in profile.performance_codes}
        self._stays = stays
        self._absences = absences
        self._rates = rates
        self._members = members
        self._days: dict[tuple[str, date], File] = {}
        self._cost: dict[tuple[str, date], Decimal] = {}
        self.files: dict[File, Booked] = {}

    def settled(self, file: File, statement: Settlement) -> Iterator[Finding]:
        """Book a statement line by line."""
        booked = self.files[file]
        if booked.statement is not None:
            if booked.statement != statement:
                yield Invariant.ONE_STATEMENT, "", "the statement that was sent before", "another one"
            return
        booked.statement = statement
        lines = list(line_decisions(statement, booked.invoice))
        yield from _sums(statement, booked.invoice, lines)
        for line in lines:
            if line.accepted:
                yield from self._accepted(file, line)

    def paid(self, file: File, amount: Euro, communication: str) -> None:
        """Book a payment for a file."""
        self.files[file].payments.append((amount, communication))

    def awaiting(self, facility: str, fund: str) -> Iterator[Booked]:
        """The files of a facility to a fund on which no statement has come yet."""
        for (sender, _), one in self.files.items():
            if sender == facility and fund_of(one) == fund and one.statement is None and not one.is_returned:
                yield one

    def open(self) -> Iterator[tuple[File, Finding]]:
        """What of payments and statements does not agree when everything has been seen."""
        for file, booked in self.files.items():
            statement = booked.statement
            if statement is None and booked.is_held_up:
                continue
            due = (ZERO if statement is None else statement.accepted) - Euro.total(booked.set_off)
            expected = [str(due)] if due > ZERO else []
            if [str(amount) for amount, _ in booked.payments] != expected:
                paid = ", ".join(str(amount) for amount, _ in booked.payments) or "nothing"
                yield file, (Invariant.PAID_AS_ACCEPTED, "", ", ".join(expected) or "nothing", paid)
            elif statement is not None:
                told = {one.payment_reference for one in statement.funds}
                for _, communication in booked.payments:
                    if communication not in told:
                        said = ", ".join(sorted(told))
                        yield file, (Invariant.PAID_AS_ACCEPTED, "", said, communication)

    def _accepted(self, file: File, line: LineDecision) -> Iterator[Finding]:
        days = list(days_between(line.line.first, line.line.last))[:_LONGEST_LINE]
        insz = line.bill.insz
        if line.bill.kind is BillKind.CREDIT:
            yield from self._credited(file, line, days)
            return
        stay_type, hco = self._types.get(line.line.code[1:]), self._rates.hco_of.get(file[0])
        stays = tuple(self._stays.of(Insz(insz)))
        for day in days:
            before = self._days.setdefault((insz, day), file)
            if before != file:
                yield (
                    Invariant.PAID_ONCE,
                    f"{insz} {day}",
                    "a day that was not accepted before",
                    " ".join(before),
                )
            if stay_type is None or hco is None or not _stayed(stays, hco, stay_type, day):
                yield Invariant.INSIDE_A_STAY, f"{insz} {day}", "an accepted stay of that type", "none"
            elif self._absences.leave_out(Insz(insz), day):
                yield Invariant.NOBODY_AWAY, f"{insz} {day}", "nobody who is absent", "an accepted absence"
        yield from self._of_others(self.files[file], insz, days)
        if stay_type is not None and hco is not None and self._rates.are_told(hco):
            yield from self._costs(line, hco, stay_type, days)

    def _of_others(self, booked: Booked, insz: str, days: Sequence[date]) -> Iterator[Finding]:
        """The days that were of another fund, by all that was told from the receipt of the file on."""
        mine = fund_of(booked)
        for day in days:
            funds = self._members.funds_on(insz, day, booked.known_changes)
            if funds and mine not in funds:
                expected = f"a day of fund {' or '.join(sorted(funds))}"
                yield Invariant.FUND_OF_THE_DAY, f"{insz} {day}", expected, f"accepted by fund {mine}"

    def _credited(self, file: File, line: LineDecision, days: Sequence[date]) -> Iterator[Finding]:
        insz = line.bill.insz
        costs = [self._cost.pop((insz, day), None) for day in days]
        for day in days:
            before = self._days.pop((insz, day), None)
            if before is None or before[0] != file[0]:
                yield Invariant.CREDITED_BEFORE, f"{insz} {day}", "a day that was accepted", "none"
        known = [cost for cost in costs if cost is not None]
        given_back, cost = -Decimal(line.line.amount.cents) / 100, sum(known, Decimal(0))
        if len(known) == len(days) and abs(given_back - cost) > _ROUNDED_TWICE:
            yield Invariant.CREDITED_AS_ACCEPTED, insz, str(cost), str(given_back)

    def _costs(
        self, line: LineDecision, hco: Hco, stay_type: StayType, days: Sequence[date]
    ) -> Iterator[Finding]:
        rates = [self._rates.on(hco, stay_type, day) for day in days]
        known = [rate for rate in rates if rate is not None]
        if len(known) != len(days) or line.line.days != len(days):
            expected, found = f"{len(days)} days with a rate", f"{line.line.days} days, {len(known)} rates"
            yield Invariant.RATE_OF_THE_DAY, line.bill.insz, expected, found
            return
        self._cost |= {(line.bill.insz, day): rate for day, rate in zip(days, known, strict=True)}
        cost = sum(known, Decimal(0))
        if abs(Decimal(line.line.amount.cents) / 100 - cost) >= _CENT:
            yield Invariant.RATE_OF_THE_DAY, line.bill.insz, str(cost), str(line.line.amount)


def fund_of(booked: Booked) -> str:
    """The number of the fund that a file bills, three digits."""
    return f"{booked.invoice.fund:03d}"


def _stayed(stays: Iterable[Stay], hco: Hco, stay_type: StayType, day: date) -> bool:
    return any(
        stay.hco == hco and stay.first <= day <= stay.last and stay.type_on(day) is stay_type
        for stay in stays
    )


def _sums(statement: Settlement, invoice: InvoiceFile, lines: Sequence[LineDecision]) -> Iterator[Finding]:
    accepted = Euro.total([one.line.amount for one in lines if one.accepted])
    refused = Euro.total([one.line.amount for one in lines if not one.accepted])
    expected = (invoice.amount, accepted, refused)
    found = (statement.asked, statement.accepted, statement.refused)
    if expected != found:
        yield Invariant.STATEMENT_ADDS_UP, "", _told(expected), _told(found)


def _told(sums: tuple[Euro, Euro, Euro]) -> str:
    return "asked {}, accepted {}, refused {}".format(*sums)
