"""``generale docs``: the reference pages that are made from the code, and whether they are fresh."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from typer import Context, Typer
from typer.core import TyperGroup
from typer.main import get_command

from generale.cli.output import print_text, remark
from generale.conformance.behaviour_coverage import render_behaviour_coverage
from generale.conformance.coverage import render_coverage
from generale.conformance.doctor_reference import render_doctor
from generale.conformance.message_reference import render_messages
from generale.conformance.plan import Plan
from generale.protocol.errors import UsageError
from generale.protocol.profile import standard_profile
from generale.results.verdicts import ExitCode
from generale.rules.reference import render_controls
from generale.scenarios.language import Scenario

FOLDER = Path("docs/reference")


def run(app: Typer, *, check_only: bool) -> int:
    """Write the pages, or only say which are stale (exit 12)."""
    if not FOLDER.is_dir():
        raise UsageError(f"there is no {FOLDER} here", hint="run it at the top of a checkout of the project")
    pages = {name: render() for name, render in _PAGES.items()} | {"cli.md": render_cli(app)}
    stale = [name for name, text in pages.items() if _text(FOLDER / name) != text]
    if check_only:
        for name in stale:
            remark(f"stale: {FOLDER / name}; `generale docs` writes it")
        return ExitCode.STALE_BASELINE if stale else ExitCode.CONFORMING
    for name in stale:
        (FOLDER / name).write_text(pages[name], encoding="utf-8")
        print_text(f"{FOLDER / name}")
    return 0


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def _schema(model: type[Plan] | type[Scenario]) -> str:
    return json.dumps(model.model_json_schema(), indent=1, ensure_ascii=False) + "\n"


def render_cli(app: Typer) -> str:
    """The command line: every command with its options, as its help tells them."""
    root = get_command(app)
    assert isinstance(root, TyperGroup)
    parts = [
        "# Command line",
        "Generated from the program; `generale docs` writes it. Exit codes: [exit-codes.md](exit-codes.md).",
    ]
    for name, command in sorted(_commands(root)):
        context = Context(command, info_name=f"generale {name}", terminal_width=100)
        context.max_content_width = 100
        parts.append(f"## generale {name}\n\n```\n{command.get_help(context).strip()}\n```")
    return "\n\n".join(parts) + "\n"


def _commands(group: TyperGroup, above: str = "") -> Iterator[tuple[str, Any]]:
    """Every command by its name, with those below it."""
    for name, command in group.commands.items():
        yield f"{above}{name}", command
        if isinstance(command, TyperGroup):
            yield from _commands(command, f"{above}{name} ")


_PAGES: dict[str, Callable[[], str]] = {
    "behaviour.md": render_behaviour_coverage,
    "controls.md": render_controls,
    "coverage.md": render_coverage,
    "doctor.md": render_doctor,
    "messages.md": lambda: render_messages(standard_profile()),
    "plan.schema.json": lambda: _schema(Plan),
    "scenario.schema.json": lambda: _schema(Scenario),
}
"""Every generated page but that of the command line, and what makes it."""
