"""Integrity of a bundle: whether its parts are those that its identity names, and none is missing.

It finds what was altered or lost by accident or clumsily. Whoever can write a bundle can also write an
identity that fits; only a signature tells who wrote it.
"""

from collections import Counter
from collections.abc import Iterator
from hashlib import sha256

from generale.conformance.engine import requirement_set_name, with_run_id
from generale.conformance.transcript_form import form_faults
from generale.protocol.digest import digest_of_files
from generale.results.bundle import Bundle, BundleError
from generale.results.events import EventType, digest

_SCENARIOS, _PROFILE, _EVIDENCE = "scenarios/", "profile/", "evidence/"


def faults(bundle: Bundle) -> Iterator[str]:
    """What does not fit, one sentence each; ``BundleError`` where a part cannot even be read."""
    run = bundle.run
    if with_run_id(run).run_id != run.run_id:
        yield "run.json was altered: the run id is not that of its content"
    if run.requirement_set != requirement_set_name(
        run.requirement_set.partition("+")[0], bundle.part("requirements.json")
    ):
        yield "requirements.json is not the set that run.json names"
    if run.plan != sha256(bundle.part("plan.toml")).hexdigest():
        yield "plan.toml is not the plan that run.json names"
    if run.profile != digest_of_files(_below(bundle, _PROFILE)):
        yield "profile/ is not the profile that run.json names"
    scenarios = _below(bundle, _SCENARIOS)
    if run.scenarios != digest_of_files(scenarios):
        yield "scenarios/ are not those that run.json names"
    yield from _file_faults(bundle)
    yield from _part_faults(bundle)
    yield from _transcript_faults(bundle, {name.removesuffix(".yaml") for name in scenarios})
    yield from _evidence_faults(bundle)


def _below(bundle: Bundle, prefix: str) -> dict[str, bytes]:
    return {name.removeprefix(prefix): raw for name, raw in bundle.files.items() if name.startswith(prefix)}


def _file_faults(bundle: Bundle) -> Iterator[str]:
    for name, named in bundle.run.files.items():
        if sha256(bundle.part(name)).hexdigest() != named:
            yield f"{name} is not the one that run.json names"


def _part_faults(bundle: Bundle) -> Iterator[str]:
    """What a part says that no part of its kind can say, before anything is made of it."""
    for read in (lambda: bundle.texts, lambda: bundle.power, lambda: bundle.preflight):
        try:
            read()
        except BundleError as error:
            yield str(error)


def _transcript_faults(bundle: Bundle, scenarios: set[str]) -> Iterator[str]:
    numbers = [event.seq for event in bundle.events]
    if numbers != list(range(1, len(numbers) + 1)):
        yield "transcript.jsonl has lost or doubled events: they are not numbered through"
    yield from form_faults(bundle.events)
    begun = Counter(event.scenario for event in bundle.events if event.type is EventType.SCENARIO_BEGUN)
    ended = {event.scenario for event in bundle.events if event.type is EventType.SCENARIO_ENDED}
    for name in sorted(one for one, count in begun.items() if count > 1):
        yield f"transcript.jsonl holds the scenario {name} more than once"
    for name in sorted(scenarios - (begun.keys() & ended)):
        yield f"transcript.jsonl does not hold the scenario {name} whole"
    for name in sorted(begun.keys() - scenarios):
        yield f"transcript.jsonl holds the scenario {name}, which run.json does not name"


def _evidence_faults(bundle: Bundle) -> Iterator[str]:
    evidence = _below(bundle, _EVIDENCE)
    for name, raw in evidence.items():
        if digest(raw) != name:
            yield f"evidence {name[:12]} is not what its name says"
    for event in bundle.events:
        if event.evidence and event.evidence not in evidence:
            yield f"the evidence of event {event.seq} is missing"
            return


def require_whole(bundle: Bundle) -> None:
    """``BundleError`` with the first fault of a bundle, where it has one."""
    fault = next(faults(bundle), None)
    if fault is not None:
        raise BundleError(fault)
