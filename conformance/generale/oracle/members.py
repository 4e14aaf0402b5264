"""Of which fund somebody is a member on a day: as a scenario begins with it, and as it was told to change."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple


class _Row(NamedTuple):
    since: date
    fund: str


class Members:
    """The memberships of everybody, by what was told and when."""

    def __init__(self) -> None:
        self._first: dict[str, list[_Row]] = {}
        self._changes: list[tuple[str, str, _Row]] = []

    def begun(self, data: Mapping[str, Any]) -> None:
        """Take the cast of a scenario with its funds."""
        for row in data.get("residents", {}).values():
            funds = [_Row(date.fromisoformat(one["since"]), str(one["fund"])) for one in row.get("funds", ())]
            if funds:
                self._first[str(row["person"]["insz"])] = sorted(funds)

    def changed(self, data: Mapping[str, Any]) -> None:
        """Somebody goes on from one fund to another."""
        row = _Row(date.fromisoformat(data["start"]), str(data["fund"]))
        self._changes.append((str(data["insz"]), str(data["former"]), row))

    @property
    def count(self) -> int:
        """How many changes were told so far."""
        return len(self._changes)

    def funds_on(self, insz: str, day: date, known: int) -> frozenset[str]:
        """The funds that a day may be of for a fund that knew so many changes at first, and all of them now.

        Nothing where nobody told of which fund somebody is a member.
        """
        counts = range(known, self.count + 1)
        return frozenset(fund for count in counts if (fund := self._on(insz, day, count)))

    def _on(self, insz: str, day: date, count: int) -> str:
        mine = [(former, row) for one, former, row in self._changes[:count] if one == insz]
        all_of_mine = [former for one, former, _ in self._changes if one == insz]
        rows = self._first.get(insz) or [_Row(date.min, former) for former in all_of_mine[:1]]
        if not rows:
            return ""
        held = [row for row in rows if row.since <= day] or rows[:1]
        fund = held[-1].fund
        for former, row in sorted(mine, key=lambda one: one[1].since):
            if fund == former and row.since <= day:
                fund = row.fund
        return fund
