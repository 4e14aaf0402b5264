"""``generale replay``: one scenario of a bundle, played again as its plan says."""

import sys
from contextlib import redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory

from generale.cli.output import failure_document, leave_bundle, print_json, print_text, progress
from generale.conformance.bundle_folder import free_folder
from generale.conformance.earlier import whole_bundle
from generale.conformance.engine import rehearse
from generale.conformance.plan import Plan
from generale.conformance.replaying import Against, chosen, plan_again, played_scenarios
from generale.reports import Language, render_replay
from generale.results.bundle import Bundle
from generale.results.comparison import Comparison, compared


def run(
    folder: Path, scenario: str, against: Against, out: Path | None, *, as_json: bool, lang: Language
) -> int:
    """Play it again and say whether the same findings come; answers the exit code of the new verdicts."""
    old = whole_bundle(folder)
    name = chosen(old, scenario)
    if out is not None:
        free_folder(out)
    with TemporaryDirectory(prefix="generale-") as place:
        source = Path(place) / "scenario.yaml"
        source.write_bytes(played_scenarios(old)[name])
        plan = plan_again(old, source, against, folder / "profile")
        with redirect_stdout(sys.stderr):  # what a product in this process prints is no part of the result
            now = rehearse(plan, [progress()])
    if out is not None:
        leave_bundle(now, out, lang)
    found = compared(old.judgement, now.judgement, name)
    if as_json:
        print_json(_document(folder, name, plan, now, found))
    else:
        print_text(render_replay(found, now, str(folder), lang))
    return now.judgement.exit_code


def _document(folder: Path, scenario: str, plan: Plan, now: Bundle, found: Comparison) -> dict[str, object]:
    """The document of ``replay --json`` (``docs/reference/replay.schema.json``)."""
    return {
        "bundle": str(folder.resolve()),
        "scenario": scenario,
        "vendor": plan.vendor,
        "seed": plan.seed,
        "outcome": found.outcome.value,
        "exit_code": now.judgement.exit_code,
        **{name: [failure_document(one) for one in group] for name, group in found.groups},
    }
