"""The command that plays one scenario again, ready to be copied into a shell."""

import shlex
import tomllib

from generale.reports.inert import flat
from generale.results.bundle import Bundle

PLAN = "plan.toml"


def replay_command(bundle: Bundle, scenario: str) -> str:
    """``generale certify --vendor … --scenario NAME --seed N``; quoted, so that no name can be a command."""
    named = shlex.quote(flat(scenario))
    return f"generale certify --vendor {_vendor(bundle)} --scenario {named} --seed {bundle.run.seed}"


def _vendor(bundle: Bundle) -> str:
    """The vendor as the plan names it; an ellipsis where it does not."""
    try:
        plan = tomllib.loads(bundle.files.get(PLAN, b"").decode())
    except (ValueError, RecursionError):
        return "…"
    vendor = plan.get("vendor")
    return shlex.quote(flat(vendor)) if isinstance(vendor, str) and vendor else "…"
