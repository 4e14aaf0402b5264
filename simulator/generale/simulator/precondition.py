"""What must hold before a command is taken, so that no change of the world has to stop half-way."""

import re
from collections.abc import Collection, Mapping
from typing import Protocol

from generale.protocol.errors import UsageError
from generale.protocol.genericasync import SoaCode
from generale.protocol.ids import FundNumber, Hco
from generale.protocol.messages import Outcome
from generale.rules.engine import RuleSet
from generale.rules.facts import FacilityRecord
from generale.simulator.behaviour import CERTIFICATES, Behaviour, Kind, Shape, Takeover
from generale.simulator.reach import check_reach

_CODE = re.compile(r"[A-Za-z0-9_.:/-]*")
_OF_INVOICES = frozenset({Kind.REFUSE_BILL, Kind.BLOCK_FILE})
_NAMES_A_CONTROL = frozenset({Kind.REFUSE, Kind.PEND, Kind.OUT_OF_ORDER, *_OF_INVOICES})


def check_behaviour(behaviour: Behaviour, rules: RuleSet, funds: Collection[FundNumber]) -> None:
    """``UsageError`` where a behaviour could never happen, or would never end."""
    check_reach(behaviour, of_resident=behaviour.insz is not None, of_fund=behaviour.fund is not None)
    if behaviour.fund is not None and behaviour.fund not in funds:
        raise UsageError(f"there is no care fund '{behaviour.fund}'", hint=f"one of {', '.join(funds)}")
    if behaviour.kind in _NAMES_A_CONTROL:
        row = rules.rows.get(behaviour.control)
        if row is None or (row.flat is not None) is not (behaviour.kind in _OF_INVOICES):
            of = "invoices" if behaviour.kind in _OF_INVOICES else "messages"
            raise UsageError(
                f"'{behaviour.control}' is no control of {of} in the rule set of {rules.effective}",
                hint="name one of the controls that are listed for this rule set",
            )
    check_refusal(behaviour)
    if behaviour.kind in CERTIFICATES and not behaviour.after:
        raise UsageError(f"{behaviour.kind} has no end", hint="'after' says for how many seconds it lasts")
    if behaviour.then is Outcome.PENDING:
        raise UsageError("a deliberation ends in accepted or refused", hint="mend 'then', or leave it out")


class Refusing(Protocol):
    """What is said about a refusal, by a behaviour or in a scenario."""

    @property
    def kind(self) -> Kind: ...
    @property
    def shape(self) -> Shape: ...
    @property
    def code(self) -> str: ...
    @property
    def retry(self) -> bool | None: ...
    @property
    def text(self) -> str: ...
    @property
    def day(self) -> object | None: ...


def check_refusal(said: Refusing) -> None:
    """``UsageError`` where a refusal could not happen, or not be written on the wire, as it is said."""
    kind, shape, code, retry, text = said.kind, said.shape, said.code, said.retry, said.text
    if said.day and kind is not Kind.REFUSE_BILL:
        raise UsageError(f"'{kind}' is of no line of a bill", hint="only 'refuse-bill' has a day")
    if kind is not Kind.FAULT and (retry is not None or shape is not Shape.GENERIC):
        raise UsageError(f"'{kind}' has no shape and no retry", hint="only 'fault' has")
    if kind is Kind.FAULT and shape is Shape.GENERIC and (not code or retry is not None):
        raise UsageError(
            "a generic fault has a code, and cannot say whether to try again",
            hint="give a code such as INPUT_ERROR, and leave 'retry' out",
        )
    if kind is Kind.FAULT and shape is not Shape.GENERIC and code not in tuple(SoaCode):
        raise UsageError(f"'{code}' is no code of the eHealth platform", hint=f"one of {', '.join(SoaCode)}")
    if not _CODE.fullmatch(code):
        raise UsageError(f"{code!r} is no code", hint="letters, digits and - _ . : / make one")
    if not text.isprintable():
        raise UsageError(f"{text!r} is no text", hint="a text is one line that can be printed")


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
