"""What users of the product see: stays, invoice files and the worklist of each facility number."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime

from generale.driver.observations import (
    DecisionState,
    FacilityView,
    InvoiceStatus,
    InvoiceView,
    LineStatus,
    LineView,
    StayView,
)
from generale.protocol.clock import BRUSSELS, brussels
from generale.protocol.ids import FundNumber, Hco, Insz, Sex
from generale.protocol.messages import StayType
from generale.protocol.money import ZERO, Euro
from generale.protocol.profile import Profile
from generale.refvendor.advances import Advances
from generale.refvendor.assessment import category_shown
from generale.refvendor.decision import Decisions, Standing
from generale.refvendor.dossier import Dossier, Stay
from generale.refvendor.house import House
from generale.refvendor.outbox import Progress
from generale.refvendor.shipment import BookedBill, BookedLine, Books, Shipment
from generale.refvendor.switches import Switches
from generale.refvendor.worklist import Worklist

DEMONSTRATION = FacilityView(
    facility=Hco("9999"),
    stays=(
        StayView(
            insz=Insz.synthetic(date(1930, 1, 1), Sex.WOMAN),
            stay_type=StayType.ROB,
            start=datetime(2018, 1, 1, 10, tzinfo=BRUSSELS),
            decision=DecisionState.NOT_ANSWERED,
        ),
    ),
)
"""A home that a defect shows though nobody gave it to the product."""


class Screen:
    """Shows one facility number at a time."""

    def __init__(
        self,
        house: House,
        dossier: Dossier,
        decisions: Decisions,
        books: Books,
        worklist: Worklist,
        advances: Advances,
        profile: Profile,
        switches: Switches,
    ) -> None:
        self._house = house
        self._dossier = dossier
        self._decisions = decisions
        self._books = books
        self._worklist = worklist
        self._advances = advances
        self._first_fund = next(iter(profile.funds), None)
        self._switches = switches

    def show(self, hco: Hco) -> FacilityView:
        """Everything about a number."""
        return FacilityView(
            facility=hco,
            stays=tuple(self._stay(hco, stay) for stay in self._stays(hco) if self._held(hco, stay)),
            invoices=tuple(view for shipment in self._files_of(hco) for view in self._files(shipment)),
            worklist=self._worklist.items(hco),
            advances=tuple(self._advances.shown(hco)),
        )

    def _stays(self, hco: Hco) -> list[Stay]:
        """The stays that are shown under a number: all that nobody has taken back."""
        withdrawn = self._dossier.withdrawn_at(hco)
        are_shown = bool(withdrawn) and self._switches.on("withdrawn-stay-shown-as-accepted")
        return [*self._dossier.at(hco), *(withdrawn if are_shown else ())]

    def _held(self, hco: Hco, stay: Stay) -> bool:
        """Whether a stay has been under this number: it was entered there or lasted until its takeover."""
        if stay.facility == hco:
            return True
        since = next(first for one, first, _ in self._house.lineage(stay.facility) if one == hco)
        end = stay.facts.end
        return since is None or end is None or brussels(end).date() >= since

    def _stay(self, hco: Hco, stay: Stay) -> StayView:
        """A stay; where another number continues it, its end is shown there."""
        standing, facts = self._decisions.standing(stay), stay.facts
        ended_here = not facts.end or self._house.number_on(stay.facility, brussels(facts.end).date()) == hco
        controls = self._worklist.shown_controls(standing.controls)
        category = category_shown(stay, self._switches)
        shown = [self._worklist.shown_control(result.control) for result in controls]
        return StayView(
            insz=facts.resident.insz,
            stay_type=self._stay_type(stay),
            start=self._start(stay, standing),
            decision=self._shown(stay, standing.state),
            fund=self._fund(standing),
            end=self._end(stay) if ended_here else None,
            controls=tuple(control for control in shown if control),
            category=category.category,
            category_from=category.since,
        )

    def _stay_type(self, stay: Stay) -> StayType:
        """The type of a stay as it was entered, after its last change."""
        if self._switches.on("every-stay-shown-as-rob"):
            return StayType.ROB
        last = max(stay.changes, key=lambda one: one.start, default=None)
        return last.stay_type if last else stay.facts.stay_type

    def _end(self, stay: Stay) -> datetime | None:
        """When a stay ends, as it was entered; not any more once that was taken back."""
        if not stay.facts.end and stay.first_end and self._switches.on("withdrawn-end-still-shown"):
            return stay.first_end
        if self._switches.on("every-stay-shown-as-lasting"):
            return None
        return stay.first_end if self._switches.on("first-end-shown") else stay.facts.end

    def _start(self, stay: Stay, standing: Standing) -> datetime:
        """When a stay begins: as it was decided, until then as it was entered."""
        if standing.start is None or self._switches.on("own-start-shown"):
            return stay.facts.start
        return standing.start

    def _fund(self, standing: Standing) -> FundNumber | None:
        """Who pays for a stay, once that is decided."""
        if standing.state is not DecisionState.ACCEPTED:
            return self._first_fund if self._switches.on("fund-guessed-until-decided") else None
        return self._first_fund if self._switches.on("first-fund-shown") else standing.fund

    def _shown(self, stay: Stay, state: DecisionState) -> DecisionState:
        """The decision on a stay as it is shown: as it stands."""
        if stay.has_correction_under_way and self._switches.on("correction-under-way-as-accepted"):
            return DecisionState.ACCEPTED
        if self._switches.on("every-stay-accepted"):
            return DecisionState.ACCEPTED
        if state is DecisionState.PENDING and self._switches.on("pending-shown-as-accepted"):
            return DecisionState.ACCEPTED
        return state

    def _files_of(self, hco: Hco) -> Sequence[Shipment]:
        """The files that stand under a number: its own."""
        is_mixed = len(tuple(self._house)) > 1 and self._switches.on("files-of-all-homes-shown")
        return self._books.shipments if is_mixed else self._books.of(hco)

    def _files(self, shipment: Shipment) -> Iterator[InvoiceView]:
        """A file as it is shown: by right once."""
        view = self._invoice(shipment)
        yield view
        if view.status is not InvoiceStatus.SETTLED:
            return
        asked = Euro.total([line.amount for line in view.lines])
        if self._switches.on("refused-shown-beside-paid"):
            yield replace(view, status=InvoiceStatus.REFUSED, paid=None)
        if view.paid != asked and self._switches.on("asked-amount-shown-as-paid"):
            yield replace(view, paid=asked)
        if shipment.received and self._switches.on("file-listed-per-answer"):
            yield view
        if self._switches.on("next-number-shown-as-settled"):
            yield replace(view, sending_number=view.sending_number + 1)

    def _invoice(self, shipment: Shipment) -> InvoiceView:
        settled = shipment.paid is not None and not self._switches.on("settlement-ignored")
        was_rebilled = any(booked.rebilled for booked in shipment.bills)
        left_out = was_rebilled and self._switches.on("lines-hidden-once-rebilled")
        return InvoiceView(
            fund=shipment.fund,
            month=shipment.file.month,
            sending_number=shipment.file.sending_number,
            status=self._status(shipment, settled=settled),
            lines=tuple(
                self._line(booked, line, settled=settled)
                for booked in (() if left_out else shipment.bills)
                for line in booked.lines
            ),
            paid=shipment.paid if settled and not self._switches.on("payment-not-shown") else None,
        )

    def _status(self, shipment: Shipment, *, settled: bool) -> InvoiceStatus:
        if self._switches.on("every-file-settled"):
            return InvoiceStatus.SETTLED
        status = _status(shipment, settled=settled)
        if status is InvoiceStatus.SENT and self._switches.on("sent-shown-as-received"):
            return InvoiceStatus.RECEIVED
        return status

    def _line(self, booked: BookedBill, line: BookedLine, *, settled: bool) -> LineView:
        one_day = self._switches.on("one-day-per-line")
        without = self._switches.on("amounts-left-out")
        return LineView(
            insz=booked.stay.facts.resident.insz,
            first=line.line.first,
            last=line.line.last,
            days=1 if one_day else line.line.days,
            amount=ZERO if without else line.line.amount,
            status=line.status if settled else LineStatus.SENT,
        )


def _status(shipment: Shipment, *, settled: bool) -> InvoiceStatus:
    if shipment.is_returned:
        return InvoiceStatus.REFUSED
    if settled:
        return InvoiceStatus.SETTLED
    if shipment.received:
        return InvoiceStatus.RECEIVED
    return (
        InvoiceStatus.SENT
        if shipment.letter.progress is Progress.RECEIVED
        else InvoiceStatus.NOT_ACKNOWLEDGED
    )
