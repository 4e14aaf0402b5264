"""A care fund: it is told about members, stays and tariffs, and settles the invoice files it receives."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from generale.carefunds.ledger import Ledger, Payment, structured_communication
from generale.carefunds.life import FileEvent, FileState, Shipment, next_state
from generale.carefunds.register import Register, Tariff
from generale.carefunds.settlement import BillResult, LineResult, SettlementResult
from generale.protocol.clock import brussels
from generale.protocol.errors import OurError
from generale.protocol.flatfile.invoice import Bill, InvoiceFile, PreviousBill
from generale.protocol.ids import FundNumber, Insz
from generale.protocol.messages import StayType
from generale.protocol.money import ZERO
from generale.protocol.profile import Profile
from generale.rules.engine import RuleSet
from generale.rules.facts import FacilityRecord, StayRecord
from generale.rules.findings import Finding
from generale.rules.invoice import BilledLine

Imposed = Callable[[Bill], Finding | None]
"""What a scenario makes the fund refuse a bill for; None leaves the bill to the controls."""

_FREE = (None, FileState.REFUSED_TECHNICALLY)
"""States in which a sending number can still be used."""


def nothing_imposed(_bill: Bill) -> Finding | None:
    """Leave every bill to the controls."""
    return None


class CareFund:
    """One care fund; every change comes from a call, so the same calls give the same fund."""

    def __init__(self, number: FundNumber, profile: Profile, rule_set: RuleSet) -> None:
        self.number = number
        self.ledger = Ledger()
        self._profile = profile
        self._rules = rule_set
        self._register = Register()
        self._lives: dict[Shipment, FileState] = {}
        self._refused: set[tuple[str, PreviousBill]] = set()
        self._payments: list[Payment] = []

    def join(self, insz: Insz, since: date, until: date | None = None) -> None:
        """A person becomes a member, both days included; the same first day again changes the last one."""
        self._register.join(insz, since, until)

    def is_member(self, insz: Insz, day: date) -> bool:
        """Whether a person is a member of this fund on a day."""
        return self._register.is_member(insz, day)

    def note_stay(self, stay: StayRecord) -> None:
        """Note an accepted stay; it replaces what was noted on the same admission under the same number.

        A stay that went over to another fund is noted too, with that fund, and is no longer paid here.
        """
        self._register.note_stay(stay)

    def note_facility(self, facility: FacilityRecord, tariffs: Sequence[Tariff]) -> None:
        """Note a facility number with its allowances per day."""
        self._register.note_facility(facility, tariffs)

    def refuse_technically(self, shipment: Shipment) -> None:
        """Note that a file was refused by 920999: nothing is booked, and its sending number stays free."""
        if self._lives.get(shipment) in _FREE:
            self._begin(shipment)
            self._move(shipment, FileEvent.TECHNICAL_FAULT_FOUND)

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
    ) -> SettlementResult:
        """Judge a technically valid file, book what is accepted, and pay it.

        ``facility`` is None where nobody knows the number that bills. ``OurError`` for another fund's file.
        """
        if file.fund != int(self.number):
            raise OurError(f"a file for fund {file.fund:03d} came to fund {self.number}")
        facts = _Knowledge(self, file, facility, received)
        findings = self._rules.judge_file(file, facts)
        shipment = Shipment.of(file)
        state = FileState.REFUSED
        if self._lives.get(shipment) in _FREE:
            self._begin(shipment)
            self._move(shipment, FileEvent.TAKEN_IN)
            event = FileEvent.FILE_CONTROL_FAILED if findings else FileEvent.LINES_JUDGED
            state = self._move(shipment, event)
        judge = _refused_with_file if findings else self._judged
        bills = tuple(judge(file, bill, facts, imposed) for bill in file.bills)
        result = SettlementResult(file=file, state=state, bills=bills, findings=findings)
        return self._booked(result, brussels(received).date())

    def _begin(self, shipment: Shipment) -> None:
        if shipment in self._lives:
            self._move(shipment, FileEvent.REPAIRED_FILE_RECEIVED)
        else:
            self._lives[shipment] = FileState.RECEIVED

    def _move(self, shipment: Shipment, event: FileEvent) -> FileState:
        self._lives[shipment] = next_state(self._lives[shipment], event)
        return self._lives[shipment]

    def _judged(self, file: InvoiceFile, bill: Bill, facts: "_Knowledge", imposed: Imposed) -> BillResult:
        forced = imposed(bill)
        findings = (*([forced] if forced else ()), *self._rules.judge_bill(file, bill, facts))
        judged = [(line, self._rules.judge_line(file, bill, line, facts)) for line in bill.lines]
        lines = (
            LineResult(line=line, accepted=not findings and not own, findings=own) for line, own in judged
        )
        return BillResult(bill=bill, lines=tuple(lines), findings=findings)

    def _booked(self, result: SettlementResult, day: date) -> SettlementResult:
        for place in _accepted(result):
            self.ledger.book(place.insz, place.days, place.line.amount)
        for one in result.bills:
            if one.is_refused:
                self._refused.add((result.file.provider, self._name(result.file, one.bill)))
        if result.accepted == ZERO:
            return result
        communication = structured_communication(self.number, len(self._payments) + 1)
        payment = Payment(amount=result.accepted, communication=communication, ordered=day)
        self._payments.append(payment)
        return SettlementResult(
            file=result.file,
            state=result.state,
            bills=result.bills,
            findings=result.findings,
            payment=payment,
        )

    def _name(self, file: InvoiceFile, bill: Bill) -> PreviousBill:
        """How a rebill would name this bill."""
        return PreviousBill(
            number=bill.number, sending_number=file.sending_number, fund=int(self.number), month=file.month
        )


def _refused_with_file(
    _file: InvoiceFile, bill: Bill, _facts: "_Knowledge", _imposed: Imposed
) -> BillResult:
    return BillResult(bill=bill, lines=tuple(LineResult(line=line, accepted=False) for line in bill.lines))


def _accepted(result: SettlementResult) -> Iterator[BilledLine]:
    for one in result.bills:
        for line in one.lines:
            if line.accepted:
                yield BilledLine(result.file, one.bill, line.line)


@dataclass(frozen=True, slots=True)
class _Knowledge:
    """What a fund knows when it controls one file: the invoice facts of the controls."""

    _fund: CareFund
    _file: InvoiceFile
    _facility: FacilityRecord | None
    received: datetime
