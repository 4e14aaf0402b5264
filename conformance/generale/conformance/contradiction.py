"""What ``run.json`` says of a run, and plan, transcript or preflight of the same bundle say otherwise.

The judge believes some words of ``run.json``: what the product declared, how time passed, what was left out.
Whoever changes one of them alone is found out by the parts that say it as well.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from importlib import metadata
from typing import Any

from generale.conformance.plan import REFERENCE, SECURITY, TLS
from generale.conformance.preflight import what_is_offered, who_answers
from generale.conformance.recording import DOOR as PASSIVE
from generale.driver import CONTRACT
from generale.protocol.profile import standard_profile
from generale.results.bundle import Bundle, BundleError
from generale.results.events import Event, EventType
from generale.results.form import from_json
from generale.scenarios.catalogue import FILE_ENDING, library, sources
from generale.scenarios.language import Scenario
from generale.scenarios.playing import identity_of, profile_name
from generale.scenarios.stage import ClockMode


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanSaid:
    """What a plan says that ``run.json`` says too; None where it does not say it."""

    vendor: str | None = None
    requirement_set: str | None = None
    profile: str | None = None
    seed: int | None = None
    clock: str | None = None
    security: str | None = None
    tls: str | None = None
    waivers: str | None = None
    scenarios: tuple[str, ...] = ()
    chapters: tuple[str, ...] = ()
    facility_types: tuple[str, ...] = ()

    @property
    def is_secured(self) -> bool | None:
        """Whether signatures are asked for."""
        return None if self.security is None else self.security == "full"

    @property
    def is_under_tls(self) -> bool | None:
        """Whether the product meets the simulator under TLS."""
        return None if self.tls is None else self.tls != "none"

    @property
    def has_certificates(self) -> bool | None:
        """Whether anybody has a certificate."""
        if self.security is None or self.tls is None:
            return None
        return self.security != "off" or self.tls != "none"


def plan_said(document: Mapping[str, Any]) -> PlanSaid:
    """What the table of a plan says; ``BundleError`` where a word of it has another type."""
    known = {field.name for field in fields(PlanSaid)}
    try:
        return from_json(PlanSaid, {name: value for name, value in document.items() if name in known})
    except ValueError as error:
        raise BundleError(f"plan.toml: {error}") from error


def contradictions(bundle: Bundle, plan: PlanSaid) -> Iterator[str]:
    """The words of ``run.json`` that are contradicted, each with the part that does so."""
    for part, found in (
        ("plan.toml", _by_plan(bundle, plan)),
        ("transcript.jsonl", _by_transcript(bundle)),
        ("preflight.json", _by_preflight(bundle)),
        ("scenarios/", _by_scenarios(bundle)),
    ):
        yield from (f"{word} ({part})" for word in dict.fromkeys(found))


def is_of_this_version(bundle: Bundle) -> bool:
    """Whether the version that is installed made a bundle, by what it says of itself."""
    return bundle.run.suite.partition("+")[0] == metadata.version("generale")


def _by_plan(bundle: Bundle, plan: PlanSaid) -> Iterator[str]:
    run = bundle.run
    said: list[tuple[str, object, object]] = [
        ("seed", plan.seed, run.seed),
        ("clock", plan.clock, run.clock),
        ("requirement_set", plan.requirement_set, run.requirement_set.partition("+")[0]),
        ("door", _door(plan), run.door),
    ]
    if run.door != PASSIVE:  # a recording is partial, and its plan knows nothing of its certificates
        said += [
            ("capabilities", plan.is_secured, SECURITY in run.capabilities),
            ("capabilities", plan.is_under_tls, TLS in run.capabilities),
            ("pki", plan.has_certificates, run.pki != "none"),
        ]
        if run.partial and not (plan.scenarios or plan.chapters):
            yield "partial"
    yield from (word for word, there, here in said if there is not None and there != here)
    if plan.facility_types and not set(run.facility_types) <= set(plan.facility_types):
        yield "facility_types"


def _door(plan: PlanSaid) -> str | None:
    if plan.vendor is None:
        return None
    return "in-process" if plan.vendor == REFERENCE else plan.vendor.partition(":")[0]


def _by_transcript(bundle: Bundle) -> Iterator[str]:
    """What the player wrote down where it began a scenario, and what it told the product in it."""
    run, offered = bundle.run, set(bundle.run.capabilities)
    for name, events in bundle.scenario_events():
        begun = next((one for one in events if one.type is EventType.SCENARIO_BEGUN), None)
        if begun is None:
            continue
        set_up, is_on_wall = begun.data["set_up"], run.clock == ClockMode.WALL
        if begun.data["clock"] != run.clock or (is_on_wall and _leaps(events)):
            yield "clock"
        if set_up.get("identity", "") not in ("", identity_of(run.seed, name)):
            yield "seed"
        if not {str(one.data["do"]) for one in events if _is_act(one)} <= offered:
            yield "capabilities"
        if not {str(one["type"]) for one in set_up["facilities"]} <= set(run.facility_types):
            yield "facility_types"
        if run.profile == standard_profile().digest and set_up["profile"] != profile_name(standard_profile()):
            yield "profile"


def _leaps(events: Sequence[Event]) -> bool:
    """Whether the clock was moved, which nobody can on the wall."""
    return any(one.type is EventType.CLOCK for one in events)


def _is_act(event: Event) -> bool:
    return event.type is EventType.TOLD and event.ids.get("operation") == "act"


def _by_preflight(bundle: Bundle) -> Iterator[str]:
    """What the product said of itself before the run; another version may word it differently."""
    if not is_of_this_version(bundle):
        return
    run = bundle.run
    found = {one.check: one.message for one in bundle.preflight}
    declared = [name for name in run.capabilities if name not in (SECURITY, TLS)]
    if "product" in found and found["product"] != who_answers(run.product, run.product_version, CONTRACT):
        yield "product"
    if "reset" in found and found["reset"] != what_is_offered(declared):
        yield "capabilities"


def _by_scenarios(bundle: Bundle) -> Iterator[str]:
    """What the scenarios of the library say that were played, and nobody else can say otherwise."""
    run, played = bundle.run, list[Scenario]()
    begun = {one.scenario: one for one in bundle.events if one.type is EventType.SCENARIO_BEGUN}
    for name in (
        one.partition("/")[2].removesuffix(FILE_ENDING) for one in bundle.files if _is_scenario(one)
    ):
        if bundle.files[f"{_SCENARIOS}{name}{FILE_ENDING}"] != sources().get(name):
            return
        scenario = library()[name]
        played.append(scenario)
        if name in begun and not _fits(begun[name], scenario, is_on_wall=run.clock == ClockMode.WALL):
            yield "scenarios"
    kinds = {kind.value for one in played for kind in one.facility_types}
    if run.door != PASSIVE and kinds != set(run.facility_types):
        yield "facility_types"


_SCENARIOS = "scenarios/"


def _is_scenario(name: str) -> bool:
    return name.startswith(_SCENARIOS) and name.endswith(FILE_ENDING)


def _fits(begun: Event, scenario: Scenario, *, is_on_wall: bool) -> bool:
    """Whether a scenario began as its file says: with its duties, its rule set and its day.

    On the wall its day is the one on which it was played, or had just been.
    """
    said, anchor = begun.data, date.fromisoformat(begun.data.get("anchor") or scenario.anchor.isoformat())
    days_off = (date.fromisoformat(begun.at[:10]) - anchor).days if is_on_wall else 0
    return (
        tuple(said["verifies"]) == tuple(scenario.verifies)
        and said["rule_set"] == scenario.rule_set.isoformat()
        and (days_off in (0, 1) if is_on_wall else anchor == scenario.anchor)
    )
