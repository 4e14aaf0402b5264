"""How houses, vendors and funds behave in a transition: nothing of it is public, all project-defined."""

from dataclasses import dataclass
from datetime import time


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """The parameters of a transition; shares lie between 0 and 1, spans are in days."""

    mistyped: float = 0.02
    """Share of admissions that are entered with a wrong date of birth, which a control refuses."""
    mended_within: tuple[int, int] = (1, 45)
    """After how many days, at least and at most, a house enters the right one."""
    late_end: float = 0.05
    """Share of ends of stay that are entered late."""
    late_by: tuple[int, int] = (1, 10)
    """By how many days."""
    history_billed_from: int = 7
    """Days after the entry at which the months before are billed, one a day."""
    change_told: tuple[int, int] = (-30, 45)
    """When a change of care fund is told, in days from its first day on: at least and at most."""
    billing_day: int = 5
    """The day of a month on which the month before is billed."""
    rebilling_day: int = 20
    """The day on which what was refused, or could not be billed yet, goes again."""
    rebilled_for: int = 3
    """How many months in a row a house bills again what is open of a month."""
    claim_day: int = 60
    """Days after a year is billed for the first time at which a fund claims back what is left of it."""
    repaid: float = 0.7
    """Share of claims that are repaid."""
    repaid_within: tuple[int, int] = (7, 90)
    """Days from a letter to the repayment."""
    repaid_in_part: float = 0.15
    """Share of repayments that are half of what is claimed at first, and the rest as long again later."""


POLLS = (time(9), time(12), time(15), time(18))
"""At which hours a product polls, on a day on which something is entered or open."""

ARRIVES, LEAVES, DIES = time(14), time(10), time(5)
"""When in the day a stay begins and ends: who leaves in the morning can come elsewhere in the afternoon."""
