"""Shrinking: the shortest scenario in which one check still fails with the same code.

Every candidate is a file that is played and judged as any scenario is; what is kept in the end is the very
file that failed last.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from generale.conformance.checks import CHECKS
from generale.protocol.errors import UsageError
from generale.results.comparison import Failure, failures
from generale.results.verdicts import Blame, Judgement
from generale.scenarios.catalogue import document_of, parse
from generale.scenarios.excerpt import excerpt, without_idle_cast
from generale.scenarios.playability import standing
from generale.scenarios.shortening import Numbers, shortened

PLAYS = 200
"""How many plays a scenario is given, where nobody says otherwise (project-defined)."""

Play = Callable[[bytes], Judgement]
"""Plays the file of a scenario and judges it; ``UsageError`` where it cannot be played."""

Tell = Callable[[int, int], None]
"""Hears, whenever a shorter one is found, how many steps are left and how many plays were used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shrunk:
    """What came of it; ``source`` is the file, empty where the failure did not come again."""

    source: bytes
    before: int
    after: int
    plays: int
    is_minimal: bool

    @property
    def ratio(self) -> float:
        """The steps that are left as a share of those there were, rounded to four decimals."""
        return round(self.after / self.before, 4)


def failure_of(judgement: Judgement, name: str, scenario: str, steps: Mapping[str, int]) -> Failure:
    """The failure of a check, or of a requirement, that is to be made smaller; ``UsageError`` where none is.

    Of several scenarios the one with the fewest ``steps``, and of several codes the one found first.
    """
    known = {one.id for one in CHECKS} | {row for one in CHECKS for row in one.disproves}
    if name not in known:
        raise UsageError(f"there is no check '{name}'", hint=f"these failed: {_failed(judgement)}")
    found = [
        one
        for one in failures(judgement, scenario).values()
        if name in (one.check, *one.requirements)
        and one.finding.blame is Blame.VENDOR
        and one.finding.scenario in steps
    ]
    if not found:
        where = f" in {scenario}" if scenario else " in the bundle"
        raise UsageError(f"{name} did not fail{where}", hint=f"these failed: {_failed(judgement)}")
    return min(found, key=lambda one: steps[one.finding.scenario])


def _failed(judgement: Judgement) -> str:
    return ", ".join(dict.fromkeys(one.check for one in failures(judgement).values())) or "none"


def shrink(
    source: bytes, failure: Failure, play: Play, most: int = PLAYS, tell: Tell = lambda *_: None
) -> Shrunk:
    """The shortest scenario that this search finds, in at most so many plays."""
    search = _Search(source, failure, play, tell)
    every = tuple(range(len(search.timeline)))
    found = shortened(every, search.fails, lambda kept: standing(search.timeline, kept), most)
    if found is None:
        return Shrunk(source=b"", before=len(every), after=len(every), plays=search.plays, is_minimal=False)
    if search.plays < most:
        search.leave_out_idle_cast(found.left)
    return Shrunk(
        source=search.smallest,
        before=len(every),
        after=len(found.left),
        plays=search.plays,
        is_minimal=found.is_minimal,
    )


class _Search:
    """The candidates of one scenario: written, played, and held against the failure that is looked for."""

    def __init__(self, source: bytes, failure: Failure, play: Play, tell: Tell) -> None:
        name = failure.finding.scenario
        self.document: dict[str, Any] = document_of(source, name)
        self.timeline = parse(source, name, any_name=True).timeline
        self.plays = 0
        self.smallest = b""
        self._failure = failure
        self._play = play
        self._tell = tell

    def fails(self, kept: Numbers) -> bool:
        """Whether the same check fails with the same code when only these steps are played."""
        if not self._still_fails(self.document, kept):
            return False
        self._tell(len(kept), self.plays)
        return True

    def leave_out_idle_cast(self, kept: Numbers) -> None:
        """Leave out whoever no step names any more, where it fails all the same."""
        smaller = without_idle_cast(self.document, kept)
        if smaller != self.document:
            self._still_fails(smaller, kept)

    def _still_fails(self, document: dict[str, Any], kept: Numbers) -> bool:
        failure = self._failure
        remark = (
            f"{failure.check} fails with {failure.finding.code}. {len(kept)} of {len(self.timeline)} steps."
        )
        candidate = excerpt(document, kept, failure.requirements, [remark])
        self.plays += 1
        try:
            judgement = self._play(candidate)
        except UsageError:  # what is left makes no scenario
            return False
        if failure.kind not in failures(judgement):
            return False
        self.smallest = candidate
        return True
