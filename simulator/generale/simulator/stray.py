"""A decision that is none of the receiver's: an envelope about its message, a content about another one.

It comes as the answer to a message of the facility whose mailbox it lies in, and names, inside, a facility
and a reference that are not its own. Which these are is project-defined.
"""

from collections.abc import Collection
from datetime import date, datetime

from generale.protocol.ids import FundNumber, Hco, Reference
from generale.protocol.messages import Admission, Decision, Outcome
from generale.rules.facts import Original

STRAY = "stray"
"""The kind of such a reply."""

_SERIALS = range(99999, 9999, -1)
_USUAL = 14
"""A shorter reference grows by its first letter, a longer one keeps its length."""


def another_facility(known: Collection[Hco]) -> Hco:
    """The number of a facility that takes no part."""
    return next(one for one in (Hco.parse(str(serial)) for serial in _SERIALS) if one not in known)


def another_reference(own: Reference) -> Reference:
    """A reference as the facility might have chosen it: its own turned round behind another first letter."""
    return Reference.parse(f"{'Y' if own[0] == 'X' else 'X'}{own[::-1]}"[: max(_USUAL, len(own))].rstrip())


def strayed(
    about: Reference,
    message: Original,
    *,
    known: Collection[Hco],
    fund: FundNumber,
    rule_set: date,
    now: datetime,
) -> Decision:
    """The acceptance of somebody else's message, to be put in the envelope of an answer to this one."""
    return Decision(
        facility=another_facility(known),
        about=another_reference(about),
        outcome=Outcome.ACCEPTED,
        decided=now,
        rule_set=rule_set,
        fund=fund,
        start=message.start if isinstance(message, Admission) else None,
    )
