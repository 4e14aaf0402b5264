"""Check of the notice term: what trouble at the service held up is still told within it."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from generale.conformance.case import Case
from generale.conformance.checks.admission import ADMISSIONS, is_held
from generale.conformance.checks.check import Occasion, Outcome, Spot, check, wrong
from generale.conformance.history import History
from generale.conformance.told import Told
from generale.protocol.clock import brussels, parse_instant
from generale.results.events import EventType
from generale.results.verdicts import EvidenceKind
from generale.rules.engine import rule_sets

BY_THE_HOUR = "HX-ADM-15"
"""The control by which the term ends at the hour of moving in; without it the term lasts until midnight."""

CHANCES = 3
SPREAD = timedelta(hours=6)
"""How many undisturbed polls a product had, and over how long, before it answers for what did not arrive.

Who was turned away may wait longer than one poll (project-defined).
"""


@check("CK-ADM-06", disproves=("RQ-ADM-06",), evidence=EvidenceKind.WIRE, codes=("notice-missed",))
def trouble_does_not_cost_the_notice_term(history: History) -> Iterator[Outcome]:
    """An admission that trouble held up arrives within its notice term, where the service works in time."""
    for case in history.cases:
        over = _over(history, case)
        if over is None or is_held(history, case, history.events[-1].seq):
            continue
        polls = [one for one in history.syncs if one.seq > case.stay.entered and one.at < over]
        troubled = next((one for one in polls if not history.undisturbed(one, ADMISSIONS)), None)
        if troubled is None:
            continue
        arrived = _arrival(history, case)
        if arrived is not None and arrived[1] < over:
            yield Occasion(arrived[0])
        elif history.is_fair and _had_chances(history, [one for one in polls if one.seq > troubled.seq]):
            yield wrong(
                history,
                "notice-missed",
                Spot(event=case.stay.entered),
                expected=f"the admission of {case.stay.insz} before {brussels(over).isoformat()}",
                received=f"received at {brussels(arrived[1]).isoformat()}" if arrived else "never received",
                cause=case.cause,
            )


def _over(history: History, case: Case) -> datetime | None:
    """When the notice term of a stay is over; None without one, and where it was over at its entry."""
    term = history.profile.notice
    entered = next(one.at for one in history.told if one.seq == case.stay.entered)
    if term is None or history.rule_set is None:
        return None
    start = case.version(case.stay.entered).start
    rules = rule_sets()[-1].on(min(history.rule_set, brussels(start).date()))
    over = term.over(start, by_hour=BY_THE_HOUR in rules.rows)
    return over if entered < over else None


def _arrival(history: History, case: Case) -> tuple[int, datetime] | None:
    """Where and when the first admission of a stay was received."""
    own = {(one.facility, one.reference) for one in case.admissions}
    for event in history.of_type(EventType.ACKNOWLEDGED):
        if (event.ids.get("facility"), event.ids.get("reference")) in own:
            return event.seq, parse_instant(event.at)
    return None


def _had_chances(history: History, polls: list[Told]) -> bool:
    """Whether the service worked at enough polls, over long enough."""
    good = [one.at for one in polls if history.undisturbed(one, ADMISSIONS)]
    return len(good) >= CHANCES and good[-1] - good[0] >= SPREAD
