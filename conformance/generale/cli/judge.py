"""``generale judge``: judge a bundle again, from its transcript and evidence alone."""

from pathlib import Path

from generale.cli.output import print_json, print_text, remark, show_verdicts, summary
from generale.conformance.bundle_folder import read_bundle, write_bundle
from generale.conformance.earlier import judge_again
from generale.conformance.installed import exit_code_with, remarks_on
from generale.conformance.integrity import require_whole
from generale.protocol.errors import UsageError
from generale.reports import Language
from generale.results.bundle import Bundle, BundleError
from generale.results.comparison import changed_verdicts


def run(folder: Path, *, write: bool, as_json: bool, lang: Language) -> int:
    """Judge again; says which verdicts differ from those in the bundle."""
    bundle = read_bundle(folder)
    try:
        require_whole(bundle)
        again = judge_again(bundle)
        changed = changes(bundle, again)
        remarks = remarks_on(again)
    except BundleError as error:
        raise UsageError(str(error), hint="the bundle was altered after the run, or is incomplete") from error
    if as_json:
        print_json({**summary(again, folder), "changed": changed})
    else:
        show_verdicts(again, folder, lang)
        if "verdicts.json" not in bundle.files:
            print_text("judged for the first time: the bundle held no verdicts")
        elif not changed:
            print_text("judged again: the same verdicts, byte for byte")
    for name, (before, now) in changed.items():
        remark(f"changed: {name} was {before}, is {now}")
    if write:
        write_bundle(Bundle({"verdicts.json": again.part("verdicts.json")}), folder)
    return exit_code_with(again.judgement.exit_code, remarks)


def changes(before: Bundle, now: Bundle) -> dict[str, tuple[str, str]]:
    """The requirements whose verdict differs, with both; ``verdicts.json`` where only its bytes do, or none
    could be read.
    """
    if "verdicts.json" not in before.files:
        return {}
    if before.part("verdicts.json") == now.part("verdicts.json"):
        return {}
    try:
        changed = changed_verdicts(before.judgement, now.judgement)
    except BundleError:
        return {"verdicts.json": ("unreadable", "readable")}
    return changed or {"verdicts.json": ("other bytes", "these bytes")}
