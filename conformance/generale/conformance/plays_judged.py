"""What the checks find in the plays of a run of which no bundle is made, as in detection."""

from collections.abc import Sequence

from generale.conformance.history import History
from generale.conformance.judge import check_result, part_of, scored, without_a_request
from generale.conformance.register import register
from generale.protocol.profile import Profile
from generale.results.bundle import Bundle
from generale.results.events import read_transcript, write_transcript
from generale.results.verdicts import CheckResult
from generale.scenarios.playing import Part


def check_results(plays: Sequence[Part], profile: Profile, requirement_set: str) -> tuple[CheckResult, ...]:
    """What became of each check in all plays together.

    The judge says the same of a bundle of them, where events are numbered through the run.
    """
    rows = register(requirement_set)
    checks = scored(rows)
    is_silent = without_a_request(event for play in plays for event in play.events)
    parts = [part_of(_history(play, profile), checks, is_silent=is_silent) for play in plays]
    verbs = {row.id: row.verb for row in rows}
    return tuple(check_result(one, parts, verbs, is_silent=is_silent) for one in checks)


def _history(play: Part, profile: Profile) -> History:
    """A play as it would be read out of a bundle."""
    events = tuple(read_transcript(write_transcript(play.events)))
    evidence = Bundle({f"evidence/{name}": raw for name, raw in play.evidence.items()}).evidence
    return History.of(events, evidence, profile)
