"""What a control reports: what it expected, what it received, and at which field."""

import dataclasses
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Deviation:
    """What a control function yields: the demand in this case, and what the message holds instead."""

    expected: str
    received: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A control that a message does not pass; ``field`` is the field that its row points to.

    ``rule_set`` is the effective date of the set whose row demanded it; None where a scenario imposed it.
    """

    control: str
    field: str
    expected: str
    received: str
    rule_set: date | None = dataclasses.field(default=None, compare=False)
