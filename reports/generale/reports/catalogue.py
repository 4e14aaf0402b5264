"""Every text that a reader of a report sees, in Dutch and English, from one file.

The texts stand in ``catalogue.toml``: a key, and per key one text for each language.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any, Literal, get_args

from generale.reports.inert import flat, shortened
from generale.results.requirement import Requirement

Language = Literal["nl", "en"]
"""The languages of the reports."""

LANGUAGES: tuple[Language, ...] = get_args(Language)
"""All of them."""


@cache
def catalogue() -> Mapping[str, Mapping[str, str]]:
    """Every text by its key and its language."""
    raw = resources.files(__package__).joinpath("catalogue.toml").read_text("utf-8")
    table: dict[str, Any] = tomllib.loads(raw)
    texts = {f"{group}.{key}": text for group, keys in table.items() for key, text in keys.items()}
    return MappingProxyType(texts)


@dataclass(frozen=True, slots=True)
class Words:
    """The texts of one language; ``words("verdict.fail")`` is one of them, filled in where it has places."""

    language: Language

    def __call__(self, key: str, /, **values: object) -> str:
        """The text with this key; ``KeyError`` where the catalogue has none."""
        return catalogue()[key][self.language].format(**values)

    def count(self, key: str, number: int) -> str:
        """A number with its word: ``key.one`` for 1, ``key.many`` for anything else."""
        return self(f"{key}-one" if number == 1 else f"{key}-many", n=number)

    def known(self, key: str, otherwise: str) -> str:
        """The text with this key, or something else where the catalogue has none."""
        return self(key) if key in catalogue() else otherwise

    def chapter(self, name: str) -> str:
        """The heading of a chapter; the register's own word where the catalogue has none."""
        return self.known(f"chapter.{name.lower().replace(' ', '-')}", name)

    def duty(self, requirement: Requirement) -> str:
        """The text of a requirement."""
        return requirement.text_nl if self.language == "nl" else requirement.text_en

    def keeps(self, requirement: Requirement) -> str:
        """The example that keeps a requirement."""
        return requirement.keeps_nl if self.language == "nl" else requirement.keeps_en

    def breaks(self, requirement: Requirement) -> str:
        """The example that breaks it."""
        return requirement.breaks_nl if self.language == "nl" else requirement.breaks_en

    def reason(self, text: str) -> str:
        """A reason of the judge on one line; the catalogue's own words where none is given.

        The judge speaks English; the phrases that the catalogue knows are put into the reader's language.
        """
        told = shortened(flat(text), 600)
        for key, phrase in catalogue().items():
            if key.startswith("reason."):
                told = told.replace(phrase["en"], phrase[self.language])
        return told or self("report.no-reason")
