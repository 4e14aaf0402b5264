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


_Found = list[tuple[CheckResult, Finding]]


def problems(judgement: Judgement, requirements: Iterable[Requirement]) -> tuple[Problem, ...]:
    """The problems of a run, the heaviest first: by verdict, verb, number of findings and place.

    What one check says with one code is one problem, however often it says it. Where all that is said has
    causes that a larger problem has too, it follows from that one and stands with it.
    """
    register = {one.id: one for one in requirements}
    groups: dict[tuple[str, str], _Found] = {}
    for check in judgement.checks:
        for finding in check.findings:
            groups.setdefault((check.check, finding.code), []).append((check, finding))
    unordered = [_problem(group, register) for group in _folded(list(groups.values()))]
    ordered = enumerate(sorted(unordered, key=_order), start=1)
    return tuple(replace(problem, number=number) for number, problem in ordered)


def _folded(groups: list[_Found]) -> list[_Found]:
    """The groups with those that follow from a larger one put behind it."""
    kept: list[_Found] = []
    for group in sorted(groups, key=len, reverse=True):
        causes = _causes(group)
        root = next((other for other in kept if causes and causes <= _causes(other)), None)
        if root is None:
            kept.append(group)
        else:
            root.extend(group)
    return kept


def _causes(group: _Found) -> set[str]:
    """The causes of a group; none where a finding has none, for then it stands by itself."""
    if not all(finding.cause for _, finding in group):
        return set()
    return {finding.cause for _, finding in group}


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
