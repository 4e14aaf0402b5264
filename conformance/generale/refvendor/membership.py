"""Changes of care fund as the platform tells them: of which fund a resident is on a day."""

from collections.abc import Iterator, Sequence
from datetime import date

from generale.protocol.ids import FundNumber
from generale.protocol.messages import FundChangeNotice
from generale.refvendor.dossier import Stay
from generale.refvendor.switches import Switches


class FundChanges:
    """Every notice of a change that was fetched, each change once."""

    def __init__(self, switches: Switches) -> None:
        self._switches = switches
        self._told: dict[tuple[str, date], FundChangeNotice] = {}

    def take(self, notice: FundChangeNotice) -> None:
        """Note a change; told again, it takes the place of what was told."""
        self._told[notice.insz, notice.start] = notice

    def fund_on(self, stay: Stay, decided: FundNumber, day: date) -> FundNumber:
        """The fund of a day of a stay: the decided one, until somebody goes on from it to another."""
        fund = decided
        for change in self._of(stay):
            if change.former_fund == fund and self._counts(change, day):
                fund = change.fund
        return fund

    def by_fund(
        self, stay: Stay, decided: FundNumber, days: Sequence[date]
    ) -> Iterator[tuple[FundNumber, list[date]]]:
        """Days of a stay, apart for each fund, in the order of the days."""
        funds = {day: self.fund_on(stay, decided, day) for day in days}
        for fund in dict.fromkeys(funds.values()):
            yield fund, [day for day in days if funds[day] == fund]

    def _of(self, stay: Stay) -> list[FundChangeNotice]:
        known = (stay.entered_as, stay.facts.resident.insz)
        return sorted(
            (one for one in self._told.values() if one.insz in known), key=lambda change: change.start
        )

    def _counts(self, change: FundChangeNotice, day: date) -> bool:
        """Whether a change is of a day: from its start on."""
        if day < change.start:
            return self._switches.on("new-fund-billed-for-all-days")
        return not self._switches.on("former-fund-billed-after-the-change")
