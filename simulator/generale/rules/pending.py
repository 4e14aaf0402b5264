"""The control of deliberation: a message does not stay pending beyond the term of its rule set."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from generale.protocol.calendar import months_after
from generale.rules.control import Controls
from generale.rules.findings import Deviation

control = Controls["Deliberation", None]()


@dataclass(frozen=True, slots=True, kw_only=True)
class Deliberation:
    """A message that is pending: since when, what time it is, and the term in months (None: no term)."""

    begun: datetime
    now: datetime
    months: int | None


@control("HX-PND-01")
def the_deliberation_is_within_its_term(deliberation: Deliberation, _facts: None) -> Iterator[Deviation]:
    """A message is decided before the term of its rule set has passed since it became pending."""
    if deliberation.months is None:
        return
    end = months_after(deliberation.begun, deliberation.months)
    if deliberation.now >= end:
        yield Deviation(expected=f"decided before {end.isoformat()}", received="still pending")
