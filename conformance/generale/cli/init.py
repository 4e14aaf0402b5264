"""``generale init``: write a commented plan."""

import json
from pathlib import Path

from generale.cli.output import print_text
from generale.conformance.plan import Plan
from generale.protocol.errors import UsageError


def run(file: Path) -> int:
    """Write the plan; an existing file is never overwritten."""
    try:
        with file.open("x", encoding="utf-8") as target:
            target.write(plan_text())
    except FileExistsError as error:
        raise UsageError(f"{file} is already there", hint="give another name, or remove it first") from error
    except OSError as error:
        raise UsageError(f"{file} cannot be written: {error.strerror}", hint="give another place") from error
    print_text(f"{file} written; `generale certify --plan {file}` follows it")
    return 0


def plan_text() -> str:
    """Every word of a plan with what it means and its value when it is left out."""
    lines = ["# Plan of a rehearsal. Every value is the one that holds when its line is left out.", ""]
    for name, field in Plan.model_fields.items():
        lines.append(f"# {field.description}.")
        value = field.get_default(call_default_factory=True)
        lines.append(f"{name} = {json.dumps(list(value) if isinstance(value, tuple) else value)}")
        lines.append("")
    return "\n".join(lines)
