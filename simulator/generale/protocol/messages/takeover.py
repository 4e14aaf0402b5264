"""The takeover of a facility: one number ends and another begins. Project-defined."""

from dataclasses import dataclass
from datetime import date

from generale.protocol.ids import Hco


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeoverNotice:
    """A facility number ends on the eve of ``first_day``, and another begins on that day.

    With ``continuity`` the activity goes on and stays continue under the new number without any message;
    a new number and continuity are independent of each other.
    """

    facility: Hco
    successor: Hco
    first_day: date
    continuity: bool
