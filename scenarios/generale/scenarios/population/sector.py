"""What a population consists of: rows of eight tables, each with identifiers that can belong to nobody."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from generale.driver.setup import FacilityType
from generale.protocol.ids import FundNumber, Hco, Insz, Kbo, Nihii, Sex
from generale.protocol.messages import StayType
from generale.protocol.messages.dependency import Category


class End(StrEnum):
    """Why a stay ended."""

    DEPARTURE = "departure"
    DEATH = "death"
    MOVE = "move"
    """The same person goes on in another type of stay of the same house, on the same day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wave:
    """An entry moment; ``share`` is that of the houses which enter then."""

    wave: int
    entry: date
    share: Decimal
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fund:
    """A care fund of the exchange profile; ``share`` is that of the residents who are its members."""

    fund: FundNumber
    name_nl: str
    name_en: str
    share: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """One operator at one place, with one vendor and one installation; it enters as a whole."""

    house: str
    name: str
    enterprise: Kbo
    vendor: str
    installation: str
    wave: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Facility:
    """One recognised facility number, with its recognised places by type of stay.

    ``opening_days``: days of the week on which it is open. ``since``, ``until``: its first and last day.
    """

    hco: Hco
    nihii: Nihii
    house: str
    type: FacilityType
    sites: tuple[str, ...]
    places_rob: int
    places_rvt: int
    places_cvk: int
    places_dvc: int
    opening_days: int
    since: date
    until: date | None

    def places(self, kind: StayType) -> int:
        """Recognised places for one type of stay."""
        places = {
            StayType.ROB: self.places_rob, StayType.RVT: self.places_rvt,
            StayType.CVK: self.places_cvk, StayType.DVC: self.places_dvc,
        }  # fmt: skip
        return places[kind]


@dataclass(frozen=True, slots=True, kw_only=True)
class FacilityTariff:
    """Allowance per day in euro of one facility for one type of stay, until the next row begins."""

    hco: Hco
    stay_type: StayType
    since: date
    per_day: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Resident:
    """Somebody who lives in a facility, stays there for short, or comes by day."""

    insz: Insz
    family_name: str
    given_name: str
    birth_date: date
    sex: Sex


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """The fund of a resident from a day to a last day; open where it goes on."""

    insz: Insz
    fund: FundNumber
    since: date
    until: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """One stay of one type. The night of ``end`` is not spent; none where it goes on after the period."""

    insz: Insz
    hco: Hco
    stay_type: StayType
    start: date
    end: date | None
    end_reason: End | None
    category: Category
    incontinent: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """All tables, each in the order of its key."""

    houses: Sequence[House]
    facilities: Sequence[Facility]
    tariffs: Sequence[FacilityTariff]
    funds: Sequence[Fund]
    memberships: Sequence[Membership]
    residents: Sequence[Resident]
    stays: Sequence[Stay]
    waves: Sequence[Wave]

    def part(self, name: str) -> Sequence[Any]:
        """The rows of one table."""
        rows: Sequence[Any] = getattr(self, name)
        return rows


ORDER: Mapping[str, Callable[[Any], Any]] = {
    "houses": lambda row: row.house,
    "facilities": lambda row: (row.house, list(FacilityType).index(row.type), row.hco),
    "tariffs": lambda row: (row.hco, row.stay_type, row.since),
    "funds": lambda row: row.fund,
    "memberships": lambda row: (row.insz, row.since),
    "residents": lambda row: row.insz,
    "stays": lambda row: (row.insz, row.start),
    "waves": lambda row: row.wave,
}
"""The tables, and what each is ordered by."""
