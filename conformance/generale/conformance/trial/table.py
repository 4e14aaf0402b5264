"""The confusion table of the doctor: what it should have found in every set-up, and what it found."""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from generale.conformance.doctor import SCENARIO, examine
from generale.conformance.examined import Examined
from generale.conformance.plan import read_plan
from generale.conformance.trial.healthy import HEALTHY
from generale.conformance.trial.mistakes_of_plan import PLAN
from generale.conformance.trial.mistakes_of_product import PRODUCT
from generale.conformance.trial.workshop import SetUpBuilt, Workshop

BUILT: Mapping[str, SetUpBuilt] = {**PLAN, **PRODUCT, **HEALTHY}
"""How every set-up is built, by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One set-up, with the finding that it must give (empty for a healthy one), and what the doctor said."""

    name: str
    due: str
    examined: tuple[Examined, ...]

    @property
    def found(self) -> str:
        """The finding that was given; empty where all was well."""
        return next((one.finding for one in self.examined if not one.ok), "")

    @property
    def is_right(self) -> bool:
        """Whether this is what it should have been."""
        return self.found == self.due


@dataclass(frozen=True, slots=True)
class Confusion:
    """Every set-up that was tried."""

    tried: Sequence[Tried]

    @property
    def seeded(self) -> Sequence[Tried]:
        """Those with a mistake."""
        return [one for one in self.tried if one.due]

    @property
    def healthy(self) -> Sequence[Tried]:
        """Those without."""
        return [one for one in self.tried if not one.due]

    @property
    def named(self) -> int:
        """How many mistakes were named rightly."""
        return sum(one.is_right for one in self.seeded)

    @property
    def alarms(self) -> int:
        """How many healthy set-ups were found ill."""
        return sum(not one.is_right for one in self.healthy)

    @property
    def is_whole(self) -> bool:
        """Whether every mistake was named, and nothing healthy was."""
        return all(one.is_right for one in self.tried)


@cache
def set_ups() -> Mapping[str, Mapping[str, str]]:
    """What each set-up is, in both languages, and the finding that a seeded one must give."""
    text = (resources.files("generale.conformance.trial") / "set_ups.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def tried(name: str, folder: Path) -> Tried:
    """Build one set-up with a folder of its own, and let the doctor look at it."""
    with BUILT[name](Workshop(folder)) as words:
        options: dict[str, Any] = {"scenarios": [SCENARIO], **words}
        found = examine(lambda: read_plan(None, options))
    return Tried(name=name, due=set_ups()[name].get("finding", ""), examined=found)


def confusion(folder: Path, hear: Callable[[Tried], None] = lambda _: None) -> Confusion:
    """Try every set-up, one after another."""
    found: list[Tried] = []
    for number, name in enumerate(BUILT):
        found.append(tried(name, folder / str(number)))
        hear(found[-1])
    return Confusion(found)
