"""The library of scenarios that ships with the project, one file each, and scenarios from elsewhere."""

from functools import cache
from hashlib import sha256
from importlib import resources

import yaml

from generale.protocol.errors import UsageError
from generale.scenarios.language import Scenario, read_scenario


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


def parse(raw: bytes, name: str) -> Scenario:
    """A scenario from the bytes of its file; ``UsageError`` where it is not one."""
    try:
        document = yaml.load(raw, Loader=_Loader)  # noqa: S506  # a SafeLoader that also refuses a key given twice
    except (yaml.YAMLError, ValueError, AttributeError, RecursionError) as error:
        line = getattr(getattr(error, "problem_mark", None), "line", None)
        where = f" line {line + 1}" if line is not None else ""
        raise UsageError(f"{name}:{where} is not YAML", hint="check indentation and quotes") from error
    return read_scenario(document, name)


def library_digest(names: tuple[str, ...]) -> str:
    """The digest over the files of these scenarios."""
    whole = sha256()
    for name in names:
        whole.update(f"{name}\0".encode() + sources()[name])
    return whole.hexdigest()


class _Loader(yaml.SafeLoader):
    """Refuses a key that stands twice: the first one would be lost without a word."""


def _unique_mapping(loader: _Loader, node: yaml.MappingNode) -> dict[object, object]:
    loader.flatten_mapping(node)
    keys = [loader.construct_object(key, deep=True) for key, _ in node.value]
    if len(keys) != len({str(key) for key in keys}):
        raise yaml.constructor.ConstructorError(None, None, "a key stands twice", node.start_mark)
    return loader.construct_mapping(node, deep=True)


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _unique_mapping)
