"""The account of recoveries for a person, as wide as the terminal."""

from collections.abc import Iterator

from generale.agency.account import Account
from generale.agency.evidence_text import evidence_lines
from generale.agency.layout import left, right, strong, wrapped
from generale.agency.oddity_text import oddity_lines
from generale.agency.recovery import Recovery
from generale.agency.tally import Part, Tally
from generale.agency.wording import Wording

NARROWEST = 72
"""Narrower terminals are written as if they had so many columns."""

ROOMY = 104
"""From so many columns on the day of repayment and the numbers of repaid and open stand in the table too."""

_DAY, _PAID_ON, _DAYS, _NUMBERED = 10, 12, 7, 12
_PUBLISHED, _ASSUMED = "=", "~"


def recovery_text(told: Account, wording: Wording, width: int, colour: bool = False) -> str:
    """The whole account: totals, table, formula, what is strange."""
    page = _Page(told, wording, max(width, NARROWEST), colour)
    blocks = (
        page.head(),
        page.table(),
        _headed(evidence_lines(told.evidence, told.table.recoveries, wording, page.width), colour),
        _headed(oddity_lines(told.oddities, wording, page.width), colour),
    )
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def _headed(lines: list[str], colour: bool) -> list[str]:
    """Lines of which the first is a heading."""
    return [strong(lines[0], colour), *lines[1:]]


class _Page:
    """The columns of the table, and what is written in them."""

    def __init__(self, told: Account, wording: Wording, width: int, colour: bool) -> None:
        self.colour = colour
        self.told, self.wording, self.width = told, wording, width
        self.roomy = width >= ROOMY
        self.days = _NUMBERED if self.roomy else _DAYS
        self.amount = len(wording.amount(told.total.amount))
        paid_on = 2 + _PAID_ON if self.roomy else 0
        self.name = width - (2 + _DAY + paid_on + 2 + self.amount + 2 * (2 + self.days) + 2)

    def head(self) -> list[str]:
        """The day, and the totals."""
        say, table, total = self.wording, self.told.table, self.told.total
        source = say(f"recoveries.day-{table.day_source}")
        lines = wrapped(say("recoveries.title", day=table.as_of, source=source), self.width)
        summed = say.counted("recoveries.total", total.number, amount=say.amount(total.amount))
        lines.append(strong(summed, self.colour))
        for name, part, days in (("repaid", total.repaid, "after"), ("open", total.open, "since")):
            ran = say(f"recoveries.{days}", days=_range(part)) if part.number else ""
            number = right(say.whole(part.number), 3)
            text = say(f"recoveries.{name}", number=number, amount=say.amount(part.amount), days=ran)
            lines += [f"  {text}"]
        if table.not_read:
            lines += wrapped(say("recoveries.not-read", names=say.listed(table.not_read)), self.width)
        return lines

    def table(self) -> list[str]:
        """Every recovery, under its group, fund and month, each with its sums."""
        lines = [*self._heading()]
        for group in self.told.groups:
            title = self.wording(f"recoveries.group-{group.number}")
            lines += [strong(line, self.colour) for line in self._sum(title, group.tally, 0)]
            for fund in group.funds:
                lines += self._sum(fund.name, fund.tally, 1)
                for month in fund.months:
                    lines += self._sum(month.month, month.tally, 2)
                    for one in month.recoveries:
                        lines += self._row(one)
            lines.append("")
        return [
            *lines,
            *wrapped(self.wording("recoveries.legend", day=self.told.table.as_of), self.width, 0, 0),
        ]

    def _heading(self) -> Iterator[str]:
        say = self.wording
        number, letter = say("recoveries.head-number"), say("recoveries.head-letter")
        first = left("", self.name) + "  " + left(letter, _DAY)
        yield self._line(
            first,
            say("recoveries.head-paid-on"),
            say("recoveries.head-amount"),
            say("recoveries.head-repaid"),
            say("recoveries.head-open"),
        )
        days = say("recoveries.head-days")
        yield self._line(right(number, self.name + 2 + _DAY), "", "", days, days)
        yield "─" * self.width

    def _sum(self, title: str, counted: Tally, indent: int) -> Iterator[str]:
        number = self.wording.whole(counted.number)
        room = self.name + 2 + _DAY - len(number) - 1
        *before, last = wrapped(title, room, indent)
        yield from before
        yield self._line(
            f"{left(last, room)} {number}",
            "",
            self.wording.amount(counted.amount),
            self._counted(counted.repaid),
            self._counted(counted.open),
        )

    def _row(self, one: Recovery) -> Iterator[str]:
        names = wrapped(f"{one.facility} {' '.join(one.numbers)}", self.name, 3)
        letters = [str(day) for day in one.letters]
        days = str(one.days(self.told.table.as_of))
        for place in range(max(len(names), len(letters))):
            name = names[place] if place < len(names) else ""
            letter = letters[place] if place < len(letters) else ""
            first = f"{left(name, self.name)}  {left(letter, _DAY)}"
            if place:
                yield first.rstrip()
                continue
            yield self._line(
                first,
                str(one.repaid or ""),
                self.wording.amount(one.amount),
                days if one.repaid else "",
                "" if one.repaid else days,
                self._mark(one),
            )

    def _line(self, first: str, paid_on: str, amount: str, repaid: str, waiting: str, mark: str = "") -> str:
        middle = f"  {left(paid_on, _PAID_ON)}" if self.roomy else ""
        days = f"{right(repaid, self.days)}  {right(waiting, self.days)}"
        return f"{first}{middle}  {right(amount, self.amount)}  {days} {mark}".rstrip()

    def _counted(self, part: Part) -> str:
        if not part.number:
            return ""
        number = f"{self.wording.whole(part.number)} · " if self.roomy else ""
        return f"{number}{_range(part)}"

    def _mark(self, one: Recovery) -> str:
        found = self.told.evidence.fits.get(one.line)
        if found is None:
            return ""
        return _PUBLISHED if found.reading == self.told.evidence.by_reading[0].reading.name else _ASSUMED


def _range(part: Part) -> str:
    """The days of some recoveries: ``12`` or ``7–51``."""
    if part.fewest_days == part.most_days:
        return str(part.most_days)
    return f"{part.fewest_days}–{part.most_days}"
