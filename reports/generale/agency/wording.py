"""The words of this package in Dutch and English, from one file, and how a language writes numbers."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any, Literal

from generale.protocol.money import Euro

Language = Literal["nl", "en"]
"""The languages that are spoken."""


@cache
def texts() -> Mapping[str, Mapping[str, str]]:
    """Every text by its key and its language."""
    raw = resources.files(__package__).joinpath("texts.toml").read_text("utf-8")
    table: dict[str, Any] = tomllib.loads(raw)
    return MappingProxyType(
        {f"{group}.{key}": text for group, keys in table.items() for key, text in keys.items()}
    )


@dataclass(frozen=True, slots=True)
class Wording:
    """The texts of one language; ``wording("recoveries.title", day=…)`` is one of them, filled in."""

    language: Language

    def __call__(self, key: str, /, **values: object) -> str:
        """The text with this key; ``KeyError`` where there is none."""
        return texts()[key][self.language].format(**values)

    def counted(self, key: str, number: int, /, **values: object) -> str:
        """The text for one or for many: ``key.one`` or ``key.many``, in which ``{number}`` stands."""
        form = "one" if number == 1 else "many"
        return self(f"{key}-{form}", number=self.whole(number), **values)

    def amount(self, amount: Euro) -> str:
        """An amount: as in the JSON in English, ``16.001,55`` in Dutch."""
        return self.decimal(str(amount), groups=self.language == "nl")

    def whole(self, number: int) -> str:
        """A whole number with its thousands apart: ``1,520``, in Dutch ``1.520``."""
        return self.decimal(str(number), groups=True)

    def decimal(self, text: str, *, groups: bool = False) -> str:
        """A number that is written with a point, as this language writes it."""
        whole, _, rest = text.partition(".")
        apart, mark = (".", ",") if self.language == "nl" else (",", ".")
        grouped = f"{int(whole):,}".replace(",", apart) if groups else whole
        return f"{grouped}{mark}{rest}" if rest else grouped

    def listed(self, parts: Sequence[str], most: int = 20, between: str = ", ") -> str:
        """Some names, and how many more there are."""
        more = len(parts) - most
        return between.join(parts[:most]) + (f" (+{more})" if more > 0 else "")
