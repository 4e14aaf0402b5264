"""The invoice files that were sent, what stands in them, and what the funds answered."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from generale.driver.observations import LineStatus
from generale.protocol.calendar import CareMonth, days_between
from generale.protocol.flatfile import Bill, InvoiceFile, Line
from generale.protocol.ids import FundNumber, Hco
from generale.protocol.money import Euro
from generale.refvendor.dossier import Stay
from generale.refvendor.outbox import Letter, Progress


@dataclass(slots=True, kw_only=True, eq=False)
class BookedLine:
    """A line of a bill and what became of it; ``reasons`` are control id and text of each error."""

    line: Line
    status: LineStatus = LineStatus.SENT
    reasons: tuple[tuple[str, str], ...] = ()

    @property
    def days(self) -> Iterator[date]:
        """The days that it bills."""
        return days_between(self.line.first, self.line.last)


@dataclass(slots=True, kw_only=True, eq=False)
class BookedBill:
    """A bill that was sent for a stay; ``rebilled`` means that what was refused of it has gone again."""

    stay: Stay
    bill: Bill
    lines: tuple[BookedLine, ...]
    rebilled: bool = False
    credits: "BookedBill | None" = None
    """The bill that it takes days back of; None where it is no credit note."""
    notes: list["BookedBill"] = field(default_factory=list)
    """The credit notes that take days of it back."""

    @property
    def is_refused(self) -> bool:
        """Whether any line of it was refused."""
        return any(line.status is LineStatus.REFUSED for line in self.lines)


@dataclass(slots=True, kw_only=True, eq=False)
class Shipment:
    """One invoice file with the letter that carries it and the answers to it."""

    facility: Hco
    fund: FundNumber
    file: InvoiceFile
    bills: tuple[BookedBill, ...]
    letter: Letter
    received: bool = False
    refusal: str | None = None
    """Why the file came back as a whole."""
    reasons: tuple[tuple[str, str], ...] = ()
    """Control id and text of each error for which it came back, where it was read as far as that."""
    keeps_number: bool = True
    """Whether the repaired file has the same sending number."""
    returns: tuple[str, ...] = ()
    """Why it came back, each time before it was repaired."""
    paid: Euro | None = None
    """What the fund accepted, once it has settled the file."""

    @property
    def is_returned(self) -> bool:
        """Whether the file came back as a whole: from the fund, technically, or already at the door."""
        return self.refusal is not None or self.letter.progress is Progress.REFUSED

    @property
    def name(self) -> str:
        """How users name the file."""
        return f"invoice {self.file.month} fund {self.fund}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A bill that waits to be billed again."""

    shipment: Shipment
    booked: BookedBill


@dataclass(slots=True, kw_only=True)
class Books:
    """All shipments, what waits to be billed again, and the stays that a billing run passed over."""

    shipments: list[Shipment] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    passed_over: dict[tuple[Hco, Stay], set[CareMonth]] = field(default_factory=dict)
    _of: dict[Hco, list[Shipment]] = field(default_factory=dict)
    _bills: dict[tuple[Hco, Stay], list[BookedBill]] = field(default_factory=dict)
    _carried: dict[Letter, Shipment] = field(default_factory=dict)
    _sending_numbers: dict[tuple[Hco, FundNumber, int], int] = field(default_factory=dict)
    _bill_numbers: dict[Hco, int] = field(default_factory=dict)

    def add(self, shipment: Shipment) -> None:
        """Enter a file."""
        self.shipments.append(shipment)
        self._of.setdefault(shipment.facility, []).append(shipment)
        self._carried[shipment.letter] = shipment
        for booked in shipment.bills:
            self._bills.setdefault((shipment.facility, booked.stay), []).append(booked)
            if booked.credits is not None:
                booked.credits.notes.append(booked)

    def cut(self, shipment: Shipment) -> None:
        """Forget all bills of a file but the first."""
        for booked in shipment.bills[1:]:
            self._bills[shipment.facility, booked.stay].remove(booked)
            if booked.credits is not None:
                booked.credits.notes.remove(booked)
        shipment.bills = shipment.bills[:1]

    def leave_out(self, shipment: Shipment, bills: Sequence[BookedBill]) -> None:
        """Take bills out of a file that came back, before it goes again."""
        for booked in bills:
            self._bills[shipment.facility, booked.stay].remove(booked)
        kept = tuple(one for one in shipment.bills if one not in bills)
        shipment.file = replace(shipment.file, bills=tuple(one.bill for one in kept))
        shipment.bills = kept

    def carry(self, shipment: Shipment, letter: Letter) -> None:
        """Let another letter carry a file from now on."""
        del self._carried[shipment.letter]
        self._carried[letter] = shipment
        shipment.letter = letter

    def carried_by(self, letter: Letter) -> Shipment | None:
        """The file that a letter carries, and no other one since."""
        return self._carried.get(letter)

    def of(self, hco: Hco) -> Sequence[Shipment]:
        """The shipments of a number."""
        return self._of.get(hco, ())

    def billed_days(self, hco: Hco, stay: Stay, month: CareMonth, *, net: bool = True) -> set[date]:
        """The days of a stay in a month on bills of a number, refused ones too; ``net`` of those credited.

        Whole lines are taken, also where they begin before the month or end after it.
        """
        days: set[date] = set()
        first, last = month.first, month.last
        for booked in self._bills.get((hco, stay), ()):
            for line in booked.lines:
                if line.line.last < first or line.line.first > last:
                    continue
                if booked.credits is None:
                    days.update(line.days)
                elif net and line.status is not LineStatus.REFUSED:
                    days.difference_update(line.days)
        return days

    def credited(self, bill: BookedBill) -> list[BookedLine]:
        """The lines that took days of a bill back, but those that its fund refused."""
        return [line for one in bill.notes for line in one.lines if line.status is not LineStatus.REFUSED]

    def next_sending_number(self, hco: Hco, fund: FundNumber, year: int) -> int:
        """The next number of a file: counts per facility number, fund and year."""
        key = (hco, fund, year)
        self._sending_numbers[key] = self._sending_numbers.get(key, 0) + 1
        return self._sending_numbers[key]

    def next_bill_number(self, hco: Hco) -> int:
        """The next number of a bill: counts per facility number."""
        self._bill_numbers[hco] = self._bill_numbers.get(hco, 0) + 1
        return self._bill_numbers[hco]
