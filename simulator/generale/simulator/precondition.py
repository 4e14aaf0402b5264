"""What must hold before a command is taken, so that no change of the world has to stop half-way."""

from collections.abc import Mapping

from generale.protocol.errors import UsageError
from generale.protocol.genericasync import SoaCode
from generale.protocol.ids import Hco
from generale.protocol.messages import Outcome
from generale.rules.engine import RuleSet
from generale.rules.facts import FacilityRecord
from generale.simulator.behaviour import Behaviour, Kind, Shape, Takeover

_NAMES_A_CONTROL = frozenset({Kind.REFUSE, Kind.PEND, Kind.OUT_OF_ORDER, Kind.REFUSE_BILL})


def check_behaviour(behaviour: Behaviour, rules: RuleSet) -> None:
    """``UsageError`` where a behaviour names no control of its kind, or a deliberation that never ends."""
    if behaviour.kind in _NAMES_A_CONTROL:
        row = rules.rows.get(behaviour.control)
        if row is None or (row.flat is not None) is not (behaviour.kind is Kind.REFUSE_BILL):
            of = "invoices" if behaviour.kind is Kind.REFUSE_BILL else "messages"
            raise UsageError(
                f"'{behaviour.control}' is no control of {of} in the rule set of {rules.effective}",
                hint="name one of the controls that are listed for this rule set",
            )
    if behaviour.kind is Kind.FAULT:
        _check_fault(behaviour)
    elif behaviour.retry is not None or behaviour.shape is not Shape.GENERIC:
        raise UsageError(f"'{behaviour.kind}' has no shape and no retry", hint="only 'fault' has")
    if not all("!" <= character <= "~" for character in behaviour.code):
        raise UsageError(f"{behaviour.code!r} is no code", hint="a code has no spaces and no accents")
    if not behaviour.text.isprintable():
        raise UsageError(f"{behaviour.text!r} is no text", hint="a text is one line that can be printed")
    if behaviour.then is Outcome.PENDING:
        raise UsageError("a deliberation ends in accepted or refused", hint="mend 'then', or leave it out")


def _check_fault(behaviour: Behaviour) -> None:
    if behaviour.shape is Shape.GENERIC:
        if behaviour.retry is not None:
            raise UsageError("a generic fault cannot say whether to try again", hint="leave 'retry' out")
        if not behaviour.code:
            raise UsageError("a fault needs a code", hint="such as INPUT_ERROR")
    elif behaviour.code not in tuple(SoaCode):
        raise UsageError(
            f"'{behaviour.code}' is no code of the eHealth platform", hint=f"one of {', '.join(SoaCode)}"
        )


def check_takeover(takeover: Takeover, facilities: Mapping[Hco, FacilityRecord]) -> None:
    """``UsageError`` where the old number is unknown or over already, or the new one cannot continue it."""
    old, heir = facilities.get(takeover.old), facilities.get(takeover.successor.hco)
    if old is None:
        raise UsageError(f"{takeover.old} is no facility of this rehearsal", hint="look at its set-up")
    if old.successor is not None:
        raise UsageError(f"{old.hco} was taken over by {old.successor} already", hint="name that number")
    if takeover.successor.hco == old.hco or (heir and heir.successor is not None):
        raise UsageError(
            f"{takeover.successor.hco} cannot continue {old.hco}: it ends itself", hint="take another number"
        )
    if takeover.first_day <= old.valid_from:
        raise UsageError(
            f"{old.hco} begins on {old.valid_from} and cannot be taken over on {takeover.first_day}",
            hint="take a later day",
        )
