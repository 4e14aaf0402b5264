"""``generale certify``: play a plan, leave a bundle, show the verdicts."""

import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

from generale.cli.output import (
    comparison_document,
    leave_bundle,
    print_json,
    print_text,
    progress,
    show_verdicts,
    summary,
)
from generale.conformance.bundle_folder import free_folder
from generale.conformance.earlier import earlier_judgement
from generale.conformance.engine import rehearse
from generale.conformance.plan import read_plan
from generale.reports import Language, render_comparison
from generale.results.comparison import compared


def run(
    plan: Path | None,
    options: dict[str, Any],
    out: Path,
    compare: Path | None = None,
    *,
    as_json: bool,
    lang: Language,
) -> int:
    """Certify; answers the exit code of the judgement, whatever the run is compared with."""
    followed = read_plan(plan, options)
    old = earlier_judgement(compare) if compare is not None else None
    free_folder(out)
    with redirect_stdout(sys.stderr):  # what a product in this process prints is no part of the result
        bundle = leave_bundle(rehearse(followed, [progress()]), out, lang)
    found = compared(old, bundle.judgement) if old is not None else None
    if as_json:
        print_json({**summary(bundle, out), **({"compared": comparison_document(found)} if found else {})})
    else:
        show_verdicts(bundle, out, lang)
        if found is not None:
            print_text("\n" + render_comparison(found, bundle, str(compare), lang))
    return bundle.judgement.exit_code
