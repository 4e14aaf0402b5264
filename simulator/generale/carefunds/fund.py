"""A care fund: it is told about members, stays and tariffs, and settles the invoice files it receives."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from generale.carefunds.accepted_bills import AcceptedBills
from generale.carefunds.advance_ledger import AdvanceLedger
from generale.carefunds.knowledge import Knowledge, sending_number_is_free
from generale.carefunds.ledger import Ledger, Payment, structured_communication
from generale.carefunds.life import FileEvent, FileState, Shipment, next_state
from generale.carefunds.register import Register, Settled, Tariff, nothing_settled
from generale.carefunds.settlement import (
    BillResult,
    LineResult,
    SettlementResult,
    judged_as_a_whole,
)
from generale.protocol.clock import brussels
from generale.protocol.errors import OurError
from generale.protocol.flatfile.invoice import Bill, BillKind, InvoiceFile, Line, PreviousBill
from generale.protocol.ids import FundNumber, Insz
from generale.protocol.money import ZERO
from generale.protocol.pieces import Pieces, at_once
from generale.protocol.profile import Profile
from generale.rules.accepted import AcceptedLine
from generale.rules.billed import BilledPeople, billed_days
from generale.rules.engine import RuleSet
from generale.rules.facts import FacilityRecord, FundMove, StayRecord
from generale.rules.findings import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Forced:
    """What a scenario makes the fund refuse a bill for; with ``day`` only the line that bills this day."""

    finding: Finding
    day: date | None = None

    def of_bill(self) -> tuple[Finding, ...]:
        """What is said of the bill as a whole."""
        return () if self.day else (self.finding,)

    def of_line(self, line: Line) -> tuple[Finding, ...]:
        """What is said of one line."""
        return (self.finding,) if self.day and line.first <= self.day <= line.last else ()


Imposed = Callable[[Bill], Forced | None]
"""What a scenario makes the fund refuse of a bill; None leaves the bill to the controls."""


def nothing_imposed(_bill: Bill) -> Forced | None:
    """Leave every bill to the controls."""
    return None


class CareFund:
    """One care fund; every change comes from a call, so the same calls make the same fund."""

    def __init__(self, number: FundNumber, profile: Profile, rule_set: RuleSet) -> None:
        self.number = number
        self.ledger = Ledger()
        self.accounts = AdvanceLedger(number, profile.advances)
        self._profile = profile
        self._rules = rule_set
        self._register = Register()
        self._lives: dict[Shipment, FileState] = {}
        self._refused_bills: set[tuple[str, PreviousBill]] = set()
        self._accepted_bills = AcceptedBills()
        self._payments: list[Payment] = []

    @property
    def advances(self) -> AdvanceLedger | None:
        """The accounts where the profile knows advances; credit notes stand on them in any case."""
        return self.accounts if self._profile.advances else None

    def join(self, insz: Insz, since: date, until: date | None = None) -> None:
        """A person becomes a member, both days included; the same first day again changes the last one."""
        self._register.join(insz, since, until)

    def is_member(self, insz: Insz, day: date) -> bool:
        """Whether a person is a member of this fund on a day."""
        return self._register.is_member(insz, day)

    def member_since(self, insz: Insz, day: date) -> date | None:
        """The first day of the membership that holds on a day; None where there is none."""
        return self._register.member_since(insz, day)

    def knows(self, insz: Insz) -> bool:
        """Whether a person is, has been or will be a member of this fund."""
        return self._register.knows(insz)

    def note_move(self, insz: Insz, move: FundMove, settled: Settled = nothing_settled) -> None:
        """Note that a person goes from one fund to another; this is one of the two.

        The former one refuses days from the change on from now on. ``settled`` gives those of them that it
        has accepted: they stay as they are until they are credited, and the new one does not pay them again
        (project-defined).
        """
        if move.former == self.number:
            self._register.leave(insz, move.start)
        elif move.fund == self.number:
            self._register.join(insz, move.start)
            self._register.note_settled(insz, settled)
        self._register.note_move(insz, move)

    def settled_since(self, insz: Insz, day: date) -> frozenset[date]:
        """The days of a person from a day on that this fund has accepted."""
        return frozenset(one for one in self.ledger.days(insz) if one >= day)

    def note_stay(self, stay: StayRecord) -> None:
        """Note an accepted stay; it replaces what was noted on the same admission under the same number.

        A stay that turns out to be another fund's is noted with that fund, and is no longer paid here.
        """
        self._register.note_stay(stay)

    def withdraw_stay(self, stay: StayRecord) -> None:
        """Forget a stay that turns out never to have been, or to be another person's or fund's."""
        self._register.withdraw_stay(stay)

    def note_short_stay(self, insz: Insz, days: Iterable[date]) -> None:
        """Note days of short stay of a person that were paid to houses of which nothing else is known."""
        self._register.note_short_stay(insz, days)

    def note_facility(self, facility: FacilityRecord, tariffs: Sequence[Tariff]) -> None:
        """Note the allowances per day of a facility number; a later note replaces them."""
        self._register.note_tariffs(facility.hco, tariffs)

    def refuse_technically(self, shipment: Shipment) -> None:
        """Note that a file was refused by 920999: nothing is booked, and its sending number stays free."""
        self._live(shipment, FileEvent.TECHNICAL_FAULT_FOUND)

    def state(self, shipment: Shipment) -> FileState | None:
        """Where a file stands; None where none came under this sending number."""
        return self._lives.get(shipment)

    @property
    def payments(self) -> tuple[Payment, ...]:
        """All payments, in order."""
        return tuple(self._payments)

    def settle(
        self,
        file: InvoiceFile,
        facility: FacilityRecord | None,
        received: datetime,
        imposed: Imposed = nothing_imposed,
        blocked: Finding | None = None,
        *,
        is_strict: bool = False,
    ) -> SettlementResult:
        """What ``settling`` ends in, without a stop."""
        return at_once(self.settling(file, facility, received, imposed, blocked, is_strict=is_strict))

    def settling(
        self,
        file: InvoiceFile,
        facility: FacilityRecord | None,
        received: datetime,
        imposed: Imposed = nothing_imposed,
        blocked: Finding | None = None,
        *,
        is_strict: bool = False,
    ) -> Pieces[SettlementResult]:
        """Judge a technically valid file, book what is accepted, and pay it; in pieces, told in lines.

        ``facility`` is None where nobody knows the number that bills; ``blocked`` is what a scenario makes
        the fund refuse the whole file for. A fund that judges whole files sends one back, and books nothing,
        for such a finding or for too many errors; any is too many where it ``is_strict``. ``OurError`` for
        another fund's file. No other file is settled in between; everything is booked in the last piece.
        """
        if file.fund != int(self.number):
            raise OurError(f"a file for fund {file.fund:03d} came to fund {self.number}")
        facts = self._knowledge(file, facility, received)
        result = yield from self._judged(file, facts, imposed, blocked)
        yield sum(len(bill.lines) for bill in file.bills)
        limit = self._profile.error_limits.get(self.number)
        if limit and is_strict:
            limit = replace(limit, percentage=0)
        result = judged_as_a_whole(result, self._rules, limit) if limit else result
        if result.state is FileState.SENT_BACK:
            self._live(Shipment.of(file), FileEvent.TAKEN_IN, FileEvent.ERRORS_OVER_LIMIT)
            return result
        event = FileEvent.FILE_CONTROL_FAILED if result.findings else FileEvent.LINES_JUDGED
        self._live(Shipment.of(file), FileEvent.TAKEN_IN, event)
        self._book(result)
        return self._paid(result, facility, brussels(received).date())

    def _knowledge(self, file: InvoiceFile, facility: FacilityRecord | None, received: datetime) -> Knowledge:
        return Knowledge(
            received=received,
            fund=self.number,
            profile=self._profile,
            provider=file.provider,
            billing=facility,
            register=self._register,
            ledger=self.ledger,
            lives=self._lives,
            refused_bills=self._refused_bills,
            accepted_bills=self._accepted_bills,
        )

    def _live(self, shipment: Shipment, *events: FileEvent) -> None:
        """Lead a file through its life; one that reuses a sending number leaves the first as it is."""
        state = self._lives.get(shipment)
        if not sending_number_is_free(state, self._profile):
            return
        state = next_state(state, FileEvent.REPAIRED_FILE_RECEIVED) if state else FileState.RECEIVED
        for event in events:
            state = next_state(state, event)
        self._lives[shipment] = state

    def _judged(
        self, file: InvoiceFile, facts: Knowledge, imposed: Imposed, blocked: Finding | None
    ) -> Pieces[SettlementResult]:
        findings = (*((blocked,) if blocked else ()), *self._rules.judge_file(file, facts))
        if findings:
            bills = tuple(map(_refused_with_file, file.bills))
            return SettlementResult(file=file, state=FileState.REFUSED, bills=bills, findings=findings)
        people, judged = BilledPeople(file, facts), list[BillResult]()
        for bill in file.bills:
            judged.append((yield from self._judged_bill(file, bill, facts, imposed(bill), people)))
        return SettlementResult(file=file, state=FileState.SETTLED, bills=tuple(judged))

    def _judged_bill(
        self,
        file: InvoiceFile,
        bill: Bill,
        facts: Knowledge,
        forced: Forced | None,
        people: BilledPeople,
    ) -> Pieces[BillResult]:
        findings = (*(forced.of_bill() if forced else ()), *self._rules.judge_bill(file, bill, facts))
        lines = list[LineResult]()
        for line in bill.lines:
            place = people.place(bill, line)
            of_line = self._rules.judge_line(place, facts)
            own = (*(forced.of_line(line) if forced else ()), *of_line)
            accepted = not findings and not own
            rates = place.rates if accepted else ()
            lines.append(LineResult(line=line, accepted=accepted, findings=own, rates=rates))
            if accepted and bill.kind is BillKind.CREDIT:
                people.credit(bill, line)
            yield 1
        return BillResult(bill=bill, lines=tuple(lines), findings=findings)

    def _book(self, result: SettlementResult) -> None:
        file = result.file
        for one in result.bills:
            if one.bill.kind is BillKind.CREDIT:
                self._book_credit(file, one)
                continue
            for line in one.accepted:
                self.ledger.book(Insz(one.bill.insz), billed_days(file, line.line), line.line.amount)
            name = PreviousBill(
                number=one.bill.number,
                sending_number=file.sending_number,
                fund=file.fund,
                month=file.month,
            )
            accepted = (AcceptedLine(line=line.line, rates=line.rates) for line in one.accepted)
            self._accepted_bills.book(file.provider, name, Insz(one.bill.insz), accepted)
            if one.is_refused:
                self._refused_bills.add((file.provider, name))

    def _book_credit(self, file: InvoiceFile, one: BillResult) -> None:
        for line in one.accepted:
            self.ledger.credit(Insz(one.bill.insz), billed_days(file, line.line), line.line.amount)
            if one.bill.previous is not None:
                self._accepted_bills.credit(file.provider, one.bill.previous, line.line)

    def _paid(self, result: SettlementResult, facility: FacilityRecord | None, day: date) -> SettlementResult:
        """Pay what is accepted, less what was advanced or credited, unless nothing is left to pay.

        A file that credits more than it bills leaves a debt of the facility, and nothing is paid.
        """
        amount, set_off, month = result.accepted, ZERO, result.file.month
        account = self.accounts.account(facility.hco) if facility else None
        if account and amount > ZERO:
            set_off = account.accept(day, month, amount).set_off
            amount = account.pay(day)
        elif account and amount < ZERO:
            account.credit(day, month, -amount)
        if amount <= ZERO:
            return replace(result, set_off=set_off)
        communication = structured_communication(self.number, len(self._payments) + 1)
        payment = Payment(amount=amount, communication=communication, ordered=day)
        self._payments.append(payment)
        return replace(result, payment=payment, set_off=set_off)


def _refused_with_file(bill: Bill) -> BillResult:
    return BillResult(bill=bill, lines=tuple(LineResult(line=line, accepted=False) for line in bill.lines))
