"""The fold over what is told of advances: every account of a house at a fund, beside the books of files."""

from collections.abc import Iterator
from typing import TypeAlias

from generale.oracle.accounts import Account, Owed
from generale.oracle.books import Booked, Books, File, Finding, fund_of
from generale.protocol.calendar import CareMonth
from generale.protocol.money import Euro
from generale.results.events import Event, EventType

Found: TypeAlias = tuple[File, Finding]


class Advances:
    """The accounts; what agrees is silent. What may have crossed a file on its way is not judged."""

    def __init__(self, books: Books) -> None:
        self._books = books
        self._accounts: dict[tuple[str, str], Account] = {}

    def accepted(self, file: File, booked: Booked) -> None:
        """The first statement on a file has come."""
        if booked.statement is not None:
            year = booked.invoice.month.year
            self._of(file[0], fund_of(booked)).accepted(year, booked.statement.accepted)

    def paid(self, file: File, amount: Euro) -> Iterator[Found]:
        """A file was paid."""
        booked = self._books.files[file]
        account = self._of(file[0], fund_of(booked))
        is_in_order = not booked.is_crossed and booked.statement is not None
        year = booked.invoice.month.year
        yield from _about(file, account.paid(year, amount, is_in_order=is_in_order))

    def told(self, event: Event) -> Iterator[Found]:
        """Take in an event about advances, and the balance that it tells."""
        facility, fund = event.ids["facility"], event.ids["fund"]
        account = self._of(facility, fund)
        about = event.ids.get("notice") or event.ids.get("about") or fund
        yield from _about((facility, about), self._deed(event, account))
        if "balance" in event.data and not any(self._books.awaiting(facility, fund)):
            yield from _about((facility, about), account.agrees(Euro.parse(event.data["balance"])))

    def open(self) -> Iterator[Found]:
        """What does not stand at zero when everything has been seen."""
        for (facility, fund), account in self._accounts.items():
            if not any(self._books.awaiting(facility, fund)):
                yield from _about((facility, fund), account.at_the_end())

    def _deed(self, event: Event, account: Account) -> Iterator[Owed]:
        facility, fund = event.ids["facility"], event.ids["fund"]
        notice, told = event.ids.get("notice", ""), event.data.get("open")
        open_ = None if told is None else Euro.parse(told)
        if event.type is EventType.REMINDED:
            yield from account.told_open(notice, open_)
            return
        amount = Euro.parse(event.data["amount"])
        match event.type:
            case EventType.ADVANCED:
                for crossed in self._books.awaiting(facility, fund):
                    crossed.is_crossed = True
                yield from account.advanced(CareMonth.parse(event.data["month"]), amount)
            case EventType.SET_OFF:
                booked = self._books.files[facility, event.ids["about"]]
                booked.set_off.append(amount)
                yield from account.set_off(booked.invoice.month.year, amount)
            case EventType.CLAIMED:
                first, last = (CareMonth.parse(event.data[key]) for key in ("first_month", "last_month"))
                is_in_order = not any(self._books.awaiting(facility, fund))
                years = range(first.year, last.year + 1)
                yield from account.claimed(notice, years, amount, is_in_order=is_in_order)
            case EventType.REPAID:
                yield from account.repaid(notice, amount, open_)
            case EventType.REFUNDED:
                yield from account.refunded(notice, amount)

    def _of(self, facility: str, fund: str) -> Account:
        return self._accounts.setdefault((facility, fund), Account())


def _about(file: File, owed: Iterator[Owed]) -> Iterator[Found]:
    for invariant, expected, found in owed:
        yield file, (invariant, "", expected, found)
