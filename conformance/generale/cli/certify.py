"""``generale certify``: play a plan, leave a bundle, show the verdicts."""

import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

from generale.cli.output import leave_bundle, print_json, progress, show_verdicts, summary
from generale.conformance.bundle_folder import free_folder
from generale.conformance.engine import rehearse
from generale.conformance.plan import read_plan
from generale.reports import Language


def run(plan: Path | None, options: dict[str, Any], out: Path, *, as_json: bool, lang: Language) -> int:
    """Certify; answers the exit code of the judgement."""
    followed = read_plan(plan, options)
    free_folder(out)
    with redirect_stdout(sys.stderr):  # what a product in this process prints is no part of the result
        bundle = leave_bundle(rehearse(followed, [progress()]), out, lang)
    if as_json:
        print_json(summary(bundle, out))
    else:
        show_verdicts(bundle, out, lang)
    return bundle.judgement.exit_code
