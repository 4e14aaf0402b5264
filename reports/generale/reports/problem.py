"""Findings put together: all that follows from one cause is one problem with one card."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from generale.results.requirement import Requirement
from generale.results.verdicts import CheckResult, Finding, Judgement, Verb, Verdict, worst

_VERBS = tuple(Verb)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One problem: the finding that shows it best, and the others that have the same cause."""

    number: int
    verdict: Verdict
    checks: tuple[CheckResult, ...]
    requirements: tuple[Requirement, ...]
    lead: Finding
    others: tuple[Finding, ...]

    @property
    def anchor(self) -> str:
        """The name of its card in a page."""
        return f"problem-{self.number}"

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings, the leading one first."""
        return (self.lead, *self.others)

    @property
    def is_blocking(self) -> bool:
        """Whether it stands in the way of conformance."""
        return self.verdict.weight >= Verdict.INCONCLUSIVE.weight


def problems(judgement: Judgement, requirements: Iterable[Requirement]) -> tuple[Problem, ...]:
    """The problems of a run, the heaviest first: by verdict, verb, number of findings and place."""
    register = {one.id: one for one in requirements}
    groups: dict[tuple[str, ...], list[tuple[CheckResult, Finding]]] = {}
    for check in judgement.checks:
        for finding in check.findings:
            key = (finding.cause,) if finding.cause else (check.check, finding.code)
            groups.setdefault(key, []).append((check, finding))
    unordered = [_problem(group, register) for group in groups.values()]
    ordered = enumerate(sorted(unordered, key=_order), start=1)
    return tuple(replace(problem, number=number) for number, problem in ordered)


def _problem(group: Sequence[tuple[CheckResult, Finding]], register: Mapping[str, Requirement]) -> Problem:
    checks = tuple({check.check: check for check, _ in group}.values())
    ids = dict.fromkeys(name for check in checks for name in check.requirements)
    lead, *others = (finding for _, finding in group)
    return Problem(
        number=0,
        verdict=worst(check.verdict for check in checks),
        checks=checks,
        requirements=tuple(register[name] for name in ids if name in register),
        lead=lead,
        others=tuple(others),
    )


def _order(problem: Problem) -> tuple[int, int, int, int]:
    verb = min((_VERBS.index(one.verb) for one in problem.requirements), default=len(_VERBS))
    return -problem.verdict.weight, verb, -len(problem.findings), problem.lead.event
