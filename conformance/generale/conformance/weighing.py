"""What a finding weighs: whose fault it is, how binding what it breaks is, and whether that is waived."""

from collections.abc import Mapping

from generale.conformance.checks.check import Check
from generale.conformance.waivers import Waivers
from generale.results.verdicts import Blame, Finding, Verb, Verdict


def bound_by(check: Check, verbs: Mapping[str, Verb]) -> list[str]:
    """The requirements that a finding of a check fails, rather than warns about."""
    return [row for row in check.disproves if verbs.get(row) is Verb.MUST]


def verdict_of(finding: Finding, check: Check, verbs: Mapping[str, Verb], waivers: Waivers) -> Verdict:
    """A finding about the simulator is an error of the rehearsal; about the vendor it weighs as its verb.

    A failure that a waiver covers is waived.
    """
    match finding.blame:
        case Blame.VENDOR:
            bound = bound_by(check, verbs)
            if not bound:
                return Verdict.WARN
            return Verdict.WAIVED if waivers.covering(check.id, bound, finding) else Verdict.FAIL
        case Blame.TEXT_AMBIGUOUS:
            return Verdict.INCONCLUSIVE
        case Blame.ENVIRONMENT:
            return Verdict.NOT_VERIFIED
        case Blame.SIMULATOR | Blame.PROFILE:
            return Verdict.HARNESS_ERROR
