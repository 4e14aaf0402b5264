"""The messages of the admission family and the decision on them, as typed values.

Python knows these fields; the element names on the wire are data of the profile (``binding.py``).
All of it is project-defined: the content of the real messages is not public.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from generale.protocol.ids import FundNumber, Hco, Insz, Reference, Sex


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


class Outcome(StrEnum):
    """What the platform decided on a message; the fourth state is that it has not answered yet."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    PENDING = "pending"


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
class EndOfStay:
    """A resident's stay at a facility ends; not the end of the residence agreement."""

    facility: Hco
    insz: Insz
    end: datetime
    reason: EndReason


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """States anew what an earlier message stated wrongly, and names that message.

    The correction of an admission carries ``stay_type`` and ``start``; that of an end of stay
    carries ``end`` and ``reason``.
    """

    facility: Hco
    corrects: Reference
    insz: Insz
    family_name: str | None = None
    given_name: str | None = None
    birth_date: date | None = None
    sex: Sex | None = None
    stay_type: StayType | None = None
    start: datetime | None = None
    end: datetime | None = None
    reason: EndReason | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlResult:
    """One control that led to a refusal or to pending: canonical id, text, and the field it looked at."""

    control: str
    text: str
    field: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What platform and care fund decided on one message of a facility.

    ``decided`` ranks decisions on the same message: the later one counts, in whatever order they arrive.
    ``fund`` and ``start`` are given with an acceptance; ``rule_set`` is the effective date of the
    controls that judged.
    """

    facility: Hco
    about: Reference
    outcome: Outcome
    decided: datetime
    rule_set: date
    fund: FundNumber | None = None
    start: datetime | None = None
    controls: tuple[ControlResult, ...] = ()


Message = Admission | EndOfStay | Correction | Decision
"""Every message that the profile binds to XML."""

MESSAGES: tuple[type[Message], ...] = (Admission, EndOfStay, Correction, Decision)
"""The message types that a profile must bind."""
