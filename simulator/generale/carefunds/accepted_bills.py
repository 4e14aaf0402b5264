"""The bills of which a care fund accepted something, as they stand after every credit note."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from generale.protocol.errors import OurError
from generale.protocol.flatfile.invoice import Line, PreviousBill
from generale.protocol.ids import Insz
from generale.rules.accepted import AcceptedBill, AcceptedLine


@dataclass(slots=True)
class AcceptedBills:
    """By the number that billed, and by what a credit note names a bill with."""

    _bills: dict[tuple[str, PreviousBill], AcceptedBill] = field(default_factory=dict)

    def of(self, provider: str, previous: PreviousBill) -> AcceptedBill | None:
        """What of a bill was accepted; None where nothing was."""
        return self._bills.get((provider, previous))

    def book(self, provider: str, name: PreviousBill, insz: Insz, lines: Iterable[AcceptedLine]) -> None:
        """Note the accepted lines of a bill; of one that has none nothing is noted."""
        accepted = tuple(lines)
        if accepted:
            self._bills[provider, name] = AcceptedBill(insz=insz, lines=accepted)

    def credit(self, provider: str, previous: PreviousBill, line: Line) -> None:
        """Take days of a bill back; ``OurError`` where they were not accepted."""
        former = self.of(provider, previous)
        holder = former.holder(line) if former else None
        if former is None or holder is None:
            raise OurError(f"{line.first} to {line.last} was never accepted")
        self._bills[provider, previous] = former.less(line)
