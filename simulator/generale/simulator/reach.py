"""What each kind of behaviour can be meant for: what it names beyond that fits nothing, and never happens."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

from generale.protocol.errors import UsageError
from generale.protocol.profile import INVOICES, SERVICES
from generale.simulator.behaviour import CERTIFICATES, OPERATIONS, SPOILING, Kind

_POST = ("post",)
_ADMISSIONS, _INSURANCE = "admissions", "insurance"

MESSAGES: Mapping[str, str] = MappingProxyType(
    {
        "Admission": _ADMISSIONS,
        "EndOfStay": _ADMISSIONS,
        "Absence": _ADMISSIONS,
        "EndOfAbsence": _ADMISSIONS,
        "ChangeOfStayType": _ADMISSIONS,
        "EndOfAgreement": _ADMISSIONS,
        "Correction": _ADMISSIONS,
        "Withdrawal": _ADMISSIONS,
        "Assessment": _ADMISSIONS,
        "InsuranceQuestion": _INSURANCE,
    }
)
"""The messages that a behaviour can be meant for, and the service of each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Where a kind can happen, and what it can tell apart there.

    ``of_message`` and ``of_resident`` are the services where it knows the message, and the resident whom
    that or the reply is about; on the line only a post shows them. ``of_fund`` says whether it knows funds.
    """

    operations: Sequence[str] = _POST
    services: Collection[str] = SERVICES
    of_message: Collection[str] = ()
    of_resident: Collection[str] = ()
    of_fund: bool = False


_BOTH = (_ADMISSIONS, _INSURANCE)
_LINE = Reach(operations=OPERATIONS, of_message=_BOTH, of_resident=_BOTH)
_POSTED = Reach(of_message=_BOTH, of_resident=_BOTH)
_POLLED = Reach(operations=("get",))
_DECIDED = Reach(services=(_ADMISSIONS,), of_message=(_ADMISSIONS,), of_resident=(_ADMISSIONS,))
_TAKEN_UP = Reach(services=(_ADMISSIONS, INVOICES), of_message=(_ADMISSIONS,), of_resident=(_ADMISSIONS,))
_REPLIED = Reach(of_resident=_BOTH)
_FILE = Reach(services=(INVOICES,), of_fund=True)

REACHES: Mapping[Kind, Reach] = MappingProxyType(
    {
        **dict.fromkeys((Kind.CUT, Kind.UNAVAILABLE, Kind.FAULT, *SPOILING), _LINE),
        **dict.fromkeys(
            (
                Kind.CUT_BEFORE_RECEIPT,
                Kind.FAILURE_TACK,
                Kind.FORGED_TACK,
                Kind.WARNING_TACK,
                Kind.REJECT_INBOUND,
            ),
            _POSTED,
        ),
        **dict.fromkeys((Kind.THROTTLE, Kind.SHORT_PAGE), _POLLED),
        Kind.EMPTY_ANSWER: Reach(operations=("confirm",)),
        **dict.fromkeys((Kind.REFUSE, Kind.PEND, Kind.ACCEPT_LATE, Kind.OUT_OF_ORDER), _DECIDED),
        **dict.fromkeys((Kind.SILENCE, Kind.NOT_PICKED_UP), _TAKEN_UP),
        **dict.fromkeys((Kind.UNREADABLE, Kind.REJECT_OUTBOUND, Kind.ANSWER_TWICE), _REPLIED),
        Kind.FOR_ANOTHER: Reach(services=(_ADMISSIONS,), of_resident=(_ADMISSIONS,)),
        **dict.fromkeys(
            (Kind.REFUSE_FILE, Kind.BLOCK_FILE, Kind.TOLERATE_NOTHING, Kind.SPARSE_ANSWER), _FILE
        ),
        Kind.REFUSE_BILL: Reach(services=(INVOICES,), of_resident=(INVOICES,), of_fund=True),
    }
)
"""What each kind can be meant for; certificates, which everybody is shown, are not there."""


class Named(Protocol):
    """For what a behaviour is meant, on the control API or in a scenario; what is empty is everything."""

    @property
    def kind(self) -> Kind: ...
    @property
    def operation(self) -> str: ...
    @property
    def service(self) -> str: ...
    @property
    def message(self) -> str: ...


def check_reach(said: Named, *, of_resident: bool, of_fund: bool) -> None:
    """``UsageError`` where there is nothing that a behaviour for a resident or a fund can happen to."""
    _require_words(said)
    if said.kind in CERTIFICATES:  # shown before anything is known, and so to everybody
        return
    reach = REACHES[said.kind]
    _require_place(said, reach)
    _require_message(said, reach)
    if of_resident and not _is_known(said, reach.of_resident):
        raise _never(said, "one resident alone", "leave the resident out", reach.of_resident)
    if of_fund and not reach.of_fund:
        kinds = ", ".join(sorted(kind for kind, one in REACHES.items() if one.of_fund))
        raise UsageError(
            f"'{said.kind}' is never for one fund alone", hint=f"leave 'fund' out: {kinds} know it"
        )


def _require_words(said: Named) -> None:
    for word, known, what in (
        (said.operation, OPERATIONS, "a service has no operation"),
        (said.service, ("", *SERVICES), "there is no service"),
        (said.message, ("", *MESSAGES), "a behaviour can be meant for no message"),
    ):
        if word not in known:
            raise UsageError(f"{what} '{word[:60]}'", hint=f"one of {', '.join(filter(None, known))}")


def _require_place(said: Named, reach: Reach) -> None:
    if said.operation not in reach.operations:
        raise UsageError(
            f"'{said.kind}' never happens to a {said.operation}",
            hint=f"say 'operation: {reach.operations[0]}'",
        )
    if said.service and said.service not in reach.services:
        raise UsageError(
            f"'{said.kind}' never happens at {said.service}",
            hint=f"leave 'service' out, or name {' or '.join(reach.services)}",
        )


def _require_message(said: Named, reach: Reach) -> None:
    home = MESSAGES.get(said.message, "")
    if home and (said.operation != "post" or home not in reach.of_message):
        raise _never(said, f"'{said.message}' alone", "leave 'message' out", reach.of_message)
    if home and said.service not in ("", home):
        raise UsageError(f"'{said.message}' never comes at {said.service}", hint=f"it goes to {home}")


def _is_known(said: Named, services: Collection[str]) -> bool:
    """Whether who it is about is known where this is meant for: on the line only a post shows it."""
    return said.operation == "post" and (said.service in services if said.service else bool(services))


def _never(said: Named, whom: str, hint: str, services: Collection[str]) -> UsageError:
    what = f"a {said.operation}" + (f" at {said.service}" if said.service else "")
    fitting = f": only a post to {' or '.join(services)} tells" if services else ""
    return UsageError(f"'{said.kind}' of {what} is never for {whom}", hint=f"{hint}{fitting}")
