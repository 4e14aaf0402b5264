"""Whether a scenario can be played: what it names must exist in its rule set and in the profile.

What a file alone can tell is checked where it is read (``language``).
"""

from generale.protocol.errors import UsageError
from generale.protocol.profile import Profile
from generale.rules.engine import RuleSet, rule_set
from generale.scenarios.language import Behave, FacilityRole, Scenario


def check_playable(scenario: Scenario, profile: Profile) -> None:
    """Raise a ``UsageError``, with scenario and step, for a rule set, control or fund that does not exist."""
    rules = _rules(scenario)
    for role, resident in scenario.residents.items():
        _check_fund(resident.fund, profile, f"{scenario.name}: resident '{role}'")
    for role, facility in scenario.facilities.items():
        _check_tariffs(facility, profile, f"{scenario.name}: facility '{role}'")
    for number, step in enumerate(scenario.timeline, start=1):
        if step.behave is not None:
            where = f"{scenario.name}: step {number}"
            if step.behave.fund:
                _check_fund(step.behave.fund, profile, where)
            if step.behave.control:
                _check_control(step.behave, rules, where)


def _rules(scenario: Scenario) -> RuleSet:
    try:
        return rule_set(scenario.rule_set)
    except UsageError as error:
        raise UsageError(f"{scenario.name}: {error}", hint=error.hint) from error


def _check_fund(number: str, profile: Profile, where: str) -> None:
    if number not in profile.funds:
        raise UsageError(
            f"{where}: the profile has no care fund '{number}'", hint=f"one of {', '.join(profile.funds)}"
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
