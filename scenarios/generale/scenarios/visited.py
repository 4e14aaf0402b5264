"""Which behaviour the library visits: cells of home, stay, fund, trouble and moment, read from the scenarios.

Computed from the scenarios as data: a trouble that names nobody is counted for everybody whom it can meet.
What it does meet is decided when it is played.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from generale.protocol.calendar import CareMonth
from generale.protocol.profile import Profile
from generale.scenarios.language import Admit, HistoryAdmission, Scenario
from generale.scenarios.moment import day_of
from generale.simulator.behaviour import Kind

UNTROUBLED, ENTERED_WRONGLY = "nothing", "entered-wrongly"
"""Reasons that are no behaviour: all goes well, or the platform judges what was entered wrongly."""

LAYERS: Mapping[str, tuple[str, ...]] = {
    "none": (UNTROUBLED,),
    "line": (Kind.CUT, Kind.CUT_BEFORE_RECEIPT, Kind.UNAVAILABLE),
    "trust": (
        Kind.CERTIFICATE_EXPIRED,
        Kind.CERTIFICATE_OTHER_NAME,
        Kind.CERTIFICATE_OTHER_AUTHORITY,
        Kind.CERTIFICATE_SELF_SIGNED,
        Kind.REPLY_TAMPERED,
        Kind.REPLY_UNSIGNED,
        Kind.REPLY_STALE,
        Kind.REPLY_TO_ANOTHER,
    ),
    "fault": (Kind.FAULT, Kind.THROTTLE),
    "acknowledgement": (Kind.FAILURE_TACK, Kind.FORGED_TACK, Kind.WARNING_TACK, Kind.NOT_PICKED_UP),
    "rejection": (Kind.REJECT_INBOUND, Kind.REJECT_OUTBOUND),
    "mailbox": (
        Kind.SHORT_PAGE,
        Kind.ANSWER_TWICE,
        Kind.UNREADABLE,
        Kind.FOR_ANOTHER,
        Kind.OUT_OF_ORDER,
        Kind.EMPTY_ANSWER,
    ),
    "decision": (ENTERED_WRONGLY, Kind.REFUSE, Kind.PEND, Kind.ACCEPT_LATE, Kind.SILENCE),
    "file": (Kind.REFUSE_FILE, Kind.BLOCK_FILE, Kind.TOLERATE_NOTHING),
    "bill": (Kind.REFUSE_BILL, Kind.SPARSE_ANSWER),
}
"""Every trouble, by the layer in which it comes; each stands once (project-defined)."""

FIRST_DAY, LAST_DAY, WEEKEND, WEEKDAY = "first-day", "last-day", "weekend", "weekday"
MOMENTS = (FIRST_DAY, LAST_DAY, WEEKEND, WEEKDAY)
"""When somebody moves in: the first or last day of a month, else a Saturday or Sunday, else another day."""

_SATURDAY = 5


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Cell:
    """One combination that a product can meet; ``reason`` is a trouble of ``LAYERS``."""

    facility: str
    stay_type: str
    reason: str
    moment: str
    fund: str


def cells(profile: Profile) -> Iterator[Cell]:
    """Every cell: what the profile lets a facility host, its funds, every trouble and every moment."""
    for facility, hosted in profile.hosts.items():
        for stay_type in sorted(hosted):
            for reason in (one for layer in LAYERS.values() for one in layer):
                for moment in MOMENTS:
                    for fund in profile.funds:
                        yield Cell(
                            facility=str(facility),
                            stay_type=str(stay_type),
                            reason=str(reason),
                            moment=moment,
                            fund=fund,
                        )


def visited(scenarios: Iterable[Scenario]) -> frozenset[Cell]:
    """The cells that these scenarios visit."""
    return frozenset(cell for scenario in scenarios for cell in visits(scenario))


def visits(scenario: Scenario) -> Iterator[Cell]:
    """The cells of one scenario: everybody who moves in, with every trouble that can meet them."""
    for facility, stay in _stays(scenario):
        fund = scenario.residents[stay.resident].fund
        for reason in _reasons(scenario, stay, fund) or [UNTROUBLED]:
            yield Cell(
                facility=str(scenario.facilities[facility].type),
                stay_type=str(stay.stay_type),
                reason=reason,
                moment=moment_in_month(day_of(stay.start, scenario.anchor)),
                fund=fund,
            )


def moment_in_month(day: date) -> str:
    """Which of the moments a day is."""
    if day.day == 1:
        return FIRST_DAY
    if day == CareMonth.of(day).last:
        return LAST_DAY
    return WEEKEND if day.weekday() >= _SATURDAY else WEEKDAY


def _stays(scenario: Scenario) -> Iterator[tuple[str, Admit | HistoryAdmission]]:
    for step in scenario.timeline:
        if step.tell and (admit := step.tell.admit):
            yield admit.facility, admit
        if step.tell and (history := step.tell.import_history):
            yield from ((history.facility, one) for one in history.residents)


def _reasons(scenario: Scenario, stay: Admit | HistoryAdmission, fund: str) -> list[str]:
    found = [ENTERED_WRONGLY] if stay.entered is not None else []
    for step in scenario.timeline:
        behave = step.behave
        if behave and behave.resident in ("", stay.resident) and behave.fund in ("", fund):
            found.append(str(behave.kind))
    return list(dict.fromkeys(found))
