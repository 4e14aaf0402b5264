"""Whether a bundle holds what its names stand for in this version, and whether its parts agree on its run.

Sets are frozen by date, so two rows under one number can only differ where a bundle was altered or another
version played it. Either way it stays judgeable, and its verdicts hold for what lies in it alone. A profile
or scenario that the plan itself names as the user's own is told as that.
"""

import tomllib
from collections.abc import Iterable, Iterator

from generale.conformance.contradiction import PlanSaid, contradictions, is_of_this_version, plan_said
from generale.conformance.engine import committed_kill_matrix, rendered_requirements
from generale.conformance.plan import SECURITY, TLS
from generale.conformance.preflight import TYPES
from generale.conformance.register import set_dates
from generale.conformance.texts import finding_texts
from generale.conformance.waivers import waivers_of
from generale.driver.setup import FacilityType
from generale.protocol.digest import digest_of_files
from generale.protocol.profile import standard_profile
from generale.results.bundle import KILL_MATRIX, TEXTS, Bundle, BundleError, render_json
from generale.results.identity import RunIdentity
from generale.results.remark import Remark
from generale.results.verdicts import ExitCode
from generale.scenarios.catalogue import FILE_ENDING, library, sources
from generale.scenarios.language import Scenario
from generale.scenarios.stage import ClockMode

MOST_NAMES = 3
"""How many scenarios a remark names; the others are counted (project-defined)."""


def remarks_on(bundle: Bundle) -> tuple[Remark, ...]:
    """What is to be said of a bundle; nothing where all is as here. ``BundleError`` where it has no plan."""
    plan = _plan(bundle)
    return (
        *_on_requirements(bundle),
        *_on_profile(bundle, plan),
        *_on_scenarios(bundle, plan),
        *_on_parts(bundle),
        *_on_waivers(bundle, plan),
        *_on_identity(bundle, plan),
    )


def exit_code_with(code: int, remarks: Iterable[Remark]) -> int:
    """The exit code of verdicts with these remarks: what is unlike its names never conforms."""
    if code == ExitCode.CONFORMING.value and any(one.is_unlike for one in remarks):
        return ExitCode.CONFIGURATION_INVALID.value
    return code


def _plan(bundle: Bundle) -> PlanSaid:
    """What the plan says: that of another version may hold other words."""
    try:
        return plan_said(tomllib.loads(bundle.part("plan.toml").decode()))
    except BundleError:
        raise
    except (ValueError, RecursionError) as error:
        raise BundleError(f"plan.toml is not TOML: {error}") from error


def _on_requirements(bundle: Bundle) -> Iterator[Remark]:
    name = bundle.run.requirement_set.partition("+")[0]
    if name not in set_dates():
        yield Remark(key="set-unknown", name=name)
    elif bundle.part("requirements.json") != rendered_requirements(name):
        yield Remark(key="set-differs", name=name)


def _on_profile(bundle: Bundle, plan: PlanSaid) -> Iterator[Remark]:
    """The digest in run.json is that of the files in the bundle: ``integrity`` sees to it."""
    prefix = "profile/"
    files = {name[len(prefix) :]: raw for name, raw in bundle.files.items() if name.startswith(prefix)}
    if digest_of_files(files) != standard_profile().digest:
        own = plan.profile or ""
        yield Remark(
            key="profile-own" if own else "profile-differs",
            name=own or standard_profile().name,
            is_unlike=not own,
        )


def _on_scenarios(bundle: Bundle, plan: PlanSaid) -> Iterator[Remark]:
    """A scenario is the user's own only in a run that says so: one of a selection that names files."""
    names_files = bundle.run.partial and any(name.endswith(FILE_ENDING) for name in plan.scenarios)
    played = {
        name.removeprefix("scenarios/").removesuffix(FILE_ENDING): raw
        for name, raw in bundle.files.items()
        if name.startswith("scenarios/")
    }
    other = [name for name, raw in played.items() if sources().get(name) != raw]
    if other:
        key = "scenario-own" if names_files else "scenario-differs"
        yield Remark(key=key, name=_named(other), is_unlike=not names_files)
    if bundle.run.partial:
        return
    if plan.scenarios or plan.chapters:
        yield Remark(key="selection-hidden", name=_named(plan.scenarios or plan.chapters))
    types = _types_at_hand(bundle, plan)
    without = [
        name
        for name, scenario in library().items()
        if name not in played and not _can_be_left_out(scenario, bundle.run, plan, types)
    ]
    if without:
        yield Remark(key="scenario-missing", name=_named(without))


def _types_at_hand(bundle: Bundle, plan: PlanSaid) -> frozenset[str]:
    """The types of facility that a run could be played for: those of the plan, else all the product has."""
    said = next((one.message for one in bundle.preflight if one.check == TYPES), None)
    if plan.facility_types or said is None:
        return frozenset(plan.facility_types or bundle.run.facility_types)
    return frozenset(kind.value for kind in FacilityType if kind.value in said.replace(",", " ").split())


def _can_be_left_out(scenario: Scenario, run: RunIdentity, plan: PlanSaid, types: frozenset[str]) -> bool:
    """Whether the run says that it left this scenario out, and plan and identity bear it out."""
    return scenario.name in run.scenarios_left_out and (
        not set(scenario.needs) <= set(run.capabilities)
        or (scenario.security == "full" and SECURITY not in run.capabilities)
        or (scenario.security == "tls" and TLS not in run.capabilities)
        or not {kind.value for kind in scenario.facility_types} <= types
        or (run.clock == plan.clock == ClockMode.WALL and scenario.moves_clock)
    )


def _on_parts(bundle: Bundle) -> Iterator[Remark]:
    """The sentences and the proofs of a version are the same in every bundle that it leaves."""
    installed = {TEXTS: render_json(finding_texts()), KILL_MATRIX: committed_kill_matrix()}
    for name, raw in installed.items():
        if bundle.files.get(name) != raw:
            ours = is_of_this_version(bundle)
            yield Remark(key="part-differs" if ours else "part-not-comparable", name=name)


def _on_waivers(bundle: Bundle, plan: PlanSaid) -> Iterator[Remark]:
    """Whose waivers stand in the bundle, and which of them are stale."""
    entries = waivers_of(bundle).entries
    if not entries:
        return
    names = (f"{one.requirement or f'{one.check} {one.code}'} ({one.owner})" for one in entries)
    if plan.waivers:
        yield Remark(key="waivers-own", name=_named(names), is_unlike=False)
    else:
        yield Remark(key="waivers-unplanned", name=_named(names))
    results = bundle.judgement.waivers if "verdicts.json" in bundle.files else ()
    stale = [one for one in results if one.state.is_stale]
    if stale:
        told = (f"{one.requirement or f'{one.check} {one.code}'} ({one.expires})" for one in stale)
        yield Remark(key="waivers-stale", name=_named(told), is_unlike=False)


def _on_identity(bundle: Bundle, plan: PlanSaid) -> Iterator[Remark]:
    found = list(contradictions(bundle, plan))
    if found:
        yield Remark(key="identity-contradicted", name=_named(found))


def _named(names: Iterable[str]) -> str:
    first = sorted(names)
    more = len(first) - MOST_NAMES
    return ", ".join(first[:MOST_NAMES]) + (f" +{more}" if more > 0 else "")
