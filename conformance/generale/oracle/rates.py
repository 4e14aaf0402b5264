"""The rates of the facilities, as the rehearsal tells them to the product."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from generale.protocol.ids import Hco, Nihii
from generale.protocol.messages import StayType


class Rates:
    """Euro per day by facility, type of stay and day, and which RIZIV number belongs to which facility."""

    def __init__(self) -> None:
        self.hco_of: dict[str, Hco] = {}
        self._rows: dict[tuple[Hco, StayType], list[tuple[date, Decimal]]] = {}

    def told(self, data: object) -> None:
        """Take every facility out of something that the product is told, wherever it stands in it."""
        if isinstance(data, Mapping):
            if isinstance(data.get("hco"), str) and isinstance(data.get("nihii"), str):
                self._facility(data)
            for value in data.values():
                self.told(value)
        elif isinstance(data, list):
            for value in data:
                self.told(value)

    def is_of(self, nihii: str, hco: Hco) -> None:
        """A message under a RIZIV number, eight digits, was about this facility."""
        self.hco_of.setdefault(nihii, hco)

    def _facility(self, data: Mapping[str, Any]) -> None:
        hco = Hco.parse(data["hco"])
        self.hco_of[str(Nihii.parse(data["nihii"]))[:8]] = hco
        for row in data.get("tariffs", ()):
            since, per_day = date.fromisoformat(row["since"]), Decimal(row["per_day"])
            rows = self._rows.setdefault((hco, StayType(row["stay_type"])), [])
            if (since, per_day) not in rows:
                rows.append((since, per_day))

    def are_told(self, hco: Hco) -> bool:
        """Whether anything is known of the rates of a facility: of one without a player nothing is."""
        return any(known == hco for known, _ in self._rows)

    def on(self, hco: Hco, stay_type: StayType, day: date) -> Decimal | None:
        """The rate of a day; None where the facility was told none."""
        rows = [row for row in self._rows.get((hco, stay_type), ()) if row[0] <= day]
        return max(rows)[1] if rows else None
