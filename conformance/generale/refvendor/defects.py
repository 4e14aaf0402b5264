"""The table of seeded defects: which named mistakes the reference vendor can make (project-defined)."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from types import MappingProxyType


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """One mistake: what the programmer did, the requirement it breaks, the scenario where it must show."""

    name: str
    did: str
    """In English."""
    deed: str
    """In Dutch."""
    requirement: str
    scenario: str


def _table() -> Mapping[str, Defect]:
    text = (resources.files("generale.refvendor") / "defects.toml").read_text(encoding="utf-8")
    return MappingProxyType({name: Defect(name=name, **row) for name, row in tomllib.loads(text).items()})


DEFECTS: Mapping[str, Defect] = _table()
"""Every seeded defect by its name, in the order of the requirements."""
