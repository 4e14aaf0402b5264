"""Waivers: failures that somebody accepts until a day, each with a reason and an owner.

A waiver never makes anything green: what it covers is *waived*, and counted apart. One that has expired,
or that nothing called for, is stale. The day on which they are judged stands in the bundle with them, so
that the same bundle gives the same verdicts on any later day. Form and rules are project-defined.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from generale.conformance.checks import CHECKS
from generale.conformance.register import register
from generale.protocol.errors import UsageError
from generale.protocol.table import Table, read_toml
from generale.results.bundle import Bundle, BundleError
from generale.results.verdicts import Finding, WaiverResult, WaiverState
from generale.scenarios.file import read_file

PART = "waivers.toml"
"""The file of a bundle with its waivers."""

NONE = b"# No waivers.\n"
"""That file where the plan names none."""

MAX_BYTES = 64 * 1024
"""A file of waivers is a page (project-defined)."""

_WORDS = ("requirement", "check", "code", "scenario", "reason", "owner", "expires")
_HINT = "docs/how-to/waive-a-failure.md shows one"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """One failure that is accepted: a requirement, or a code of a check; everywhere or in one scenario.

    ``expires`` is the last day on which it holds.
    """

    requirement: str = ""
    check: str = ""
    code: str = ""
    scenario: str = ""
    reason: str
    owner: str
    expires: date

    def covers(self, check: str, requirement: str, finding: Finding) -> bool:
        """Whether it is about this finding of a check, as far as that breaks a requirement."""
        if self.scenario not in ("", finding.scenario) or self.requirement not in ("", requirement):
            return False
        return not self.check or (self.check, self.code) == (check, finding.code)

    @property
    def words(self) -> str:
        """Why and until when, for whoever reads a verdict."""
        return f"{self.reason} ({self.owner}, {self.expires})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waivers:
    """The waivers of a run, and the day on which they are judged; None where there are none."""

    entries: Sequence[Waiver] = ()
    judged_on: date | None = None

    def covering(self, check: str, requirements: Iterable[str], finding: Finding) -> Waiver | None:
        """A waiver that holds and covers a finding for every one of these requirements; None without."""
        found = [self._holding(check, one, finding) for one in requirements]
        return found[0] if found and all(found) else None

    def words(self, failures: Iterable[tuple[str, Sequence[str], Finding]]) -> str:
        """Why failures that are covered were accepted, by whom and until when."""
        found = (self.covering(*failure) for failure in failures)
        return "; ".join(dict.fromkeys(one.words for one in found if one))

    def _holding(self, check: str, requirement: str, finding: Finding) -> Waiver | None:
        holding = (one for one in self.entries if self.holds(one))
        return next((one for one in holding if one.covers(check, requirement, finding)), None)

    def holds(self, waiver: Waiver) -> bool:
        """Whether a waiver has not expired."""
        return self.judged_on is not None and self.judged_on <= waiver.expires

    def results(
        self, failures: Sequence[tuple[str, str, Finding]], *, partial: bool
    ) -> tuple[WaiverResult, ...]:
        """What became of each waiver, by what fails a requirement: check, requirement and finding.

        In a partial run one that nothing called for is not held to be stale: it may belong to the rest.
        """
        return tuple(self._result(one, failures, partial=partial) for one in self.entries)

    def _result(
        self, one: Waiver, failures: Sequence[tuple[str, str, Finding]], *, partial: bool
    ) -> WaiverResult:
        covered = {id(finding) for check, row, finding in failures if one.covers(check, row, finding)}
        state = WaiverState.USED if covered else WaiverState.UNTRIED if partial else WaiverState.UNUSED
        return WaiverResult(
            requirement=one.requirement,
            check=one.check,
            code=one.code,
            scenario=one.scenario,
            reason=one.reason,
            owner=one.owner,
            expires=one.expires.isoformat(),
            state=state if self.holds(one) else WaiverState.EXPIRED,
            findings=len(covered),
        )


NO_WAIVERS = Waivers()


def read_waivers(path: Path, requirement_set: str) -> Sequence[Waiver]:
    """The waivers in a file; ``UsageError`` where it is none, or names what there is not in the set."""
    raw = read_file(path, "the file of waivers", most=MAX_BYTES, hint=_HINT)
    try:
        document = read_toml(raw)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path} is not TOML: {error}", hint=_HINT) from error
    entries = _entries(Table(str(path), document).only("waiver"))
    for one in entries:
        _require_known(one, requirement_set, path)
    return entries


def waivers_part(entries: Sequence[Waiver], today: date) -> bytes:
    """The waivers as they lie in a bundle, with the day on which they are judged."""
    if not entries:
        return NONE
    lines = [f"judged_on = {today}"]
    for one in entries:
        lines.append("\n[[waiver]]")
        said = {name: getattr(one, name) for name in _WORDS if name != "expires"}
        lines += [f"{name} = {json.dumps(text, ensure_ascii=False)}" for name, text in said.items() if text]
        lines.append(f"expires = {one.expires}")
    return ("\n".join(lines) + "\n").encode()


def waivers_of(bundle: Bundle) -> Waivers:
    """The waivers that lie in a bundle; ``BundleError`` where they are not as they must be."""
    raw = bundle.files.get(PART, NONE)
    if len(raw) > 2 * MAX_BYTES:
        raise BundleError(f"{PART} is longer than {2 * MAX_BYTES} bytes")
    try:
        document = read_toml(raw)
        if not document:
            return NO_WAIVERS
        table = Table(PART, document).only("waiver", "judged_on")
        return Waivers(entries=_entries(table), judged_on=table.day("judged_on"))
    except UsageError as error:
        raise BundleError(str(error)) from error
    except (ValueError, RecursionError) as error:
        raise BundleError(f"{PART} is not TOML: {error}") from error


def _entries(document: Table) -> Sequence[Waiver]:
    return tuple(_entry(one) for one in document.tables("waiver", *_WORDS))


def _entry(table: Table) -> Waiver:
    given = {
        name: table.text(name)
        for name in ("requirement", "check", "code", "scenario")
        if name in table.values
    }
    if ("check" in given) != ("code" in given) or not ({"requirement", "check"} & given.keys()):
        raise UsageError(
            f"{table.file}: {table.path}: a waiver names a requirement, or a check and its code",
            hint=_HINT,
        )
    return Waiver(
        **given, reason=table.text("reason"), owner=table.text("owner"), expires=table.day("expires")
    )


def _require_known(one: Waiver, requirement_set: str, path: Path) -> None:
    """Refuse a waiver that can never cover anything: a slip of the pen is not one that is unused."""
    if one.requirement and one.requirement not in {row.id for row in register(requirement_set)}:
        raise UsageError(
            f"{path}: there is no requirement '{one.requirement}' in the set {requirement_set}",
            hint="`generale requirements` lists them",
        )
    check = next((check for check in CHECKS if check.id == one.check), None)
    if one.check and check is None:
        raise UsageError(f"{path}: there is no check '{one.check}'", hint="see docs/reference/coverage.md")
    if check is not None and one.code not in check.codes:
        raise UsageError(
            f"{path}: the check {one.check} has no code '{one.code}'", hint=f"known: {', '.join(check.codes)}"
        )
