"""What a product can be told: one stimulus is one thing that happens in a facility.

Every stimulus names the facility number it concerns. Products declare the operations they know as
capabilities; the names are the keys of ``STIMULI``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from generale.driver.setup import FacilitySetUp
from generale.protocol.calendar import CareMonth
from generale.protocol.errors import PeerError
from generale.protocol.form import from_json, to_json
from generale.protocol.ids import Hco, Insz, Sex
from generale.protocol.messages import AbsenceReason, AgreementEndReason, Dependence, EndReason, StayType


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A resident as the facility registers them."""

    insz: Insz
    family_name: str
    given_name: str
    birth_date: date
    sex: Sex


@dataclass(frozen=True, slots=True, kw_only=True)
class Admit:
    """A resident moves in; the facility enters it now, it happened at ``start``."""

    facility: Hco
    resident: Person
    stay_type: StayType
    start: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EndStay:
    """A resident leaves or dies."""

    facility: Hco
    insz: Insz
    end: datetime
    reason: EndReason


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """A resident is away and keeps the stay; ``end`` is None while they are.

    The same start once more, now with an end, tells that they are back.
    """

    facility: Hco
    insz: Insz
    reason: AbsenceReason
    start: datetime
    end: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeStay:
    """A resident goes on in a stay of another type, from ``start`` on."""

    facility: Hco
    insz: Insz
    stay_type: StayType
    start: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EndAgreement:
    """A residence agreement ends; ``last_day`` is its last day, and the stay may have ended before."""

    facility: Hco
    insz: Insz
    last_day: date
    reason: AgreementEndReason


@dataclass(frozen=True, slots=True, kw_only=True)
class Correct:
    """The facility finds that an earlier fact of this stay was entered wrongly and enters it anew.

    Only the fields that change are given. ``insz`` is the number under which the stay was entered, and
    ``stay`` its start as it was entered: given where the person has had several stays, else the last is
    meant. ``resident`` replaces the person's data.
    """

    facility: Hco
    insz: Insz
    stay: datetime | None = None
    resident: Person | None = None
    stay_type: StayType | None = None
    start: datetime | None = None
    end: datetime | None = None
    reason: EndReason | None = None


class Fact(StrEnum):
    """What can be taken back of a stay."""

    STAY = "stay"
    """The whole of it: there was no such stay."""
    END = "end"
    """Its end: it lasts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdraw:
    """The facility finds that a stay, or the end of one, should never have been entered, and takes it back.

    ``insz`` is the number under which the stay was entered, and ``stay`` its start as it was entered: given
    where the person has had several stays, else the last is meant.
    """

    facility: Hco
    insz: Insz
    fact: Fact
    stay: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Assess:
    """Somebody assesses how much a resident depends on others; these are the scores as they were recorded.

    ``diagnosed`` is the date on which dementia was diagnosed, given where ``dementia`` was. Another
    assessment of the same day takes the place of the former one.
    """

    facility: Hco
    insz: Insz
    assessed: date
    assessor: str
    washing: Dependence
    dressing: Dependence
    moving: Dependence
    toilet: Dependence
    continence: Dependence
    eating: Dependence
    time: Dependence
    place: Dependence
    dementia: bool
    diagnosed: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BillMonth:
    """The facility bills a care month: every resident whose chain is complete, one file per fund.

    Told again, it also credits what a fund accepted of that month and what is not due any more.
    """

    facility: Hco
    month: CareMonth


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebill:
    """The facility has dealt with the refusals of a care month and bills again what was refused."""

    facility: Hco
    month: CareMonth


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportHistory:
    """The facility starts with residents who have lived there for long; all facts are of the past."""

    facility: Hco
    admissions: tuple[Admit, ...]
    ends: tuple[EndStay, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeOver:
    """A facility number ends and another begins with the same activity; residents stay where they are.

    ``first_day`` is the first day of the new number; the old one's last day is the day before.
    """

    facility: Hco
    successor: FacilitySetUp
    first_day: date


Stimulus = (
    Admit
    | EndStay
    | Correct
    | BillMonth
    | Rebill
    | ImportHistory
    | TakeOver
    | Withdraw
    | Absence
    | ChangeStay
    | EndAgreement
    | Assess
)
"""Everything a product can be told in this version of the contract."""

STIMULI: Mapping[str, type[Stimulus]] = MappingProxyType(
    {
        "admit": Admit,
        "end_stay": EndStay,
        "correct": Correct,
        "bill_month": BillMonth,
        "rebill": Rebill,
        "import_history": ImportHistory,
        "take_over": TakeOver,
        "withdraw": Withdraw,
        "absence": Absence,
        "change_stay": ChangeStay,
        "end_agreement": EndAgreement,
        "assess": Assess,
    }
)
"""Name of each operation under ``act``, which is also the name of its capability."""

_NAMES = {kind: name for name, kind in STIMULI.items()}


def stimulus_name(stimulus: Stimulus) -> str:
    """The operation that a stimulus belongs to."""
    return _NAMES[type(stimulus)]


def stimulus_to_json(stimulus: Stimulus) -> dict[str, Any]:
    """The JSON form: the fields and the name of the operation under ``do``."""
    return {"do": stimulus_name(stimulus), **to_json(stimulus)}


def stimulus_from_json(value: Any) -> Stimulus:
    """Read a stimulus; ``PeerError`` names the key that does not fit."""
    if not isinstance(value, dict) or str(value.get("do")) not in STIMULI:
        raise PeerError(f"'do' must be one of {', '.join(STIMULI)}", where="$.do")
    rest = {key: item for key, item in value.items() if key != "do"}
    return from_json(STIMULI[str(value["do"])], rest)
