"""A note: what a flat file has that is otherwise and not wrong, in the words of ``notes.toml``."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import cast


@dataclass(frozen=True, slots=True, kw_only=True)
class Deviation:
    """One thing that is otherwise: where it stands, and what is there, in English and in Dutch."""

    where: str
    what: str
    what_nl: str = ""


def note(where: str, key: str, **values: str) -> Deviation:
    """The note under this key of ``notes.toml``, with these values in it."""
    words = _catalogue()[key]
    return Deviation(where=where, what=words["en"].format_map(values), what_nl=words["nl"].format_map(values))


@cache
def _catalogue() -> Mapping[str, Mapping[str, str]]:
    text = (resources.files(__package__) / "notes.toml").read_text("utf-8")
    return cast(dict[str, dict[str, str]], tomllib.loads(text))
