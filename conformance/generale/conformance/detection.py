"""Detection: the suite against broken vendors, so that its own verdicts can be trusted.

Every seeded defect is played where the reference run consulted its switch. It is killed when the
expected check fails with the expected code and blames the vendor; a crash is no kill, and every other
check that fails is noise.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from random import Random
from typing import Any, Final, TypeVar

from generale.conformance.checks.detection import DETECTION
from generale.conformance.engine import play
from generale.conformance.plan import SECURITY, TLS, Plan
from generale.conformance.plays_judged import check_results
from generale.conformance.register import register
from generale.conformance.staging import staged
from generale.refvendor.defects import DEFECTS
from generale.refvendor.product import ReferenceVendor
from generale.results.events import write_transcript
from generale.results.verdicts import Blame, CheckResult, Verb, Verdict
from generale.scenarios.catalogue import library

_FAILED = (Verdict.FAIL, Verdict.WARN)

LEVEL: Final = "full"
"""Defects of security are played with everything signed: only so can they show."""

LINE: Final = "optional"
"""Defects of the line are played under TLS."""

T = TypeVar("T")

UNCONSULTED_PERCENT = 5
"""How many in a hundred of the plays that determinism makes superfluous are played all the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kill:
    """What became of one defect: killed or not, by which check and code, and what else failed."""

    defect: str
    requirement: str
    check: str
    code: str
    killed: bool
    noise: tuple[str, ...]
    scenarios: tuple[str, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KillMatrix:
    """All defects, and the power of the suite per requirement: share of its defects that are killed."""

    kills: tuple[Kill, ...]
    power: Mapping[str, float]
    unconsulted_played: int = 0
    unconsulted_differing: tuple[str, ...] = ()

    @property
    def survivors(self) -> tuple[str, ...]:
        """The defects that were not killed."""
        return tuple(kill.defect for kill in self.kills if not kill.killed)


def where_consulted(seed: int) -> Mapping[str, frozenset[str]]:
    """For each scenario the switches that the right vendor consulted in it."""
    consulted: dict[str, frozenset[str]] = {}
    plain = tuple(name for name in library() if not is_under_tls(name))
    others = tuple(name for name in library() if is_under_tls(name))
    for plan in (
        Plan(seed=seed, security=LEVEL, scenarios=plain),
        Plan(seed=seed, tls=LINE, scenarios=others),
    ):
        with staged(plan) as stage:
            assert isinstance(stage.product, ReferenceVendor)
            for name in plan.scenarios:
                stage.run.play(library()[name])
                consulted[name] = frozenset(stage.product.switches.consulted)
    return {name: consulted[name] for name in library()}


def is_under_tls(scenario: str) -> bool:
    """Whether a scenario can only be played under TLS, over a socket that is never the same twice."""
    return library()[scenario].security == "tls"


def detect(seed: int = 1, workers: int = 1, tell: Callable[[Kill], None] = lambda _: None) -> KillMatrix:
    """Play every defect and answer the kill matrix; ``tell`` hears each kill as it is known."""
    consulted = where_consulted(seed)
    jobs = [
        (name, tuple(scenario for scenario in consulted if name in consulted[scenario]), seed)
        for name in sorted(DEFECTS)
    ]
    kills: list[Kill] = []
    for kill in _over(play_defect, jobs, workers, lambda job: len(job[1])):
        tell(kill)
        kills.append(kill)
    in_process = {name: names for name, names in consulted.items() if not is_under_tls(name)}
    sample = unconsulted_sample(in_process, seed)
    return KillMatrix(
        kills=tuple(kills),
        power=power(kills),
        unconsulted_played=len(sample),
        unconsulted_differing=differing(sample, seed, workers),
    )


def unconsulted_sample(consulted: Mapping[str, frozenset[str]], seed: int) -> tuple[tuple[str, str], ...]:
    """A share of the defects and scenarios that are not played because the switch is not consulted there."""
    pairs = [
        (name, scenario)
        for name in sorted(DEFECTS)
        for scenario in sorted(consulted)
        if name not in consulted[scenario]
    ]
    count = -(-len(pairs) * UNCONSULTED_PERCENT // 100)
    return tuple(Random(seed).sample(pairs, count))  # noqa: S311  # repeatable on purpose


def differing(sample: Sequence[tuple[str, str]], seed: int, workers: int = 1) -> tuple[str, ...]:
    """The defects that change a scenario in which their switch is not consulted; there must be none."""
    by_scenario: dict[str, list[str]] = {}
    for name, scenario in sample:
        by_scenario.setdefault(scenario, []).append(name)
    jobs = [(scenario, tuple(names), seed) for scenario, names in sorted(by_scenario.items())]
    found = _over(_differing_in, jobs, workers, lambda job: len(job[1]))
    return tuple(sorted({name for names in found for name in names}))


def _differing_in(scenario: str, defects: Sequence[str], seed: int) -> tuple[str, ...]:
    right = _transcript("", scenario, seed)
    return tuple(name for name in defects if _transcript(name, scenario, seed) != right)


def _transcript(defect: str, scenario: str, seed: int) -> bytes:
    """What is seen of one scenario, by the digests of all bytes; nothing is judged."""
    with staged(Plan(defect=defect, seed=seed, scenarios=(scenario,), security=LEVEL)) as stage:
        return write_transcript(stage.run.play(library()[scenario]).events)


def _over(
    work: Callable[..., T],
    jobs: Sequence[tuple[Any, ...]],
    workers: int,
    size: Callable[[tuple[Any, ...]], int],
) -> Iterator[T]:
    """What comes of each job, in their order, in as many processes as there are workers; the longest begin
    first, so that no process is left with one at the end.
    """
    if workers <= 1:
        yield from (work(*job) for job in jobs)
        return
    with ProcessPoolExecutor(max_workers=workers) as pool:
        begun = {job: pool.submit(work, *job) for job in sorted(jobs, key=size, reverse=True)}
        yield from (begun[job].result() for job in jobs)


def _plan(name: str, scenarios: tuple[str, ...], seed: int) -> Plan:
    """A defect is played with what its requirement asks of a run."""
    requirement = DEFECTS[name].requirement
    row = next(one for one in register(Plan().requirement_set) if one.id == requirement)
    return Plan(
        defect=name,
        seed=seed,
        scenarios=scenarios,
        security=LEVEL if SECURITY in row.capabilities else "off",
        tls=LINE if TLS in row.capabilities else "none",
    )


def play_defect(name: str, scenarios: tuple[str, ...], seed: int) -> Kill:
    """Play one defect in these scenarios and say what became of it."""
    check, code = DETECTION[name]
    requirement = DEFECTS[name].requirement
    if not scenarios:
        return Kill(
            defect=name,
            requirement=requirement,
            check=check,
            code=code,
            killed=False,
            noise=(),
            scenarios=(),
            reason="no scenario consults its switch",
        )
    plan = _plan(name, scenarios, seed)
    results = check_results(*play(plan), plan.requirement_set)
    home = DEFECTS[name].scenario
    killed = any(_kills(result, check, code, home) for result in results)
    return Kill(
        defect=name,
        requirement=requirement,
        check=check,
        code=code,
        killed=killed,
        noise=tuple(r.check for r in results if r.verdict in _FAILED and r.check != check),
        scenarios=scenarios,
        reason="" if killed else _reason(results, check),
    )


def _kills(result: CheckResult, check: str, code: str, scenario: str) -> bool:
    """Whether the named check failed with the named code where the defect must show, and fairly."""
    shown = any(finding.code == code and finding.scenario == scenario for finding in result.findings)
    fair = all(finding.blame is Blame.VENDOR for finding in result.findings)
    return result.check == check and result.verdict in _FAILED and shown and fair


def _reason(checks: Sequence[CheckResult], expected: str) -> str:
    result = next((one for one in checks if one.check == expected), None)
    if result is None:
        return f"{expected} was not run"
    codes = sorted({finding.code for finding in result.findings})
    return f"{expected}: {result.verdict.value}" + (f" ({', '.join(codes)})" if codes else "")


def power(kills: Sequence[Kill]) -> Mapping[str, float]:
    """Per requirement the share of its defects that are killed; a requirement without defect is left out."""
    found: dict[str, list[bool]] = {}
    for kill in kills:
        found.setdefault(kill.requirement, []).append(kill.killed)
    return {requirement: sum(dead) / len(dead) for requirement, dead in sorted(found.items())}


def musts_without_power(matrix: KillMatrix, requirement_set: str) -> tuple[str, ...]:
    """The MUSTs of a set that no defect proves, or whose defects are not all killed."""
    musts = [row.id for row in register(requirement_set) if row.verb is Verb.MUST]
    return tuple(requirement for requirement in musts if matrix.power.get(requirement, 0.0) < 1.0)
