"""What the doctor found on one step of a set-up, and the sentences for it (``doctor.toml``)."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal

Lang = Literal["nl", "en"]


@dataclass(frozen=True, slots=True)
class Ill:
    """A finding by its name, and what was met, in the words of whoever said it."""

    finding: str
    said: str = ""

    @property
    def step(self) -> str:
        """The step on which this is met."""
        return str(sentences()["finding"][self.finding]["step"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """One step, with the finding where it fails; ``said`` is what was met there."""

    step: str
    finding: str = ""
    said: str = ""

    @classmethod
    def of(cls, ill: Ill) -> "Examined":
        """The step on which a finding is met."""
        return cls(step=ill.step, finding=ill.finding, said=ill.said)

    @property
    def ok(self) -> bool:
        """Whether the step went well."""
        return not self.finding

    def message(self, lang: Lang) -> str:
        """What is to be said of it, in one sentence."""
        if self.ok:
            return str(sentences()["well"][self.step][lang]).format(what=self.said)
        text = str(sentences()["finding"][self.finding][lang])
        if "{what}" in text:
            return text.format(what=self.said)
        return f"{text}: {self.said}" if self.said else text

    def mend(self, lang: Lang) -> str:
        """What to do about it; empty where it went well."""
        return "" if self.ok else str(sentences()["finding"][self.finding][f"mend_{lang}"])


@cache
def sentences() -> Mapping[str, Mapping[str, Mapping[str, Any]]]:
    """The sentences of steps that go well, and those of findings."""
    return tomllib.loads(
        (resources.files("generale.conformance") / "doctor.toml").read_text(encoding="utf-8")
    )
