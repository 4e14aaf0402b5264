"""Preflight: what can be known before the first scenario, so that a set-up mistake is no failure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from generale.conformance.plan import Plan
from generale.driver import CONTRACT
from generale.driver.contract import Description, Product, ProductClock
from generale.driver.setup import FacilityType
from generale.driver.stimuli import STIMULI
from generale.protocol.errors import UsageError
from generale.protocol.profile import Profile
from generale.results.looked import Looked
from generale.scenarios.language import Scenario

TYPES = "facility types"
"""What is looked at where the types of facility are."""

_FINDINGS: Mapping[str, str] = {
    "clock": "clock-not-settable",
    "budget": "budget-too-short",
    "capabilities": "capability-unknown",
    "reset": "no-reset",
}
"""How the doctor calls what is not well, by what was looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preflight:
    """What the product says of itself, and what was found."""

    description: Description
    findings: tuple[Looked, ...]


def look(plan: Plan, product: Product, profile: Profile) -> Preflight:
    """Ask the product what it is, and refuse a plan that it cannot follow (``UsageError``)."""
    description = product.describe()
    findings = [
        Looked(
            check="product",
            ok=True,
            message=who_answers(description.product, description.version, description.contract),
        ),
        _clock(plan, description),
        *_budget(plan, profile),
        _capabilities(description),
        Looked(check=TYPES, ok=True, message=which_types(description.facility_types)),
    ]
    bad = next((finding for finding in findings if not finding.ok), None)
    if description.contract != CONTRACT:
        raise UsageError(
            f"the product speaks contract {description.contract}, this version speaks {CONTRACT}",
            hint="see docs/reference/driver.openapi.yaml",
            finding="other-contract",
        )
    if bad is not None:
        raise UsageError(bad.message, hint=bad.hint, finding=_FINDINGS[bad.check])
    missing = [kind.value for kind in plan.facility_types if kind not in description.facility_types]
    if missing:
        raise UsageError(
            f"the plan asks for facility type {missing[0]}, which the product does not have",
            hint=f"the product has: {', '.join(kind.value for kind in description.facility_types)}",
            finding="type-not-served",
        )
    return Preflight(description=description, findings=tuple(findings))


def who_answers(product: str, version: str, contract: int) -> str:
    """What is said of a product that answers."""
    return f"{product} {version} answers, contract {contract}"


def what_is_offered(capabilities: Sequence[str]) -> str:
    """What is said of what a product declares."""
    return f"the product offers {', '.join(capabilities) or 'nothing'}"


def which_types(types: Iterable[FacilityType | str]) -> str:
    """What is said of the types of facility that a product has."""
    return f"the product has {', '.join(types) or 'no type of facility'}"


def _clock(plan: Plan, description: Description) -> Looked:
    fits = plan.clock == "wall" or description.clock is ProductClock.SETTABLE
    return Looked(
        check="clock",
        ok=fits,
        message=f"the clock of the product is {description.clock.value}, the plan says {plan.clock}",
        hint="" if fits else "take --clock wall, or let the product declare a settable clock",
    )


def _budget(plan: Plan, profile: Profile) -> Iterator[Looked]:
    """On the wall nothing can be seen of an answer that takes longer than the longest wait."""
    needed = profile.decision_seconds + profile.settlement_seconds + 1
    if plan.clock == "wall":
        fits = plan.budget_seconds >= needed
        yield Looked(
            check="budget",
            ok=fits,
            message=f"the longest wait is {plan.budget_seconds} s, an answer may take {needed - 1} s",
            hint="" if fits else f"give --budget {needed} or more",
        )


def _capabilities(description: Description) -> Looked:
    unknown = [name for name in description.capabilities if name not in (*STIMULI, "reset")]
    if unknown:
        return Looked(
            check="capabilities",
            ok=False,
            message=f"the product declares the capability '{unknown[0]}', which the contract does not know",
            hint=f"known: {', '.join((*STIMULI, 'reset'))}",
        )
    resets = "reset" in description.capabilities
    return Looked(
        check="reset",
        ok=resets,
        message=(
            what_is_offered(description.capabilities)
            if resets
            else "the product does not offer 'reset', which this version needs"
        ),
        hint="" if resets else "let the product start clean, with the facilities and addresses it is given",
    )


def left_out(scenarios: Sequence[Scenario], plan: Plan, description: Description) -> dict[str, str]:
    """The scenarios that cannot be played with this product and plan, each with the reason."""
    types = set(plan.facility_types or description.facility_types)
    reasons: dict[str, str] = {}
    for scenario in scenarios:
        reason = _reason(scenario, plan, description, types)
        if reason:
            reasons[scenario.name] = reason
    return reasons


def _reason(scenario: Scenario, plan: Plan, description: Description, types: set[FacilityType]) -> str:
    lacking = [name for name in scenario.needs if name not in description.capabilities]
    if lacking:
        return f"not offered: {', '.join(lacking)}"
    if scenario.security == "full" and plan.security != "full":
        return "security: the plan asks for no signatures"
    if scenario.security == "tls" and plan.tls == "none":
        return "security: the plan asks for no TLS"
    other = [kind.value for kind in scenario.facility_types if kind not in types]
    if other:
        why = (
            "facility type not in the plan"
            if plan.facility_types
            else "the product serves no facility of type"
        )
        return f"{why}: {', '.join(other)}"
    if plan.clock == "wall" and scenario.moves_clock:
        return "clock: it moves the clock, which nobody can on the wall"
    return ""
