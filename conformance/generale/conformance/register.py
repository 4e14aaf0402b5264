"""The register of requirements: what a vendor owes, as data, in sets that are frozen by date."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

from generale.protocol.errors import UsageError
from generale.results.requirement import Requirement
from generale.results.verdicts import Verb

_HEAD = "set.toml"


@cache
def register(set_date: str) -> tuple[Requirement, ...]:
    """The requirements of a set, in register order; ``UsageError`` where there is no such set.

    A set is named by its date, such as ``2019-04-01``.
    """
    folder = _folder(set_date)
    head = _table(folder / _HEAD)
    return tuple(
        _requirement(number, chapter, head["date"], row)
        for chapter in head["chapters"]
        for number, row in _table(folder / f"{chapter}.toml").items()
    )


def set_dates() -> tuple[str, ...]:
    """The dates of the sets that exist, oldest first."""
    return tuple(sorted(entry.name for entry in _sets().iterdir() if entry.joinpath(_HEAD).is_file()))


def _sets() -> Traversable:
    return resources.files("generale.conformance") / "requirements"


def _folder(set_date: str) -> Traversable:
    if set_date not in set_dates():
        raise UsageError(
            f"there is no requirement set '{set_date}'", hint=f"choose one of: {', '.join(set_dates())}"
        )
    return _sets() / set_date


def _table(entry: Traversable) -> Mapping[str, Any]:
    return tomllib.loads(entry.read_text(encoding="utf-8"))


def _requirement(number: str, chapter: str, since: str, row: Mapping[str, Any]) -> Requirement:
    fields = {
        **row,
        "verb": Verb(row["verb"]),
        "capabilities": tuple(row.get("capabilities", ())),
        "checks": tuple(row.get("checks", ())),
        "since": row.get("since", since),
    }
    return Requirement(id=number, chapter=chapter, **fields)
