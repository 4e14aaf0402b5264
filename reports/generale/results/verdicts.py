"""Verdicts: one order, in one place, and nothing empty is green."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum
from types import MappingProxyType


class Verdict(Enum):
    """Verdict on a requirement, a check or a run, in order of weight: the heaviest one wins."""

    NOT_APPLICABLE = "not-applicable"
    PASS = "pass"  # noqa: S105  # a verdict, not a password
    WAIVED = "waived"
    WARN = "warn"
    INCONCLUSIVE = "inconclusive"
    NOT_VERIFIED = "not-verified"
    FAIL = "fail"
    HARNESS_ERROR = "harness-error"

    @property
    def weight(self) -> int:
        """Place in the order of the roll-up, 0 for the lightest."""
        return _WEIGHT[self]


_WEIGHT: Mapping[Verdict, int] = MappingProxyType({verdict: place for place, verdict in enumerate(Verdict)})


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The heaviest of several verdicts; of none at all: not verified."""
    return max(verdicts, key=lambda verdict: verdict.weight, default=Verdict.NOT_VERIFIED)


class Blame(StrEnum):
    """Whose fault a finding is."""

    VENDOR = "vendor"
    SIMULATOR = "simulator"
    PROFILE = "profile"
    ENVIRONMENT = "environment"
    TEXT_AMBIGUOUS = "text-ambiguous"


class Verb(StrEnum):
    """How binding a requirement is; a failed SHOULD is a warning."""

    MUST = "MUST"
    SHOULD = "SHOULD"
    MAY = "MAY"


class EvidenceKind(StrEnum):
    """What a check rests on."""

    WIRE = "wire"
    """Seen in messages."""
    TOLD = "told"
    """Known only from the product's own answer or from a person."""


class ExitCode(int, Enum):
    """Exit codes of the command line, documented in ``docs/reference/exit-codes.md``."""

    CONFORMING = 0
    NON_CONFORMING = 10
    NOT_FULLY_VERIFIED = 11
    STALE_BASELINE = 12
    UNREACHABLE = 20
    CONFIGURATION_INVALID = 21
    HARNESS_ERROR = 30
    LOAD_THRESHOLD_BREACHED = 40
    INTERRUPTED = 130


_EXIT: Mapping[Verdict, ExitCode] = MappingProxyType(
    {
        Verdict.NOT_APPLICABLE: ExitCode.NOT_FULLY_VERIFIED,
        Verdict.PASS: ExitCode.CONFORMING,
        Verdict.WAIVED: ExitCode.CONFORMING,
        Verdict.WARN: ExitCode.CONFORMING,
        Verdict.INCONCLUSIVE: ExitCode.NOT_FULLY_VERIFIED,
        Verdict.NOT_VERIFIED: ExitCode.NOT_FULLY_VERIFIED,
        Verdict.FAIL: ExitCode.NON_CONFORMING,
        Verdict.HARNESS_ERROR: ExitCode.HARNESS_ERROR,
    }
)


def exit_code(verdict: Verdict, *, partial: bool = False) -> ExitCode:
    """The exit code of a run; a partial run is at best not fully verified."""
    code = _EXIT[verdict]
    if partial and code is ExitCode.CONFORMING:
        return ExitCode.NOT_FULLY_VERIFIED
    return code


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that a check found wrong, with the evidence.

    ``code`` is of the closed list of its check. ``event`` is the sequence number of the event it rests
    on, ``path`` an XPath, zone or key, ``offset`` and ``length`` the byte range in the decoded evidence
    (-1 where there is none). ``cause`` groups consequences of one cause.
    """

    code: str
    message: str
    scenario: str
    event: int
    expected: str
    received: str
    blame: Blame = Blame.VENDOR
    path: str = ""
    evidence: str = ""
    offset: int = -1
    length: int = 0
    cause: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """The verdict of one check over the whole run; ``occasions`` counts how often it could have failed."""

    check: str
    requirements: tuple[str, ...]
    verdict: Verdict
    evidence: EvidenceKind
    occasions: int
    reason: str = ""
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RequirementResult:
    """The verdict on one requirement: the worst of its checks."""

    requirement: str
    verdict: Verdict
    checks: tuple[str, ...]
    reason: str = ""
    evidence: EvidenceKind = EvidenceKind.WIRE
    power: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioResult:
    """How one scenario went: whether it was played to its end, and the worst verdict of what it verifies."""

    scenario: str
    verdict: Verdict
    completed: bool
    events: int
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """Everything the judge says about a run: a pure function of the bundle's transcript and evidence."""

    verdict: Verdict
    exit_code: int
    partial: bool
    counts: Mapping[str, int]
    requirements: tuple[RequirementResult, ...]
    scenarios: tuple[ScenarioResult, ...]
    checks: tuple[CheckResult, ...]
