"""Whether the events of a transcript have the form that the judge reads, and stand in the order of time.

What a stranger wrote must never look like an error of the rehearsal, nor cost the judge a walk to the year
9999: it is refused here, with its line. What is unknown is left alone: another version may tell more.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Any

from generale.driver.contract import Done
from generale.driver.observations import Observation
from generale.driver.setup import SetUp
from generale.driver.stimuli import Person, stimulus_from_json
from generale.protocol.calendar import CareMonth
from generale.protocol.clock import parse_instant, utc
from generale.protocol.errors import PeerError
from generale.protocol.form import from_json
from generale.protocol.messages import Outcome
from generale.protocol.money import Euro
from generale.results.events import Event, EventType, Party
from generale.results.verdicts import Blame
from generale.scenarios.stage import ClockMode

FIRST_YEAR, LAST_YEAR = 1900, 2299
"""The years in which a rehearsal can lie, and what it tells (project-defined).

A scenario is anchored from 1990 to 2100, tells of 84 years before at most, and lasts 184 at most.
"""

_SHOWN = 200

_EARLIEST, _LATEST = datetime(FIRST_YEAR, 1, 1, tzinfo=UTC), datetime(LAST_YEAR + 1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Membership:
    fund: str
    since: date
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Insured:
    person: Person
    funds: tuple[_Membership, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Form:
    """What stands in the events of one type: ids and data that must be there, and the kinds of values."""

    ids: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    data: Mapping[str, Any] = field(default_factory=dict)
    has_evidence: bool = False


_ACCOUNT = ("fund", "facility")
_AMOUNTS: Mapping[str, Any] = MappingProxyType({"amount": Euro, "open": Euro, "balance": Euro})

_FORMS: Mapping[EventType, _Form] = MappingProxyType(
    {
        EventType.SCENARIO_BEGUN: _Form(
            needs=("rule_set", "clock", "verifies", "set_up", "residents"),
            data={
                "rule_set": date,
                "clock": ClockMode,
                "anchor": date,
                "verifies": tuple[str, ...],
                "set_up": SetUp,
                "residents": Mapping[str, _Insured],
            },
        ),
        EventType.SCENARIO_ENDED: _Form(data={"completed": bool, "reason": str}),
        EventType.TOLD: _Form(ids=("operation",)),
        EventType.TOLD_ANSWERED: _Form(data={"taken": bool, "note": str, "problem": str}),
        EventType.OBSERVED: _Form(needs=("facilities",)),
        EventType.WAIT_BEGUN: _Form(ids=("wait",), data={"for": str, "awaited": Party, "deadline": datetime}),
        EventType.WAIT_ENDED: _Form(ids=("wait",), data={"met": bool, "awaited": Party}),
        EventType.CLOCK: _Form(data={"to": datetime}),
        EventType.BEHAVIOUR: _Form(needs=("kind",), data={"kind": str, "off": bool, "new": str}),
        EventType.CALLED: _Form(needs=("server_certificate",), data={"server_certificate": str}),
        EventType.REQUEST: _Form(
            ids=("exchange", "operation", "service"),
            data={"url": str, "headers": Mapping[str, str], "server_certificate": str},
            has_evidence=True,
        ),
        EventType.RESPONSE: _Form(
            ids=("exchange",),
            data={
                "status": int,
                "cut": bool,
                "content_type": str,
                "imposed": str,
                "spoiled": str,
                "unproved": bool,
            },
        ),
        EventType.ACKNOWLEDGED: _Form(ids=("reference", "facility", "service")),
        EventType.NOT_PICKED_UP: _Form(ids=("reference", "facility", "service", "tack")),
        EventType.DECIDED: _Form(ids=("reference", "facility"), data={"outcome": Outcome, "imposed": bool}),
        EventType.REPLIED: _Form(ids=("reply",), data={"rule_set": date, "io": str}, has_evidence=True),
        EventType.CONFIRMED: _Form(),
        EventType.PAID: _Form(data={"amount": str, "communication": str}),
        EventType.ADVANCED: _Form(ids=_ACCOUNT, needs=("amount",), data={"month": CareMonth, **_AMOUNTS}),
        EventType.SET_OFF: _Form(ids=(*_ACCOUNT, "about"), needs=("amount",), data=_AMOUNTS),
        EventType.CLAIMED: _Form(
            ids=(*_ACCOUNT, "notice"),
            needs=("amount", "first_month", "last_month"),
            data={"first_month": CareMonth, "last_month": CareMonth, "due": date, "reason": str, **_AMOUNTS},
        ),
        EventType.REMINDED: _Form(ids=(*_ACCOUNT, "notice"), data={"by": str, "due": date, **_AMOUNTS}),
        EventType.REPAID: _Form(ids=(*_ACCOUNT, "notice"), needs=("amount",), data=_AMOUNTS),
        EventType.REFUNDED: _Form(ids=(*_ACCOUNT, "notice"), needs=("amount",), data=_AMOUNTS),
        EventType.HARNESS: _Form(data={"problem": str, "blame": Blame}),
    }
)


def form_faults(events: Sequence[Event]) -> Iterator[str]:
    """What is wrong with the lines of a transcript, a sentence each; of every line the first fault."""
    clocks: dict[str, datetime] = {}
    for line, event in enumerate(events, start=1):
        try:
            _check(event)
            at = _moment(event.at, "at")
            before = clocks.setdefault(event.scenario, at)
            if at < before:
                raise PeerError(f"'at' goes back in time within {event.scenario}")
            clocks[event.scenario] = at
        except PeerError as error:
            place = f" ({error.where})" if error.where else ""
            yield f"transcript.jsonl line {line}: {str(error)[:_SHOWN]}{place[:_SHOWN]}"


def _check(event: Event) -> None:
    form = _FORMS[event.type]
    lacking = [name for name in form.ids if name not in event.ids]
    lacking += [name for name in form.needs if name not in event.data]
    if lacking:
        raise PeerError(f"'{lacking[0]}' is missing")
    if form.has_evidence and not event.evidence:
        raise PeerError("'evidence' is missing")
    for name, kind in form.data.items():
        if name in event.data:
            from_json(kind, event.data[name], name)
    match event.type, event.ids.get("operation", ""):
        case EventType.TOLD, "act":
            stimulus_from_json(dict(event.data))
            _check_days(event.data)
        case EventType.TOLD_ANSWERED, operation if "problem" not in event.data and operation != "observe":
            from_json(Done, dict(event.data))
        case EventType.OBSERVED, _:
            from_json(Observation, dict(event.data))
        case _:
            return


_DAYS = frozenset({"start", "end", "stay", "first_day", "month"})
"""The words of a stimulus that say when something is; a date of birth may lie further back."""


def _check_days(value: object) -> None:
    """Whatever the product is told lies in the years of a rehearsal."""
    if isinstance(value, list):
        for one in value:
            _check_days(one)
    if isinstance(value, dict):
        for name, part in value.items():
            if name in _DAYS and isinstance(part, str):
                _require_year(part, name)
            else:
                _check_days(part)


def _require_year(text: str, name: str) -> None:
    if not (text[:4].isdecimal() and FIRST_YEAR <= int(text[:4]) <= LAST_YEAR):
        raise _out_of_reach(name)


def _moment(text: str, name: str) -> datetime:
    """The instant in UTC."""
    moment = utc(parse_instant(text))
    if not _EARLIEST <= moment < _LATEST:
        raise _out_of_reach(name)
    return moment


def _out_of_reach(name: str) -> PeerError:
    return PeerError(f"'{name}' lies outside the years {FIRST_YEAR} to {LAST_YEAR}")
