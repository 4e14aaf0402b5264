"""What a control reports: what it expected, what it received, and at which field."""

import dataclasses
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Deviation:
    """What a control function yields: the demand in this case, and what the message holds instead.

    ``start`` is the later start from which an admission is accepted all the same, for a control that does so.
    """

    expected: str
    received: str
    start: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A control that a message does not pass; ``field`` is the field that its row points to.

    ``rule_set`` is the effective date of the set whose row demanded it; None where a scenario imposed it.
    ``start`` is that of the deviation.
    """

    control: str
    field: str
    expected: str
    received: str
    start: datetime | None = None
    rule_set: date | None = dataclasses.field(default=None, compare=False)
