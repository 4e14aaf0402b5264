"""The documentation holds what it promises: links lead somewhere, commands exist, tables match the code."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Self, cast

import pytest
from typer.core import TyperGroup
from typer.main import get_command

from generale.cli.main import app
from generale.conformance.pytest_plugin import pytest_addoption
from generale.results.events import EventType
from generale.results.verdicts import ExitCode, Verdict

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
REFERENCE = DOCS / "reference"
PAGES = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for path in sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *ROOT.glob("examples/*/*.md")])
}

ARCHITECTURE_LINES = 60
"""The longest page that still says at a glance what the house looks like, in lines."""

FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
INVOCATION = re.compile(r"generale( [a-z]+\b[^`|\n]*)")

ROOT_COMMAND = get_command(app)
assert isinstance(ROOT_COMMAND, TyperGroup)
COMMANDS = ROOT_COMMAND.commands


def without_code(text: str) -> str:
    """A page without its blocks of code, in which brackets are no links."""
    return FENCE.sub("", text)


def code(text: str) -> Iterator[str]:
    """The lines of a page that are code: fenced, indented by four, or between backticks."""
    for block in FENCE.findall(text):
        yield from block.splitlines()[1:-1]
    for line in FENCE.sub("", text).splitlines():
        if line.startswith("    ") and not line.lstrip().startswith(("*", "-", "|")):
            yield line.strip()
        yield from re.findall(r"`([^`]+)`", line)


def invocations(text: str) -> Iterator[tuple[str, list[str]]]:
    """The commands of the program that a page shows, each with the options it gives."""
    for line in code(text):
        for found in INVOCATION.findall(line.partition("#")[0]):
            words = shlex.split(found.replace("…", ""))
            yield words[0], [word for word in words[1:] if word.startswith("--")]


LINKS = [
    (page, target)
    for page, text in PAGES.items()
    for target in LINK.findall(without_code(text))
    if "://" not in target and not target.startswith(("#", "mailto:"))
]


@pytest.mark.parametrize(("page", "target"), LINKS, ids=[f"{page}->{target}" for page, target in LINKS])
def test_a_relative_link_leads_somewhere(page: str, target: str) -> None:
    assert (ROOT / page).parent.joinpath(target.partition("#")[0]).exists()


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_its_place_in_the_docs(command: str) -> None:
    told = {name for text in PAGES.values() for name, _ in invocations(text)}
    listed = PAGES.get("docs/reference/cli.md", "")

    assert command in told or f"## generale {command}" in listed


def shown() -> list[tuple[str, str, str]]:
    """Page, command and option of everything that the docs let a reader type."""
    return sorted(
        {
            (page, name, option)
            for page, text in PAGES.items()
            if not page.startswith("docs/adr/")
            for name, options in invocations(text)
            for option in ["", *options]
        }
    )


@pytest.mark.parametrize(("page", "name", "option"), shown())
def test_a_command_that_the_docs_show_exists_with_its_options(page: str, name: str, option: str) -> None:
    assert name in COMMANDS
    known = {spelling for parameter in COMMANDS[name].params for spelling in parameter.opts}

    assert option in known | {"", "--help"}


@pytest.mark.parametrize("page", PAGES)
def test_a_verb_of_make_that_the_docs_show_exists(page: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    verbs = re.findall(r"\bmake ([a-z]+)\b", "\n".join(code(PAGES[page])))

    assert [verb for verb in verbs if f"\n{verb}:" not in makefile] == []


def test_the_readme_begins_with_the_two_commands() -> None:
    first = [line for line in PAGES["README.md"].splitlines() if line.startswith("    ")][:2]

    assert [line.split("#")[0].strip() for line in first] == ["make rehearse", "make test"]


def test_the_readme_says_what_is_not_real() -> None:
    words = " ".join(PAGES["README.md"].split())

    for said in ("is not public", "project-defined", "not an official tool", "EUPL-1.2"):
        assert said in words


def test_the_architecture_is_one_page() -> None:
    assert len(PAGES["ARCHITECTURE.md"].splitlines()) <= ARCHITECTURE_LINES


def rows(page: str) -> list[list[str]]:
    """The rows of all tables of a page, cell by cell, without the heads."""
    cells = [line.strip("| ").split(" | ") for line in PAGES[page].splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in row] for row in cells]


def test_the_page_of_exit_codes_lists_every_code_by_its_name() -> None:
    page = {
        int(row[0]): row[1]
        for row in rows("docs/reference/exit-codes.md")
        if row[0].isdigit() and len(row) > 2
    }
    names = {code.value: code.name.lower().replace("_", " ") for code in ExitCode}

    assert {number: name.replace("-", " ") for number, name in page.items()} == names


def test_the_page_of_exit_codes_names_every_command() -> None:
    text = PAGES["docs/reference/exit-codes.md"]

    assert [name for name in COMMANDS if not re.search(rf"`{name}\b", text)] == []


def test_the_page_of_events_describes_every_type() -> None:
    described = [row[0].strip("`") for row in rows("docs/reference/events.md") if row[0].startswith("`")]

    assert sorted(described) == sorted(EventType)


def test_every_verdict_is_explained() -> None:
    explained = [row[0] for row in rows("docs/explanation/how-a-verdict-is-made.md")]

    assert [one.value for one in Verdict if one.value.replace("-", " ") not in explained] == []


class Options:
    """Stands for the parser of pytest: it remembers the options that a plugin adds."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def getgroup(self, _name: str) -> Self:
        """Every group is this one."""
        return self

    def addoption(self, name: str, **_: object) -> None:
        """Remember one."""
        self.names.append(name)


def test_the_options_of_the_pytest_plugin_are_described() -> None:
    options = Options()
    pytest_addoption(cast(pytest.Parser, options))

    assert [name for name in options.names if f"`{name}`" not in PAGES["docs/how-to/ci.md"]] == []
