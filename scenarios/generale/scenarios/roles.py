"""The roles of a cast in the scenario language: facilities with their rates and advances, and residents."""

from typing import Annotated, Literal

from pydantic import Field

from generale.driver.setup import FacilityType
from generale.protocol.ids import Sex
from generale.protocol.messages import StayType
from generale.scenarios.value import Count, Day, Moment, Words


class TariffRow(Words):
    """The allowance per day, in euro, for one kind of stay; without ``since`` from the beginning on."""

    stay_type: StayType
    per_day: str = Field(
        pattern=r"^\d{1,4}\.\d{2,4}$", description="Euro with two to four decimals, in quotes"
    )
    since: Moment | None = None


class Advanced(Words):
    """What the advances of a facility are computed from: recognised places by kind of stay, at its rates.

    ``occupancy`` is its own, where the formula asks for it.
    """

    places: dict[StayType, Count] = Field(min_length=1)
    occupancy: str | None = Field(None, pattern=r"^(0\.\d{1,4}|1\.0{1,4})$")
    opening_days: Annotated[int, Field(strict=True, ge=1, le=7)] = 7


class FacilityRole(Words):
    """A facility of the cast; its numbers come from the seed, and its tariffs where it names none.

    ``notice_from`` is the day from which on the notice term runs for its admissions; it is suspended without.
    """

    type: FacilityType
    since: Moment | None = None
    starts: Literal["begin", "takeover"] = "begin"
    notice_from: Moment | None = None
    tariffs: list[TariffRow] = Field(default_factory=list)
    advances: Advanced | None = None


class ShortStayElsewhere(Words):
    """Days of short stay, both included, that the fund paid to a house which takes no part."""

    first: Moment
    last: Moment


class ResidentRole(Words):
    """A resident of the cast, member of a care fund; the number and what is left out come from the seed."""

    fund: str
    sex: Sex | None = None
    born: Day | None = None
    family_name: str | None = None
    given_name: str | None = None
    short_stays: list[ShortStayElsewhere] = Field(default_factory=list)
