"""The life of a stay: it begins, changes, is interrupted and ends. Project-defined."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from generale.protocol.ids import Hco, Insz, Sex


class StayType(StrEnum):
    """Kind of stay, which fixes bed type and rate."""

    ROB = "rob"
    """Bed in a care home without additional recognition."""
    RVT = "rvt"
    """Bed in a care home with additional recognition for residents in need of much care."""
    CVK = "cvk"
    """Short stay."""
    DVC = "dvc"
    """Day care."""


class EndReason(StrEnum):
    """Why a stay ended; death changes the counting of the last day."""

    DEPARTURE = "departure"
    DEATH = "death"


class AbsenceReason(StrEnum):
    """Why a resident is away while the stay lasts."""

    HOSPITAL = "hospital"
    LEAVE = "leave"
    """Holiday, family visit, or anything else that is no hospital."""


class AgreementEndReason(StrEnum):
    """Who or what ended a residence agreement."""

    RESIDENT = "resident"
    FACILITY = "facility"
    DEATH = "death"


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """A resident begins a stay at a facility."""

    facility: Hco
    insz: Insz
    family_name: str
    given_name: str
    birth_date: date
    sex: Sex
    stay_type: StayType
    start: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeOfStayType:
    """A resident goes on to another bed type or kind of stay, from ``start`` on."""

    facility: Hco
    insz: Insz
    stay_type: StayType
    start: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """A resident is away for some days and keeps the stay; ``end`` is left out while they are away."""

    facility: Hco
    insz: Insz
    reason: AbsenceReason
    start: datetime
    end: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EndOfAbsence:
    """A resident is back, whose absence was reported without an end."""

    facility: Hco
    insz: Insz
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EndOfStay:
    """A resident's stay at a facility ends; not the end of the residence agreement."""

    facility: Hco
    insz: Insz
    end: datetime
    reason: EndReason


@dataclass(frozen=True, slots=True, kw_only=True)
class EndOfAgreement:
    """A residence agreement ends; ``last_day`` is its last day. The stay may have ended earlier."""

    facility: Hco
    insz: Insz
    last_day: date
    reason: AgreementEndReason
