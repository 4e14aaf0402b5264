"""Whether a bundle holds what its names stand for in this version: requirements, profile and scenarios.

Sets are frozen by date, so two rows under one number can only differ where a bundle was altered or another
version played it. Either way it stays judgeable, and its verdicts hold for what lies in it alone. A profile
or scenario that the plan itself names as the user's own is told as that.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from generale.conformance.engine import rendered_requirements
from generale.conformance.plan import SECURITY, TLS
from generale.conformance.register import set_dates
from generale.protocol.digest import digest_of_files
from generale.protocol.profile import standard_profile
from generale.results.bundle import Bundle, BundleError
from generale.results.identity import RunIdentity
from generale.results.remark import Remark
from generale.results.verdicts import ExitCode
from generale.scenarios.catalogue import FILE_ENDING, library, sources
from generale.scenarios.language import Scenario

MOST_NAMES = 3
"""How many scenarios a remark names; the others are counted (project-defined)."""


def remarks_on(bundle: Bundle) -> tuple[Remark, ...]:
    """What is to be said of a bundle; nothing where all is as here. ``BundleError`` where it has no plan."""
    plan = _plan(bundle)
    return (*_on_requirements(bundle), *_on_profile(bundle, plan), *_on_scenarios(bundle, plan))


def exit_code_with(code: int, remarks: Iterable[Remark]) -> int:
    """The exit code of verdicts with these remarks: what is unlike its names never conforms."""
    if code == ExitCode.CONFORMING.value and any(one.is_unlike for one in remarks):
        return ExitCode.CONFIGURATION_INVALID.value
    return code


def _plan(bundle: Bundle) -> Mapping[str, Any]:
    """The plan as a plain table: that of another version may hold other words."""
    try:
        return tomllib.loads(bundle.part("plan.toml").decode())
    except (ValueError, RecursionError) as error:
        raise BundleError(f"plan.toml is not TOML: {error}") from error


def _on_requirements(bundle: Bundle) -> Iterator[Remark]:
    name = bundle.run.requirement_set.partition("+")[0]
    if name not in set_dates():
        yield Remark(key="set-unknown", name=name)
    elif bundle.part("requirements.json") != rendered_requirements(name):
        yield Remark(key="set-differs", name=name)


def _on_profile(bundle: Bundle, plan: Mapping[str, Any]) -> Iterator[Remark]:
    """The digest in run.json is that of the files in the bundle: ``integrity`` sees to it."""
    prefix = "profile/"
    files = {name[len(prefix) :]: raw for name, raw in bundle.files.items() if name.startswith(prefix)}
    if digest_of_files(files) != standard_profile().digest:
        own = str(plan.get("profile") or "")
        yield Remark(
            key="profile-own" if own else "profile-differs",
            name=own or standard_profile().name,
            is_unlike=not own,
        )


def _on_scenarios(bundle: Bundle, plan: Mapping[str, Any]) -> Iterator[Remark]:
    """A scenario is the user's own only in a run that says so: one of a selection that names files."""
    chosen = [str(name) for name in plan.get("scenarios") or ()]
    names_files = bundle.run.partial and any(name.endswith(FILE_ENDING) for name in chosen)
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
    if chosen or plan.get("chapters"):
        yield Remark(key="selection-hidden", name=_named(chosen or map(str, plan["chapters"])))
    without = [
        name
        for name, scenario in library().items()
        if name not in played and not _can_be_left_out(scenario, bundle.run)
    ]
    if without:
        yield Remark(key="scenario-missing", name=_named(without))


def _can_be_left_out(scenario: Scenario, run: RunIdentity) -> bool:
    """Whether the run says that it left this scenario out, and something in its identity bears it out."""
    return scenario.name in run.scenarios_left_out and (
        not set(scenario.needs) <= set(run.capabilities)
        or (scenario.security == "full" and SECURITY not in run.capabilities)
        or (scenario.security == "tls" and TLS not in run.capabilities)
        or not {kind.value for kind in scenario.facility_types} <= set(run.facility_types)
        or (run.clock == "wall" and scenario.moves_clock)
    )


def _named(names: Iterable[str]) -> str:
    first = sorted(names)
    more = len(first) - MOST_NAMES
    return ", ".join(first[:MOST_NAMES]) + (f" +{more}" if more > 0 else "")
