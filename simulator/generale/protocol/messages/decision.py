"""What platform and care fund decide on a message. Project-defined."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from generale.protocol.ids import FundNumber, Hco, Reference
from generale.protocol.messages.dependency import Category


class Outcome(StrEnum):
    """What the platform decided on a message; the fourth state is that it has not answered yet."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    PENDING = "pending"


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
    ``fund``, ``start`` and ``category`` are given with an acceptance, where they apply; ``rule_set`` is
    the effective date of the controls that judged.
    """

    facility: Hco
    about: Reference
    outcome: Outcome
    decided: datetime
    rule_set: date
    fund: FundNumber | None = None
    start: datetime | None = None
    category: Category | None = None
    controls: tuple[ControlResult, ...] = ()
