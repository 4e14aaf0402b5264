"""Credit notes: days that a fund accepted and that turn out not to be due are taken back from their bills."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from generale.driver.observations import LineStatus
from generale.protocol.calendar import CareMonth
from generale.protocol.flatfile import BillKind, Line, PreviousBill
from generale.protocol.ids import FundNumber, Hco
from generale.protocol.money import Euro
from generale.refvendor.dossier import Dossier, Stay
from generale.refvendor.filing import Claim
from generale.refvendor.house import House
from generale.refvendor.pricing import Pricing
from generale.refvendor.shipment import BookedBill, BookedLine, Books, Shipment
from generale.refvendor.switches import Switches

_NEXT = timedelta(days=1)

Covered = Callable[[Hco, Stay, CareMonth], list[date] | None]
"""The days of a stay that are due in a month under a number; None while that is not clear."""


class Crediting:
    """Finds what was accepted and is not due, and makes credit notes with what stood on the bill then."""

    def __init__(
        self,
        house: House,
        dossier: Dossier,
        books: Books,
        pricing: Pricing,
        covered: Covered,
        switches: Switches,
    ) -> None:
        self._house = house
        self._dossier = dossier
        self._books = books
        self._pricing = pricing
        self._covered = covered
        self._switches = switches

    def claims(self, hco: Hco, month: CareMonth) -> Iterator[Claim]:
        """The credit notes for a month of a number, one for each bill that holds such days."""
        for shipment in self._books.of(hco):
            for booked in shipment.bills if shipment.file.month == month else ():
                if booked.credits is None:
                    yield from self._credit(hco, shipment, booked)

    def _credit(self, hco: Hco, shipment: Shipment, booked: BookedBill) -> Iterator[Claim]:
        month = shipment.file.month
        covered = self._due(hco, booked.stay, month)
        if covered is None:
            return
        gone = [self._gone(booked, line, covered) for line in booked.lines]
        if not any(gone) or self._switches.on("settled-days-left-standing"):
            return
        if booked.stay.is_withdrawn and self._switches.on("withdrawn-stay-not-credited"):
            return
        lines = [
            note
            for line, days in zip(booked.lines, gone, strict=True)
            for note in self._notes(hco, booked, line, days)
        ]
        number = self._books.next_bill_number(hco)
        bill = replace(
            booked.bill,
            number=number,
            kind=BillKind.CREDIT,
            lines=tuple(lines),
            previous=self._previous(shipment, booked, number),
        )
        yield Claim(stay=booked.stay, fund=self._fund(shipment), bill=bill, credits=booked)

    def _due(self, hco: Hco, stay: Stay, month: CareMonth) -> set[date] | None:
        """The days that are due for the resident; None while those of this stay are not clear."""
        own = self._covered(hco, stay, month)
        if own is None:
            return None
        mine = self._dossier.of_person(hco, stay.entered_as)
        others = (self._covered(hco, one, month) for one in mine if one is not stay)
        return {day for days in (own, *others) for day in days or ()}

    def _gone(self, booked: BookedBill, line: BookedLine, covered: set[date]) -> list[date]:
        """The accepted days of a line that are not due and not credited yet."""
        if line.status is not LineStatus.ACCEPTED:
            return []
        back = {day for one in self._credited(booked) for day in one.days}
        gone = [day for day in line.days if day not in covered and day not in back]
        if gone and self._switches.on("whole-line-credited-and-left"):
            return list(line.days)
        return gone[-1:] if len(gone) > 1 and self._switches.on("last-day-credited-alone") else gone

    def _credited(self, booked: BookedBill) -> list[BookedLine]:
        """What was credited of a bill so far."""
        credited = self._books.credited(booked)
        return [] if credited and self._switches.on("credited-at-every-billing") else credited

    def _notes(self, hco: Hco, booked: BookedBill, line: BookedLine, days: Sequence[date]) -> Iterator[Line]:
        """The lines that take days of one line back, each for days in a row."""
        before = [
            one for one in self._credited(booked) if line.line.first <= one.line.first <= line.line.last
        ]
        done = {day for one in before for day in one.days}
        left = line.line.amount + Euro.total([one.line.amount for one in before])
        for run in _runs(days):
            done.update(run)
            staying = [day for day in line.days if day not in done]
            amount = left - self._pricing.cost(self._house.paid_as(hco), line.line, staying)
            left -= amount
            yield self._note(line.line, run, amount)

    def _note(self, line: Line, run: Sequence[date], amount: Euro) -> Line:
        first = run[0]
        if self._switches.on("credited-from-the-first-of-the-month"):
            first = first.replace(day=1)
        if self._switches.on("whole-amount-credited"):
            amount = line.amount
        days = (run[-1] - first).days + 1
        return replace(line, first=first, last=run[-1], days=-days, amount=-amount)

    def _previous(self, shipment: Shipment, booked: BookedBill, number: int) -> PreviousBill:
        """The bill that is credited, as its fund knows it."""
        file = shipment.file
        wrong = self._switches.on("credit-names-itself")
        return PreviousBill(
            number=number if wrong else booked.bill.number,
            sending_number=file.sending_number,
            fund=file.fund,
            month=file.month,
        )

    def _fund(self, shipment: Shipment) -> FundNumber:
        """The fund that accepted the days."""
        if self._switches.on("credit-to-the-first-fund"):
            return min(one.fund for one in self._books.shipments)
        return shipment.fund


def _runs(days: Sequence[date]) -> Iterator[list[date]]:
    """Days in order, cut where one is left out."""
    run: list[date] = []
    for day in days:
        if run and day != run[-1] + _NEXT:
            yield run
            run = []
        run.append(day)
    if run:
        yield run
