"""The library of scenarios that ships with the project, one file each, and scenarios from elsewhere."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

from generale.protocol.digest import digest_of_files
from generale.protocol.errors import UsageError
from generale.scenarios.file import read_file
from generale.scenarios.language import Scenario
from generale.scenarios.reader import read_scenario

FILE_ENDING = ".yaml"
"""What tells a file from the name of a scenario of the library."""

MAX_FILE_BYTES = 1024 * 1024
"""No scenario file is larger (project-defined)."""

LONGEST_NUMBER = 40
"""No whole number in a scenario has more characters (project-defined): of very long ones Python reads what it
cannot write down again.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A scenario with the bytes of the file that it was read from."""

    scenario: Scenario
    source: bytes


@cache
def sources() -> dict[str, bytes]:
    """The files of the library, by scenario name, in name order."""
    folder = resources.files("generale.scenarios") / "library"
    found = {
        f"{family.name}/{entry.name.removesuffix('.yaml')}": entry.read_bytes()
        for family in folder.iterdir()
        if family.is_dir()
        for entry in family.iterdir()
        if entry.name.endswith(".yaml")
    }
    return dict(sorted(found.items()))


@cache
def library() -> dict[str, Scenario]:
    """The scenarios of the library, by name, in name order."""
    return {name: parse(raw, name) for name, raw in sources().items()}


def entry(name: str) -> Entry:
    """The scenario of the library with this name, or that of a file; ``UsageError`` where there is none."""
    if name.endswith(FILE_ENDING):
        return _from_file(Path(name))
    if name not in library():
        near = [other for other in library() if name.lower() in other or other.split("/")[-1] in name]
        hint = f"did you mean {near[0]}?" if near else "`generale scenarios` lists them"
        raise UsageError(f"there is no scenario '{name}'", hint=hint)
    return Entry(scenario=library()[name], source=sources()[name])


def _from_file(path: Path) -> Entry:
    raw = read_file(path, "the scenario", most=MAX_FILE_BYTES, hint="give a scenario file")
    return Entry(scenario=parse(raw, str(path), any_name=True), source=raw)


def parse(raw: bytes, name: str, *, any_name: bool = False) -> Scenario:
    """A scenario from the bytes of its file; ``UsageError`` where it is not one.

    ``name`` is what the scenario is called, or with ``any_name`` only what the file is.
    """
    return read_scenario(document_of(raw, name), name, any_name=any_name)


def document_of(raw: bytes, name: str) -> Any:
    """What stands in the file of a scenario, not yet looked at; ``UsageError`` where it is no YAML."""
    try:
        return yaml.load(raw, Loader=_Loader)  # noqa: S506  # a SafeLoader that also refuses a key given twice
    except ImpossibleText as error:
        raise UsageError(f"{name}: {error}", hint=error.hint) from error
    except _UNREADABLE as error:
        line = getattr(getattr(error, "problem_mark", None), "line", None)
        where = f"line {line + 1}" if line is not None else "the file"
        hint = _NO_ALIAS if isinstance(error, yaml.composer.ComposerError) else "check indentation and quotes"
        raise UsageError(f"{name}: {where} is not YAML", hint=hint) from error


def digest_of(entries: Iterable[Entry]) -> str:
    """The digest over the files of these scenarios, in whatever order they are given."""
    return digest_of_files({f"{one.scenario.name}{FILE_ENDING}": one.source for one in entries})


_UNREADABLE = (
    yaml.YAMLError,
    ValueError,
    TypeError,
    AttributeError,
    LookupError,
    OverflowError,
    RecursionError,
)
"""What the library raises for bytes that are no YAML, or for a tag on a text that is no such thing."""

_HALF = re.compile("[\ud800-\udfff]")
_NO_ALIAS = "write it out: a scenario has no aliases (*name)"


class ImpossibleText(Exception):
    """What YAML can write and a scenario cannot hold: the message says where and what, ``hint`` how else."""

    def __init__(self, node: yaml.ScalarNode, problem: str, hint: str) -> None:
        super().__init__(f"line {node.start_mark.line + 1}: {problem}")
        self.hint = hint


class _Loader(yaml.SafeLoader):
    """Refuses a key that stands twice, since the first one would be lost without a word, and any alias: with
    them a page of YAML can stand for more than a machine can hold. Of keys and values every text is one that
    can be written down again.
    """

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.events.AliasEvent):
            mark: Any = self.peek_event().start_mark  # type: ignore[no-untyped-call]  # untyped in its stubs
            raise yaml.composer.ComposerError(None, None, "an alias is not accepted", mark)
        return super().compose_node(parent, index)

    def compose_scalar_node(self, anchor: Any) -> yaml.ScalarNode:
        node = super().compose_scalar_node(anchor)
        if half := _HALF.search(node.value):
            problem = f"\\u{ord(half[0]):04x} is half a character"
            raise ImpossibleText(node, problem, "write the character itself, in UTF-8")
        return node


def _unique_mapping(loader: _Loader, node: yaml.MappingNode) -> dict[object, object]:
    loader.flatten_mapping(node)
    keys = [loader.construct_object(key, deep=True) for key, _ in node.value]
    if len(keys) != len({str(key) for key in keys}):
        raise yaml.constructor.ConstructorError(None, None, "a key stands twice", node.start_mark)
    return loader.construct_mapping(node, deep=True)


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _unique_mapping)


def _possible_date(loader: _Loader, node: yaml.ScalarNode) -> object:
    try:
        return loader.construct_yaml_timestamp(node)
    except (ValueError, OverflowError) as error:
        problem = f"there is no date {node.value}"
        raise ImpossibleText(node, problem, "write a day of the calendar") from error


_Loader.add_constructor("tag:yaml.org,2002:timestamp", _possible_date)


def _short_number(loader: _Loader, node: yaml.ScalarNode) -> object:
    if len(node.value) > LONGEST_NUMBER:
        raise ImpossibleText(node, f"{node.value[:20]}\u2026 is too long for a number", "write a shorter one")
    return loader.construct_yaml_int(node)


_Loader.add_constructor("tag:yaml.org,2002:int", _short_number)
