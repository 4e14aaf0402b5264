"""The judge: from a bundle to verdicts, as a pure function. The same bundle gives the same judgement.

Nothing empty is green: what was not put to the test is not verified, whatever else went well. A check that
fails by itself is an error of the rehearsal and is never held against the vendor.
"""

import traceback
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from generale.conformance.checks import CHECKS
from generale.conformance.checks.check import Check, Occasion
from generale.conformance.history import History
from generale.conformance.plan import SECURITY, TLS
from generale.conformance.waivers import NO_WAIVERS, Waivers, waivers_of
from generale.conformance.weighing import bound_by, verdict_of
from generale.protocol.errors import OurError
from generale.protocol.profile import Profile
from generale.results.bundle import Bundle
from generale.results.events import Event, EventType
from generale.results.identity import RunIdentity
from generale.results.requirement import Requirement
from generale.results.verdicts import (
    Blame,
    CheckResult,
    EvidenceKind,
    Finding,
    Judgement,
    RequirementResult,
    ScenarioResult,
    Verb,
    Verdict,
    exit_code,
    worst,
)

NO_TRAFFIC = "no request was seen in the whole run"
NOT_OFFERED = "not offered: the product does not declare {}"
NOT_SECURED = "the rehearsal was played without signatures"
NOT_ENCRYPTED = "the rehearsal was played without TLS"
NOT_PLAYED = "no scenario that tries it was played"
NO_OCCASION = "no occasion to try it arose"

_OF_THE_RUN: Mapping[str, str] = {SECURITY: NOT_SECURED, TLS: NOT_ENCRYPTED}
"""The capabilities that the plan gives, not the product, each with what is said where it does not."""

_FOUND = (Verdict.FAIL, Verdict.WARN, Verdict.HARNESS_ERROR)
"""What outweighs that not one request was seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What one check found in one scenario; ``error`` where it failed by itself."""

    occasions: int = 0
    findings: tuple[Finding, ...] = ()
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One scenario as the judge sees it, with what each check found in it.

    ``obstacle`` says why the scenario cannot bear a pass, empty where it can; ``is_broken`` is true where
    that is the rehearsal's own fault; ``is_recorded`` is true for traffic without a player, which tries
    whatever it happens to try.
    """

    scenario: str
    events: int
    verifies: frozenset[str]
    completed: bool
    obstacle: str
    is_broken: bool
    is_recorded: bool
    asked: Mapping[str, Asked]


def judge(bundle: Bundle, profile: Profile) -> Judgement:
    """Judge a bundle against the requirements that it holds."""
    checks = scored(bundle.requirements)
    is_silent = without_a_request(bundle.events)
    waivers = waivers_of(bundle)
    parts = [
        part_of(History.of(events, bundle.evidence, profile), checks, is_silent=is_silent)
        for _, events in bundle.scenario_events()
    ]
    verbs = {row.id: row.verb for row in bundle.requirements}
    results = tuple(check_result(one, parts, verbs, waivers, is_silent=is_silent) for one in checks)
    offered = frozenset(bundle.run.capabilities)
    requirements = tuple(
        replace(
            _explained(
                _requirement_result(row, checks, parts, offered, waivers, is_silent=is_silent), bundle.run
            ),
            power=bundle.power.get(row.id),
        )
        for row in bundle.requirements
    )
    own = [one.verdict for one in results if one.verdict is Verdict.HARNESS_ERROR]
    own += [Verdict.HARNESS_ERROR for part in parts if part.is_broken]
    verdict, partial = worst([*(one.verdict for one in requirements), *own]), bundle.run.partial
    waived = waivers.results(_failures(parts, checks, verbs), partial=partial)
    return Judgement(
        verdict=verdict,
        exit_code=exit_code(verdict, partial=partial, stale=any(one.state.is_stale for one in waived)).value,
        partial=partial,
        counts={kind.value: sum(one.verdict is kind for one in requirements) for kind in Verdict},
        requirements=requirements,
        scenarios=tuple(_scenario_result(part, checks, verbs, waivers) for part in parts),
        checks=results,
        waivers=waived,
    )


def _failures(
    parts: Iterable[Part], checks: Sequence[Check], verbs: Mapping[str, Verb]
) -> list[tuple[str, str, Finding]]:
    """What fails a requirement: check, requirement and finding."""
    return [
        (one.id, row, finding)
        for part in parts
        for one in checks
        for finding in part.asked.get(one.id, Asked()).findings
        if finding.blame is Blame.VENDOR
        for row in bound_by(one, verbs)
    ]


def without_a_request(events: Iterable[Event]) -> bool:
    """Whether the run was silent: the vendor asked the platform nothing."""
    return not any(event.type is EventType.REQUEST for event in events)


def scored(requirements: Iterable[Requirement]) -> tuple[Check, ...]:
    """The checks that count, each for the rows that list it; those of the simulator itself always do.

    A check that was made after a set was frozen is not scored for it.
    """
    lists = {row.id: row.checks for row in requirements}
    kept = [
        replace(one, disproves=tuple(row for row in one.disproves if one.id in lists.get(row, ())))
        for one in CHECKS
    ]
    return tuple(one for one, made in zip(kept, CHECKS, strict=True) if one.disproves or not made.disproves)


def part_of(history: History, checks: Sequence[Check], *, is_silent: bool) -> Part:
    """Ask every check of one scenario; where its frame cannot be read, every check fails by itself.

    In a silent run those that need traffic are not asked.
    """
    try:
        frame = _frame(history)
    except Exception as error:
        broken = _last_line(error)
        return Part(
            scenario=history.scenario,
            events=len(history.events),
            verifies=frozenset(),
            completed=False,
            obstacle=broken,
            is_broken=True,
            is_recorded=False,
            asked={one.id: Asked(error=broken) for one in checks},
        )
    asked = {one.id: Asked() if is_silent and one.needs_traffic else _ask(one, history) for one in checks}
    return _trusted(replace(frame, asked=asked), checks)


def _trusted(part: Part, checks: Sequence[Check]) -> Part:
    """The part, of which nothing counts but its errors where the simulator itself was found at fault."""
    own = {one.id for one in checks if not one.disproves}
    failed = [(name, part.asked[name]) for name in sorted(own & part.asked.keys())]
    at_fault = [
        f"{name} {one.error or one.findings[0].code}" for name, one in failed if one.error or one.findings
    ]
    if not at_fault:
        return part
    asked = {name: one if name in own else Asked(error=one.error) for name, one in part.asked.items()}
    return replace(part, asked=asked, obstacle=f"the rehearsal failed: {', '.join(at_fault)}", is_broken=True)


def _frame(history: History) -> Part:
    """A scenario before any check was asked."""
    return Part(
        scenario=history.scenario,
        events=len(history.events),
        verifies=history.verifies,
        completed=history.completed,
        obstacle=_obstacle(history),
        is_broken=any(
            event.data.get("blame") == Blame.SIMULATOR.value for event in history.of_type(EventType.HARNESS)
        ),
        is_recorded=history.begun is None,
        asked={},
    )


def _ask(check: Check, history: History) -> Asked:
    occasions, findings = 0, list[Finding]()
    try:
        for outcome in check(history):
            if isinstance(outcome, Occasion):
                occasions += 1
                continue
            if outcome.code not in check.codes:
                raise OurError(f"{check.id} does not declare its code {outcome.code}")
            findings.append(outcome)
    except Exception as error:
        return Asked(error=_last_line(error))
    return Asked(occasions=occasions, findings=tuple(findings))


def _last_line(error: Exception) -> str:
    return traceback.format_exception_only(error)[-1].strip()


def _obstacle(history: History) -> str:
    """Why nothing of a scenario can pass: the rehearsal failed, or somebody was awaited in vain."""
    problem = next(iter(history.of_type(EventType.HARNESS)), None)
    if problem is not None:
        return f"the rehearsal failed: {problem.data.get('problem', 'unknown problem')}"
    reason = history.ended.data.get("reason") if history.ended else ""
    if reason:
        return f"the scenario was not completed: {reason}"
    if history.unmet is not None:
        return f"waited in vain for the {history.unmet.awaited}: {history.unmet.words}"
    return "" if history.completed else "the scenario was not completed"


def check_result(
    check: Check,
    parts: Sequence[Part],
    verbs: Mapping[str, Verb],
    waivers: Waivers = NO_WAIVERS,
    *,
    is_silent: bool,
) -> CheckResult:
    """What became of one check in all scenarios together."""
    asked = [part.asked[check.id] for part in parts if check.id in part.asked]
    findings = tuple(finding for one in asked for finding in one.findings)
    occasions = sum(one.occasions for one in asked)
    error = next((one.error for one in asked if one.error), "")
    result = CheckResult(
        check=check.id,
        requirements=check.disproves,
        verdict=Verdict.PASS if occasions else Verdict.NOT_VERIFIED,
        evidence=check.evidence,
        occasions=occasions + len(findings),
        reason="" if occasions else NO_TRAFFIC if is_silent else NO_OCCASION,
        findings=findings,
    )
    if error:
        return replace(result, verdict=Verdict.HARNESS_ERROR, reason=error)
    if findings:
        verdict = worst(verdict_of(finding, check, verbs, waivers) for finding in findings)
        return replace(result, verdict=verdict, reason="")
    return result


def _requirement_result(
    row: Requirement,
    checks: Sequence[Check],
    parts: Sequence[Part],
    offered: frozenset[str],
    waivers: Waivers,
    *,
    is_silent: bool,
) -> RequirementResult:
    mine = [one for one in checks if row.id in one.disproves]
    verdict, reason = _requirement_verdict(row, mine, parts, offered, waivers, is_silent=is_silent)
    if is_silent and verdict not in _FOUND and reason not in _OF_THE_RUN.values():
        verdict, reason = Verdict.NOT_VERIFIED, _why_silent(row, reason, parts)
    seen = [
        one
        for one in mine
        if any(part.asked[one.id].occasions or part.asked[one.id].findings for part in parts)
    ]
    only_told = all(one.evidence is EvidenceKind.TOLD for one in seen or mine)
    return RequirementResult(
        requirement=row.id,
        verdict=verdict,
        checks=tuple(one.id for one in mine),
        reason=reason,
        evidence=EvidenceKind.TOLD if only_told and mine else EvidenceKind.WIRE,
    )


def _why_silent(row: Requirement, reason: str, parts: Sequence[Part]) -> str:
    """Why nothing was seen: what was not offered, or what stopped a scenario, before anything else."""
    if reason not in ("", NOT_PLAYED):
        return reason
    trying = sorted(parts, key=lambda part: row.id not in part.verifies)
    stopped = next((part for part in trying if part.obstacle), None)
    if stopped is not None:
        return f"{stopped.scenario}: {stopped.obstacle}"
    return NO_TRAFFIC if parts else NOT_PLAYED


def _explained(result: RequirementResult, run: RunIdentity) -> RequirementResult:
    """The result with the reason why no scenario tried it, where the run knows that."""
    if result.reason != NOT_PLAYED:
        return result
    return replace(result, reason=run.requirements_left_out.get(result.requirement, NOT_PLAYED))


def _requirement_verdict(
    row: Requirement,
    checks: Sequence[Check],
    parts: Sequence[Part],
    offered: frozenset[str],
    waivers: Waivers,
    *,
    is_silent: bool,
) -> tuple[Verdict, str]:
    if not checks:
        return Verdict.NOT_APPLICABLE if row.excuse else Verdict.NOT_VERIFIED, row.excuse or "no check"
    asked = [part.asked[one.id] for part in parts for one in checks]
    error = next((one.error for one in asked if one.error), "")
    if error:
        return Verdict.HARNESS_ERROR, error
    verbs = {row.id: row.verb}
    found = [(part, one, each) for part in parts for one in checks for each in part.asked[one.id].findings]
    if found:
        verdict = worst(verdict_of(finding, one, verbs, waivers) for _, one, finding in found)
        return (verdict, "") if verdict is not Verdict.WAIVED else _waived(row, checks, parts, found, waivers)
    lacking = [name for name in row.capabilities if name not in offered]
    ungiven = next((name for name in lacking if name in _OF_THE_RUN), None)
    if ungiven is not None:
        return Verdict.NOT_APPLICABLE, _OF_THE_RUN[ungiven]
    if lacking:
        verdict = Verdict.NOT_VERIFIED if row.verb is Verb.MUST else Verdict.NOT_APPLICABLE
        return verdict, NOT_OFFERED.format(", ".join(lacking))
    return _tried(row, checks, [] if is_silent else parts)


def _waived(
    row: Requirement,
    checks: Sequence[Check],
    parts: Sequence[Part],
    found: Sequence[tuple[Part, Check, Finding]],
    waivers: Waivers,
) -> tuple[Verdict, str]:
    """Waived, with the reason; what could not be tried where nothing was found weighs more."""
    failed = {part.scenario for part, _, _ in found}
    verdict, reason = _tried(row, checks, [part for part in parts if part.scenario not in failed])
    if verdict is not Verdict.PASS and reason != NOT_PLAYED:
        return verdict, reason
    return Verdict.WAIVED, waivers.words((one.id, [row.id], finding) for _, one, finding in found)


def _tried(row: Requirement, checks: Sequence[Check], parts: Sequence[Part]) -> tuple[Verdict, str]:
    """Whether every scenario that tries a requirement could bear it out."""
    trying = [part for part in parts if row.id in part.verifies or part.is_recorded]
    kept = {part.scenario: sum(part.asked[one.id].occasions for one in checks) for part in trying}
    for part in trying:
        if part.is_recorded:
            continue
        if part.obstacle:
            return Verdict.NOT_VERIFIED, f"{part.scenario}: {part.obstacle}"
        if not kept[part.scenario]:
            return Verdict.NOT_VERIFIED, f"{part.scenario}: {NO_OCCASION}"
    if sum(kept.values()):
        return Verdict.PASS, ""
    return Verdict.NOT_VERIFIED, NOT_PLAYED


def _scenario_result(
    part: Part, checks: Sequence[Check], verbs: Mapping[str, Verb], waivers: Waivers
) -> ScenarioResult:
    """The worst of what it verifies; a failure of anything else in it counts as well."""
    verdicts: list[Verdict] = []
    for one in checks:
        asked = part.asked.get(one.id, Asked())
        verdicts += [Verdict.HARNESS_ERROR] if asked.error else []
        verdicts += [verdict_of(finding, one, verbs, waivers) for finding in asked.findings]
    idle = [row for row in sorted(part.verifies) if not _has_occasion(part, row, checks)]
    verdicts += [Verdict.HARNESS_ERROR] if part.is_broken else []
    if part.obstacle or idle:
        verdicts.append(Verdict.NOT_VERIFIED)
    verdict = worst(verdicts or [Verdict.PASS if part.verifies or part.is_recorded else Verdict.NOT_VERIFIED])
    reason = part.obstacle or (f"no occasion to try {', '.join(idle)}" if idle else "")
    return ScenarioResult(
        scenario=part.scenario,
        verdict=verdict,
        completed=part.completed,
        events=part.events,
        reason=reason,
    )


def _has_occasion(part: Part, row: str, checks: Sequence[Check]) -> bool:
    mine = [part.asked.get(one.id, Asked()) for one in checks if row in one.disproves]
    return any(one.occasions or one.findings for one in mine)
