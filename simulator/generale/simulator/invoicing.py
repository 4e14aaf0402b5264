"""The way of an invoice file through the world: taken in or refused technically, then settled by its fund."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from generale.carefunds.fund import CareFund, Forced
from generale.carefunds.life import FileState, Shipment
from generale.carefunds.settlement import SettlementResult, judgement_reply, settlement_reply
from generale.protocol.clock import VirtualClock, Work, brussels
from generale.protocol.flatfile import (
    Acknowledgement,
    Bill,
    File,
    Problem,
    ZoneFault,
    care_home_faults,
    decode,
    invoice_of,
    refuse,
    sparse,
    technical_faults,
    write_acknowledgement,
    write_judgement,
    write_refusal,
    write_settlement,
)
from generale.protocol.flatfile.fault import zone_fault
from generale.protocol.genericasync import PLATFORM_IO, Blob
from generale.protocol.ids import FundNumber, Insz, Nihii
from generale.protocol.money import ZERO
from generale.protocol.pieces import Pieces, joined
from generale.protocol.profile import INVOICE_NAME, Profile
from generale.results.events import EventType, Party
from generale.rules.engine import RuleSet
from generale.rules.facts import FacilityRecord
from generale.rules.findings import Finding
from generale.simulator.behaviour import Behaviours, Kind, Subject
from generale.simulator.event import Arrival, Outgoing
from generale.simulator.pick_up import PickUps

RECORDS_A_PIECE = 1000
"""How many records of a file are worked on before others may have a turn (project-defined)."""


class Surroundings(Protocol):
    """What invoicing needs of the world around it."""

    profile: Profile
    clock: VirtualClock
    behaviours: Behaviours
    funds: dict[FundNumber, CareFund]
    pick_ups: PickUps

    def facility_of(self, nihii: Nihii) -> FacilityRecord | None:
        """The registry's entry of the facility with this RIZIV number."""
        ...

    def later(self, seconds: int, action: Callable[[], None]) -> None:
        """Let something happen so many seconds from now."""
        ...

    def work_later(self, seconds: int, work: Work) -> None:
        """Let work be done so many seconds from now, or when its turn comes after that."""
        ...

    def reply(self, outgoing: Outgoing) -> None:
        """Put a reply in a mailbox."""
        ...

    def tell(
        self, type_: EventType, sender: Party, ids: Mapping[str, str], data: Mapping[str, Any] | None = None
    ) -> None:
        """Say in the log what happens now."""
        ...


@dataclass(slots=True)
class Invoicing:
    """Takes invoice files in for a world and lets their funds settle them."""

    world: Surroundings
    rules: RuleSet
    _files: int = 0

    def receive(self, arrival: Arrival) -> None:
        """Refuse a file technically, or acknowledge it and settle it later."""
        file, received = decode(arrival.content), self.world.clock.now()
        technical = technical_faults(file) or care_home_faults(file)
        io = PLATFORM_IO if technical else _fund_of(file)
        if not self.world.pick_ups.begin(arrival, Subject(service=arrival.service), io):
            return
        self._files += 1
        fund_reference = f"{self._files:014d}"
        faults = technical or self._imposed_faults(file)
        silence = self.world.behaviours.take(Kind.SILENCE, Subject(service=arrival.service))
        delay = self.world.profile.decision_seconds + (silence.after if silence else 0)
        fund = self.world.funds.get(_fund_of(file)) if not technical else None
        if not faults and fund is None:
            faults = (zone_fault(file.of_type("95")[0], "fund", Problem.NOT_ALLOWED, expected="a care fund"),)
        if faults or fund is None:
            if fund is not None:
                fund.refuse_technically(Shipment.of(invoice_of(file)))
            refusal = write_refusal(refuse(file, faults, fund_reference=fund_reference), file)
            self.world.later(delay, lambda: self._answer(arrival, received, "920999", refusal, io))
            return
        self._settle_later(arrival, file, fund, fund_reference, delay)

    def _settle_later(
        self, arrival: Arrival, file: File, fund: CareFund, fund_reference: str, delay: int
    ) -> None:
        invoice = invoice_of(file)
        received = self.world.clock.now()
        taken = write_acknowledgement(
            Acknowledgement(reference=invoice.reference, fund_reference=fund_reference, test=invoice.test)
        )
        self.world.later(delay, lambda: self._answer(arrival, received, "931000", taken, fund.number))

        def settle() -> Pieces[None]:
            facility = self.world.facility_of(arrival.sender)
            strict = self.world.behaviours.take(
                Kind.TOLERATE_NOTHING, Subject(service="invoices", fund=fund.number)
            )
            result = yield from fund.settling(
                invoice,
                facility,
                received,
                lambda bill: self._imposed_on(bill, fund),
                self._imposed_on_file(fund),
                is_strict=strict is not None,
            )
            if result.state is FileState.SENT_BACK or result.is_told_ahead:
                judgement = judgement_reply(result, file, self.rules, fund_reference=fund_reference)
                yield len(file.records)
                judged = write_judgement(judgement, file)
                self._answer(arrival, received, judgement.message_type, judged, fund.number, Party.FUND)
            if result.is_told_ahead:
                self.world.work_later(
                    self.world.profile.settlement_seconds,
                    lambda: joined(
                        self._settled(arrival, received, file, fund, fund_reference, result),
                        RECORDS_A_PIECE,
                    ),
                )
            elif result.state is not FileState.SENT_BACK:
                yield from self._settled(arrival, received, file, fund, fund_reference, result)

        self.world.work_later(
            delay + self.world.profile.settlement_seconds, lambda: joined(settle(), RECORDS_A_PIECE)
        )

    def _settled(
        self,
        arrival: Arrival,
        received: datetime,
        file: File,
        fund: CareFund,
        fund_reference: str,
        result: SettlementResult,
    ) -> Pieces[None]:
        reply = settlement_reply(result, file, self.rules, fund_reference=fund_reference)
        yield len(file.records)
        content = write_settlement(reply, file)
        if self.world.behaviours.take(Kind.SPARSE_ANSWER, Subject(service="invoices", fund=fund.number)):
            content = sparse(content)
        yield len(file.records)
        self._answer(arrival, received, "920900", content, fund.number, Party.FUND)
        ids = {"fund": fund.number, "facility": arrival.sender, "about": arrival.reference}
        if result.set_off > ZERO:
            self.world.tell(EventType.SET_OFF, Party.FUND, ids, {"amount": str(result.set_off)})
        if result.payment is not None:
            data = {"amount": str(result.payment.amount), "communication": result.payment.communication}
            self.world.tell(EventType.PAID, Party.FUND, ids, data)

    def _imposed_faults(self, file: File) -> tuple[ZoneFault, ...]:
        if not self.world.behaviours.take(Kind.REFUSE_FILE, Subject(service="invoices", fund=_fund_of(file))):
            return ()
        return (
            zone_fault(
                file.header300,
                "created",
                Problem.NOT_ALLOWED,
                expected="another creation date",
                message="the rehearsal refuses this file technically",
            ),
        )

    def _imposed_on_file(self, fund: CareFund) -> Finding | None:
        subject = Subject(service="invoices", fund=fund.number)
        behaviour = self.world.behaviours.take(Kind.BLOCK_FILE, subject)
        if behaviour is None:
            return None
        return Finding(control=behaviour.control, field="", expected="", received="")

    def _imposed_on(self, bill: Bill, fund: CareFund) -> Forced | None:
        lines = tuple((line.first, line.last) for line in bill.lines)
        subject = Subject(service="invoices", insz=Insz(bill.insz), fund=fund.number, lines=lines)
        behaviour = self.world.behaviours.take(Kind.REFUSE_BILL, subject)
        if behaviour is None:
            return None
        finding = Finding(control=behaviour.control, field="", expected="", received="")
        return Forced(finding=finding, day=behaviour.day)

    def _answer(
        self,
        arrival: Arrival,
        received: datetime,
        kind: str,
        content: bytes,
        io: str,
        party: Party = Party.PLATFORM,
    ) -> None:
        blob = Blob(content=content, message_name=INVOICE_NAME, content_type="text/plain")
        self.world.reply(
            Outgoing(
                about=arrival.reference,
                facility=arrival.sender,
                service=arrival.service,
                kind=kind,
                blob=blob,
                party=party,
                io=io,
                rule_set=self.rules.on(brussels(received).date()).effective,
            )
        )


def _fund_of(file: File) -> FundNumber:
    return FundNumber.parse(file.of_type("95")[0]["fund"])
