"""The engine: one function that plays a plan and leaves a bundle, verdicts and all.

It tells what happens to whoever listens; console, pytest and JUnit are listeners or views.
"""

import json
import platform
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from importlib import metadata, resources
from pathlib import Path
from time import perf_counter

from generale.conformance import preflight
from generale.conformance.fingerprint import suite_digest
from generale.conformance.judge import judge
from generale.conformance.plan import Plan
from generale.conformance.preflight import Preflight
from generale.conformance.register import register
from generale.conformance.staging import Set, staged
from generale.conformance.texts import finding_texts
from generale.conformance.waivers import NONE as NO_WAIVERS
from generale.conformance.waivers import PART as WAIVERS
from generale.conformance.waivers import read_waivers, waivers_part
from generale.protocol.profile import Profile
from generale.results.bundle import Bundle, render_json, render_judgement
from generale.results.events import Event, write_transcript
from generale.results.form import to_json
from generale.results.identity import RunIdentity
from generale.scenarios.catalogue import Entry, digest_of, entry, library
from generale.scenarios.language import Scenario
from generale.scenarios.player import Guarded
from generale.scenarios.playing import Part
from generale.simulator.system_clock import SystemClock


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Something that happened while a plan is played: a scenario begins or has ended."""

    scenario: str
    number: int
    of: int
    ended: bool
    completed: bool = False


Listener = Callable[[Progress], None]
"""Hears how far a run is."""


def rehearse(plan: Plan, listeners: Sequence[Listener] = (), today: date | None = None) -> Bundle:
    """Play a plan and judge what happened.

    ``today`` is the day on which waivers are judged, that of this machine where it is left out.
    ``UsageError`` where the plan cannot be followed, ``EnvironmentFailure`` where the product cannot be
    reached before the first scenario. Whatever happens later stands in the bundle.
    """
    with staged(plan) as stage:
        before, scenarios, left_out = _looked(plan, stage)
        played = [one for one in chosen_entries(plan) if one.scenario.name not in left_out]
        parts, timings = _play(stage, [one.scenario for one in played], listeners)
        identity = replace(
            _identity(plan, stage, before, [one.scenario for one in played]),
            scenarios=digest_of(played),
            scenarios_left_out=left_out,
            requirements_left_out=requirements_left_out(scenarios, left_out),
        )
        more = {**_extras(before, played, timings), **_waivers(plan, today)}
        bundle = assembled(identity, plan, stage.profile, parts, more)
        return judged(bundle, stage.profile)


def _waivers(plan: Plan, today: date | None) -> Mapping[str, bytes]:
    """The waivers of a plan as they lie in a bundle, with the day of the run."""
    if not plan.waivers:
        return {}
    entries = read_waivers(Path(plan.waivers), plan.requirement_set)
    return {WAIVERS: waivers_part(entries, today or SystemClock().now().date())}


def play(plan: Plan) -> tuple[tuple[Part, ...], Profile]:
    """What the scenarios of a plan leave when nothing is made of it, and by which profile they were played.

    It is refused, and leaves out, as ``rehearse`` does.
    """
    with staged(plan) as stage:
        _, scenarios, left_out = _looked(plan, stage)
        parts, _ = _play(stage, [one for one in scenarios if one.name not in left_out], ())
        return tuple(sorted(parts, key=lambda part: part.scenario)), stage.profile


def _looked(plan: Plan, stage: Set) -> tuple[Preflight, list[Scenario], dict[str, str]]:
    """What was known before, the scenarios of the plan, and those that cannot be played."""
    before = preflight.look(plan, Guarded(stage.product), stage.profile)
    scenarios = [one.scenario for one in chosen_entries(plan)]
    return before, scenarios, preflight.left_out(scenarios, plan, before.description)


def chosen_entries(plan: Plan) -> tuple[Entry, ...]:
    """The scenarios of a plan: those it names, or all that verify something of its chapters."""
    wanted = {row.id for row in register(plan.requirement_set) if row.chapter in plan.chapters}
    named = [entry(name) for name in plan.scenarios or library()]
    return tuple(one for one in named if not plan.chapters or wanted.intersection(one.scenario.verifies))


def judged(bundle: Bundle, profile: Profile) -> Bundle:
    """The bundle with its verdicts, made from its transcript and evidence."""
    return bundle.with_files({"verdicts.json": render_judgement(judge(bundle, profile))})


def _play(
    stage: Set, scenarios: Sequence[Scenario], listeners: Sequence[Listener]
) -> tuple[list[Part], dict[str, float]]:
    parts: list[Part] = []
    timings: dict[str, float] = {}
    for number, scenario in enumerate(scenarios, start=1):
        _tell(listeners, Progress(scenario=scenario.name, number=number, of=len(scenarios), ended=False))
        begun = perf_counter()
        part = stage.run.play(scenario)
        timings[scenario.name] = perf_counter() - begun
        parts.append(part)
        completed = bool(part.events[-1].data.get("completed"))
        _tell(
            listeners,
            Progress(
                scenario=scenario.name, number=number, of=len(scenarios), ended=True, completed=completed
            ),
        )
    return parts, timings


def _tell(listeners: Sequence[Listener], progress: Progress) -> None:
    for listener in listeners:
        listener(progress)


def _extras(before: Preflight, played: Sequence[Entry], timings: Mapping[str, float]) -> Mapping[str, bytes]:
    """The files of a bundle that only a played run has."""
    lines = (json.dumps({"scenario": name, "seconds": round(took, 6)}) for name, took in timings.items())
    return {
        "preflight.json": render_json(to_json([*before.findings])),
        "timings.jsonl": "".join(f"{line}\n" for line in lines).encode(),
        **{f"scenarios/{one.scenario.name}.yaml": one.source for one in played},
    }


def assembled(
    identity: RunIdentity, plan: Plan, profile: Profile, parts: Sequence[Part], more: Mapping[str, bytes]
) -> Bundle:
    """A bundle without verdicts: identity, transcript, evidence, texts, and what else is given."""
    files = {
        "transcript.jsonl": write_transcript(_merged(parts)),
        "plan.toml": plan_toml(plan),
        "requirements.json": rendered_requirements(plan.requirement_set),
        "kill-matrix.json": committed_kill_matrix(),
        "texts.json": render_json(finding_texts()),
        WAIVERS: NO_WAIVERS,
        **{f"profile/{name}": raw for name, raw in profile.files.items()},
        **more,
    }
    named = replace(identity, files={name: sha256(raw).hexdigest() for name, raw in sorted(files.items())})
    evidence = {f"evidence/{name}": raw for part in parts for name, raw in part.evidence.items()}
    return Bundle({"run.json": render_json(to_json(with_run_id(named))), **files, **evidence})


def _merged(parts: Sequence[Part]) -> list[Event]:
    """The parts in name order, numbered through."""
    ordered = (event for part in sorted(parts, key=lambda part: part.scenario) for event in part.events)
    return [replace(event, seq=number) for number, event in enumerate(ordered, start=1)]


def _identity(plan: Plan, stage: Set, before: Preflight, played: Sequence[Scenario]) -> RunIdentity:
    """Who was rehearsed and how; of the types of facility those that were on stage."""
    description = before.description
    types = sorted({kind for scenario in played for kind in scenario.facility_types})
    return replace(
        bare_identity(plan, stage.profile, stage.door),
        pki=stage.pki,
        product=description.product,
        product_version=description.version,
        capabilities=(*description.capabilities, *plan.given_capabilities),
        facility_types=tuple(kind.value for kind in types),
    )


def requirements_left_out(scenarios: Sequence[Scenario], left_out: Mapping[str, str]) -> Mapping[str, str]:
    """The requirements that only scenarios verify which were left out, with the reason of the first."""
    verified = {row for one in scenarios if one.name not in left_out for row in one.verifies}
    reasons: dict[str, str] = {}
    for scenario in scenarios:
        if scenario.name in left_out:
            for requirement in scenario.verifies:
                if requirement not in verified:
                    reasons.setdefault(requirement, f"{scenario.name}: {left_out[scenario.name]}")
    return reasons


def bare_identity(plan: Plan, profile: Profile, door: str) -> RunIdentity:
    """The identity of a run before anything is known of the product."""
    return RunIdentity(
        suite=f"{metadata.version('generale')}+{suite_digest()[:16]}",
        requirement_set=requirement_set_name(
            plan.requirement_set, rendered_requirements(plan.requirement_set)
        ),
        scenarios=digest_of(()),
        profile=profile.digest,
        plan=sha256(plan_toml(plan)).hexdigest(),
        pki="none",
        seed=plan.seed,
        clock=plan.clock,
        product="unknown",
        product_version="unknown",
        door=door,
        partial=plan.is_partial,
        environment={
            "python": platform.python_version(),
            "implementation": sys.implementation.name,
            "system": platform.system(),
            "machine": platform.machine(),
        },
        scenarios_left_out={},
    )


def rendered_requirements(set_date: str) -> bytes:
    """``requirements.json``: the texts of a set as they are judged."""
    return render_json([to_json(row) for row in register(set_date)])


def requirement_set_name(set_date: str, rendered: bytes) -> str:
    """The date of a set with the beginning of the digest of its texts."""
    return f"{set_date}+{sha256(rendered).hexdigest()[:16]}"


def committed_kill_matrix() -> bytes:
    """``kill-matrix.json``: what the long proofs last found, committed with this version."""
    return (resources.files("generale.conformance") / "kill-matrix.json").read_bytes()


def with_run_id(identity: RunIdentity) -> RunIdentity:
    """The identity with its run id: SHA-256 over everything that fixes the run."""
    outside = ("environment", "files", "run_id")
    fixed = {key: value for key, value in to_json(identity).items() if key not in outside}
    return replace(identity, run_id=sha256(render_json(fixed)).hexdigest())


def plan_toml(plan: Plan) -> bytes:
    """The plan as it was followed, every value written out."""
    values = plan.model_dump(mode="json")
    return "".join(
        f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in values.items()
    ).encode()
