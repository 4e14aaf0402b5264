"""The command that plays one scenario again, ready to be copied into a shell."""

import shlex
import tomllib

from generale.reports.inert import flat
from generale.results.bundle import Bundle

PLAN = "plan.toml"

MAX_PLAN_BYTES = 64 * 1024
"""A longer plan is not looked at: reading TOML can take the square of its length (project-defined)."""

PASSIVE = "passive"
"""The door of a recording: nobody told the product anything."""


def replay_command(bundle: Bundle, scenario: str) -> str:
    """``generale certify --vendor … --scenario NAME --seed N``; quoted, so that no name can be a command.

    Empty where nobody played, so that nothing can be played again. What else the plan says of the vendor
    and the clock is said again, so that the same thing is played.
    """
    if bundle.run.door == PASSIVE:
        return ""
    plan = _plan(bundle)
    words = ["generale", "certify", "--vendor", plan.get("vendor") or "…"]
    words += ["--defect", plan["defect"]] if plan.get("defect") else []
    words += ["--scenario", flat(scenario), "--seed", str(bundle.run.seed)]
    words += ["--clock", bundle.run.clock] if bundle.run.clock != "virtual" else []
    return " ".join(word if word == "…" else shlex.quote(word) for word in words)


def _plan(bundle: Bundle) -> dict[str, str]:
    """The texts of the plan; nothing where it cannot be read."""
    raw = bundle.files.get(PLAN, b"")
    if len(raw) > MAX_PLAN_BYTES:
        return {}
    try:
        plan = tomllib.loads(raw.decode())
    except (ValueError, RecursionError):
        return {}
    return {key: flat(value) for key, value in plan.items() if isinstance(value, str)}
