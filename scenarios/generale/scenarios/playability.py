"""Whether a scenario can be played: what it names exists, and the vendor was told of it.

What a file alone can tell is checked where it is read (``language``).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from generale.protocol.calendar import CareMonth
from generale.protocol.errors import UsageError
from generale.protocol.profile import Profile
from generale.rules.engine import RuleSet, rule_set
from generale.scenarios.language import (
    Assess,
    Behave,
    Correct,
    Scenario,
    Step,
    Tell,
    Withdraw,
)
from generale.scenarios.moment import day_of
from generale.scenarios.roles import FacilityRole
from generale.scenarios.stay_words import Absence, ChangeStay, EndAgreement, EndStay


def check_playable(scenario: Scenario, profile: Profile) -> None:
    """Raise a ``UsageError``, with scenario and step, for what does not exist or was never told."""
    rules = _rules(scenario)
    for role, resident in scenario.residents.items():
        _check_fund(resident.fund, profile, f"{scenario.name}: resident '{role}'")
    for role, facility in scenario.facilities.items():
        _check_tariffs(facility, profile, f"{scenario.name}: facility '{role}'")
    _check_told(scenario)
    for number, step in enumerate(scenario.timeline, start=1):
        if step.fund is not None:
            _check_fund(step.fund.fund, profile, f"{scenario.name}: step {number}")
        if step.change_fund is not None:
            where = f"{scenario.name}: step {number}"
            _check_fund(step.change_fund.fund, profile, where)
            _check_new_year(day_of(step.change_fund.start, scenario.anchor), where)
        if step.behave is not None:
            where = f"{scenario.name}: step {number}"
            if step.behave.fund:
                _check_fund(step.behave.fund, profile, where)
            if step.behave.control:
                _check_control(step.behave, rules, where)


@dataclass(slots=True)
class _Told:
    """What the vendor knows so far: who was admitted under which number, and what was billed."""

    stays: set[tuple[str, str]] = field(default_factory=set)
    bills: set[tuple[str, str]] = field(default_factory=set)

    def knows(self, resident: str) -> bool:
        """Whether anybody was told of a stay of a resident."""
        return any(one == resident for _, one in self.stays)

    def hear(self, tell: Tell) -> str:
        """Take in what is told; the answer is what it lacks to be possible, empty where it lacks nothing."""
        if admit := tell.admit:
            self.stays.add((admit.facility, admit.resident))
        elif history := tell.import_history:
            self.stays |= {(history.facility, one.resident) for one in history.residents}
        elif takeover := tell.take_over:
            old, new = takeover.facility, takeover.successor
            self.stays |= {(new, resident) for facility, resident in self.stays if facility == old}
        elif bill := tell.bill_month:
            self.bills.add((bill.facility, bill.month))
        elif (again := tell.rebill) and (again.facility, again.month) not in self.bills:
            return f"the month {again.month} of '{again.facility}' was never billed"
        elif (about := _of_a_stay(tell)) and (about.facility, about.resident) not in self.stays:
            return f"'{about.resident}' was never admitted to '{about.facility}'"
        return ""


def standing(timeline: Sequence[Step], kept: Iterable[int]) -> tuple[int, ...]:
    """Of the steps that are kept, by their place, those that can stand without the others.

    A step goes that is about a stay, a bill or a decision of which nothing is told before it any more.
    """
    told = _Told()
    left: list[int] = []
    for number in kept:
        step = timeline[number]
        decision = step.wait.decision if step.wait is not None else None
        if step.tell is not None and told.hear(step.tell):
            continue
        if step.change_fund is not None and not told.knows(step.change_fund.resident):
            continue
        if decision is None or all((decision.facility, one) in told.stays for one in decision.residents):
            left.append(number)
    return tuple(left)


def _of_a_stay(
    tell: Tell,
) -> EndStay | Correct | Withdraw | Absence | ChangeStay | EndAgreement | Assess | None:
    """What is told of a stay that must be known before."""
    within = tell.absence or tell.change_stay or tell.end_agreement or tell.assess
    return tell.end_stay or tell.correct or tell.withdraw or within


def _check_told(scenario: Scenario) -> None:
    """Nobody leaves, and nothing is corrected or billed again, of which the vendor was told nothing."""
    told = _Told()
    for number, step in enumerate(scenario.timeline, start=1):
        lacking = told.hear(step.tell) if step.tell is not None else ""
        if step.change_fund is not None and not told.knows(step.change_fund.resident):
            lacking = f"'{step.change_fund.resident}' was never admitted"
        if lacking:
            raise UsageError(
                f"{scenario.name}: step {number}: {lacking}", hint="tell the vendor of it in an earlier step"
            )


def _rules(scenario: Scenario) -> RuleSet:
    """The newest set that comes into force; the anchor lies in its first month at the earliest."""
    try:
        rules = rule_set(scenario.rule_set)
    except UsageError as error:
        raise UsageError(f"{scenario.name}: {error}", hint=error.hint) from error
    if CareMonth.of(scenario.anchor) < CareMonth.of(rules.effective):
        raise UsageError(
            f"{scenario.name}: the rule set of {rules.effective} is not in force yet on {scenario.anchor}",
            hint="take a later anchor, or an earlier rule set",
        )
    return rules


def _check_fund(number: str, profile: Profile, where: str) -> None:
    if number not in profile.funds:
        raise UsageError(
            f"{where}: the profile has no care fund '{number}'", hint=f"one of {', '.join(profile.funds)}"
        )


def _check_new_year(day: date, where: str) -> None:
    """A change of care fund takes effect on 1 January (HX-FCH-02)."""
    if (day.month, day.day) != (1, 1):
        raise UsageError(
            f"{where}: a change of care fund takes effect on 1 January, and not on {day}",
            hint="take another moment, or another anchor",
        )


def _check_tariffs(facility: FacilityRole, profile: Profile, where: str) -> None:
    """A facility is paid only for the kinds of stay that its type may host."""
    hosted = profile.hosts[facility.type]
    for row in facility.tariffs:
        if row.stay_type not in hosted:
            raise UsageError(
                f"{where}: a {facility.type.value} has no tariff for {row.stay_type.value}",
                hint=f"one of {', '.join(sorted(kind.value for kind in hosted))}",
            )


def _check_control(behave: Behave, rules: RuleSet, where: str) -> None:
    """A bill is refused with a control of invoice files, a message with one of the others."""
    row = rules.rows.get(behave.control)
    if row is None:
        problem = f"the rule set of {rules.effective} has no control '{behave.control}'"
        raise UsageError(f"{where}: {problem}", hint="docs/reference/controls.md lists them")
    of_invoices = behave.kind in ("refuse-bill", "block-file")
    if (row.flat is not None) is not of_invoices:
        fitting = ", ".join(one.id for one in rules.rows.values() if (one.flat is not None) is of_invoices)
        what = "invoice files" if of_invoices else "messages"
        raise UsageError(f"{where}: {row.id} is no control of {what}", hint=f"one of {fitting}")
