"""What a population is drawn from: the standard parameters, and those that a user's file replaces."""

import tomllib
from collections.abc import Container, Iterable, Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from generale.driver.setup import FacilityType
from generale.protocol.errors import UsageError
from generale.protocol.messages import StayType
from generale.protocol.messages.dependency import Category
from generale.scenarios.population.pool import FIRST_YEAR, LAST_YEAR

MAX_BYTES = 64 * 1024
"""The largest file of parameters that is read (project-defined)."""

Share = Annotated[float, Field(ge=0, le=1)]
Days = Annotated[int, Field(ge=1, le=36_500)]
Euros = Annotated[Decimal, Field(gt=0, lt=10_000, decimal_places=2)]
Shares = Annotated[dict[str, Share], Field(min_length=1)]

_TOLERANCE = 1e-6
"""How far shares of a whole may lie from one together."""

_PAGE = "docs/reference/population.md describes every parameter"


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Period(_Table):
    """First and last day over which people live in facilities."""

    since: date
    until: date


class HouseHabits(_Table):
    """How facilities stand together, and when houses open and close."""

    cvk_alone: Share
    dvc_alone: Share
    two_sites: Share
    open_six_days: Share
    open_seven_days: Share
    closing: Share
    opening: Share
    recognised_from: date
    recognised_to: date


class Spread(_Table):
    """A triangular distribution: the least, the usual and the most, as whole numbers."""

    least: int = Field(ge=0, le=1000)
    usual: int = Field(ge=0, le=1000)
    most: int = Field(ge=0, le=1000)

    @model_validator(mode="after")
    def _in_order(self) -> "Spread":
        if not self.least <= self.usual <= self.most:
            raise ValueError("least, usual and most must be in this order")
        return self


class RateSpread(_Table):
    """The middle of a rate per day over all facilities, and the most that one lies from it, in euro."""

    middle: Euros
    spread: Euros


class TariffHabits(_Table):
    """Rates per day by stay type, and the days on which all of them grow."""

    since: Annotated[list[date], Field(min_length=1, max_length=100)]
    growth: float = Field(ge=-0.5, le=0.5)
    per_day: Mapping[StayType, RateSpread]


class MembershipHabits(_Table):
    """From when people are members of a fund, and how many of none or of another from a 1 January on."""

    since: date
    not_affiliated: Share
    changing: Share


class WaveShare(_Table):
    """An entry moment, and the share of the houses that enter then."""

    entry: date
    share: Share
    source: str = Field(min_length=1, max_length=120)


class PeopleHabits(_Table):
    """Share of women, and the bell of the years of birth."""

    women: Share
    first_year: int = Field(ge=FIRST_YEAR, le=LAST_YEAR)
    last_year: int = Field(ge=FIRST_YEAR, le=LAST_YEAR)
    middle_year: int = Field(ge=1800, le=2100)
    spread_years: float = Field(gt=0.5, le=1000)


class StayHabits(_Table):
    """Length of stays in days, the share of the places that is taken, and of the stays that end in death."""

    mean: Days
    longest: int = Field(default=36_500, ge=2, le=36_500)
    occupancy: float = Field(gt=0, le=1)
    death: Share
    people_per_place: float = Field(default=1.0, ge=0.1, le=10)


class AllStays(_Table):
    """Stays by type, and how often people come from another one."""

    longest_history: Days
    rvt_from_rob: Share
    home_from_short_stay_or_day_care: Share
    short_stay_again: Share
    short_stay_per_year: int = Field(ge=3, le=366)
    short_stay_apart: Days
    rob: StayHabits
    rvt: StayHabits
    cvk: StayHabits
    dvc: StayHabits

    def of(self, kind: StayType) -> StayHabits:
        """The habits of one type of stay."""
        habits = {
            StayType.ROB: self.rob, StayType.RVT: self.rvt, StayType.CVK: self.cvk, StayType.DVC: self.dvc
        }  # fmt: skip
        return habits[kind]


class Parameters(_Table):
    """Everything that a population is drawn from, besides its size and its seed."""

    period: Period
    types: Mapping[FacilityType, Annotated[int, Field(ge=0, le=100_000)]]
    houses: HouseHabits
    places: Mapping[FacilityType, Spread]
    rvt_percentage: Spread
    tariffs: TariffHabits
    funds: Shares
    memberships: MembershipHabits
    vendors: Shares
    waves: Annotated[list[WaveShare], Field(min_length=1, max_length=100)]
    people: PeopleHabits
    stays: AllStays
    categories: Mapping[StayType, Mapping[Category, Share]]
    incontinence: Mapping[Category, Share]

    @model_validator(mode="after")
    def _whole(self) -> "Parameters":
        """What must add up does, and nothing is missing."""
        wholes: dict[str, Iterable[float]] = {
            "funds": self.funds.values(),
            "vendors": self.vendors.values(),
            "waves": [wave.share for wave in self.waves],
        }
        wholes |= {f"categories.{kind}": shares.values() for kind, shares in self.categories.items()}
        for name, shares in wholes.items():
            if abs(sum(shares) - 1) > _TOLERANCE:
                raise ValueError(f"the shares of {name} are not 1 together")
        if len({wave.entry for wave in self.waves}) < len(self.waves):
            raise ValueError("two waves enter on the same day")
        needed: dict[str, tuple[Container[str], type[StrEnum]]] = {
            "places": (self.places, FacilityType),
            "tariffs.per_day": (self.tariffs.per_day, StayType),
            "categories": (self.categories, StayType),
            "incontinence": (self.incontinence, Category),
        }
        for name, (table, kinds) in needed.items():
            missing = [kind.value for kind in kinds if kind not in table]
            if missing:
                raise ValueError(f"{name} lacks {', '.join(missing)}")
        if {Category.O, Category.A} & {
            kind for kind, share in self.categories[StayType.RVT].items() if share
        }:
            raise ValueError("categories.rvt: an RVT bed takes b, c, cd and d only")
        if not sum(self.types.values()):
            raise ValueError("types: there are no facilities")
        if self.period.until < self.period.since:
            raise ValueError("period: it ends before it begins")
        if self.houses.recognised_to < self.houses.recognised_from:
            raise ValueError("houses: recognised_to lies before recognised_from")
        if self.people.last_year < self.people.first_year:
            raise ValueError("people: the last year lies before the first")
        return self


@cache
def standard_parameters() -> Parameters:
    """The parameters of this version (``parameters.toml``)."""
    return Parameters.model_validate(_standard())


def read_parameters(raw: bytes) -> Parameters:
    """The standard parameters with the values of a file in their place; ``UsageError`` where it is wrong."""
    try:
        given = tomllib.loads(raw.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise UsageError(f"it is not TOML: {error}", hint=_PAGE) from error
    try:
        return Parameters.model_validate(_merged(_standard(), given))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        said = first["msg"].removeprefix("Value error, ")
        raise UsageError(f"{where}: {said}" if where else said, hint=_PAGE) from error


def _standard() -> dict[str, Any]:
    return tomllib.loads(resources.files(__package__).joinpath("parameters.toml").read_text("utf-8"))


def _merged(standard: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The standard with what is given in its place; tables of shares are replaced as a whole."""
    whole = {"funds", "vendors", "types"}
    merged = dict(standard)
    for name, value in given.items():
        old = merged.get(name)
        if isinstance(old, dict) and isinstance(value, dict) and name not in whole:
            merged[name] = _merged(old, value)
        else:
            merged[name] = value
    return merged
