"""``generale doctor``: prove the set-up before the first scenario."""

import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

from generale.cli.output import print_text
from generale.conformance.doctor import SCENARIO, examine
from generale.conformance.plan import read_plan
from generale.results.verdicts import ExitCode


def run(plan: Path | None, options: dict[str, Any], lang: str) -> int:
    """Say step by step whether the set-up works; 21 where a step fails."""
    followed = read_plan(plan, {**options, "scenarios": [SCENARIO]})
    with redirect_stdout(sys.stderr):  # what a product in this process prints is no part of the result
        found = examine(followed, lang)
    for one in found:
        print_text(f"{'✓' if one.ok else '✗'} {one.message}")
        if one.hint and not one.ok:
            print_text(f"  hint: {one.hint}")
    return 0 if all(one.ok for one in found) else ExitCode.CONFIGURATION_INVALID
