"""Two judgements of one product compared, failure by failure: what is fixed, new, or still there.

A failure is one check that gave one code in one scenario. Nothing empty is green: what the later run did not
try again is not fixed, it is untried.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from generale.results.verdicts import CheckResult, Finding, Judgement, Verdict

_ASKED = frozenset({Verdict.PASS, Verdict.WAIVED, Verdict.WARN, Verdict.INCONCLUSIVE, Verdict.FAIL})
"""Verdicts of a check that was put to the test."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One code of one check in one scenario; ``finding`` is the first of its kind."""

    check: str
    requirements: tuple[str, ...]
    finding: Finding

    @property
    def kind(self) -> tuple[str, str, str]:
        """What makes it the same failure in another run: check, code, scenario."""
        return self.check, self.finding.code, self.finding.scenario


class Outcome(StrEnum):
    """Whether the failures of before come again."""

    SAME = "same"
    """The same, and no others."""
    OTHER = "other"
    """Others than before, some of which may be the same."""
    GONE = "gone"
    """None of them, and no others."""
    CLEAN = "clean"
    """There were none, and there are none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What became of each failure; ``untried`` were there before and met no occasion now.

    ``changed`` holds the requirements whose verdict differs, with the verdict before and now.
    """

    fixed: tuple[Failure, ...]
    new: tuple[Failure, ...]
    still: tuple[Failure, ...]
    untried: tuple[Failure, ...]
    changed: dict[str, tuple[str, str]]

    @property
    def outcome(self) -> Outcome:
        """In one word, whether the failures of before come again."""
        gone = self.fixed + self.untried
        if not (self.new or gone):
            return Outcome.SAME if self.still else Outcome.CLEAN
        return Outcome.OTHER if self.new or self.still else Outcome.GONE

    @property
    def groups(self) -> Iterator[tuple[str, tuple[Failure, ...]]]:
        """The groups by name, in the order in which a reader wants them."""
        yield from (("new", self.new), ("still", self.still), ("fixed", self.fixed))
        yield "untried", self.untried


ABSENT = "absent"
"""In the place of a verdict where one side has no such requirement."""


def compared(old: Judgement, now: Judgement, scenario: str = "") -> Comparison:
    """What became of every failure between two judgements, in the order of the checks.

    With ``scenario`` only of those in it, and then requirements are not compared: others may have tried them.
    """
    before, after = failures(old, scenario), failures(now, scenario)
    gone = [one for kind, one in before.items() if kind not in after]
    return Comparison(
        fixed=tuple(one for one in gone if _was_tried(one, now)),
        new=tuple(one for kind, one in after.items() if kind not in before),
        still=tuple(one for kind, one in after.items() if kind in before),
        untried=tuple(one for one in gone if not _was_tried(one, now)),
        changed={} if scenario else changed_verdicts(old, now),
    )


def failures(judgement: Judgement, scenario: str = "") -> dict[tuple[str, str, str], Failure]:
    """The failures of a run by their kind, those of the rehearsal itself left out; or of one scenario."""
    found: dict[tuple[str, str, str], Failure] = {}
    for result in judgement.checks:
        for one in _failures_of(result):
            if scenario in ("", one.finding.scenario):
                found.setdefault(one.kind, one)
    return found


def _failures_of(result: CheckResult) -> Iterator[Failure]:
    if result.requirements and result.verdict in _ASKED:
        for finding in result.findings:
            yield Failure(check=result.check, requirements=result.requirements, finding=finding)


def _was_tried(failure: Failure, now: Judgement) -> bool:
    """Whether its scenario was played to its end without an obstacle, and its check met an occasion."""
    played = any(
        one.scenario == failure.finding.scenario and one.completed and not one.reason for one in now.scenarios
    )
    return played and any(one.check == failure.check and one.verdict in _ASKED for one in now.checks)


def changed_verdicts(old: Judgement, now: Judgement) -> dict[str, tuple[str, str]]:
    """The requirements whose verdict differs, with the verdict before and now."""
    before = {row.requirement: row.verdict.value for row in old.requirements}
    after = {row.requirement: row.verdict.value for row in now.requirements}
    return {
        name: (before.get(name, ABSENT), after.get(name, ABSENT))
        for name in dict.fromkeys([*before, *after])
        if before.get(name) != after.get(name)
    }
