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


def exit_code(verdict: Verdict, *, partial: bool = False, stale: bool = False) -> ExitCode:
    """The exit code of a run; a partial run is at best not fully verified.

    ``stale`` says that a waiver has expired or was called for by nothing: that shows where all else is well.
    """
    code = _EXIT[verdict]
    if code is not ExitCode.CONFORMING:
        return code
    if partial:
        return ExitCode.NOT_FULLY_VERIFIED
    return ExitCode.STALE_BASELINE if stale else code


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


class WaiverState(StrEnum):
    """What became of a waiver in a run."""

    USED = "used"
    """A failure was found that it covers."""
    UNUSED = "unused"
    """Nothing called for it: stale."""
    EXPIRED = "expired"
    """It held no more on the day of the run: stale."""
    UNTRIED = "untried"
    """Nothing called for it in a partial run, which says nothing."""

    @property
    def is_stale(self) -> bool:
        """Whether it should be taken out, or given another day."""
        return self in (WaiverState.UNUSED, WaiverState.EXPIRED)


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiverResult:
    """One waiver of the bundle and what became of it; ``findings`` counts the failures that it is about.

    ``requirement``, ``check``, ``code`` and ``scenario`` are empty where it does not name one.
    """

    requirement: str
    check: str
    code: str
    scenario: str
    reason: str
    owner: str
    expires: str
    state: WaiverState
    findings: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """Everything the judge says: a pure function of the transcript, evidence and waivers of a bundle."""

    verdict: Verdict
    exit_code: int
    partial: bool
    counts: Mapping[str, int]
    requirements: tuple[RequirementResult, ...]
    scenarios: tuple[ScenarioResult, ...]
    checks: tuple[CheckResult, ...]
    waivers: tuple[WaiverResult, ...] = ()
