"""``generale shrink``: the shortest scenario that still fails the same check, as a file to be played."""

import shlex
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory

from generale.cli.output import print_json, print_text, remark
from generale.conformance.earlier import whole_bundle
from generale.conformance.engine import rehearse
from generale.conformance.plan import Plan
from generale.conformance.replaying import Against, chosen, plan_again, played_scenarios, require_player
from generale.conformance.shrinking import Shrunk, failure_of, shrink
from generale.protocol.errors import DiskFailure, UsageError
from generale.reports import Language
from generale.reports.catalogue import Words
from generale.results.comparison import Failure
from generale.results.verdicts import ExitCode, Judgement
from generale.scenarios.catalogue import parse

_OPTIONS = {
    "defect": "defect",
    "requirement_set": "set",
    "seed": "seed",
    "clock": "clock",
    "security": "security",
    "pki": "pki",
    "tls": "tls",
    "credential": "credential",
    "profile": "profile",
}
"""What of a plan must be said again for the same to be played, and by which option."""


def run(
    folder: Path,
    check: str,
    scenario: str,
    against: Against,
    out: Path,
    most: int,
    *,
    as_json: bool,
    lang: Language,
) -> int:
    """Shrink; 11 where the failure does not come again, so that nothing can be said of it."""
    if out.exists():
        raise UsageError(f"{out} is already there", hint="give another file with --out")
    if not out.parent.is_dir():
        raise UsageError(f"there is no folder {out.parent}", hint="give another file with --out")
    bundle = whole_bundle(folder)
    require_player(bundle)
    sources = played_scenarios(bundle)
    steps = {name: len(parse(raw, name, any_name=True).timeline) for name, raw in sources.items()}
    name = chosen(bundle, scenario) if scenario else ""
    failure = failure_of(bundle.judgement, check, name, steps)
    with TemporaryDirectory(prefix="generale-") as place:
        file = Path(place) / "scenario.yaml"
        file.write_bytes(sources[failure.finding.scenario])
        plan = plan_again(bundle, file, against, folder / "profile")

        def play(candidate: bytes) -> Judgement:
            file.write_bytes(candidate)
            with redirect_stdout(sys.stderr):  # what a product in this process prints is no result
                return rehearse(plan).judgement

        def tell(left: int, plays: int) -> None:
            remark(f"{left:>3}/{steps[failure.finding.scenario]}  {failure.check}  ({plays})")

        found = shrink(sources[failure.finding.scenario], failure, play, most, tell)
    if found.source:
        _write(out, found.source)
    if as_json:
        print_json(_document(folder, failure, found, out))
    else:
        print_text("\n".join(_told(found, plan, out, Words(lang))))
    return ExitCode.CONFORMING if found.source else ExitCode.NOT_FULLY_VERIFIED


def _write(path: Path, raw: bytes) -> None:
    try:
        path.write_bytes(raw)
    except OSError as error:
        raise DiskFailure(f"the scenario cannot be written: {error.strerror}", address=str(path)) from error


def _told(found: Shrunk, plan: Plan, out: Path, words: Words) -> Iterator[str]:
    if not found.source:
        yield words("shrink.gone")
        return
    percent = round(found.ratio * 100)
    yield words("shrink.result", before=found.before, after=found.after, percent=percent, plays=found.plays)
    yield words("shrink.minimal" if found.is_minimal else "shrink.unfinished")
    yield f"\n{words('console.replay')}\n  {_command(plan, out)}"


def _command(plan: Plan, out: Path) -> str:
    """The command that plays the file as it was played here."""
    usual = Plan()
    options = [f"--vendor={plan.vendor}", "--packages"] if plan.packages else [f"--vendor={plan.vendor}"]
    options += [
        f"--{option}={getattr(plan, name)}"
        for name, option in _OPTIONS.items()
        if getattr(plan, name) != getattr(usual, name)
    ]
    return shlex.join(["generale", "certify", *options, f"--scenario={out}"])


def _document(folder: Path, failure: Failure, found: Shrunk, out: Path) -> dict[str, object]:
    """The document of ``shrink --json`` (``docs/reference/shrink.schema.json``)."""
    return {
        "bundle": str(folder.resolve()),
        "scenario": failure.finding.scenario,
        "check": failure.check,
        "code": failure.finding.code,
        "came_again": bool(found.source),
        "file": str(out.resolve()) if found.source else None,
        "steps_before": found.before,
        "steps_after": found.after if found.source else None,
        "ratio": found.ratio if found.source else None,
        "minimal": found.is_minimal,
        "plays": found.plays,
    }
