"""``generale report``: draw the views of a bundle again, once its verdicts are seen to follow from it."""

from pathlib import Path

from generale.cli.judge import changes
from generale.cli.output import print_text, views_of
from generale.conformance.bundle_folder import read_bundle, write_bundle
from generale.conformance.earlier import judge_again
from generale.conformance.integrity import require_whole
from generale.protocol.errors import UsageError
from generale.reports import Language
from generale.results.bundle import Bundle, BundleError


def run(folder: Path, *, lang: Language) -> int:
    """Draw report.html and junit.xml from what lies in the bundle."""
    bundle = read_bundle(folder)
    try:
        require_whole(bundle)
        changed = changes(bundle, judge_again(bundle))
        if changed:
            name, (stored, found) = next(iter(changed.items()))
            raise UsageError(
                f"the verdicts do not follow from the bundle: {name} is {stored} there, {found} when judged",
                hint="`generale judge --write` puts today's verdicts in their place",
            )
        views = views_of(bundle, lang)
    except BundleError as error:
        raise UsageError(str(error), hint="the bundle was altered after the run, or is incomplete") from error
    write_bundle(Bundle(views), folder)
    print_text(f"report: {(folder / 'report.html').resolve().as_uri()}")
    return 0
